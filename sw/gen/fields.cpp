// SPDX-License-Identifier: Apache-2.0
#include "gen/fields.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace xpike::gen {
namespace {

constexpr std::size_t MaxText = 1000;
constexpr std::size_t MaxKey = 100;  // in messages

}  // namespace

Json read_json(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw InputError(fmt::format("{}: cannot be read", path));
  }
  return parse_json(std::string(std::istreambuf_iterator<char>(file), {}), path);
}

Json parse_json(std::string_view text, const std::string& path) {
  // nlohmann-json keeps the last of two equal keys silently; two equal names are a mistake here.
  std::vector<std::set<std::string>> open_objects;
  const auto refuse_twins = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      open_objects.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open_objects.pop_back();
    } else if (event == Json::parse_event_t::key) {
      if (!open_objects.back().insert(parsed.get<std::string>()).second) {
        throw InputError(fmt::format("{}: key {} appears twice", path, parsed.dump()));
      }
    }
    return true;
  };
  try {
    return Json::parse(text, refuse_twins);
  } catch (const Json::exception& error) {
    throw InputError(fmt::format("{}: {}", path, error.what()));
  }
}

Fields::Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object_.is_object()) {
    throw InputError(fmt::format("{}: must be an object", where_));
  }
}

void Fields::fail(const std::string& key, const std::string& why) const {
  throw InputError(fmt::format("{}: field '{}' {}", where_, one_line(key, MaxKey), why));
}

const Json& Fields::get(const std::string& key) {
  const auto found = object_.find(key);
  if (found == object_.end()) {
    fail(key, "is missing");
  }
  asked_.insert(key);
  return *found;
}

std::int64_t Fields::integer(const std::string& key, std::int64_t low, std::int64_t high) {
  const Json& value = get(key);
  if (!value.is_number_integer()) {
    fail(key, "must be an integer");
  }
  // A number above the signed range would wrap when read as signed.
  const bool huge = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
  if (huge || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high) {
    fail(key, fmt::format("is {}, must be in {}..{}", value.dump(), low, high));
  }
  return value.get<std::int64_t>();
}

std::string Fields::text(const std::string& key) {
  const Json& value = get(key);
  if (!value.is_string()) {
    fail(key, "must be a string");
  }
  auto text = value.get<std::string>();
  if (text.size() > MaxText || std::ranges::any_of(text, is_control)) {
    fail(key, fmt::format("must be one line of at most {} bytes", MaxText));
  }
  return text;
}

bool Fields::flag(const std::string& key) {
  const Json& value = get(key);
  if (!value.is_boolean()) {
    fail(key, "must be true or false");
  }
  return value.get<bool>();
}

const Json& Fields::object(const std::string& key) {
  const Json& value = get(key);
  if (!value.is_object()) {
    fail(key, "must be an object");
  }
  return value;
}

const Json& Fields::array(const std::string& key) {
  const Json& value = get(key);
  if (!value.is_array()) {
    fail(key, "must be an array");
  }
  return value;
}

bool Fields::has(const std::string& key) const { return object_.contains(key); }

void Fields::finish() const {
  for (const auto& [key, value] : object_.items()) {
    if (!asked_.contains(key)) {
      fail(key, "is unknown");
    }
  }
}

}  // namespace xpike::gen
