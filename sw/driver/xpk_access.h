/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the driver: register accesses that leave a message when they fail. */
#ifndef XPK_ACCESS_H
#define XPK_ACCESS_H

#include "driver/xpk_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sets the message and returns `status`. */
int xpk_fail(xpk_device* device, int status, const char* format, ...)
    __attribute__((format(printf, 3, 4)));

int xpk_write(xpk_device* device, uint32_t address, uint32_t word);
int xpk_write_many(xpk_device* device, uint32_t address, const uint32_t* words, size_t count);
int xpk_read(xpk_device* device, uint32_t address, uint32_t* word);
/* Reads the registers from `address` on. */
int xpk_read_many(xpk_device* device, uint32_t address, uint32_t* words, size_t count);

/* Polls until the masked bits of a register have a value, or for poll_limit times. */
int xpk_wait(xpk_device* device, uint32_t address, uint32_t mask, uint32_t value, const char* what);

/* XPK_REFUSED if CAUSE or ERROR have a bit set. Both are cleared. */
int xpk_check_causes(xpk_device* device, const char* what);

/* Whether words that are written there count in WINDOW_CRC. */
bool xpk_is_window(uint32_t address);

/* CRC-32 (IEEE 802.3) of `count` words behind those that gave `crc`, low byte first; begin with 0.
 */
uint32_t xpk_crc32(uint32_t crc, const uint32_t* words, size_t count);

#ifdef __cplusplus
}
#endif

#endif
