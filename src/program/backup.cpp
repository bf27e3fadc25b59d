// SPDX-License-Identifier: Apache-2.0
#include "program/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <memory>

#include "access/audit.h"
#include "base/json_writer.h"
#include "base/tar_file.h"

namespace dengce::program {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* format = "dengce-backup/1";
constexpr const char* database_name = "dengce.db";
constexpr const char* manifest_name = "manifest.json";
constexpr std::uint64_t max_manifest_bytes = 1U << 20;

tl::unexpected<Error> bad_backup(const fs::path& file, std::string reason) {
  return fail(ErrorCode::data_corrupt,
              "备份文件不可用",
              {Problem{file.string(), 0, {}, std::move(reason)}});
}

// A database of SQLite and what it keeps beside the file; removed at the end unless kept.
class DatabaseFile {
 public:
  explicit DatabaseFile(fs::path path) : path_(std::move(path)) { remove_all(); }

  DatabaseFile(const DatabaseFile&) = delete;
  DatabaseFile& operator=(const DatabaseFile&) = delete;

  ~DatabaseFile() { remove_all(); }

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  void remove_all() const {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", "-journal"}) {
      fs::remove(path_.string() + end, ignored);
    }
  }

  fs::path path_;
};

// Integrity and chain; the database is closed again, so the file is whole by itself.
Result<access::AuditHead> check_copy(const fs::path& path) {
  TRY_ASSIGN(db::Database copy, db::Database::open(path.string()));
  TRY(copy.verify());
  return require_whole_chain(copy);
}

std::string manifest_of(const BackupSummary& summary, const TarEntry& entry) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("format", format);
  json.member("taken", summary.taken).member("key", summary.key);
  json.key("audit").begin_object().member("sequence", summary.head.sequence);
  json.member("digest", summary.head.digest).end_object();
  json.key("files").begin_array().begin_object().member("name", entry.name);
  json.member("bytes", static_cast<std::int64_t>(entry.bytes));
  json.member("sha256", entry.sha256).member("sm3", entry.sm3);
  json.end_object().end_array().end_object();
  return out + "\n";
}

struct Manifest {
  BackupSummary summary;
  TarEntry database;
};

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : -1;
}

Result<Manifest> read_manifest(const fs::path& file, std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return bad_backup(file, "没有可读的 manifest.json");
  const json::object& object = value.get_object();
  if (text_of(object, "format") != format) return bad_backup(file, "格式不是 dengce-backup/1");
  Manifest out;
  out.summary.taken = text_of(object, "taken");
  out.summary.key = text_of(object, "key");
  const auto* audit = object.if_contains("audit");
  const auto* files = object.if_contains("files");
  if (audit == nullptr || !audit->is_object() || files == nullptr || !files->is_array() ||
      files->get_array().size() != 1 || !files->get_array().front().is_object()) {
    return bad_backup(file, "manifest.json 不完整");
  }
  out.summary.head = {number_of(audit->get_object(), "sequence"),
                      text_of(audit->get_object(), "digest")};
  const json::object& entry = files->get_array().front().get_object();
  out.database.name = text_of(entry, "name");
  out.database.bytes =
      static_cast<std::uint64_t>(std::max<std::int64_t>(number_of(entry, "bytes"), 0));
  out.database.sha256 = text_of(entry, "sha256");
  out.database.sm3 = text_of(entry, "sm3");
  out.summary.bytes = out.database.bytes;
  return out;
}

// Appends to a file of its own.
class FileSink {
 public:
  static Result<std::shared_ptr<FileSink>> create(const fs::path& path) {
    const int descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return failure(path);
    return std::shared_ptr<FileSink>(new FileSink(path, descriptor));
  }

  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  ~FileSink() { ::close(descriptor_); }

