/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/xpk_uart_request.h"

#include <stdarg.h>
#include <stdio.h>

enum {
  LINE_ROOM = 256,
  /* Bytes without a reply among them after which a try is given up: a line that never rests. */
  NOISE_LIMIT = 16 * 1024
};

static const uint32_t FirstUnexecuted = XPIKE_UART_CAUSE_CRC; /* and all causes above */

/* What came of one try. */
enum outcome { ANSWERED, REPEAT, FAILED };

static int fail(xpk_uart* uart, const char* format, ...) __attribute__((format(printf, 2, 3)));
static int fail(xpk_uart* uart, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(uart->error, sizeof uart->error, format, arguments);
  va_end(arguments);
  return -1;
}

/* Judges a frame from the chip. REPEAT: the request was damaged, or never seen. */
static enum outcome judge(xpk_uart* uart, uint32_t request, size_t words, size_t wanted,
                          uint32_t* cause, bool* ours) {
  const uint32_t head = uart->arriving.words[0];
  const uint32_t same = XPIKE_MASK_UART_REPLY_OPCODE | XPIKE_MASK_UART_REPLY_INCREMENT |
                        XPIKE_MASK_UART_REPLY_SEQUENCE;
  *ours = false;
  if (XPK_UART_FIELD(head, REPLY_VERSION) != XPIKE_UART_VERSION) {
    fail(uart, "the chip speaks version %u of the frames, not %u",
         (unsigned)XPK_UART_FIELD(head, REPLY_VERSION), (unsigned)XPIKE_UART_VERSION);
    return FAILED;
  }
  *cause = XPK_UART_FIELD(head, REPLY_CAUSE);
  if (*cause >= FirstUnexecuted) {
    if (*cause != XPIKE_UART_CAUSE_UNSYNCED) return REPEAT;
    fail(uart, "the chip was reset, and has lost its configuration");
    return FAILED;
  }
  if ((head & same) != (request & same)) return ANSWERED; /* to an earlier request */
  const uint32_t opcode = XPK_UART_FIELD(head, REPLY_OPCODE);
  const bool brings = opcode == XPIKE_UART_OP_READ || opcode == XPIKE_UART_OP_RESULT;
  const uint32_t count = XPK_UART_FIELD(head, REPLY_COUNT);
  if (words != 1 + (brings ? count : 0) || (brings && count > wanted)) {
    fail(uart, "the chip answers with %u words, %u were wanted", (unsigned)(words - 1),
         (unsigned)wanted);
    return FAILED;
  }
  /* RESULT takes what is there; everything else is done whole, or has a cause. */
  const uint32_t asked = XPK_UART_FIELD(request, REQUEST_COUNT);
  if (*cause == XPIKE_UART_CAUSE_OK && opcode != XPIKE_UART_OP_RESULT && count != asked) {
    fail(uart, "the chip has done %u words and says that this were all of %u", (unsigned)count,
         (unsigned)asked);
    return FAILED;
  }
  *ours = true;
  return ANSWERED;
}

/* Waits for the reply to a request that has been sent. */
static enum outcome wait_reply(xpk_uart* uart, uint32_t request, uint32_t* taken, size_t wanted,
                               uint32_t* reply, uint32_t* cause) {
  uint8_t bytes[LINE_ROOM];
  for (size_t noise = 0; noise < NOISE_LIMIT;) {
    const long got = uart->line.receive(uart->line.context, bytes, sizeof bytes, uart->timeout_ms);
    if (got < 0) {
      fail(uart, "the line is gone");
      return FAILED;
    }
    if (got == 0) return REPEAT;
    noise += (size_t)got;
    for (long i = 0; i < got; ++i) {
      const size_t words = xpk_frame_decode(&uart->arriving, bytes[i]);
      if (words == 0) continue;
      bool ours = false;
      const enum outcome outcome = judge(uart, request, words, wanted, cause, &ours);
      if (outcome != ANSWERED) return outcome;
      if (!ours) continue;
      *reply = uart->arriving.words[0];
      for (size_t k = 1; taken != NULL && k < words; ++k) taken[k - 1] = uart->arriving.words[k];
      return ANSWERED;
    }
  }
  return REPEAT;
}

int xpk_uart_request(xpk_uart* uart, uint32_t head, const uint32_t* words, size_t count,
                     uint32_t* taken, size_t wanted, uint32_t* reply) {
  uint32_t content[XPK_FRAME_WORDS];
  uint8_t bytes[XPK_FRAME_BYTES];
  uint32_t cause = XPIKE_UART_CAUSE_OK;
  uart->sequence =
      (uart->sequence + 1) & (XPIKE_MASK_UART_REQUEST_SEQUENCE >> XPIKE_LSB_UART_REQUEST_SEQUENCE);
  content[0] = head | uart->sequence << XPIKE_LSB_UART_REQUEST_SEQUENCE |
               (uint32_t)(count != 0 ? count : wanted) << XPIKE_LSB_UART_REQUEST_COUNT;
  for (size_t i = 0; i < count; ++i) content[i + 1] = words[i];
  const size_t size = xpk_frame_encode(content, count + 1, bytes);
  uart->error[0] = '\0';
  for (unsigned tries = 0; tries < uart->tries; ++tries) {
    ++uart->frames;
    if (tries != 0) ++uart->repeats;
    if (uart->line.send(uart->line.context, bytes, size) != 0)
      return fail(uart, "the line is gone");
    const enum outcome outcome = wait_reply(uart, content[0], taken, wanted, reply, &cause);
    if (outcome == ANSWERED) return 0;
    if (outcome == FAILED) return -1;
  }
  if (cause == XPIKE_UART_CAUSE_OK) {
    return fail(uart, "no answer to a request that was sent %u times, %u ms apart", uart->tries,
                uart->timeout_ms);
  }
  return fail(uart, "a request that was sent %u times always arrives damaged (cause 0x%x)",
              uart->tries, (unsigned)cause);
}
