// SPDX-License-Identifier: Apache-2.0
#include "uart_pty.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "model/error.hpp"

namespace xpike::sim {

namespace {

constexpr int kCyclesPerTurn = 2000;  // a small part of the time-out of the bridge
constexpr int kRestMs = 1;

[[noreturn]] void fail(const char* what) {
  throw Error("pseudo-terminal", what, std::generic_category().message(errno));
}

}  // namespace

UartPty::UartPty(UartChip& chip) : chip_(chip) {
  master_ = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master_ < 0) fail("open");
  std::array<char, 128> name{};
  if (grantpt(master_) != 0 || unlockpt(master_) != 0 ||
      ptsname_r(master_, name.data(), name.size()) != 0) {
    fail("name");
  }
  path_ = name.data();
  slave_ = open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios settings{};
  if (slave_ < 0 || tcgetattr(slave_, &settings) != 0) fail("settings");
  cfmakeraw(&settings);
  if (tcsetattr(slave_, TCSANOW, &settings) != 0) fail("settings");
}

UartPty::~UartPty() {
  if (slave_ >= 0) close(slave_);
  if (master_ >= 0) close(master_);
}

void UartPty::serve(const std::function<bool()>& stop) {
  std::array<std::uint8_t, 512> bytes{};
  while (!stop()) {
    // Bytes wait in the pseudo-terminal while others are on the line.
    if (chip_.sent()) {
      pollfd entry{.fd = master_, .events = POLLIN, .revents = 0};
      if (poll(&entry, 1, kRestMs) < 0 && errno != EINTR) fail("poll");
      if ((entry.revents & POLLIN) != 0) {
        const ssize_t got = read(master_, bytes.data(), bytes.size());
        if (got < 0 && errno != EINTR) fail("read");
        for (ssize_t i = 0; i < got; ++i) chip_.send(bytes.at(static_cast<std::size_t>(i)));
      }
    }
    for (int i = 0; i < kCyclesPerTurn; ++i) chip_.cycle();
    auto& received = chip_.received();
    const std::vector<std::uint8_t> out(received.begin(), received.end());
    received.clear();
    for (std::size_t sent = 0; sent < out.size();) {
      const ssize_t count = write(master_, out.data() + sent, out.size() - sent);
      if (count < 0 && errno != EINTR) fail("write");
      if (count > 0) sent += static_cast<std::size_t>(count);
    }
  }
}

}  // namespace xpike::sim
