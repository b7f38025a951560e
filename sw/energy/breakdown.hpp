// SPDX-License-Identifier: Apache-2.0
// Energy of one image, item by item.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "energy/range.hpp"

namespace xpike::energy {

struct EnergyItem {
  std::string group;
  std::string name;
  std::string event;   // what is counted
  double count = 0.0;  // of one image
  Range fj;            // of all of them
};

class Breakdown {
 public:
  void add(std::string_view group, std::string_view name, std::string_view event, double count,
           const Range& each) {
    items_.push_back(
        {std::string(group), std::string(name), std::string(event), count, count * each});
  }
  const std::vector<EnergyItem>& items() const { return items_; }

  // In fJ.
  Range total() const {
    Range sum;
    for (const EnergyItem& item : items_) sum += item.fj;
    return sum;
  }
  Range group(std::string_view name) const {
    Range sum;
    for (const EnergyItem& item : items_) {
      if (item.group == name) sum += item.fj;
    }
    return sum;
  }
  // In the order of their first item.
  std::vector<std::string> groups() const {
    std::vector<std::string> names;
    for (const EnergyItem& item : items_) {
      if (std::find(names.begin(), names.end(), item.group) == names.end()) {
        names.push_back(item.group);
      }
    }
    return names;
  }

 private:
  std::vector<EnergyItem> items_;
};

}  // namespace xpike::energy
