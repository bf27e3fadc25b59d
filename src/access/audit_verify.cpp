// SPDX-License-Identifier: Apache-2.0
#include "access/audit_verify.h"

#include <fmt/format.h>

#include <limits>
#include <map>

#include "access/audit_text.h"
#include "base/random.h"
#include "base/signature.h"

namespace dengce::access {
namespace {

constexpr std::int64_t page = 1000;
constexpr std::size_t max_problems = 1000;
constexpr std::size_t max_warnings = 100;

// A digest that somebody signed for one place of the chain.
struct Mark {
  std::string digest;
  std::string source;  // Chinese
};

class Walk {
 public:
  explicit Walk(db::Transaction& transaction) : transaction_(transaction) {}

  Result<AuditReport> run(const AuditLines* published) {
    TRY_ASSIGN(report_.head, select_head(transaction_));
    TRY(take_keys(published));
    TRY(walk_seals());
    if (published != nullptr) take_published(*published);
    TRY(walk_entries());
    close();
    return std::move(report_);
  }

 private:
  void problem(AuditFault fault, std::int64_t sequence, std::string reason) {
    ++report_.problem_count;
    if (report_.problems.size() < max_problems) {
      report_.problems.push_back({fault, sequence, std::move(reason)});
    }
  }

  void add_key(const AuditKey& key, const char* source) {
    auto parsed = VerifyingKey::from_pem(key.public_pem);
    if (!parsed || audit_key_id(key.public_pem) != key.id) {
      problem(AuditFault::seal, 0, fmt::format("{}的公钥 {} 被改动", source, key.id));
      return;
    }
    keys_.emplace(key.id, std::move(*parsed));
  }

  Result<> take_keys(const AuditLines* published) {
    if (published != nullptr && !published->keys.empty()) {
      for (const AuditKey& key : published->keys) add_key(key, "链头文件");
    }
    TRY_ASSIGN(const auto keys, select_keys(transaction_));
    for (const AuditKey& key : keys) add_key(key, "数据库");
    return {};
  }

  void check_signature(const AuditSeal& seal, const char* source) {
    const auto key = keys_.find(seal.key_id);
    if (key == keys_.end()) {
      problem(AuditFault::seal,
              seal.sequence,
              fmt::format("{}的第 {} 号封印没有对应的公钥", source, seal.number));
    } else if (!key->second.verifies(seal_text(seal), from_hex(seal.signature)) ||
               to_hex(from_hex(seal.signature)) != seal.signature) {
      problem(AuditFault::seal,
              seal.sequence,
              fmt::format("{}的第 {} 号封印签名不符", source, seal.number));
    }
  }

  Result<> walk_seals() {
    std::string previous(no_digest);
    std::int64_t expected = 1;
    for (std::int64_t after = std::numeric_limits<std::int64_t>::min();;) {
      TRY_ASSIGN(const auto seals, select_seals(transaction_, after, page));
      if (seals.empty()) return {};
      if (seals.back().number <= after) {
        problem(AuditFault::seal, 0, "封印表中有编号不是整数的行");
        return {};
      }
      after = seals.back().number;
      for (const AuditSeal& seal : seals) {
        if (seal.number != expected || seal.previous != previous ||
            seal.sequence <= report_.sealed.sequence) {
          problem(AuditFault::seal,
                  seal.sequence,
                  fmt::format("第 {} 号封印与前一封印不相接：有封印被删除或改动", seal.number));
        }
        check_signature(seal, "数据库");
        marks_.emplace(seal.sequence, Mark{seal.digest, fmt::format("第 {} 号封印", seal.number)});
        previous = seal_digest(seal);
        expected = seal.number + 1;
        seals_.emplace(seal.number, previous);
        report_.sealed = seal;
      }
    }
  }

