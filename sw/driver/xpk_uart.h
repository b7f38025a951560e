/* SPDX-License-Identifier: Apache-2.0 */
/* Transport through a UART: a chip behind xpk_uart_bridge, over any line that carries bytes. C11.
 *
 * Requests are repeated until they are answered; the chip executes each once (docs/host.md#uart).
 * The registers of the host interface, HOST_MODE to PROGRAM_PACKETS, do not exist in such a chip:
 * this transport stands in for them, but for interrupts and counts of program packets, which read
 * as 0.
 */
#ifndef XPK_UART_H
#define XPK_UART_H

#include "driver/xpk_driver.h"
#include "driver/xpk_frame.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes to and from the chip. Functions return a negative number if the line is gone. */
typedef struct xpk_uart_line {
  void* context;
  /* Sends all bytes; returns 0. */
  int (*send)(void* context, const uint8_t* bytes, size_t count);
  /* Waits for the first byte, takes what is there, at most `room`. Returns their number, or 0 if
   * nothing came for timeout_ms milliseconds. */
  long (*receive)(void* context, uint8_t* bytes, size_t room, unsigned timeout_ms);
} xpk_uart_line;

typedef struct xpk_uart {
  xpk_uart_line line;
  unsigned tries;      /* of a request, before it fails; may be changed */
  unsigned timeout_ms; /* of silence, before it is sent again; may be changed */
  unsigned long frames;
  unsigned long repeats;
  char error[XPK_ERROR_BYTES]; /* why the last request failed; empty if none did */

  uint32_t sequence;
  xpk_frame arriving;
  /* Words of a result packet that have been taken from the chip and not been read. */
  uint32_t results[XPIKE_UART_MAX_WORDS];
  size_t result_first;
  size_t result_end;
  bool result_last; /* the last of them is the last of its packet */
  /* Registers of the host interface. */
  uint32_t host_mode;
  uint32_t irq_enable;
  uint32_t cause;
  uint32_t cause_address;
  uint32_t window_crc;
} xpk_uart;

/* Begins a session with the chip. `line` is copied. Returns 0 and sets `transport`, or returns -1
 * and sets uart->error. */
int xpk_uart_open(xpk_uart* uart, const xpk_uart_line* line, xpk_transport* transport);

#ifdef __cplusplus
}
#endif

#endif
