// SPDX-License-Identifier: Apache-2.0
// What `dengce check` says about its inputs, as text, JSON or CSV, and its exit status.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "assessment/worksheet.h"
#include "base/result.h"

namespace dengce::assessment {

// One input, evaluated.
struct CheckedInput {
  std::string path;
  std::string target;
  std::string platform;
  const std::vector<ItemQuestion>* items = nullptr;
  std::vector<Judgement> judgements;  // one an item

  // Entries with pass, partial or fail; with fail or partial; with error.
  [[nodiscard]] int evaluated() const;
  [[nodiscard]] int findings() const;
  [[nodiscard]] int errors() const;
};

// An input that can not be used.
struct InputError {
  std::string path;
  std::int64_t line = 0;  // 0 = none
  std::string reason;
};

// One line a problem; problems inside a bundle name the file in the reason.
std::vector<InputError> input_errors(const std::string& path, const Error& error);

// 2 before 3 before 4 before 1 before 0.
int worse_exit(int a, int b);
int exit_status(const CheckedInput& input);

class CheckReport {
 public:
  explicit CheckReport(std::FILE* out) : out_(out) {}

  CheckReport(const CheckReport&) = delete;
  CheckReport& operator=(const CheckReport&) = delete;
  virtual ~CheckReport() = default;

  virtual void add(const CheckedInput& input) = 0;
  virtual void finish(const std::vector<InputError>& errors) = 0;

 protected:
  // Writes and empties the text gathered so far.
  void flush(std::string& text) {
    std::fwrite(text.data(), 1, text.size(), out_);
    text.clear();
  }

 private:
  std::FILE* out_;
};

// `format` is text, json or csv.
std::unique_ptr<CheckReport> make_check_report(const std::string& format, std::FILE* out);

}  // namespace dengce::assessment
