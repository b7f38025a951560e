/* SPDX-License-Identifier: Apache-2.0 */
/* Transport through memory-mapped registers: a UIO device, or any file that can be mapped. POSIX.
 *
 * A processor does not see SLVERR as an error of a store; the driver looks at CAUSE. */
#ifndef XPK_MMAP_H
#define XPK_MMAP_H

#include "driver/xpk_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct xpk_mmap {
  volatile uint32_t* registers;
  int file;
} xpk_mmap;

/* Bytes of the address space of the registers. */
#define XPK_MMAP_BYTES 0x40000u

/* Maps XPK_MMAP_BYTES of `path` from byte `offset` on (a multiple of the page size). Returns 0, or
 * -1 with errno set. */
int xpk_mmap_open(xpk_mmap* map, const char* path, uint64_t offset, xpk_transport* transport);
void xpk_mmap_close(xpk_mmap* map);

#ifdef __cplusplus
}
#endif

#endif
