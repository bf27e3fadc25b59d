// SPDX-License-Identifier: Apache-2.0
#include "portfolio/filing_conflicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"

namespace dengce::portfolio {
namespace {

constexpr std::array<std::string_view, 6> kind_names{"level_differs",
                                                     "name_differs",
                                                     "no_filing",
                                                     "filing_unused",
                                                     "number_twice",
                                                     "retired_system"};

std::string_view level_name(std::int64_t level) {
  constexpr std::array<std::string_view, 6> names{
      "未定级", "第一级", "第二级", "第三级", "第四级", "第五级"};
  return level >= 1 && level <= 5 ? names[static_cast<std::size_t>(level)] : names[0];
}

// A system that joins on a later day has not left.
bool has_left(const InformationSystem& system) {
  return !system.present && !system.next_change;
}

class Finder {
 public:
  Finder(std::span<const Filing> filings,
         std::span<const InformationSystem> systems,
         const Visible& visible)
      : filings_(filings), systems_(systems), visible_(visible) {
    for (const InformationSystem& system : systems) by_id_.emplace(system.id, &system);
    for (const Filing& filing : filings) {
      for (const std::string& id : filing.systems) filings_of_[id].push_back(&filing);
    }
  }

  std::vector<FilingConflict> run() {
    for (const InformationSystem& system : systems_) {
      if (visible_.covers(system.id)) judge(system);
    }
    std::map<std::string, std::int64_t> numbers;
    for (const Filing& filing : filings_) {
      if (visible_.covers_any(filing.systems)) ++numbers[comparable_name(filing.number)];
    }
    for (const Filing& filing : filings_) {
      if (!visible_.covers_any(filing.systems)) continue;
      if (filing.systems.empty()) {
        add(ConflictKind::filing_unused, &filing, nullptr, "此备案没有对应的系统");
      }
      if (const auto count = numbers[comparable_name(filing.number)]; count > 1) {
        add(ConflictKind::number_twice,
            &filing,
            nullptr,
            fmt::format("{} 条备案用同一编号", count));
      }
    }
    return std::move(found_);
  }

 private:
  void add(ConflictKind kind,
           const Filing* filing,
           const InformationSystem* system,
           std::string detail) {
    found_.push_back({kind, filing, system, std::move(detail)});
  }

  void judge(const InformationSystem& system) {
    const std::vector<const Filing*>& filings = filings_of_[system.id];
    for (const Filing* filing : filings) {
      if (has_left(system)) {
        add(ConflictKind::retired_system, filing, &system, "备案仍指向已退出的系统");
      } else {
        judge_pair(*filing, system, filings);
      }
    }
    if (filings.empty() && system.present && system.level >= 2) {
      add(ConflictKind::no_filing,
          nullptr,
          &system,
          fmt::format("{}系统应当备案", level_name(system.level)));
    }
  }

  void judge_pair(const Filing& filing,
                  const InformationSystem& system,
                  const std::vector<const Filing*>& filings) {
    if (!is_level_right(filing, system, filings)) {
      add(ConflictKind::level_differs,
          &filing,
          &system,
          fmt::format("备案{}，系统{}", level_name(filing.level), level_name(system.level)));
    }
    const std::string filed = comparable_name(filing.name);
    const std::string named = comparable_name(system.name);
    const bool several = filings.size() > 1 || filing.systems.size() > 1;
    const bool contains =
        filed.find(named) != std::string::npos || named.find(filed) != std::string::npos;
    if (filed == named || (several && contains)) return;
    add(ConflictKind::name_differs,
        &filing,
        &system,
        fmt::format("备案名称“{}”，系统名称“{}”", filing.name, system.name));
  }

  bool is_level_right(const Filing& filing,
                      const InformationSystem& system,
                      const std::vector<const Filing*>& filings) const {
    if (filing.level == system.level) return true;
    if (filing.level < system.level) {
      return std::any_of(filings.begin(), filings.end(), [&](const Filing* other) {
        return other->level == system.level;
      });
    }
    return std::any_of(filing.systems.begin(), filing.systems.end(), [&](const std::string& id) {
      const auto other = by_id_.find(id);
      return other != by_id_.end() && other->second->level == filing.level;
    });
  }

  std::span<const Filing> filings_;
  std::span<const InformationSystem> systems_;
  const Visible& visible_;
  std::map<std::string, const InformationSystem*, std::less<>> by_id_;
  std::map<std::string, std::vector<const Filing*>, std::less<>> filings_of_;
  std::vector<FilingConflict> found_;
};

}  // namespace

std::string_view name(ConflictKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

std::string comparable_name(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto byte = [&](std::size_t k) {
      return k < name.size() ? static_cast<unsigned char>(name[k]) : 0U;
    };
    // Full width forms U+FF01…U+FF5E are the ASCII characters; U+3000 and U+00A0 are blanks.
    if (byte(i) == 0xEFU && (byte(i + 1) == 0xBCU || byte(i + 1) == 0xBDU)) {
      const unsigned code = 0xF000U | ((byte(i + 1) & 0x3FU) << 6U) | (byte(i + 2) & 0x3FU);
      if (code >= 0xFF01U && code <= 0xFF5EU) {
        out += static_cast<char>(code - 0xFEE0U);
        i += 2;
        continue;
      }
    }
    if (byte(i) == 0xE3U && byte(i + 1) == 0x80U && byte(i + 2) == 0x80U) {
      i += 2;
      continue;
    }
    if (byte(i) == 0xC2U && byte(i + 1) == 0xA0U) {
      i += 1;
      continue;
    }
    if (byte(i) > 0x20U) out += name[i];
  }
  return lower(out);
}

std::vector<FilingConflict> find_conflicts(std::span<const Filing> filings,
                                           std::span<const InformationSystem> systems,
                                           const Visible& visible) {
  return Finder(filings, systems, visible).run();
}

}  // namespace dengce::portfolio
