/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/xpk_access.h"

enum { MAX_VECTORS = 1024, MAX_DENSITY = 256 };

/* Field `matrix` of TARGET; between EMBED and HEAD lie those of a layer. */
enum { EMBED = 0, FF1 = 5, FF2 = 6, HEAD = 7 };

int xpk_calibrate(xpk_device* device, const xpk_calibration* pass, bool* silent) {
  if (pass->vectors < 1 || pass->vectors > MAX_VECTORS || pass->density < 1 ||
      pass->density > MAX_DENSITY) {
    return xpk_fail(device, XPK_SIZE,
                    "calibration: %u vectors of density %u, must be 1..%u and 1..%u",
                    (unsigned)pass->vectors, (unsigned)pass->density, (unsigned)MAX_VECTORS,
                    (unsigned)MAX_DENSITY);
  }
  const uint32_t settings = pass->vectors << XPIKE_LSB_CALIBRATION_VECTORS |
                            pass->density << XPIKE_LSB_CALIBRATION_DENSITY |
                            (pass->baseline ? XPIKE_MASK_CALIBRATION_BASELINE : 0);
  uint32_t error = 0;
  int status = xpk_reset(device);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_CALIBRATION, settings);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_CALIBRATION_SEED, pass->seed);
  if (status == XPK_OK) {
    status = xpk_write(device, XPIKE_REG_CONTROL, XPIKE_MASK_CONTROL_CALIBRATE);
  }
  if (status == XPK_OK) {
    status = xpk_wait(device, XPIKE_REG_STATUS, XPIKE_MASK_STATUS_BUSY, 0, "calibration");
  }
  if (status == XPK_OK) status = xpk_read(device, XPIKE_REG_ERROR, &error);
  *silent = (error & XPIKE_MASK_ERROR_SILENT) != 0;
  if (status == XPK_OK && *silent) {
    status = xpk_write(device, XPIKE_REG_ERROR, XPIKE_MASK_ERROR_SILENT);
  }
  return status != XPK_OK ? status : xpk_check_causes(device, "calibration");
}

/* Row blocks of a matrix of the build that have a gain of their own. */
static uint32_t blocks_of(const xpk_device* device, uint32_t matrix) {
  const uint32_t columns = device->shape[XPK_ARRAY_COLS];
  const uint32_t width = matrix == FF1 ? device->shape[XPK_FF]
                                       : device->shape[XPK_HEADS] * device->shape[XPK_HEAD_DIM];
  return matrix == HEAD ? 1 : (width + columns - 1) / columns;
}

size_t xpk_row_block_count(const xpk_device* device, uint32_t depth) {
  size_t layer = 0;
  for (uint32_t matrix = EMBED + 1; matrix <= FF2; ++matrix) layer += blocks_of(device, matrix);
  return blocks_of(device, EMBED) + depth * layer + blocks_of(device, HEAD);
}

/* Reads the blocks of one matrix. */
static int read_matrix(xpk_device* device, uint32_t matrix, uint32_t layer, xpk_row_block** next) {
  for (uint32_t i = 0; i < blocks_of(device, matrix); ++i) {
    xpk_row_block* const block = (*next)++;
    uint32_t words[3] = {0}; /* CALIBRATION_SUM, CALIBRATION_SUM0, GAIN */
    block->target = matrix << XPIKE_LSB_TARGET_MATRIX | layer << XPIKE_LSB_TARGET_LAYER |
                    i << XPIKE_LSB_TARGET_ROW_BLOCK;
    int status = xpk_write(device, XPIKE_REG_TARGET, block->target);
    if (status == XPK_OK) status = xpk_read_many(device, XPIKE_REG_CALIBRATION_SUM, words, 3);
    if (status != XPK_OK) return status;
    block->sum = words[0];
    block->sum0 = words[1];
    block->gain = (words[2] & XPIKE_MASK_GAIN_GAIN) >> XPIKE_LSB_GAIN_GAIN;
  }
  return XPK_OK;
}

int xpk_read_row_blocks(xpk_device* device, uint32_t depth, xpk_row_block* blocks) {
  xpk_row_block* next = blocks;
  if (depth < 1 || depth > device->shape[XPK_DEPTH]) {
    return xpk_fail(device, XPK_SIZE, "row blocks: depth is %u, must be 1..%u", (unsigned)depth,
                    (unsigned)device->shape[XPK_DEPTH]);
  }
  int status = read_matrix(device, EMBED, 0, &next);
  for (uint32_t layer = 0; layer < depth; ++layer) {
    for (uint32_t matrix = EMBED + 1; status == XPK_OK && matrix <= FF2; ++matrix) {
      status = read_matrix(device, matrix, layer, &next);
    }
  }
  if (status == XPK_OK) status = read_matrix(device, HEAD, 0, &next);
  return status != XPK_OK ? status : xpk_check_causes(device, "row blocks");
}

int xpk_restore_sums(xpk_device* device, const xpk_row_block* blocks, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    int status = xpk_write(device, XPIKE_REG_TARGET, blocks[i].target);
    if (status == XPK_OK) {
      status = xpk_write(device, XPIKE_REG_CALIBRATION_SUM0, blocks[i].sum0);
    }
    if (status != XPK_OK) return status;
  }
  return xpk_check_causes(device, "sums");
}
