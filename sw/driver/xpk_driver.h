/* SPDX-License-Identifier: Apache-2.0 */
/* Driver of the accelerator behind its host interface (xpk_axi_top) or its UART (xpk_uart_bridge).
 * C11, no dependency, no heap but in xpk_load_file.
 *
 * All it needs is a transport: functions that write and read 32-bit registers. Packets go through
 * registers as well (HOST_MODE.words). One device is used by one thread at a time. docs/host.md
 * shows how; docs/registers.md has the registers.
 *
 * Functions return XPK_OK or an error, and then xpk_error_text() is one line that says more. A
 * device stays usable after every error: the next xpk_run or xpk_reset begins with a clear.
 */
#ifndef XPK_DRIVER_H
#define XPK_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xpike_regs.h>

#ifdef __cplusplus
extern "C" {
#endif

enum xpk_status {
  XPK_OK = 0,
  XPK_TRANSPORT, /* the transport failed */
  XPK_NO_CHIP,   /* no chip with this register map answers */
  XPK_BUNDLE,    /* the bundle is damaged or of an unknown version */
  XPK_SHAPE,     /* the bundle is for another build of the chip */
  XPK_REFUSED,   /* the chip refused an access or a packet: CAUSE and ERROR said why */
  XPK_VERIFY,    /* what was written is not what was read back */
  XPK_TIMEOUT,   /* no answer within poll_limit polls */
  XPK_SIZE       /* an argument is out of range, or a packet has the wrong length */
};

/* Registers by word address, as in xpike_regs.h. Functions return 0, or anything else if they
 * failed. Those behind `read` may be NULL. */
typedef struct xpk_transport {
  void* context;
  /* Writes words, in order, all to the same address. */
  int (*write)(void* context, uint32_t address, const uint32_t* words, size_t count);
  int (*read)(void* context, uint32_t address, uint32_t* word);
  /* Sends a program packet to the AXI4-Stream port, by which loading is faster. */
  int (*program)(void* context, const uint32_t* words, size_t count);
  /* Called between polls: waits for an interrupt, or for a moment. */
  int (*idle)(void* context);
  /* Reads the registers from `address` on, one word of each. */
  int (*read_many)(void* context, uint32_t address, uint32_t* words, size_t count);
  /* Why the last function failed: one line, or empty. */
  const char* (*failure)(void* context);
} xpk_transport;

#define XPK_ERROR_BYTES 160

typedef struct xpk_device {
  xpk_transport transport;
  uint32_t shape[XPIKE_COUNT_SHAPE]; /* register SHAPE */
  uint32_t poll_limit;               /* polls before XPK_TIMEOUT; may be changed */
  char error[XPK_ERROR_BYTES];
} xpk_device;

/* Places in `shape`. */
enum xpk_shape {
  XPK_TOKENS,
  XPK_HEADS,
  XPK_HEAD_DIM,
  XPK_FF,
  XPK_DEPTH,
  XPK_STEPS,
  XPK_INPUT_ROWS,
  XPK_CLASSES,
  XPK_ARRAY_ROWS,
  XPK_ARRAY_COLS,
  XPK_CONVERTERS,
  XPK_ADC_CYCLES,
  XPK_INPUT_WORDS,
  XPK_TILE_TOKENS
};

/* Finds the chip, clears it, and directs packets through registers. */
int xpk_open(xpk_device* device, const xpk_transport* transport);

/* Stops whatever runs; conductances, neurons and configuration stay. */
int xpk_reset(xpk_device* device);

/* Loads a bundle that `xpike pack` has written: `count` words, those of the file, little-endian
 * there. Every array is checked by the CRC of the words that reached it; with `verify` the chip
 * also reads every cell back. */
int xpk_load(xpk_device* device, const uint32_t* words, size_t count, bool verify);
int xpk_load_file(xpk_device* device, const char* path, bool verify);

/* One inference. What a bundle has configured and is not named here stays. */
typedef struct xpk_run_options {
  uint32_t tokens; /* 1..shape */
  uint32_t steps;  /* 1..shape */
  uint32_t rows;   /* rows sent per token or token-step, 1..shape */
  uint32_t seed;
  uint32_t image; /* number of the image, which chooses the random streams */
  bool spikes;    /* the packet carries spikes, not intensities */
  bool anytime;   /* scores after every time step, not only after the last */
} xpk_run_options;

/* Words of the input and the result packet of a run. */
size_t xpk_input_words(const xpk_device* device, const xpk_run_options* options);
int xpk_result_words(xpk_device* device, const xpk_run_options* options, size_t* words);

/* Makes the input packet of a run from intensities 0..256, values[token * rows + row], or from
 * spikes 0 or 1, values[(token * steps + step) * rows + row]. `packet` has xpk_input_words(). */
int xpk_make_packet(xpk_device* device, const xpk_run_options* options, const uint16_t* values,
                    uint32_t* packet);

/* Clears counters and chip, runs the packet, and takes the result: class by class the scores (after
 * every time step, or the last), then the predicted class. `result` has xpk_result_words(). */
int xpk_run(xpk_device* device, const xpk_run_options* options, const uint32_t* packet,
            size_t packet_words, uint32_t* result, size_t result_words);

/* A calibration pass: random vectors through all arrays measure what drift has left of them
 * (docs/architecture.md#drift-compensation). */
typedef struct xpk_calibration {
  uint32_t vectors; /* 1..1024 */
  uint32_t density; /* rows driven, in 256ths, 1..256; 51 is the density of spikes */
  uint32_t seed;
  bool baseline; /* right after programming: keeps the sums. Otherwise they correct the gains */
} xpk_calibration;

/* Runs a pass, of the layers that the network has. `silent` says whether a row block answered with
 * a sum of 0, so that its gain stays. */
int xpk_calibrate(xpk_device* device, const xpk_calibration* pass, bool* silent);

/* What passes have found of a row block, or of all row blocks of the head together. */
typedef struct xpk_row_block {
  uint32_t target; /* register TARGET */
  uint32_t sum;    /* of the last pass */
  uint32_t sum0;   /* of the last baseline pass */
  uint32_t gain;   /* in use, 8.8 fixed point */
} xpk_row_block;

/* Number of row blocks of a network of `depth` layers: EMBED, then of every layer Q, K, V, PROJ,
 * FF1 and FF2, then one for HEAD. */
size_t xpk_row_block_count(const xpk_device* device, uint32_t depth);
/* Reads them, in this order. */
int xpk_read_row_blocks(xpk_device* device, uint32_t depth, xpk_row_block* blocks);
/* Writes sum0 back, into a chip that has been without power. */
int xpk_restore_sums(xpk_device* device, const xpk_row_block* blocks, size_t count);

/* All event counters, of the last run: counts[XPIKE_EVENT_...]. */
int xpk_events(xpk_device* device, uint64_t counts[XPIKE_EVENTS]);

/* One line about the last error. */
const char* xpk_error_text(const xpk_device* device);

#ifdef __cplusplus
}
#endif

#endif