  void take_published(const AuditLines& published) {
    for (const AuditSeal& seal : published.seals) {
      ++report_.published;
      check_signature(seal, "链头文件");
      const auto own = seals_.find(seal.number);
      if (own == seals_.end() || own->second != seal_digest(seal)) {
        problem(AuditFault::seal,
                seal.sequence,
                fmt::format("链头文件中的第 {} 号封印在数据库中{}",
                            seal.number,
                            own == seals_.end() ? "不存在：数据库被回退或封印被删除" : "不同"));
      }
      marks_.emplace(seal.sequence,
                     Mark{seal.digest, fmt::format("链头文件中的第 {} 号封印", seal.number)});
    }
  }

  void check_entry(const AuditEntry& entry) {
    if (entry.sequence != last_ + 1) {
      problem(AuditFault::removed,
              entry.sequence,
              fmt::format("第 {} 至 {} 条缺失", last_ + 1, entry.sequence - 1));
    } else if (entry.previous != digest_) {
      problem(AuditFault::unchained, entry.sequence, "与前一条不相接：有记录被插入、替换或调换");
    }
    if (entry_digest(entry) != entry.digest) {
      problem(AuditFault::changed, entry.sequence, "内容与其摘要不符：此条被改动");
    }
    const auto [from, to] = marks_.equal_range(entry.sequence);
    for (auto mark = from; mark != to; ++mark) {
      if (mark->second.digest != entry.digest) {
        problem(AuditFault::seal, entry.sequence, mark->second.source + "所证明的摘要与此条不符");
      }
    }
    marks_.erase(from, to);
    if (entry.at_ms < time_ && report_.warnings.size() < max_warnings) {
      report_.warnings.push_back({AuditFault::clock, entry.sequence, "时间早于前一条：时钟曾回拨"});
    }
    time_ = entry.at_ms;
    last_ = entry.sequence;
    digest_ = entry.digest;
  }

  Result<> walk_entries() {
    for (std::int64_t after = std::numeric_limits<std::int64_t>::min();;) {
      TRY_ASSIGN(const auto entries, select_entries(transaction_, after, page));
      if (entries.empty()) break;
      report_.entries += static_cast<std::int64_t>(entries.size());
      for (const AuditEntry& entry : entries) check_entry(entry);
      // A number that is none sorts last and would bring the same page again for ever.
      if (entries.back().sequence <= after) break;
      after = entries.back().sequence;
    }
    TRY_ASSIGN(const AuditExtent extent, select_extent(transaction_));
    if (extent.rows != report_.entries) {
      problem(AuditFault::unchained, 0, "审计表中有编号不是整数的行：有记录被插入");
    }
    return {};
  }

  void close() {
    for (const auto& [sequence, mark] : marks_) {
      problem(sequence > last_ ? AuditFault::cut : AuditFault::removed,
              sequence,
              fmt::format("{}证明过的第 {} 条不存在", mark.source, sequence));
    }
    if (report_.head.sequence != last_ || report_.head.digest != digest_) {
      problem(AuditFault::head,
              report_.head.sequence,
              fmt::format("链头记为第 {} 条，链的末尾却是第 {} 条：末尾被截去或链头被改动",
                          report_.head.sequence,
                          last_));
    }
  }

  db::Transaction& transaction_;
  AuditReport report_;
  std::map<std::string, VerifyingKey, std::less<>> keys_;
  std::map<std::int64_t, std::string> seals_;  // number → digest
  std::multimap<std::int64_t, Mark> marks_;    // by sequence, not yet met
  std::int64_t last_ = 0;
  std::int64_t time_ = 0;
  std::string digest_{no_digest};
};

}  // namespace

std::string_view audit_fault_name(AuditFault fault) {
  switch (fault) {
    case AuditFault::changed: return "changed";
    case AuditFault::unchained: return "unchained";
    case AuditFault::removed: return "removed";
    case AuditFault::head: return "head";
    case AuditFault::cut: return "cut";
    case AuditFault::seal: return "seal";
    case AuditFault::clock: return "clock";
  }
  return "changed";
}

Result<AuditReport> verify_audit(db::Transaction& transaction, const AuditLines* published) {
  return Walk(transaction).run(published);
}

}  // namespace dengce::access
