// SPDX-License-Identifier: Apache-2.0
// Classes of what the platform keeps, as data (content/access/protection.yaml): how confidential,
// how long, what happens then, what an export of it asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/content.h"
#include "base/result.h"

namespace dengce::access {

enum class RetentionFrom : std::uint8_t { none, contract_end, made };
enum class AfterRetention : std::uint8_t { destroy, expires, keep };

struct ProtectionClass {
  std::string id;
  std::string name;
  std::string name_en;
  std::string holds;  // what belongs to it
  std::string holds_en;
  std::string level;  // its name, Chinese
  std::string level_en;
  RetentionFrom from = RetentionFrom::none;
  std::int64_t months = 0;  // 0 when nothing counts
  std::string reason;       // of the period
  std::string reason_en;
  AfterRetention then = AfterRetention::keep;
  bool asks_purpose = true;  // an export names purpose and recipient
  bool watermark = true;

  // The first day on which it may be destroyed; none while it is kept without limit, or while the
  // day from which it counts is unknown.
  [[nodiscard]] std::optional<Day> due(std::optional<Day> begin) const;
};

// The words of the file.
std::string_view name(RetentionFrom from);
std::string_view name(AfterRetention then);

class Protection {
 public:
  // All problems of the file come back together, with its lines. Every class the program knows has
  // to be there, and no period of the audit may be below six months.
  static Result<Protection> load(const Content& content);

  [[nodiscard]] const std::vector<ProtectionClass>& classes() const { return classes_; }

  // One of the ids below: they are in every file that loads.
  [[nodiscard]] const ProtectionClass& of(std::string_view id) const;

 private:
  std::vector<ProtectionClass> classes_;
};

namespace protected_class {
inline constexpr std::string_view evidence = "evidence";
inline constexpr std::string_view document = "document";
inline constexpr std::string_view ledger = "ledger";
inline constexpr std::string_view exported = "export";
inline constexpr std::string_view audit = "audit";
inline constexpr std::string_view import = "import";
inline constexpr std::string_view upload = "upload";
}  // namespace protected_class

}  // namespace dengce::access
