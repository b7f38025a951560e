/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "driver/xpk_access.h"
#include "driver/xpk_bundle.h"

/* Words that have gone to the cells of one array, for reading back. */
typedef struct cells {
  uint32_t target;
  uint32_t address; /* CELL_ADDRESS of the first one */
  uint32_t crc;
  uint32_t count;
} cells;

/* The chip reads the cells back by itself. */
static int verify_cells(xpk_device* device, const cells* written) {
  uint32_t crc = 0;
  if (written->count == 0) return XPK_OK;
  int status = xpk_write(device, XPIKE_REG_TARGET, written->target);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_CELL_ADDRESS, written->address);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_WINDOW_CRC, 0);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_VERIFY, written->count);
  if (status == XPK_OK) {
    status = xpk_wait(device, XPIKE_REG_HOST_STATUS, XPIKE_MASK_HOST_STATUS_VERIFYING, 0, "verify");
  }
  if (status == XPK_OK) status = xpk_read(device, XPIKE_REG_WINDOW_CRC, &crc);
  if (status == XPK_OK) status = xpk_check_causes(device, "verify");
  if (status == XPK_OK && crc != written->crc) {
    status = xpk_fail(device, XPK_VERIFY, "target 0x%06x: %u cells read back differently",
                      (unsigned)written->target, (unsigned)written->count);
  }
  return status;
}

static uint32_t record_words(uint32_t head) {
  return (head & XPK_RECORD_COUNT) >> XPK_RECORD_COUNT_LSB;
}

/* Makes the writes of one record, and keeps track of cells and of the CRC of the windows. */
static int execute_record(xpk_device* device, uint32_t head, const uint32_t* words, cells* written,
                          uint32_t* window_crc) {
  const uint32_t first = head & XPK_RECORD_ADDRESS;
  const uint32_t count = record_words(head);
  if ((head & XPK_RECORD_INCREMENT) == 0) {
    const int status = xpk_write_many(device, first, words, count);
    if (xpk_is_window(first)) *window_crc = xpk_crc32(*window_crc, words, count);
    if (first == XPIKE_REG_CELL_DATA) {
      written->crc = xpk_crc32(written->crc, words, count);
      written->count += count;
    }
    return status;
  }
  for (uint32_t i = 0; i < count; ++i) {
    const int status = xpk_write(device, first + i, words[i]);
    if (status != XPK_OK) return status;
    if (xpk_is_window(first + i)) *window_crc = xpk_crc32(*window_crc, &words[i], 1);
    if (first + i == XPIKE_REG_TARGET) written->target = words[i];
    if (first + i == XPIKE_REG_CELL_ADDRESS) written->address = words[i];
  }
  return XPK_OK;
}

/* Makes the writes of a packet through the registers. The last word is its CRC. */
static int execute_packet(xpk_device* device, const uint32_t* words, uint32_t count,
                          cells* written) {
  uint32_t window_crc = 0;
  uint32_t seen_crc = 0;
  int status = xpk_write(device, XPIKE_REG_WINDOW_CRC, 0);
  for (uint32_t i = 0; status == XPK_OK && i + 1 < count; i += 1 + record_words(words[i])) {
    status = execute_record(device, words[i], &words[i + 1], written, &window_crc);
  }
  if (status == XPK_OK) status = xpk_check_causes(device, "program");
  if (status == XPK_OK) status = xpk_read(device, XPIKE_REG_WINDOW_CRC, &seen_crc);
  if (status == XPK_OK && seen_crc != window_crc) {
    status = xpk_fail(device, XPK_VERIFY, "program: CRC of the windows is 0x%08x, wanted 0x%08x",
                      (unsigned)seen_crc, (unsigned)window_crc);
  }
  return status;
}

/* Lets the chip execute a packet. */
static int stream_packet(xpk_device* device, const uint32_t* words, uint32_t count) {
  uint32_t before = 0;
  const int status = xpk_read(device, XPIKE_REG_PROGRAM_PACKETS, &before);
  if (status != XPK_OK) return status;
  if (device->transport.program(device->transport.context, words, count) != 0) {
    return xpk_fail(device, XPK_TRANSPORT, "program packet: sending failed");
  }
  for (uint32_t polls = 0; polls < device->poll_limit; ++polls) {
    uint32_t packets = 0;
    int polled = xpk_read(device, XPIKE_REG_PROGRAM_PACKETS, &packets);
    if (polled == XPK_OK && packets != before) return XPK_OK;
    if (polled == XPK_OK) polled = xpk_check_causes(device, "program packet");
    if (polled != XPK_OK) return polled;
  }
  return xpk_fail(device, XPK_TIMEOUT, "program packet: does not end");
}

