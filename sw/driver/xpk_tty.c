/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* cfmakeraw, TIOCEXCL and rates above 38400 */
#include "driver/xpk_tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

typedef struct rate_code {
  unsigned long rate;
  speed_t code;
} rate_code;

static const rate_code rates[] = {
    {9600, B9600},       {19200, B19200},     {38400, B38400},     {57600, B57600},
    {115200, B115200},   {230400, B230400},   {460800, B460800},   {500000, B500000},
    {921600, B921600},   {1000000, B1000000}, {1500000, B1500000}, {2000000, B2000000},
    {3000000, B3000000}, {4000000, B4000000},
};

static const rate_code* find_rate(unsigned long rate) {
  for (size_t i = 0; i < sizeof rates / sizeof rates[0]; ++i) {
    if (rates[i].rate == rate) return &rates[i];
  }
  return NULL;
}

bool xpk_tty_has_rate(unsigned long rate) { return find_rate(rate) != NULL; }

/* Waits until the file can be read or written. Returns 1, 0 after the time-out, or -1. */
static int wait_for(int file, short events, int timeout_ms) {
  struct pollfd entry = {.fd = file, .events = events};
  int ready = 0;
  do {
    ready = poll(&entry, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  if (ready > 0 && (entry.revents & events) == 0) return -1; /* hung up */
  return ready;
}

static int send_bytes(void* context, const uint8_t* bytes, size_t count) {
  const xpk_tty* const tty = context;
  while (count != 0) {
    const ssize_t sent = write(tty->file, bytes, count);
    if (sent < 0 && errno != EINTR && errno != EAGAIN) return -1;
    if (sent < 0 && errno == EAGAIN && wait_for(tty->file, POLLOUT, -1) < 0) return -1;
    if (sent > 0) {
      bytes += sent;
      count -= (size_t)sent;
    }
  }
  return 0;
}

static long receive_bytes(void* context, uint8_t* bytes, size_t room, unsigned timeout_ms) {
  const xpk_tty* const tty = context;
  const int ready = wait_for(tty->file, POLLIN, (int)timeout_ms);
  if (ready <= 0) return ready;
  const ssize_t got = read(tty->file, bytes, room);
  if (got > 0) return got;
  return got < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
}

/* Raw bytes, eight bits, no parity, no flow control; reads and writes do not block. */
static int configure(int file, speed_t code) {
  struct termios settings;
  if (tcgetattr(file, &settings) != 0) return -1;
  cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
  settings.c_cc[VMIN] = 0;
  settings.c_cc[VTIME] = 0;
  if (cfsetispeed(&settings, code) != 0 || cfsetospeed(&settings, code) != 0) return -1;
  if (tcsetattr(file, TCSANOW, &settings) != 0) return -1;
  return tcflush(file, TCIOFLUSH);
}

int xpk_tty_open(xpk_tty* tty, const char* path, unsigned long rate, xpk_uart_line* line) {
  const rate_code* const found = find_rate(rate);
  tty->file = -1;
  if (found == NULL) {
    errno = EINVAL;
    return -1;
  }
  tty->file = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (tty->file < 0) return -1;
  if (configure(tty->file, found->code) != 0 || ioctl(tty->file, TIOCEXCL) != 0) {
    const int error = errno;
    xpk_tty_close(tty);
    errno = error;
    return -1;
  }
  const xpk_uart_line functions = {tty, send_bytes, receive_bytes};
  *line = functions;
  return 0;
}

void xpk_tty_close(xpk_tty* tty) {
  if (tty->file >= 0) (void)close(tty->file);
  tty->file = -1;
}
