/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the driver: one request over a UART, repeated until it is answered. */
#ifndef XPK_UART_REQUEST_H
#define XPK_UART_REQUEST_H

#include "driver/xpk_uart.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sends a request: `head` without its sequence number, and `count` words. Returns 0 when it has
 * been executed; then `reply` has the first word of the reply, and READ and RESULT have left their
 * words, `wanted` at most, in `taken`, which may be NULL. Returns -1 and sets uart->error
 * otherwise. */
int xpk_uart_request(xpk_uart* uart, uint32_t head, const uint32_t* words, size_t count,
                     uint32_t* taken, size_t wanted, uint32_t* reply);

/* A field of the first word of a request or a reply. */
#define XPK_UART_FIELD(word, name) (((word)&XPIKE_MASK_UART_##name) >> XPIKE_LSB_UART_##name)

#ifdef __cplusplus
}
#endif

#endif
