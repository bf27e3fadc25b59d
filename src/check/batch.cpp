// SPDX-License-Identifier: Apache-2.0
#include "check/batch.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace dengce::check {
namespace {

void put(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

// Reads what `put` wrote; false at the end of the bytes or on a number that is too long.
bool get(std::string_view& in, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

constexpr std::uint64_t with_source = 8;  // beside the status, which fits in three bits
constexpr std::uint64_t low_half = 0xFFFFFFFFU;

bool read_verdict(std::string_view& in, int last, Verdict& out) {
  std::uint64_t step = 0;
  std::uint64_t word = 0;
  std::uint64_t file = 0;
  std::uint64_t line = 0;
  std::uint64_t length = 0;
  if (!get(in, step) || step == 0 || step > 1'000'000 || !get(in, word)) return false;
  if ((word & ~with_source) >= status_names.size()) return false;
  out.check = last + static_cast<int>(step);
  out.status = static_cast<Status>(word & ~with_source);
  if ((word & with_source) != 0) {
    if (!get(in, file) || !get(in, line) || file > low_half || line > low_half) return false;
    out.source = static_cast<std::int64_t>(file << 32 | line);
  }
  if (!get(in, length) || length > in.size()) return false;
  out.reason = in.substr(0, length);
  in.remove_prefix(length);
  return true;
}

}  // namespace

void VerdictWriter::add(int check, const Finding& finding) {
  put(bytes_, static_cast<std::uint64_t>(check - last_));
  last_ = check;
  put(bytes_, static_cast<std::uint64_t>(finding.status) | (finding.source ? with_source : 0));
  if (finding.source) {
    const auto packed = static_cast<std::uint64_t>(*finding.source);
    put(bytes_, packed >> 32);
    put(bytes_, packed & low_half);
  }
  put(bytes_, finding.reason.size());
  bytes_ += finding.reason;
}

std::string VerdictWriter::take() {
  last_ = -1;
  std::string out(bytes_);  // a copy has no spare capacity
  bytes_.clear();
  return out;
}

Result<std::vector<Verdict>> read_verdicts(std::string_view bytes) {
  std::vector<Verdict> out;
  int last = -1;
  while (!bytes.empty()) {
    Verdict verdict;
    if (!read_verdict(bytes, last, verdict)) {
      return fail(ErrorCode::data_corrupt, "检查结果的数据已损坏");
    }
    last = verdict.check;
    out.push_back(verdict);
  }
  return out;
}

Result<> evaluate_hosts(const CheckSet& checks,
                        std::string_view platform,
                        std::size_t count,
                        const HostFacts& facts,
                        const HostVerdicts& verdicts,
                        const BatchOptions& options) {
  std::vector<int> chosen;
  for (std::size_t i = 0; i < checks.checks().size(); ++i) {
    if (checks.checks()[i].on_platform(platform)) chosen.push_back(static_cast<int>(i));
  }
  std::vector<CheckEngine> engines;
  for (int i = 0; i < std::max(1, options.threads); ++i) {
    TRY_ASSIGN(CheckEngine engine, CheckEngine::create(checks, options.engine));
    engines.push_back(std::move(engine));
  }
  std::atomic<std::size_t> next{0};
  const auto work = [&](CheckEngine& engine) {
    VerdictWriter writer;
    for (std::size_t host = next++; host < count; host = next++) {
      Result<evidence::FactSet> set = facts(host);
      if (!set) {
        verdicts(host, tl::unexpected(std::move(set).error()));
        continue;
      }
      engine.bind(*set);
      for (const int check : chosen) {
        writer.add(check, engine.run(check, CheckEngine::Detail::without_record));
      }
      verdicts(host, writer.take());
      engine.unbind();
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(engines.size());
  for (std::size_t i = 1; i < engines.size(); ++i) {
    threads.emplace_back([&work, &engine = engines[i]] { work(engine); });
  }
  work(engines[0]);
  for (std::thread& thread : threads) thread.join();
  return {};
}

}  // namespace dengce::check