  [[nodiscard]] Result<> write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failure(path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  [[nodiscard]] Result<> sync() const {
    return ::fsync(descriptor_) == 0 ? Result<>{} : Result<>(failure(path_));
  }

 private:
  FileSink(fs::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  static tl::unexpected<Error> failure(const fs::path& path) {
    return fail(ErrorCode::unavailable,
                "文件无法写入",
                {Problem{path.string(), 0, {}, std::strerror(errno)}});
  }

  fs::path path_;
  int descriptor_;
};

// Unpacks the database and holds it to the manifest.
Result<Manifest> unpack(const fs::path& file, const fs::path& target) {
  std::string text;
  std::shared_ptr<FileSink> sink;
  const auto open = [&](const std::string& name, std::uint64_t bytes) -> Result<TarSink> {
    if (name == manifest_name && bytes <= max_manifest_bytes) {
      return TarSink([&text](std::string_view piece) -> Result<> {
        text += piece;
        return {};
      });
    }
    if (name != database_name) return bad_backup(file, "含有不认识的条目：" + name);
    TRY_ASSIGN(sink, FileSink::create(target));
    return TarSink([&sink](std::string_view piece) { return sink->write(piece); });
  };
  TRY_ASSIGN(const auto entries, read_tar_file(file, open));
  TRY_ASSIGN(Manifest manifest, read_manifest(file, text));
  const TarEntry& wanted = manifest.database;
  const auto found = std::find_if(entries.begin(), entries.end(), [](const TarEntry& entry) {
    return entry.name == database_name;
  });
  if (found == entries.end() || !sink || wanted.name != database_name) {
    return bad_backup(file, "没有数据库");
  }
  if (found->bytes != wanted.bytes || found->sha256 != wanted.sha256 || found->sm3 != wanted.sm3) {
    return bad_backup(file, "数据库与清单中的摘要不符：备份已损坏或被改动");
  }
  TRY(sink->sync());
  return manifest;
}

Result<> make_empty_directory(const fs::path& directory) {
  std::error_code error;
  const bool there = fs::exists(directory, error);
  if (there && !(fs::is_directory(directory, error) && fs::is_empty(directory, error))) {
    return fail(ErrorCode::already_exists,
                "只能恢复到不存在或空的目录",
                {Problem{directory.string(), 0, {}, "已有内容"}});
  }
  if (!there) fs::create_directories(directory, error);
  if (!error) fs::permissions(directory, fs::perms::owner_all, error);
  if (!error) return {};
  return fail(ErrorCode::permission_denied,
              "目录无法建立",
              {Problem{directory.string(), 0, {}, error.message()}});
}

Result<> note(db::Database& database,
              const BackupSummary& summary,
              const char* action,
              Clock clock) {
  access::AuditEvent event;
  event.action = action;
  event.object_type = "backup";
  if (!summary.taken.empty()) {
    JsonWriter(event.detail).begin_object().member("taken", summary.taken).end_object();
  }
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY(append_audit(transaction, access::command_line_actor(), event, clock));
  return transaction.commit();
}

}  // namespace

Result<access::AuditHead> require_whole_chain(db::Database& database) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const access::AuditReport report, access::verify_audit(transaction, nullptr));
  if (report.ok()) return report.head;
  std::vector<Problem> problems;
  for (const access::AuditFinding& one : report.problems) {
    problems.push_back({fmt::format("第 {} 条", one.sequence), 0, {}, one.reason});
    if (problems.size() == 20) break;
  }
  return fail(ErrorCode::data_corrupt, "审计链被改动", std::move(problems));
}

Result<BackupSummary> write_backup(Installation& installation, const fs::path& file, Clock clock) {
  if (installation.database.kind() != db::DatabaseKind::sqlite) {
    return fail(ErrorCode::unsupported,
                "PostgreSQL 数据库请用 pg_dump 备份、pg_restore 恢复，再用 dengce verify 核对");
  }
  // Before anything is written: nothing to tidy up when the name is taken.
  TRY_ASSIGN(TarWriter writer, TarWriter::create(file));
  TRY(note(installation.database, {}, "backup.create", clock));
  const DatabaseFile copy(file.string() + ".copy");
  TRY(installation.database.copy_to(copy.path()));
  BackupSummary summary;
  summary.taken = format_instant(clock());
  summary.key = installation.vault.key_id();
  TRY_ASSIGN(summary.head, check_copy(copy.path()));
  TRY_ASSIGN(const TarEntry entry, writer.add_file(database_name, copy.path()));
  summary.bytes = entry.bytes;
  TRY(writer.add(manifest_name, manifest_of(summary, entry)));
  TRY(writer.close());
  return summary;
}

Result<BackupSummary> restore_backup(const fs::path& file, const fs::path& directory, Clock clock) {
  TRY(make_empty_directory(directory));
  {
    const DatabaseFile part(directory / "restoring.db");
    TRY_ASSIGN(const Manifest manifest, unpack(file, part.path()));
    TRY_ASSIGN(const access::AuditHead head, check_copy(part.path()));
    if (head.sequence != manifest.summary.head.sequence ||
        head.digest != manifest.summary.head.digest) {
      return bad_backup(file, "审计链头与清单不符");
    }
    std::error_code error;
    fs::rename(part.path(), directory / database_name, error);
    if (error) {
      return fail(ErrorCode::unavailable,
                  "数据库无法就位",
                  {Problem{directory.string(), 0, {}, error.message()}});
    }
    TRY_ASSIGN(db::Database database, open_data(directory, Missing::refuse));
    TRY(note(database, manifest.summary, "backup.restore", clock));
    return manifest.summary;
  }
}

}  // namespace dengce::program
