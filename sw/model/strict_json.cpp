// SPDX-License-Identifier: Apache-2.0
#include "model/strict_json.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "model/error.hpp"

namespace xpike {

using nlohmann::json;

json parse_json(std::string_view text, std::string_view place, std::string_view field,
                int max_depth) {
  std::vector<std::set<std::string>> keys;  // of the objects that are open, outermost first
  const auto watch = [&](int depth, json::parse_event_t event, json& value) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        if (depth >= max_depth) {
          throw Error(place, field, fmt::format("JSON is nested deeper than {} levels", max_depth));
        }
        if (event == json::parse_event_t::object_start) keys.emplace_back();
        break;
      case json::parse_event_t::key:
        if (!keys.back().insert(value.get<std::string>()).second) {
          throw Error(place, field,
                      fmt::format("key '{}' appears twice", value.get<std::string>()));
        }
        break;
      case json::parse_event_t::object_end:
        keys.pop_back();
        break;
      default:
        break;
    }
    return true;
  };
  try {
    return json::parse(text, watch);
  } catch (const json::exception& error) {
    throw Error(place, field, fmt::format("is not valid JSON: {}", error.what()));
  }
}

int json_integer(const json& value, int low, int high, std::string_view place,
                 std::string_view field) {
  if (!value.is_number_integer()) throw Error(place, field, "is not an integer");
  const bool huge = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
  if (huge || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high) {
    throw Error(place, field, fmt::format("{} is outside {}..{}", value.dump(), low, high));
  }
  return value.get<int>();
}

JsonReader::JsonReader(const json& value, std::string_view place, std::string path)
    : value_(&value), place_(place), path_(std::move(path)) {
  if (!value.is_object()) {
    throw Error(place_, path_.empty() ? "JSON" : path_, "is not an object");
  }
}

std::string JsonReader::path_of(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

const json& JsonReader::any(const std::string& key) {
  const auto found = value_->find(key);
  if (found == value_->end()) throw Error(place_, path_of(key), "is missing");
  used_.insert(key);
  return *found;
}

int JsonReader::integer(const std::string& key, int low, int high) {
  return json_integer(any(key), low, high, place_, path_of(key));
}

bool JsonReader::boolean(const std::string& key) {
  const json& value = any(key);
  if (!value.is_boolean()) throw Error(place_, path_of(key), "is neither true nor false");
  return value.get<bool>();
}

std::string JsonReader::text(const std::string& key) {
  const json& value = any(key);
  if (!value.is_string()) throw Error(place_, path_of(key), "is not a string");
  return value.get<std::string>();
}

const json& JsonReader::array(const std::string& key) {
  const json& value = any(key);
  if (!value.is_array()) throw Error(place_, path_of(key), "is not a list");
  return value;
}

JsonReader JsonReader::object(const std::string& key) {
  return JsonReader(any(key), place_, path_of(key));
}

void JsonReader::done() const {
  for (const auto& [key, unused] : value_->items()) {
    if (used_.count(key) == 0) throw Error(place_, path_of(key), "is unknown");
  }
}

}  // namespace xpike
