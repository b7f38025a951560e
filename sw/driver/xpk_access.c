/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/xpk_access.h"

#include <stdarg.h>
#include <stdio.h>

int xpk_fail(xpk_device* device, int status, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(device->error, sizeof device->error, format, arguments);
  va_end(arguments);
  return status;
}

const char* xpk_error_text(const xpk_device* device) { return device->error; }

static int transport_failed(xpk_device* device, uint32_t address, const char* what) {
  const xpk_transport* const below = &device->transport;
  const char* const why = below->failure != NULL ? below->failure(below->context) : "";
  return xpk_fail(device, XPK_TRANSPORT, "register 0x%03x: %s failed%s%s", (unsigned)address, what,
                  why[0] != '\0' ? ": " : "", why);
}

int xpk_write_many(xpk_device* device, uint32_t address, const uint32_t* words, size_t count) {
  if (device->transport.write(device->transport.context, address, words, count) != 0) {
    return transport_failed(device, address, "write");
  }
  return XPK_OK;
}

int xpk_write(xpk_device* device, uint32_t address, uint32_t word) {
  return xpk_write_many(device, address, &word, 1);
}

int xpk_read(xpk_device* device, uint32_t address, uint32_t* word) {
  if (device->transport.read(device->transport.context, address, word) != 0) {
    return transport_failed(device, address, "read");
  }
  return XPK_OK;
}

int xpk_read_many(xpk_device* device, uint32_t address, uint32_t* words, size_t count) {
  const xpk_transport* const below = &device->transport;
  if (below->read_many != NULL) {
    if (below->read_many(below->context, address, words, count) == 0) return XPK_OK;
    return transport_failed(device, address, "read");
  }
  for (size_t i = 0; i < count; ++i) {
    const int status = xpk_read(device, address + (uint32_t)i, &words[i]);
    if (status != XPK_OK) return status;
  }
  return XPK_OK;
}

int xpk_wait(xpk_device* device, uint32_t address, uint32_t mask, uint32_t value,
             const char* what) {
  for (uint32_t polls = 0; polls < device->poll_limit; ++polls) {
    uint32_t word = 0;
    const int status = xpk_read(device, address, &word);
    if (status != XPK_OK) return status;
    if ((word & mask) == value) return XPK_OK;
    if (device->transport.idle != NULL && device->transport.idle(device->transport.context) != 0) {
      return xpk_fail(device, XPK_TRANSPORT, "%s: waiting failed", what);
    }
  }
  return xpk_fail(device, XPK_TIMEOUT, "%s: nothing after %u polls", what,
                  (unsigned)device->poll_limit);
}

int xpk_check_causes(xpk_device* device, const char* what) {
  uint32_t cause = 0;
  uint32_t error = 0;
  uint32_t address = 0;
  int status = xpk_read(device, XPIKE_REG_CAUSE, &cause);
  if (status == XPK_OK) status = xpk_read(device, XPIKE_REG_ERROR, &error);
  if (status == XPK_OK) status = xpk_read(device, XPIKE_REG_CAUSE_ADDRESS, &address);
  if (status != XPK_OK || (cause == 0 && error == 0)) return status;
  status = xpk_write(device, XPIKE_REG_ERROR, error);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_CAUSE, cause);
  if (status != XPK_OK) return status;
  return xpk_fail(
      device, XPK_REFUSED, "%s: refused (CAUSE 0x%x, ERROR 0x%x, first at register 0x%03x)", what,
      (unsigned)cause, (unsigned)error, (unsigned)(address & XPIKE_MASK_CAUSE_ADDRESS_ADDRESS));
}

bool xpk_is_window(uint32_t address) {
  return address == XPIKE_REG_CELL_DATA || address == XPIKE_REG_NEURON ||
         address == XPIKE_REG_CONVERTER;
}

uint32_t xpk_crc32(uint32_t crc, const uint32_t* words, size_t count) {
  uint32_t state = ~crc;
  for (size_t i = 0; i < count; ++i) {
    state ^= words[i];
    for (int bit = 0; bit < 32; ++bit) {
      state = (state >> 1U) ^ ((state & 1U) != 0 ? 0xEDB88320U : 0U);
    }
  }
  return ~state;
}
