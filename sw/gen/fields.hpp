// SPDX-License-Identifier: Apache-2.0
// Strict access to a JSON object: every field is asked for by name, of one type and within a range,
// and whatever was not asked for is an error. Errors name the file and the path of the field.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "gen/one_line.hpp"

namespace xpike::gen {

using Json = nlohmann::ordered_json;  // keeps the order of the file

/// An input that cannot be used. The message is one line, whatever the input holds.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::string_view message) : std::runtime_error(one_line(message, 1000)) {}
};

/// Reads and parses a file. Throws InputError when it cannot be read or is not JSON.
Json read_json(const std::string& path);
/// The same for a text; `path` names it in errors.
Json parse_json(std::string_view text, const std::string& path);

class Fields {
 public:
  /// `where` is the prefix of error messages, "configs/configs.json: configs.nano".
  /// Throws InputError when `object` is not a JSON object. Keeps a reference to it.
  Fields(const Json& object, std::string where);

  std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high);
  /// One line of at most 1000 bytes: most texts end up in comments of generated sources.
  std::string text(const std::string& key);
  bool flag(const std::string& key);
  const Json& object(const std::string& key);
  const Json& array(const std::string& key);
  /// True when the key exists; it does not count as asked for.
  bool has(const std::string& key) const;

  /// Throws InputError when the object holds a key that no call asked for.
  void finish() const;

  [[noreturn]] void fail(const std::string& key, const std::string& why) const;
  const std::string& where() const { return where_; }

 private:
  const Json& get(const std::string& key);

  const Json& object_;
  std::string where_;
  std::set<std::string> asked_;
};

}  // namespace xpike::gen
