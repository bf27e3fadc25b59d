// SPDX-License-Identifier: Apache-2.0
#include "http/tus.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/digest.h"
#include "http/test_client.h"

namespace dengce::http {
namespace {

using test::Client;
using test::RunningServer;
using test::status_of_answer;

constexpr std::size_t megabyte = 1024 * 1024;

class MemoryStorage : public UploadStorage {
 public:
  Result<StoredUpload> create(
      const std::string& owner,
      std::uint64_t length,
      const std::map<std::string, std::string, std::less<>>& metadata) override {
    const std::lock_guard lock(mutex);
    const std::string id = "u" + std::to_string(uploads.size() + 1);
    uploads[id] = {owner, {id, length, 0, metadata, {1'767'225'600'000}}, {}};
    return uploads[id].upload;
  }

  Result<StoredUpload> find(const std::string& owner, const std::string& id) override {
    const std::lock_guard lock(mutex);
    const auto found = uploads.find(id);
    if (found == uploads.end() || found->second.owner != owner) {
      return fail(ErrorCode::not_found, "没有此上传");
    }
    return found->second.upload;
  }

  Result<> append(const std::string& id, std::uint64_t at, std::string_view bytes) override {
    const std::lock_guard lock(mutex);
    Entry& entry = uploads[id];
    if (entry.upload.received != at) return fail(ErrorCode::conflict, "起点不符");
    largest = std::max(largest, bytes.size());
    entry.bytes += bytes;
    entry.upload.received += bytes.size();
    return {};
  }

  Result<> cut_back(const std::string& id, std::uint64_t from, std::uint64_t to) override {
    const std::lock_guard lock(mutex);
    Entry& entry = uploads[id];
    if (entry.upload.received != from) return fail(ErrorCode::conflict, "起点不符");
    entry.bytes.resize(to);
    entry.upload.received = to;
    return {};
  }

  Result<> remove(const std::string& owner, const std::string& id) override {
    TRY(find(owner, id));
    const std::lock_guard lock(mutex);
    uploads.erase(id);
    return {};
  }

  struct Entry {
    std::string owner;
    StoredUpload upload;
    std::string bytes;
  };

  std::mutex mutex;
  std::map<std::string, Entry> uploads;
  std::size_t largest = 0;
};

class TusTest : public testing::Test {
 protected:
  void SetUp() override {
    router_.add("OPTIONS", "/api/uploads", [this](const Request&) { return tus_.options(); });
    router_.add(
        "POST", "/api/uploads", [this](const Request& r) { return tus_.create(who(r), r); });
    router_.add(
        "GET", "/api/uploads/{id}", [this](const Request& r) { return tus_.state(who(r), r); });
    router_.add(
        "DELETE", "/api/uploads/{id}", [this](const Request& r) { return tus_.remove(who(r), r); });
    router_.add_upload("PATCH", "/api/uploads/{id}", 100 * megabyte, [this](const Request& r) {
      return tus_.patch(who(r), r);
    });
    ServerOptions options;
    options.read_timeout = std::chrono::milliseconds(1000);
    server_ = std::make_unique<RunningServer>(options, router_);
  }

  static std::string who(const Request& request) {
    return request.headers.contains("x-owner") ? std::string(request.header("x-owner")) : "a";
  }

