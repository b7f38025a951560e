/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/xpk_uart.h"

#include <stdio.h>

#include "driver/xpk_access.h"
#include "driver/xpk_uart_request.h"

enum {
  USUAL_TRIES = 8,
  USUAL_TIMEOUT_MS = 500,
  QUIET_MS = 50, /* of silence, after which nothing of an earlier session is under way */
  OLD_BYTES = 64 * 1024,
  FULL_PATIENCE = 20 /* requests that a core without room for input words refuses */
};

static uint32_t head_of(uint32_t opcode, uint32_t address, bool increment) {
  return opcode << XPIKE_LSB_UART_REQUEST_OPCODE |
         (increment ? XPIKE_MASK_UART_REQUEST_INCREMENT : 0) |
         address << XPIKE_LSB_UART_REQUEST_ADDRESS;
}

static size_t frame_words(size_t left) {
  return left < XPIKE_UART_MAX_WORDS ? left : XPIKE_UART_MAX_WORDS;
}

static void refuse(xpk_uart* uart, uint32_t cause, uint32_t address, bool write) {
  const uint32_t with_address = XPIKE_MASK_CAUSE_VERIFY - 1; /* causes that come from an access */
  if ((cause & with_address) != 0 && (uart->cause & with_address) == 0) {
    uart->cause_address = address | (write ? XPIKE_MASK_CAUSE_ADDRESS_WRITE : 0);
  }
  uart->cause |= cause;
}

/* As CONTROL.clear does to a host interface. */
static void clear(xpk_uart* uart) {
  uart->result_first = 0;
  uart->result_end = 0;
  uart->result_last = false;
  uart->cause = 0;
  uart->cause_address = 0;
  uart->window_crc = 0;
}

/* ---- Registers of the core --------------------------------------------------------------------
 */

static int write_core(xpk_uart* uart, uint32_t address, const uint32_t* words, size_t count) {
  for (size_t sent = 0; sent < count;) {
    const size_t chunk = frame_words(count - sent);
    uint32_t reply = 0;
    if (xpk_uart_request(uart, head_of(XPIKE_UART_OP_WRITE, address, false), words + sent, chunk,
                         NULL, 0, &reply) != 0) {
      return -1;
    }
    const size_t done = XPK_UART_FIELD(reply, REPLY_COUNT);
    if (xpk_is_window(address)) {
      uart->window_crc = xpk_crc32(uart->window_crc, words + sent, done < chunk ? done : chunk);
    }
    if (XPK_UART_FIELD(reply, REPLY_CAUSE) != XPIKE_UART_CAUSE_OK) {
      refuse(uart, XPIKE_MASK_CAUSE_CORE, address, true);
      return 0;
    }
    sent += chunk;
  }
  if (address == XPIKE_REG_CONTROL && count != 0 &&
      (words[count - 1] & XPIKE_MASK_CONTROL_CLEAR) != 0) {
    clear(uart);
  }
  return 0;
}

static int read_core(xpk_uart* uart, uint32_t address, bool increment, uint32_t* words,
                     size_t count, bool* refused) {
  *refused = false;
  for (size_t got = 0; got < count && !*refused;) {
    const size_t chunk = frame_words(count - got);
    const uint32_t first = address + (increment ? (uint32_t)got : 0);
    uint32_t reply = 0;
    if (xpk_uart_request(uart, head_of(XPIKE_UART_OP_READ, first, increment), NULL, 0, words + got,
                         chunk, &reply) != 0) {
      return -1;
    }
    const size_t done = XPK_UART_FIELD(reply, REPLY_COUNT);
    *refused = XPK_UART_FIELD(reply, REPLY_CAUSE) != XPIKE_UART_CAUSE_OK;
    if (address == XPIKE_REG_CELL_DATA) {
      uart->window_crc = xpk_crc32(uart->window_crc, words + got, done);
    }
    for (size_t i = got + done; *refused && i < count; ++i) words[i] = 0;
    got += chunk;
  }
  return 0;
}

/* Reads cells for WINDOW_CRC alone. */
static int verify(xpk_uart* uart, uint32_t cells) {
  uint32_t words[XPIKE_UART_MAX_WORDS];
  bool refused = false;
  while (cells != 0 && !refused) {
    const size_t chunk = frame_words(cells);
    if (read_core(uart, XPIKE_REG_CELL_DATA, false, words, chunk, &refused) != 0) return -1;
    cells -= (uint32_t)chunk;
  }
  if (refused) refuse(uart, XPIKE_MASK_CAUSE_VERIFY, 0, false);
  return 0;
}

/* ---- Packets ----------------------------------------------------------------------------------
 */

static int send_input(xpk_uart* uart, uint32_t address, const uint32_t* words, size_t count) {
  const bool last = address == XPIKE_REG_INPUT_LAST;
  unsigned patience = FULL_PATIENCE;
  for (size_t sent = 0; sent < count;) {
    const size_t chunk = last ? 1 : frame_words(count - sent);
    uint32_t reply = 0;
    if (xpk_uart_request(uart,
                         head_of(last ? XPIKE_UART_OP_INPUT_LAST : XPIKE_UART_OP_INPUT, 0, false),
                         words + sent, chunk, NULL, 0, &reply) != 0) {
      return -1;
    }
    const size_t done = XPK_UART_FIELD(reply, REPLY_COUNT);
    sent += done < chunk ? done : chunk;
    if (XPK_UART_FIELD(reply, REPLY_CAUSE) != XPIKE_UART_CAUSE_OK && --patience == 0) {
      refuse(uart, XPIKE_MASK_CAUSE_INPUT, address, true);
      return 0;
    }
  }
  return 0;
}

