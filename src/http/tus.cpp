// SPDX-License-Identifier: Apache-2.0
#include "http/tus.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <optional>
#include <utility>

#include "base/json_writer.h"
#include "base/running_digest.h"
#include "base/text.h"
#include "http/page_query.h"

namespace dengce::http {
namespace {

constexpr std::string_view version = "1.0.0";
constexpr std::size_t piece_bytes = 1024 * 1024;  // kept at once
constexpr std::size_t max_metadata_bytes = 4096;
constexpr std::size_t max_metadata_entries = 20;
constexpr int checksum_mismatch = 460;  // a status of the protocol's own

Response with_version(Response response) {
  response.headers.emplace_back("Tus-Resumable", version);
  return response;
}

Response refuse(ErrorCode code, std::string message) {
  return with_version(problem_response({code, std::move(message), {}, {}}));
}

// IMF-fixdate of RFC 9110.
std::string http_date(Instant instant) {
  const auto seconds = static_cast<std::time_t>(instant.milliseconds / 1000);
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(seconds));
}

std::optional<std::uint64_t> count_of(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  const auto number = parse_int(text);
  return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

std::optional<Response> wrong_version(const Request& request) {
  if (request.header("tus-resumable") == version) return std::nullopt;
  Response response = problem_response(
      412,
      "precondition_failed",
      {ErrorCode::failed_precondition, "续传协议版本不符（Tus-Resumable 应为 1.0.0）", {}, {}});
  response.headers.emplace_back("Tus-Version", version);
  return with_version(std::move(response));
}

void add_state(Response& response, const StoredUpload& upload) {
  response.headers.emplace_back("Upload-Offset", std::to_string(upload.received));
  response.headers.emplace_back("Upload-Expires", http_date(upload.expires));
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string plain(text);
  while (plain.ends_with('=')) plain.pop_back();
  if ((plain.size() + 3) / 4 * 4 != text.size() || plain.find_first_of("-_") != std::string::npos) {
    return std::nullopt;
  }
  for (char& c : plain) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return from_base64url(plain);
}

std::string to_base64(std::string_view bytes) {
  std::string out = base64url(bytes);
  for (char& c : out) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string metadata_text(const std::map<std::string, std::string, std::less<>>& metadata) {
  std::string out;
  for (const auto& [key, value] : metadata) {
    if (!out.empty()) out += ',';
    out += key;
    if (!value.empty()) out += ' ' + to_base64(value);
  }
  return out;
}

struct Checksum {
  RunningDigest running;
  std::string expected;
};

// "sm3 <base64>"
std::optional<Checksum> checksum_of(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const auto kind = digest_kind(text.substr(0, blank));
  if (!kind || blank == std::string_view::npos) return std::nullopt;
  auto expected = from_base64(text.substr(blank + 1));
  if (!expected) return std::nullopt;
  return Checksum{RunningDigest(*kind), std::move(*expected)};
}

// One PATCH: keeps pieces of a megabyte as they fill.
class Patch : public Upload {
 public:
  Patch(UploadStorage& storage, StoredUpload upload, std::optional<Checksum> checksum)
      : storage_(storage),
        upload_(std::move(upload)),
        begun_at_(upload_.received),
        checksum_(std::move(checksum)) {}

  Patch(const Patch&) = delete;
  Patch& operator=(const Patch&) = delete;

  ~Patch() override {
    if (ended_) return;
    // A destructor has nobody to tell of failures: the client asks for the offset anyway.
    if (checksum_) {
      (void)storage_.cut_back(upload_.id, upload_.received, begun_at_);
    } else {
      (void)keep();
    }
  }

  Result<> write(std::string_view piece) override {
    if (upload_.received + waiting_.size() + piece.size() > upload_.length) {
      return fail(ErrorCode::too_large, "上传的内容超过事先声明的长度");
    }
    if (checksum_) checksum_->running.add(piece);
    waiting_ += piece;
    return waiting_.size() >= piece_bytes ? keep() : Result<>();
  }

  Response finish() override {
    if (checksum_ && checksum_->running.finish() != checksum_->expected) {
      ended_ = true;
      const auto cut = storage_.cut_back(upload_.id, upload_.received, begun_at_);
      if (!cut) return with_version(problem_response(cut.error()));
      return with_version(problem_response(
          checksum_mismatch,
          "checksum_mismatch",
          {ErrorCode::invalid_argument, "校验值不符，此段已丢弃，请重传", {}, {}}));
    }
    if (const auto kept = keep(); !kept) return with_version(problem_response(kept.error()));
    ended_ = true;
    Response response;
    response.status = 204;
    add_state(response, upload_);
    return with_version(std::move(response));
  }

 private:
  Result<> keep() {
    if (waiting_.empty()) return {};
    TRY(storage_.append(upload_.id, upload_.received, waiting_));
    upload_.received += waiting_.size();
    waiting_.clear();
    return {};
  }

  UploadStorage& storage_;
  StoredUpload upload_;
  std::uint64_t begun_at_;
  std::optional<Checksum> checksum_;
  std::string waiting_;
  bool ended_ = false;
};

}  // namespace

Response Tus::options() const {
  Response response;
  response.status = 204;
  response.headers.emplace_back("Tus-Version", version);
  response.headers.emplace_back("Tus-Extension", "creation,expiration,checksum,termination");
  response.headers.emplace_back("Tus-Checksum-Algorithm", "sm3,sha256,sha1");
  response.headers.emplace_back("Tus-Max-Size", std::to_string(max_bytes_));
  return with_version(std::move(response));
}

Response Tus::create(const std::string& owner, const Request& request) const {
  if (auto wrong = wrong_version(request)) return *wrong;
  const auto length = count_of(request.header("upload-length"));
  if (!length) return refuse(ErrorCode::invalid_argument, "缺少总长度（Upload-Length）或其无效");
  if (*length > max_bytes_) return refuse(ErrorCode::too_large, "文件超过上传上限");
  const auto metadata = parse_upload_metadata(request.header("upload-metadata"));
  if (!metadata) return with_version(problem_response(metadata.error()));
  const auto upload = storage_.create(owner, *length, *metadata);
  if (!upload) return with_version(problem_response(upload.error()));
  Response response;
  response.status = 201;
  response.headers.emplace_back("Location", base_ + "/" + upload->id);
  add_state(response, *upload);
  JsonWriter(response.body).begin_object().member("id", upload->id).end_object();
  return with_version(std::move(response));
}

Response Tus::state(const std::string& owner, const Request& request) const {
  if (auto wrong = wrong_version(request)) return *wrong;
  const auto upload = storage_.find(owner, request.parameters.at("id"));
  if (!upload) return with_version(problem_response(upload.error()));
  Response response;
  response.headers.emplace_back("Upload-Length", std::to_string(upload->length));
  if (!upload->metadata.empty()) {
    response.headers.emplace_back("Upload-Metadata", metadata_text(upload->metadata));
  }
  add_state(response, *upload);
  return with_version(std::move(response));
}

Response Tus::remove(const std::string& owner, const Request& request) const {
  if (auto wrong = wrong_version(request)) return *wrong;
  const auto removed = storage_.remove(owner, request.parameters.at("id"));
  if (!removed) return with_version(problem_response(removed.error()));
  Response response;
  response.status = 204;
  return with_version(std::move(response));
}

Opened Tus::patch(const std::string& owner, const Request& request) const {
  const auto refused = [](Response response) { return tl::make_unexpected(std::move(response)); };
  if (auto wrong = wrong_version(request)) return refused(std::move(*wrong));
  if (request.header("content-type") != "application/offset+octet-stream") {
    return refused(refuse(ErrorCode::unsupported, "正文须为 application/offset+octet-stream"));
  }
  const auto offset = count_of(request.header("upload-offset"));
  if (!offset) {
    return refused(refuse(ErrorCode::invalid_argument, "缺少起点（Upload-Offset）或其无效"));
  }
  std::optional<Checksum> checksum;
  if (request.headers.contains("upload-checksum")) {
    checksum = checksum_of(request.header("upload-checksum"));
    if (!checksum) {
      return refused(
          refuse(ErrorCode::invalid_argument, "校验值（Upload-Checksum）无效或算法不支持"));
    }
  }
  auto upload = storage_.find(owner, request.parameters.at("id"));
  if (!upload) return refused(with_version(problem_response(upload.error())));
  if (*offset != upload->received) {
    Response response = refuse(ErrorCode::conflict, "起点与已接收的长度不符");
    add_state(response, *upload);
    return refused(std::move(response));
  }
  return std::make_unique<Patch>(storage_, std::move(*upload), std::move(checksum));
}

Result<std::map<std::string, std::string, std::less<>>> parse_upload_metadata(
    std::string_view text) {
  const auto bad = [] { return fail(ErrorCode::invalid_argument, "Upload-Metadata 无效"); };
  std::map<std::string, std::string, std::less<>> out;
  if (text.size() > max_metadata_bytes) return bad();
  if (trim(text).empty()) return out;
  for (const std::string_view entry : split(text, ',')) {
    const auto parts = words(entry);
    if (parts.empty() || parts.size() > 2 || out.size() >= max_metadata_entries) return bad();
    const auto value = parts.size() == 2 ? from_base64(parts[1]) : std::optional(std::string());
    if (!value || !is_valid_utf8(*value) || value->find('\0') != std::string::npos) return bad();
    if (!out.emplace(parts[0], *value).second) return bad();
  }
  return out;
}

}  // namespace dengce::http