/* Whether the records of a packet end where its CRC is, and the CRC is right. */
static bool packet_is_whole(const uint32_t* words, uint32_t count) {
  uint32_t i = 0;
  while (i + 1 < count) {
    const uint32_t length = record_words(words[i]);
    if (length == 0 || length >= count - 1 - i) return false;
    i += 1 + length;
  }
  return i + 1 == count && words[i] == xpk_crc32(0, words, i);
}

static int check_head(xpk_device* device, const uint32_t* words, size_t count) {
  if (count < XPK_BUNDLE_HEAD + 1 || words[0] != XPK_BUNDLE_MAGIC) {
    return xpk_fail(device, XPK_BUNDLE, "bundle: does not begin with XPKB");
  }
  if (words[1] != XPK_BUNDLE_VERSION) {
    return xpk_fail(device, XPK_BUNDLE, "bundle: version %u, this driver knows %u",
                    (unsigned)words[1], XPK_BUNDLE_VERSION);
  }
  if (words[2] != count || words[count - 1] != xpk_crc32(0, words, count - 1)) {
    return xpk_fail(device, XPK_BUNDLE, "bundle: is damaged: %u words, CRC or length wrong",
                    (unsigned)count);
  }
  for (uint32_t i = 0; i < XPIKE_COUNT_SHAPE; ++i) {
    if (words[XPK_BUNDLE_SHAPE + i] != device->shape[i]) {
      return xpk_fail(device, XPK_SHAPE,
                      "bundle: for another build of the chip: SHAPE[%u] is %u, the chip's is %u",
                      (unsigned)i, (unsigned)words[XPK_BUNDLE_SHAPE + i],
                      (unsigned)device->shape[i]);
    }
  }
  return XPK_OK;
}

/* Walks the packets; with `execute` also loads them. */
static int walk_packets(xpk_device* device, const uint32_t* words, size_t count, bool execute,
                        bool verify) {
  size_t place = XPK_BUNDLE_HEAD;
  const size_t end = count - 1;
  for (uint32_t packet = 0; packet < words[XPK_BUNDLE_PACKETS]; ++packet) {
    if (place == end || words[place] == 0 || words[place] > end - place - 1 ||
        !packet_is_whole(&words[place + 1], words[place])) {
      return xpk_fail(device, XPK_BUNDLE, "bundle: program packet %u is damaged", (unsigned)packet);
    }
    const uint32_t* const first = &words[place + 1];
    const uint32_t length = words[place];
    place += 1 + (size_t)length;
    if (!execute) continue;
    cells written = {0, 0, 0, 0};
    const bool stream = device->transport.program != NULL && !verify;
    int status = stream ? stream_packet(device, first, length)
                        : execute_packet(device, first, length, &written);
    if (status == XPK_OK && verify) status = verify_cells(device, &written);
    if (status != XPK_OK) return status;
  }
  if (place != end) return xpk_fail(device, XPK_BUNDLE, "bundle: words behind its last packet");
  return XPK_OK;
}

int xpk_load(xpk_device* device, const uint32_t* words, size_t count, bool verify) {
  /* Everything is looked at before anything is written. */
  int status = check_head(device, words, count);
  if (status == XPK_OK) status = walk_packets(device, words, count, false, false);
  if (status == XPK_OK) status = xpk_reset(device);
  if (status == XPK_OK) status = walk_packets(device, words, count, true, verify);
  return status;
}

int xpk_load_file(xpk_device* device, const char* path, bool verify) {
  FILE* const file = fopen(path, "rb");
  if (file == NULL) return xpk_fail(device, XPK_BUNDLE, "%.100s: cannot be read", path);
  uint32_t* words = NULL;
  size_t count = 0;
  size_t room = 0;
  unsigned char bytes[4];
  size_t got = 0;
  int status = XPK_OK;
  while ((got = fread(bytes, 1, sizeof bytes, file)) == sizeof bytes) {
    if (count == room) {
      const size_t more = room == 0 ? 1024 : 2 * room;
      uint32_t* const larger = realloc(words, more * sizeof *words);
      if (larger == NULL) {
        status = xpk_fail(device, XPK_BUNDLE, "%.100s: needs more memory than there is", path);
        break;
      }
      words = larger;
      room = more;
    }
    words[count++] = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8U | (uint32_t)bytes[2] << 16U |
                     (uint32_t)bytes[3] << 24U;
  }
  if (status == XPK_OK && (got != 0 || ferror(file) != 0)) {
    status = xpk_fail(device, XPK_BUNDLE, "%.100s: is not a number of 32-bit words", path);
  }
  (void)fclose(file);
  if (status == XPK_OK) status = xpk_load(device, words, count, verify);
  free(words);
  return status;
}
