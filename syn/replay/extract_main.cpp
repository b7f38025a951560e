// SPDX-License-Identifier: Apache-2.0
// xpk_extract WAVE REQUEST STIMULI: what crossed the boundary of a block, out of a recorded wave
// (FST), as stimuli for xpk_replay.
//
// The request is text, names are full paths in the wave:
//   clock SIGNAL           a cycle is taken right before every rise
//   window SIGNAL          toggles count while it is 1
//   event SIGNAL           cycles of the window in which it is 1 are counted
//   in PORT BITS SIGNAL LSB | out PORT BITS SIGNAL LSB     BITS bits of the signal, from LSB on
//   in PORT BITS =HEX      a constant
// A line "in" or "out" may end with "if SIGNAL LSB BITS VALUE" (decimal): 0 unless those bits have
// it. A signal that is a struct is the concatenation of its members. Standard output: one line of
// JSON. Exit codes: 0 done, 2 unusable input.
#include <fmt/format.h>
#include <gtkwave/fstapi.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "program.hpp"

namespace {

using xpike::Error;

struct Variable {
  fstHandle handle = 0;
  std::size_t bits = 0;
};

/// A signal as one or more variables, the most significant first.
using Signal = std::vector<Variable>;

struct Column {
  std::string kind;
  std::string port;
  std::size_t bits = 0;
  Signal signal;
  std::size_t lsb = 0;
  std::string constant;
  Signal condition;  // none if empty
  std::size_t condition_lsb = 0;
  std::size_t condition_bits = 0;
  std::size_t condition_value = 0;
};

struct CloseReader {
  void operator()(void* reader) const { fstReaderClose(reader); }
};

class Wave {
 public:
  explicit Wave(const std::string& path) : path_(path), reader_(fstReaderOpen(path.c_str())) {
    if (!reader_) throw Error(path, "file", "is no FST file");
    std::string scope;
    std::vector<std::size_t> lengths;
    while (const fstHier* item = fstReaderIterateHier(reader_.get())) {
      if (item->htyp == FST_HT_SCOPE) {
        lengths.push_back(scope.size());
        scope += (scope.empty() ? "" : ".") + std::string(item->u.scope.name);
      } else if (item->htyp == FST_HT_UPSCOPE && !lengths.empty()) {
        scope.resize(lengths.back());
        lengths.pop_back();
      } else if (item->htyp == FST_HT_VAR) {
        const std::string_view name(item->u.var.name);
        paths_.push_back(scope + "." + std::string(name.substr(0, name.find(' '))));
        variables_.push_back({item->u.var.handle, item->u.var.length});
      }
    }
    for (std::size_t i = 0; i < paths_.size(); ++i) by_path_.emplace(paths_[i], i);
  }

  Signal signal(const std::string& path) const {
    if (const auto found = by_path_.find(path); found != by_path_.end()) {
      return {variables_[found->second]};
    }
    Signal members;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (paths_[i].starts_with(path + ".")) members.push_back(variables_[i]);
    }
    if (members.empty()) throw Error(path_, path, "no such signal");
    return members;
  }

  void* reader() const { return reader_.get(); }

 private:
  std::string path_;
  std::unique_ptr<void, CloseReader> reader_;
  std::vector<std::string> paths_;
  std::vector<Variable> variables_;
  std::map<std::string, std::size_t> by_path_;
};

std::size_t width(const Signal& signal) {
  std::size_t bits = 0;
  for (const Variable& part : signal) bits += part.bits;
  return bits;
}

