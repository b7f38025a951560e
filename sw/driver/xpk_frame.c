/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/xpk_frame.h"

#include "driver/xpk_access.h"

enum { BYTES_PER_WORD = 4, BITS_PER_BYTE = 8, BYTE_MASK = 0xFF };

static size_t put_word(uint32_t word, uint8_t* bytes) {
  size_t count = 0;
  for (unsigned i = 0; i < BYTES_PER_WORD; ++i) {
    const uint8_t byte = (uint8_t)(word >> (BITS_PER_BYTE * i) & BYTE_MASK);
    if (byte == XPIKE_UART_FLAG || byte == XPIKE_UART_ESCAPE) {
      bytes[count++] = XPIKE_UART_ESCAPE;
      bytes[count++] = (uint8_t)(byte ^ XPIKE_UART_ESCAPE_XOR);
    } else {
      bytes[count++] = byte;
    }
  }
  return count;
}

size_t xpk_frame_encode(const uint32_t* words, size_t count, uint8_t* bytes) {
  size_t size = 0;
  bytes[size++] = XPIKE_UART_FLAG;
  for (size_t i = 0; i < count; ++i) size += put_word(words[i], bytes + size);
  size += put_word(xpk_crc32(0, words, count), bytes + size);
  bytes[size++] = XPIKE_UART_FLAG;
  return size;
}

/* Words of a frame that is complete and good, its CRC left out; 0 if it is not. */
static size_t words_of(const xpk_frame* frame) {
  const size_t words = frame->bytes / BYTES_PER_WORD;
  if (!frame->open || frame->escaped || frame->damaged) return 0;
  if (words < 2 || frame->bytes % BYTES_PER_WORD != 0) return 0;
  return xpk_crc32(0, frame->words, words - 1) == frame->words[words - 1] ? words - 1 : 0;
}

size_t xpk_frame_decode(xpk_frame* frame, uint8_t byte) {
  if (byte == XPIKE_UART_FLAG) {
    const size_t words = words_of(frame);
    frame->open = true;
    frame->escaped = false;
    frame->damaged = false;
    frame->bytes = 0;
    return words;
  }
  if (byte == XPIKE_UART_ESCAPE) {
    frame->damaged = frame->damaged || frame->escaped;
    frame->escaped = true;
    return 0;
  }
  if (frame->escaped) byte ^= XPIKE_UART_ESCAPE_XOR;
  frame->escaped = false;
  if (frame->bytes == sizeof frame->words) frame->damaged = true;
  if (frame->damaged) return 0;
  uint32_t* const word = &frame->words[frame->bytes / BYTES_PER_WORD];
  const unsigned place = BITS_PER_BYTE * (unsigned)(frame->bytes % BYTES_PER_WORD);
  *word = (place == 0 ? 0 : *word) | (uint32_t)byte << place;
  ++frame->bytes;
  return 0;
}
