/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/xpk_access.h"

enum { LARGEST_INTENSITY = 256, SPIKES_PER_WORD = 32 };

static size_t divide_up(size_t a, size_t b) { return (a + b - 1) / b; }

/* Words of a token, or of a token-step of spikes: whole beats. */
static size_t words_of_token(const xpk_device* device, const xpk_run_options* options) {
  const size_t beat = device->shape[XPK_INPUT_WORDS];
  const size_t words = divide_up(options->rows, options->spikes ? SPIKES_PER_WORD : 2);
  return divide_up(words, beat) * beat;
}

static size_t tokens_sent(const xpk_run_options* options) {
  return (size_t)options->tokens * (options->spikes ? options->steps : 1);
}

size_t xpk_input_words(const xpk_device* device, const xpk_run_options* options) {
  return tokens_sent(options) * words_of_token(device, options);
}

int xpk_result_words(xpk_device* device, const xpk_run_options* options, size_t* words) {
  uint32_t classes = 0;
  const int status = xpk_read(device, XPIKE_REG_CLASSES, &classes);
  *words = (size_t)classes * (options->anytime ? options->steps : 1) + 1;
  return status;
}

static int check_range(xpk_device* device, const char* name, uint32_t value, enum xpk_shape limit) {
  if (value >= 1 && value <= device->shape[limit]) return XPK_OK;
  return xpk_fail(device, XPK_SIZE, "run: %s is %u, must be 1..%u", name, (unsigned)value,
                  (unsigned)device->shape[limit]);
}

static int check_options(xpk_device* device, const xpk_run_options* options) {
  int status = check_range(device, "tokens", options->tokens, XPK_TOKENS);
  if (status == XPK_OK) status = check_range(device, "steps", options->steps, XPK_STEPS);
  if (status == XPK_OK) status = check_range(device, "rows", options->rows, XPK_INPUT_ROWS);
  return status;
}

int xpk_make_packet(xpk_device* device, const xpk_run_options* options, const uint16_t* values,
                    uint32_t* packet) {
  const int status = check_options(device, options);
  if (status != XPK_OK) return status;
  const size_t words = words_of_token(device, options);
  const unsigned largest = options->spikes ? 1 : LARGEST_INTENSITY;
  for (size_t token = 0; token < tokens_sent(options); ++token) {
    uint32_t* const out = packet + token * words;
    for (size_t i = 0; i < words; ++i) out[i] = 0;
    for (size_t row = 0; row < options->rows; ++row) {
      const uint32_t value = values[token * options->rows + row];
      if (value > largest) {
        return xpk_fail(device, XPK_SIZE, "packet: value %u is above %u", (unsigned)value, largest);
      }
      if (options->spikes) {
        out[row / SPIKES_PER_WORD] |= value << (row % SPIKES_PER_WORD);
      } else {
        out[row / 2] |= value << (row % 2 == 0 ? 0U : 16U);
      }
    }
  }
  return XPK_OK;
}

/* Gives the field of a register another value. */
static int change(xpk_device* device, uint32_t address, uint32_t mask, uint32_t bits) {
  uint32_t word = 0;
  const int status = xpk_read(device, address, &word);
  return status != XPK_OK ? status : xpk_write(device, address, (word & ~mask) | bits);
}

static int configure(xpk_device* device, const xpk_run_options* options) {
  int status = xpk_write(device, XPIKE_REG_N_TOKENS, options->tokens);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_STEPS, options->steps);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_SEED, options->seed);
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_IMAGE, options->image);
  if (status == XPK_OK) {
    status = change(device, XPIKE_REG_MODE, XPIKE_MASK_MODE_ANYTIME,
                    options->anytime ? XPIKE_MASK_MODE_ANYTIME : 0);
  }
  if (status == XPK_OK) {
    status = change(
        device, XPIKE_REG_INPUT, XPIKE_MASK_INPUT_SPIKES | XPIKE_MASK_INPUT_ROWS,
        (options->spikes ? XPIKE_MASK_INPUT_SPIKES : 0) | options->rows << XPIKE_LSB_INPUT_ROWS);
  }
  return status;
}

/* Reads the result packet, word by word as they come. */
static int take_result(xpk_device* device, uint32_t* result, size_t result_words) {
  for (size_t i = 0; i < result_words; ++i) {
    uint32_t host_status = 0;
    int status = xpk_wait(device, XPIKE_REG_HOST_STATUS, XPIKE_MASK_HOST_STATUS_RESULT_VALID,
                          XPIKE_MASK_HOST_STATUS_RESULT_VALID, "result");
    if (status == XPK_OK) status = xpk_read(device, XPIKE_REG_HOST_STATUS, &host_status);
    if (status == XPK_OK) status = xpk_read(device, XPIKE_REG_RESULT_WORD, &result[i]);
    if (status != XPK_OK) return status;
    const bool last = (host_status & XPIKE_MASK_HOST_STATUS_RESULT_LAST) != 0;
    if (last != (i + 1 == result_words) || (host_status & XPIKE_MASK_HOST_STATUS_RESULT_CUT) != 0) {
      return xpk_fail(device, XPK_SIZE, "result: has another length than %u words",
                      (unsigned)result_words);
    }
  }
  return XPK_OK;
}

int xpk_run(xpk_device* device, const xpk_run_options* options, const uint32_t* packet,
            size_t packet_words, uint32_t* result, size_t result_words) {
  size_t expected = 0;
  int status = check_options(device, options);
  if (status == XPK_OK) status = xpk_result_words(device, options, &expected);
  if (status != XPK_OK) return status;
  if (packet_words != xpk_input_words(device, options) || result_words != expected) {
    return xpk_fail(device, XPK_SIZE, "run: packets of %u and %u words, must have %u and %u",
                    (unsigned)packet_words, (unsigned)result_words,
                    (unsigned)xpk_input_words(device, options), (unsigned)expected);
  }
  status = xpk_reset(device);
  if (status == XPK_OK) status = configure(device, options);
  /* An idle chip takes the words of a packet faster than any bus brings them. */
  if (status == XPK_OK) {
    status = xpk_write_many(device, XPIKE_REG_INPUT_WORD, packet, packet_words - 1);
  }
  if (status == XPK_OK) {
    status = xpk_write(device, XPIKE_REG_INPUT_LAST, packet[packet_words - 1]);
  }
  if (status == XPK_OK) status = xpk_check_causes(device, "input packet");
  if (status == XPK_OK) status = xpk_write(device, XPIKE_REG_CONTROL, XPIKE_MASK_CONTROL_START);
  if (status == XPK_OK) status = xpk_check_causes(device, "start");
  if (status == XPK_OK) status = take_result(device, result, result_words);
  if (status == XPK_OK) {
    status = xpk_wait(device, XPIKE_REG_STATUS, XPIKE_MASK_STATUS_BUSY, 0, "end of the run");
  }
  return status;
}