class Extraction {
 public:
  Extraction(const Wave& wave, const std::string& request, std::ostream& out)
      : wave_(wave), out_(out) {
    std::ifstream file(request);
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
      read_line(line, fmt::format("{}:{}", request, number));
    }
    if (clock_.size() != 1 || window_.empty()) throw Error(request, "clock, window", "are needed");
  }

  void run() {
    for (const Column& column : columns_) {
      fmt::format_to(std::ostreambuf_iterator<char>(out_), "{} {} {}\n", column.kind, column.port,
                     column.bits);
    }
    fstReaderClrFacProcessMaskAll(wave_.reader());
    for (const auto& [handle, value] : values_) {
      fstReaderSetFacProcessMask(wave_.reader(), handle);
    }
    fstReaderIterBlocks2(wave_.reader(), &Extraction::on_value, &Extraction::on_long_value, this,
                         nullptr);
    end_time();
    flush();
  }

  std::uint64_t cycles = 0;
  std::uint64_t counted = 0;
  std::uint64_t events = 0;

 private:
  Signal use(const std::string& path) {
    Signal signal = wave_.signal(path);
    for (const Variable& part : signal) values_[part.handle] = std::string(part.bits, '0');
    return signal;
  }

  void read_line(const std::string& line, const std::string& where) {
    std::istringstream words(line);
    std::string kind;
    std::string name;
    if (!(words >> kind >> name)) return;
    if (kind == "clock") {
      clock_ = use(name);
    } else if (kind == "window") {
      window_ = use(name);
    } else if (kind == "event") {
      event_ = use(name);
    } else {
      Column column;
      column.kind = kind;
      column.port = name;
      std::string source;
      if ((kind != "in" && kind != "out") || !(words >> column.bits >> source) || column.bits < 1) {
        throw Error(where, kind, "expected in or out, a port, its bits and a signal");
      }
      if (source[0] == '=') {
        column.constant = source.substr(1);
      } else {
        column.signal = use(source);
        words >> column.lsb;
        if (column.lsb + column.bits > width(column.signal)) {
          throw Error(where, name, fmt::format("{} has {} bits", source, width(column.signal)));
        }
      }
      if (std::string word; words >> word) read_condition(word, words, column, where);
      columns_.push_back(std::move(column));
    }
  }

  void read_condition(const std::string& word, std::istream& words, Column& column,
                      const std::string& where) {
    std::string source;
    if (word != "if" || !(words >> source >> column.condition_lsb >> column.condition_bits >>
                          column.condition_value)) {
      throw Error(where, column.port, "expected if, a signal, its LSB, bits and their value");
    }
    column.condition = use(source);
    if (column.condition_bits < 1 || column.condition_bits > 32 ||
        column.condition_lsb + column.condition_bits > width(column.condition)) {
      throw Error(where, source, fmt::format("has {} bits", width(column.condition)));
    }
  }

  static void on_value(void* self, std::uint64_t time, fstHandle handle,
                       const unsigned char* value) {
    const auto* text = reinterpret_cast<const char*>(value);  // the library's interface
    static_cast<Extraction*>(self)->change(time, handle, text);
  }
  static void on_long_value(void* self, std::uint64_t time, fstHandle handle,
                            const unsigned char* value, std::uint32_t length) {
    const auto* text = reinterpret_cast<const char*>(value);
    static_cast<Extraction*>(self)->change(time, handle, std::string_view(text, length));
  }

  // Changes of one time come together; they are applied when the time is over.
  void change(std::uint64_t time, fstHandle handle, std::string_view value) {
    if (time != time_) {
      end_time();
      time_ = time;
    }
    pending_.emplace_back(handle, value);
  }

  void end_time() {
    for (const auto& [handle, value] : pending_) {
      if (handle == clock_[0].handle && value == "1" && values_[handle] == "0") take_cycle();
    }
    for (auto& [handle, value] : pending_) values_[handle] = std::move(value);
    pending_.clear();
  }

  std::string bits_of(const Signal& signal) const {
    std::string bits;
    for (const Variable& part : signal) bits += values_.at(part.handle);
    return bits;
  }

  bool holds(const Column& column) const {
    if (column.condition.empty()) return true;
    const std::string bits = bits_of(column.condition);
    std::size_t value = 0;
    for (std::size_t bit = column.condition_bits; bit-- > 0;) {
      value = 2 * value + (bits[bits.size() - 1 - column.condition_lsb - bit] == '1' ? 1U : 0U);
    }
    return value == column.condition_value;
  }

  std::string hex(const Column& column) const {
    if (!column.constant.empty()) return column.constant;
    std::string bits = bits_of(column.signal);
    if (!holds(column)) bits.assign(bits.size(), '0');
    std::string digits;
    for (std::size_t low = 0; low < column.bits; low += 4) {
      unsigned value = 0;
      for (std::size_t bit = low; bit < std::min(low + 4, column.bits); ++bit) {
        value |= (bits[bits.size() - 1 - column.lsb - bit] == '1' ? 1U : 0U) << (bit - low);
      }
      digits += "0123456789abcdef"[value];
    }
    std::reverse(digits.begin(), digits.end());
    return digits;
  }

  void take_cycle() {
    const bool counts = bits_of(window_).find('1') != std::string::npos;
    std::string line(counts ? "1" : "0");
    for (const Column& column : columns_) line += " " + hex(column);
    ++cycles;
    counted += counts ? 1U : 0U;
    events += counts && bits_of(event_).find('1') != std::string::npos ? 1U : 0U;
    if (line == last_) {
      ++repeats_;
      return;
    }
    flush();
    out_ << line << '\n';
    last_ = std::move(line);
  }

  void flush() {
    if (repeats_ > 0) out_ << '*' << repeats_ << '\n';
    repeats_ = 0;
  }

  const Wave& wave_;
  std::ostream& out_;
  Signal clock_;
  Signal window_;
  Signal event_;
  std::vector<Column> columns_;
  std::map<fstHandle, std::string> values_;
  std::vector<std::pair<fstHandle, std::string>> pending_;
  std::uint64_t time_ = 0;
  std::string last_;
  std::uint64_t repeats_ = 0;
};

int run(std::span<char*> arguments) {
  if (arguments.size() != 4) {
    throw Error("command line", "arguments", "expected WAVE REQUEST STIMULI");
  }
  const Wave wave(arguments[1]);
  std::ofstream out(arguments[3]);
  Extraction extraction(wave, arguments[2], out);
  extraction.run();
  if (!out.flush()) throw Error(arguments[3], "file", "cannot be written");
  fmt::print("{{\"cycles\": {}, \"counted\": {}, \"events\": {}}}\n", extraction.cycles,
             extraction.counted, extraction.events);
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return xpike::syn::run_program("xpk_extract", argc, argv, run); }
