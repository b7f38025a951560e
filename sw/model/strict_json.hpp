// SPDX-License-Identifier: Apache-2.0
// JSON of unknown origin: parsed with limits, read field by field, every field accounted for.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

namespace xpike {

// Parses the text. Throws Error(place, field, ...) for anything but one JSON value without
// duplicate keys, at most max_depth containers deep.
nlohmann::json parse_json(std::string_view text, std::string_view place, std::string_view field,
                          int max_depth = 16);

// Integer of a JSON value, in low..high. Throws Error(place, field, ...) otherwise.
int json_integer(const nlohmann::json& value, int low, int high, std::string_view place,
                 std::string_view field);

// Reads the keys of one object by name; done() refuses the keys that nobody asked for.
// The fields of errors are dotted paths, such as "network.tokens".
class JsonReader {
 public:
  // value and place must outlive the reader. path: of the object itself, empty for the outermost.
  JsonReader(const nlohmann::json& value, std::string_view place, std::string path);

  int integer(const std::string& key, int low, int high);
  bool boolean(const std::string& key);
  std::string text(const std::string& key);
  const nlohmann::json& any(const std::string& key);
  const nlohmann::json& array(const std::string& key);
  JsonReader object(const std::string& key);
  bool has(const std::string& key) const { return value_->contains(key); }
  std::string path_of(const std::string& key) const;
  std::string_view place() const { return place_; }

  void done() const;

 private:
  const nlohmann::json* value_;
  std::string_view place_;
  std::string path_;
  std::set<std::string> used_;
};

}  // namespace xpike
