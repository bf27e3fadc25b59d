// SPDX-License-Identifier: Apache-2.0
// Small wordings used all over a report: lists of names, counts, evidence.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "assessment/snapshot.h"

namespace dengce::report {

inline constexpr std::string_view nothing = "—";

// The ten layers of GB/T 22239-2019 in the order of the report.
inline constexpr std::array<std::string_view, 10> layer_names{"安全物理环境",
                                                              "安全通信网络",
                                                              "安全区域边界",
                                                              "安全计算环境",
                                                              "安全管理中心",
                                                              "安全管理制度",
                                                              "安全管理机构",
                                                              "安全管理人员",
                                                              "安全建设管理",
                                                              "安全运维管理"};
inline constexpr std::string_view computing_layer = layer_names[3];

std::string fact(const assessment::Snapshot& snapshot, std::string_view key);
std::string or_nothing(const std::string& text);
bool is_general(const assessment::SnapshotItem& item);
std::string extension_name(std::string_view extension);

// "甲、乙、丙"; above `most` names "甲、乙、丙等7个对象".
std::string names_of(const assessment::Snapshot& snapshot,
                     const std::vector<std::size_t>& objects,
                     std::size_t most = 1'000);
// Whole sentences from the beginning while they stay within about `characters`.
std::string lead_sentences(std::string_view text, std::size_t characters);
std::size_t character_count(std::string_view text);
// "/etc/login.defs:32", of the points of a record, each once.
std::vector<std::string> evidence_of(const assessment::RecordLine& record);
// "1）甲。2）乙。" and "待办：1）甲；2）乙" with each further number on a line of its own.
std::string numbered_lines(const std::string& text);
// The same as running text: numbers and the formula "经核查，" left out.
std::string running_text(std::string_view text);
// What a reason of 待确认 leaves to ask, one entry a point; without why no machine could answer.
std::vector<std::string> open_points(std::string_view reason);
// With a hair space where a line may end: LibreOffice finds no place to break between a Chinese
// mark and Latin text or a path, not even at a zero-width space, and breaks inside the word.
std::string breakable(std::string_view text);
// What stands in the record column: the sentences, the reason where nothing was decided.
std::string record_text(const assessment::RecordLine& record);
// Percent with two decimals of compliant to applicable items, empty if none is applicable.
std::string rate_of(const assessment::VerdictCounts& counts);
std::int64_t applicable(const assessment::VerdictCounts& counts);
// "高风险1个、低风险3个"; levels without a problem are left out.
std::string risk_counts(const std::vector<const assessment::SecurityProblem*>& problems);
std::string risk_name(const assessment::SecurityProblem& problem);
std::string origin_name(std::string_view origin);
// 待确认 where the ends of the range disagree; 暂定 where they agree and items are still open.
std::string conclusion_of(const assessment::SchemeResult& result);
// Adds the text unless it stands there or is empty.
void add_once(std::vector<std::string>& texts, const std::string& text);

}  // namespace dengce::report
