/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of the UART: words to bytes of the line and back (docs/host.md#uart). */
#ifndef XPK_FRAME_H
#define XPK_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xpike_regs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Words of the longest frame, without its CRC; bytes that it may take on the line. */
#define XPK_FRAME_WORDS (1u + XPIKE_UART_MAX_WORDS)
#define XPK_FRAME_BYTES (2u + 2u * 4u * (XPK_FRAME_WORDS + 1u))

/* Writes a frame of `count` words, 1..XPK_FRAME_WORDS, to `bytes`, which has room for
 * XPK_FRAME_BYTES. Returns the bytes that it takes. */
size_t xpk_frame_encode(const uint32_t* words, size_t count, uint8_t* bytes);

/* What has arrived of a frame; begin with all 0. */
typedef struct xpk_frame {
  bool open;    /* behind a FLAG */
  bool escaped; /* behind an ESCAPE */
  bool damaged; /* too long */
  size_t bytes;
  uint32_t words[XPK_FRAME_WORDS + 1u]; /* the last one is the CRC */
} xpk_frame;

/* Takes the next byte of the line. Returns the number of words, CRC left out, if the byte ends a
 * good frame, and 0 otherwise. The words stand until the next byte. */
size_t xpk_frame_decode(xpk_frame* frame, uint8_t byte);

#ifdef __cplusplus
}
#endif

#endif