  [[nodiscard]] static std::string head(const std::string& method,
                                        const std::string& path,
                                        const std::string& more,
                                        std::size_t length = 0) {
    return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more +
           "Tus-Resumable: 1.0.0\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  }

  [[nodiscard]] std::string create(std::uint64_t length, const std::string& more = "") const {
    return server_->ask(
        head("POST", "/api/uploads", "Upload-Length: " + std::to_string(length) + "\r\n" + more));
  }

  [[nodiscard]] static std::string patch_head(std::uint64_t offset,
                                              std::size_t length,
                                              const std::string& more = "") {
    return head("PATCH",
                "/api/uploads/u1",
                "Content-Type: application/offset+octet-stream\r\nUpload-Offset: " +
                    std::to_string(offset) + "\r\n" + more,
                length);
  }

  [[nodiscard]] std::string patch(std::uint64_t offset,
                                  const std::string& bytes,
                                  const std::string& more = "") const {
    return server_->ask(patch_head(offset, bytes.size(), more) + bytes);
  }

  [[nodiscard]] std::string offset() const {
    const std::string answer = server_->ask(head("HEAD", "/api/uploads/u1", ""));
    const std::size_t at = answer.find("Upload-Offset: ");
    return at == std::string::npos ? "none"
                                   : answer.substr(at + 15, answer.find('\r', at) - at - 15);
  }

  MemoryStorage storage_;
  Tus tus_{storage_, "/api/uploads", 50 * megabyte};
  Router router_;
  std::unique_ptr<RunningServer> server_;
};

TEST_F(TusTest, TellsWhatItCan) {
  const std::string answer =
      server_->ask("OPTIONS /api/uploads HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of_answer(answer), 204);
  EXPECT_NE(answer.find("Tus-Version: 1.0.0\r\n"), std::string::npos);
  EXPECT_NE(answer.find("Tus-Max-Size: 52428800\r\n"), std::string::npos);
}

TEST_F(TusTest, AFileComesInParts) {
  const std::string created =
      create(10, "Upload-Metadata: filename 5rWL6K+VLnR4dA==,is_private\r\n");
  EXPECT_EQ(status_of_answer(created), 201);
  EXPECT_NE(created.find("Location: /api/uploads/u1\r\n"), std::string::npos);
  EXPECT_NE(created.find("Upload-Expires: Thu, 01 Jan 2026 00:00:00 GMT\r\n"), std::string::npos);
  EXPECT_EQ(storage_.uploads["u1"].upload.metadata["filename"], "测试.txt");
  const std::string told = server_->ask(head("HEAD", "/api/uploads/u1", ""));
  EXPECT_NE(told.find("Upload-Metadata: filename 5rWL6K+VLnR4dA==,is_private\r\n"),
            std::string::npos);
  EXPECT_EQ(offset(), "0");
  const std::string first = patch(0, "01234");
  EXPECT_EQ(status_of_answer(first), 204);
  EXPECT_NE(first.find("Upload-Offset: 5\r\n"), std::string::npos);
  EXPECT_EQ(offset(), "5");
  EXPECT_EQ(status_of_answer(patch(0, "01234")), 409);
  EXPECT_EQ(status_of_answer(patch(6, "6789")), 409);
  EXPECT_EQ(status_of_answer(patch(5, "56789")), 204);
  EXPECT_EQ(storage_.uploads["u1"].bytes, "0123456789");
  EXPECT_EQ(status_of_answer(patch(10, "more")), 413);
  EXPECT_EQ(offset(), "10");
}

TEST_F(TusTest, ABrokenLineLosesNothingThatArrived) {
  (void)create(3 * megabyte);
  {
    const Client client(server_->port());
    client.send(patch_head(0, 3 * megabyte) + std::string(2 * megabyte + 5, 'x'));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  const std::string wanted = std::to_string(2 * megabyte + 5);
  for (int i = 0; i < 100 && offset() != wanted; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(offset(), wanted);
  EXPECT_EQ(status_of_answer(patch(2 * megabyte + 5, std::string(megabyte - 5, 'y'))), 204);
  EXPECT_EQ(storage_.uploads["u1"].bytes,
            std::string(2 * megabyte + 5, 'x') + std::string(megabyte - 5, 'y'));
  EXPECT_LT(storage_.largest, 2 * megabyte);
}

TEST_F(TusTest, AChecksumHolds) {
  (void)create(20);
  EXPECT_EQ(
      status_of_answer(patch(0, "abc", "Upload-Checksum: sm3 ZsfwxPru8dHHKNRNn7YTsixKjtA=\r\n")),
      460);
  EXPECT_EQ(offset(), "0");
  EXPECT_EQ(
      status_of_answer(patch(0, "abc", "Upload-Checksum: sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\r\n")),
      204);
  EXPECT_EQ(offset(), "3");
  for (const char* bad : {"md5 qZk+", "sha1", "sha1 q", ""}) {
    EXPECT_EQ(status_of_answer(patch(3, "abc", std::string("Upload-Checksum: ") + bad + "\r\n")),
              400)
        << bad;
  }
  {
    const Client client(server_->port());
    client.send(patch_head(3, 10, "Upload-Checksum: sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\r\n") +
                "abc");
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(offset(), "3") << "a part that could not be verified is not kept";
}

TEST_F(TusTest, OthersSeeNothing) {
  (void)create(5);
  EXPECT_EQ(status_of_answer(server_->ask(head("HEAD", "/api/uploads/u1", "X-Owner: b\r\n"))), 404);
  EXPECT_EQ(status_of_answer(patch(0, "01234", "X-Owner: b\r\n")), 404);
  EXPECT_EQ(status_of_answer(server_->ask(head("DELETE", "/api/uploads/u1", "X-Owner: b\r\n"))),
            404);
  EXPECT_EQ(offset(), "0");
  EXPECT_EQ(status_of_answer(server_->ask(head("DELETE", "/api/uploads/u1", ""))), 204);
  EXPECT_EQ(offset(), "none");
}

TEST_F(TusTest, BadRequestsAreRefused) {
  EXPECT_EQ(status_of_answer(create(51 * megabyte)), 413);
  for (const char* bad : {"",
                          "Upload-Length: -1\r\n",
                          "Upload-Length: 1x\r\n",
                          "Upload-Defer-Length: 1\r\n",
                          "Upload-Length: 99999999999999999999\r\n",
                          "Upload-Length: 1\r\nUpload-Metadata: a b c\r\n",
                          "Upload-Length: 1\r\nUpload-Metadata: a AA,a AA\r\n",
                          "Upload-Length: 1\r\nUpload-Metadata: a /w==\r\n"}) {
    EXPECT_EQ(status_of_answer(server_->ask(head("POST", "/api/uploads", bad))), 400) << bad;
  }
  (void)create(5);
  EXPECT_EQ(status_of_answer(server_->ask(
                "HEAD /api/uploads/u1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")),
            412);
  EXPECT_EQ(status_of_answer(
                server_->ask(head("PATCH", "/api/uploads/u1", "Upload-Offset: 0\r\n", 1) + "x")),
            415);
  EXPECT_EQ(status_of_answer(patch(0, "too much")), 413);
}

}  // namespace
}  // namespace dengce::http
