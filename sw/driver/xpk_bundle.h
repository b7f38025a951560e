/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles: a network as program packets, for one build of the chip. 32-bit words, little-endian in
 * files:
 *
 *   word   content
 *   0      XPK_BUNDLE_MAGIC, in a file the bytes "XPKB"
 *   1      XPK_BUNDLE_VERSION
 *   2      words of the bundle
 *   3..16  register SHAPE of the chip
 *   17     number of program packets
 *          of each: the number of its words, then these (docs/host.md)
 *   last   CRC-32 of all words before, the low byte of each first
 */
#ifndef XPK_BUNDLE_H
#define XPK_BUNDLE_H

#include <xpike_regs.h>

#define XPK_BUNDLE_MAGIC 0x424B5058u
#define XPK_BUNDLE_VERSION 1u
#define XPK_BUNDLE_SHAPE 3u
#define XPK_BUNDLE_PACKETS (XPK_BUNDLE_SHAPE + XPIKE_COUNT_SHAPE)
#define XPK_BUNDLE_HEAD (XPK_BUNDLE_PACKETS + 1u)

/* Header of a record of a program packet. */
#define XPK_RECORD_ADDRESS 0x0000FFFFu
#define XPK_RECORD_COUNT_LSB 16u
#define XPK_RECORD_COUNT 0x7FFF0000u
#define XPK_RECORD_INCREMENT 0x80000000u

#endif