/* Takes result words from the chip if none are here. */
static int fetch_results(xpk_uart* uart) {
  uint32_t reply = 0;
  if (uart->result_first != uart->result_end) return 0;
  if (xpk_uart_request(uart, head_of(XPIKE_UART_OP_RESULT, 0, false), NULL, 0, uart->results,
                       XPIKE_UART_MAX_WORDS, &reply) != 0) {
    return -1;
  }
  uart->result_first = 0;
  uart->result_end = XPK_UART_FIELD(reply, REPLY_COUNT);
  uart->result_last = (reply & XPIKE_MASK_UART_REPLY_LAST) != 0;
  return 0;
}

static uint32_t host_status(const xpk_uart* uart) {
  uint32_t status = uart->host_mode != 0 ? XPIKE_MASK_HOST_STATUS_INPUT_ROOM : 0;
  if (uart->result_first != uart->result_end) {
    status |= XPIKE_MASK_HOST_STATUS_RESULT_VALID;
    if (uart->result_last && uart->result_first + 1 == uart->result_end) {
      status |= XPIKE_MASK_HOST_STATUS_RESULT_LAST;
    }
  }
  return status;
}

/* ---- Transport --------------------------------------------------------------------------------
 */

static int write_words(void* context, uint32_t address, const uint32_t* words, size_t count) {
  xpk_uart* const uart = context;
  const uint32_t word = count != 0 ? words[count - 1] : 0;
  switch (address) {
    case XPIKE_REG_HOST_MODE:
      uart->host_mode = word & XPIKE_MASK_HOST_MODE_WORDS;
      return 0;
    case XPIKE_REG_HOST_IRQ_ENABLE:
      uart->irq_enable = word;
      return 0;
    case XPIKE_REG_CAUSE:
      uart->cause &= ~word;
      return 0;
    case XPIKE_REG_WINDOW_CRC:
      uart->window_crc = word;
      return 0;
    case XPIKE_REG_VERIFY:
      return verify(uart, word & XPIKE_MASK_VERIFY_CELLS);
    case XPIKE_REG_INPUT_WORD:
    case XPIKE_REG_INPUT_LAST:
      return send_input(uart, address, words, count);
    case XPIKE_REG_HOST_STATUS: /* these ignore writes */
    case XPIKE_REG_HOST_IRQ_STATUS:
    case XPIKE_REG_CAUSE_ADDRESS:
    case XPIKE_REG_RESULT_WORD:
    case XPIKE_REG_PROGRAM_PACKETS:
      return 0;
    default:
      return write_core(uart, address, words, count);
  }
}

static int read_host(xpk_uart* uart, uint32_t address, uint32_t* word) {
  *word = 0;
  switch (address) {
    case XPIKE_REG_HOST_MODE:
      *word = uart->host_mode;
      return 0;
    case XPIKE_REG_HOST_STATUS:
      if (fetch_results(uart) != 0) return -1;
      *word = host_status(uart);
      return 0;
    case XPIKE_REG_HOST_IRQ_ENABLE:
      *word = uart->irq_enable;
      return 0;
    case XPIKE_REG_CAUSE:
      *word = uart->cause;
      return 0;
    case XPIKE_REG_CAUSE_ADDRESS:
      *word = uart->cause_address;
      return 0;
    case XPIKE_REG_WINDOW_CRC:
      *word = uart->window_crc;
      return 0;
    case XPIKE_REG_RESULT_WORD:
      if (fetch_results(uart) != 0) return -1;
      if (uart->result_first == uart->result_end) {
        refuse(uart, XPIKE_MASK_CAUSE_RESULT, address, false);
      } else {
        *word = uart->results[uart->result_first++];
      }
      return 0;
    default:
      return 0; /* interrupts, commands, counts of program packets */
  }
}

static int read_words(void* context, uint32_t address, uint32_t* words, size_t count) {
  xpk_uart* const uart = context;
  bool refused = false;
  if (address >= XPIKE_REG_HOST_MODE && address <= XPIKE_REG_PROGRAM_PACKETS) {
    for (size_t i = 0; i < count; ++i) {
      if (read_host(uart, address + (uint32_t)i, &words[i]) != 0) return -1;
    }
    return 0;
  }
  if (read_core(uart, address, true, words, count, &refused) != 0) return -1;
  if (refused) refuse(uart, XPIKE_MASK_CAUSE_CORE, address, false);
  return 0;
}

static int read_word(void* context, uint32_t address, uint32_t* word) {
  return read_words(context, address, word, 1);
}

static const char* failure(void* context) {
  const xpk_uart* const uart = context;
  return uart->error;
}

/* Reads away what an earlier session has left on the line. Returns 0 when there is silence. */
static int drain(xpk_uart* uart) {
  uint8_t bytes[256];
  for (long total = 0; total < OLD_BYTES;) {
    const long got = uart->line.receive(uart->line.context, bytes, sizeof bytes, QUIET_MS);
    if (got <= 0) return (int)got;
    total += got;
  }
  return -1;
}

int xpk_uart_open(xpk_uart* uart, const xpk_uart_line* line, xpk_transport* transport) {
  const xpk_uart fresh = {.line = *line, .tries = USUAL_TRIES, .timeout_ms = USUAL_TIMEOUT_MS};
  uint32_t reply = 0;
  *uart = fresh;
  if (drain(uart) != 0) {
    (void)snprintf(uart->error, sizeof uart->error, "the line is gone, or never silent");
    return -1;
  }
  if (xpk_uart_request(uart, head_of(XPIKE_UART_OP_SYNC, 0, false), NULL, 0, NULL, 0, &reply) !=
      0) {
    return -1;
  }
  const xpk_transport functions = {.context = uart,
                                   .write = write_words,
                                   .read = read_word,
                                   .read_many = read_words,
                                   .failure = failure};
  *transport = functions;
  return 0;
}
