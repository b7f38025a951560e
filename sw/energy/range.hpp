// SPDX-License-Identifier: Apache-2.0
// An estimate with its bounds.
#pragma once

namespace xpike::energy {

// low, mid and high belong together: arithmetic keeps them apart.
struct Range {
  double low = 0.0;
  double mid = 0.0;
  double high = 0.0;

  Range& operator+=(const Range& other) {
    low += other.low;
    mid += other.mid;
    high += other.high;
    return *this;
  }
  bool operator==(const Range&) const = default;
};

inline Range operator+(Range a, const Range& b) { return a += b; }
inline Range operator*(const Range& a, const Range& b) {
  return {a.low * b.low, a.mid * b.mid, a.high * b.high};
}
inline Range operator*(double factor, const Range& a) {
  return {factor * a.low, factor * a.mid, factor * a.high};
}
inline Range exactly(double value) { return {value, value, value}; }

// value of every corner, by a function of double.
template <class Function>
Range map(const Range& a, Function&& function) {
  return {function(a.low), function(a.mid), function(a.high)};
}

}  // namespace xpike::energy
