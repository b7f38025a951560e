/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/xpk_access.h"

enum { REGISTER_MAP_VERSION = 1 };
static const uint32_t ChipId = 0x58504B31U; /* ASCII XPK1 */
static const uint32_t DefaultPolls = 10000000U;
static const uint32_t LongestResult = 1U << 20U; /* words; a chip has at most 65,537 */

int xpk_open(xpk_device* device, const xpk_transport* transport) {
  uint32_t id = 0;
  uint32_t version = 0;
  device->transport = *transport;
  device->poll_limit = DefaultPolls;
  device->error[0] = '\0';
  int status = xpk_read(device, XPIKE_REG_ID, &id);
  if (status == XPK_OK) status = xpk_read(device, XPIKE_REG_VERSION, &version);
  if (status != XPK_OK) return status;
  if (id != ChipId || version != REGISTER_MAP_VERSION) {
    return xpk_fail(device, XPK_NO_CHIP, "chip: ID is 0x%08x, version %u, wanted 0x%08x, %u",
                    (unsigned)id, (unsigned)version, (unsigned)ChipId,
                    (unsigned)REGISTER_MAP_VERSION);
  }
  status = xpk_read_many(device, XPIKE_REG_SHAPE, device->shape, XPIKE_COUNT_SHAPE);
  return status != XPK_OK ? status : xpk_reset(device);
}

/* Takes what is left of result packets, ends of packets that were cut off included. */
static int drain_results(xpk_device* device) {
  for (uint32_t words = 0; words < LongestResult; ++words) {
    uint32_t host_status = 0;
    uint32_t word = 0;
    int status = xpk_read(device, XPIKE_REG_HOST_STATUS, &host_status);
    if (status != XPK_OK || (host_status & XPIKE_MASK_HOST_STATUS_RESULT_VALID) == 0) return status;
    status = xpk_read(device, XPIKE_REG_RESULT_WORD, &word);
    if (status != XPK_OK) return status;
  }
  return xpk_fail(device, XPK_NO_CHIP, "chip: results do not end");
}

int xpk_reset(xpk_device* device) {
  int status = xpk_write(device, XPIKE_REG_CONTROL, XPIKE_MASK_CONTROL_CLEAR);
  if (status == XPK_OK) status = drain_results(device);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_HOST_MODE, XPIKE_MASK_HOST_MODE_WORDS);
  if (status == XPK_OK) status = xpk_check_causes(device, "reset");
  return status;
}

int xpk_events(xpk_device* device, uint64_t counts[XPIKE_EVENTS]) {
  uint32_t words[2 * XPIKE_EVENTS]; /* the low one first */
  const int status = xpk_read_many(device, XPIKE_REG_EVENTS, words, 2 * XPIKE_EVENTS);
  for (uint32_t i = 0; status == XPK_OK && i < XPIKE_EVENTS; ++i) {
    counts[i] = words[2 * i] | (uint64_t)words[2 * i + 1] << 32U;
  }
  return status;
}
