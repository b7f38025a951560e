/* SPDX-License-Identifier: Apache-2.0 */
/* A serial device, or a pseudo-terminal, as the line of a UART. POSIX. */
#ifndef XPK_TTY_H
#define XPK_TTY_H

#include "driver/xpk_uart.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct xpk_tty {
  int file;
} xpk_tty;

/* Whether this system has a rate, in bits per second. */
bool xpk_tty_has_rate(unsigned long rate);

/* Opens `path` for itself alone, at a rate that it has. Returns 0, or -1 with errno set: ENOTTY if
 * it is no serial device, EINVAL if there is no such rate, EBUSY if somebody has it open. */
int xpk_tty_open(xpk_tty* tty, const char* path, unsigned long rate, xpk_uart_line* line);
void xpk_tty_close(xpk_tty* tty);

#ifdef __cplusplus
}
#endif

#endif
