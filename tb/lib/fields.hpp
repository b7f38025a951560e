// SPDX-License-Identifier: Apache-2.0
// Packed structs as flat vector ports. Both classes go through the members from bit 0 upwards,
// which is the last member of the SystemVerilog struct first, so that one function can describe a
// struct for writing and for reading:
//
//   template <class Fields, class Count> void fields_of(Fields& f, Count& count) {
//     f.field(14, count.spikes);
//     f.field(1, count.fire);
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "lib/bits.hpp"

namespace xpike::tb {

/// Puts values into a port; higher bits of a value are ignored.
template <class Port>
class FieldWriter {
 public:
  explicit FieldWriter(Port& port) : port_(port) {}
  template <class Value>
  void field(unsigned width, Value value) {
    set_bits(port_, lsb_, width, static_cast<std::uint64_t>(value));
    lsb_ += width;
  }

 private:
  Port& port_;
  std::size_t lsb_ = 0;
};

/// Takes values from a port; a variable of signed type, wider than the field, gets a signed field.
template <class Port>
class FieldReader {
 public:
  explicit FieldReader(const Port& port) : port_(port) {}
  template <class Value>
  void field(unsigned width, Value& value) {
    const std::uint64_t bits = get_bits(port_, lsb_, width);
    lsb_ += width;
    value = static_cast<Value>(bits);
    if constexpr (std::is_signed_v<Value>) {
      if ((bits >> (width - 1) & 1U) != 0) {
        value = static_cast<Value>(value - (Value{1} << width));
      }
    }
  }

 private:
  const Port& port_;
  std::size_t lsb_ = 0;
};

template <class Port, class Struct>
void set_fields(Port& port, const Struct& value) {
  FieldWriter<Port> writer(port);
  fields_of(writer, value);
}
template <class Struct, class Port>
Struct get_fields(const Port& port) {
  Struct value;
  FieldReader<Port> reader(port);
  fields_of(reader, value);
  return value;
}

}  // namespace xpike::tb
