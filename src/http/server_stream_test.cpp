// SPDX-License-Identifier: Apache-2.0
// Bodies that are never whole in memory: streams out, events, uploads in.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "http/events.h"
#include "http/test_client.h"

namespace dengce::http {
namespace {

using std::chrono::milliseconds;
using test::Client;
using test::get;
using test::RunningServer;
using test::status_of_answer;

constexpr std::size_t megabyte = 1024 * 1024;

// Memory of this process that is really used, in bytes.
std::size_t resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t pages = 0;
  file >> total >> pages;
  return pages * 4096;
}

std::string unchunked(std::string_view answer) {
  std::string out;
  answer.remove_prefix(answer.find("\r\n\r\n") + 4);
  while (!answer.empty()) {
    const auto size = std::stoul(std::string(answer.substr(0, answer.find("\r\n"))), nullptr, 16);
    answer.remove_prefix(answer.find("\r\n") + 2);
    if (size == 0) return out + "|end";
    out += answer.substr(0, size);
    answer.remove_prefix(std::min(size + 2, answer.size()));
  }
  return out;
}

// Gives "0 1 2 … last", one number a piece.
Producer numbers(int last) {
  return [next = 0, last](std::string& piece) mutable -> Result<bool> {
    piece += std::to_string(next++) + " ";
    return next <= last;
  };
}

TEST(Stream, ComesInChunksAndEnds) {
  Router router;
  router.add("GET", "/numbers", [](const Request&) {
    Response response;
    response.stream = numbers(5);
    return response;
  });
  const RunningServer server({}, router);
  const std::string answer = server.ask(get("/numbers"));
  EXPECT_NE(answer.find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
  EXPECT_EQ(unchunked(answer), "0 1 2 3 4 5 |end");
  const std::string old = server.ask("GET /numbers HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(old.ends_with("\r\n\r\n0 1 2 3 4 5 ")) << old;
}

TEST(Stream, AFailureIsNotTakenForTheEnd) {
  Router router;
  router.add("GET", "/broken", [](const Request&) {
    Response response;
    response.stream = [count = 0](std::string& piece) mutable -> Result<bool> {
      piece = "piece";
      if (++count == 3) return fail(ErrorCode::unavailable, "secret");
      return true;
    };
    return response;
  });
  router.add("GET", "/thrown", [](const Request&) {
    Response response;
    response.stream = [](std::string&) -> Result<bool> { throw std::runtime_error("secret"); };
    return response;
  });
  const RunningServer server({}, router);
  EXPECT_EQ(unchunked(server.ask(get("/broken"))), "piecepiece");
  EXPECT_EQ(unchunked(server.ask(get("/thrown"))), "");
}

TEST(Stream, MemoryStaysFlatAndTheReaderSetsThePace) {
  Router router;
  std::atomic<int> made{0};
  router.add("GET", "/much", [&made](const Request&) {
    Response response;
    response.stream = [&made](std::string& piece) -> Result<bool> {
      piece.assign(megabyte, 'x');
      return ++made < 200;
    };
    return response;
  });
  const RunningServer server({}, router);
  const Client client(server.port());
  client.send(get("/much"));
  std::string first = client.some();
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_LT(made, 20);
  const std::size_t before = resident();
  std::size_t total = first.size();
  for (std::string more = client.some(); !more.empty(); more = client.some()) total += more.size();
  EXPECT_EQ(made, 200);
  EXPECT_GT(total, 200 * megabyte);
  EXPECT_LT(resident(), before + 20 * megabyte);
}

TEST(Stream, ASlowReaderIsCut) {
  Router router;
  router.add(
      "GET", "/big", [](const Request&) { return test::text(std::string(50 * megabyte, 'x')); });
  ServerOptions options;
  options.write_timeout = milliseconds(300);
  options.min_bytes_per_second = 1000 * megabyte;
  Metrics metrics;
  options.metrics = &metrics;
  const RunningServer server(options, router);
  const Client client(server.port(), nullptr, 4096);
  client.send(get("/big"));
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_NE(metrics.text().find("dengce_http_connections 0\n"), std::string::npos)
      << metrics.text();
}

TEST(Events, AreFramedAndCannotBeForged) {
  std::string out;
  append_event(out, {"7\ndata: x", "progress", "a\r\nb\n"});
  append_event(out, {"", "", ""});
  EXPECT_EQ(out, "id: 7data: x\nevent: progress\ndata: a\ndata: b\n\ndata:\n\n");
}

TEST(Events, ComeAsTheyHappenWithHeartbeatsBetween) {
  Router router;
  std::atomic<int> progress{0};
  router.add("GET", "/events", [&progress](const Request&) {
    return event_stream(
        [&progress, shown = 0](std::string& out) mutable -> Result<bool> {
          for (; shown < progress; ++shown)
            append_event(out, {"", "progress", std::to_string(shown)});
          return shown < 2;
        },
        milliseconds(20));
  });
  ServerOptions options;
  options.heartbeat = milliseconds(100);
  const RunningServer server(options, router);
  const Client client(server.port());
  client.send(get("/events"));
  EXPECT_NE(client.until(": \n\n").find("text/event-stream"), std::string::npos);
  progress = 1;
  EXPECT_NE(client.until("data: 0\n\n").find("event: progress"), std::string::npos);
  progress = 2;
  EXPECT_NE(client.rest().find("data: 1\n\n\r\n0\r\n\r\n"), std::string::npos);
}

TEST(Events, EndWhenTheClientLeavesOrTheServerStops) {
  Router router;
  std::atomic<int> open{0};
  router.add("GET", "/events", [&open](const Request&) {
    auto count = std::shared_ptr<void>(nullptr, [&open](void*) { --open; });
    ++open;
    return event_stream([count](std::string&) -> Result<bool> { return true; }, milliseconds(20));
  });
  RunningServer server({}, router);
  {
    const Client leaving(server.port());
    leaving.send(get("/events"));
    EXPECT_NE(leaving.until("\r\n\r\n"), "");
    EXPECT_EQ(open, 1);
  }
  for (int i = 0; i < 100 && open > 0; ++i) std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(open, 0);
  const Client staying(server.port());
  staying.send(get("/events"));
  EXPECT_NE(staying.until("\r\n\r\n"), "");
  const auto begun = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2));
  EXPECT_TRUE(staying.rest().ends_with("0\r\n\r\n"));
}

// What a test learns of its uploads.
struct Seen {
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> largest{0};
  std::atomic<int> opened{0};
  std::atomic<int> finished{0};
  std::atomic<int> destroyed{0};
};

class CountingUpload : public Upload {
 public:
  explicit CountingUpload(Seen& seen) : seen_(seen) { ++seen_.opened; }

  CountingUpload(const CountingUpload&) = delete;
  CountingUpload& operator=(const CountingUpload&) = delete;

  ~CountingUpload() override { ++seen_.destroyed; }

  Result<> write(std::string_view piece) override {
    seen_.bytes += piece.size();
    seen_.largest = std::max<std::uint64_t>(seen_.largest, piece.size());
    if (piece.find("full") != std::string_view::npos) {
      return fail(ErrorCode::unavailable, "磁盘已满");
    }
    return {};
  }

  Response finish() override {
    ++seen_.finished;
    return test::text(std::to_string(seen_.bytes));
  }

 private:
  Seen& seen_;
};

class UploadTest : public testing::Test {
 protected:
  void SetUp() override {
    router_.add_upload(
        "PUT", "/upload/{id}", 400 * megabyte, [this](const Request& request) -> Opened {
          if (request.header("x-allow") != "yes") {
            return tl::make_unexpected(
                problem_response({ErrorCode::permission_denied, "不许", {}, {}}));
          }
          return std::make_unique<CountingUpload>(seen_);
        });
    ServerOptions options;
    options.read_timeout = milliseconds(1000);
    server_ = std::make_unique<RunningServer>(options, router_);
  }

  [[nodiscard]] static std::string head(std::uint64_t length,
                                        const std::string& more = "X-Allow: yes\r\n") {
    return "PUT /upload/7 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more +
           "Content-Length: " + std::to_string(length) + "\r\n\r\n";
  }

  Router router_;
  Seen seen_;
  std::unique_ptr<RunningServer> server_;
};

TEST_F(UploadTest, MemoryStaysFlat) {
  const Client client((*server_)->port());
  const std::string piece(megabyte, 'x');
  client.send(head(300 * megabyte));
  client.send(piece);
  const std::size_t before = resident();
  for (int i = 1; i < 300; ++i) client.send(piece);
  EXPECT_TRUE(client.rest().ends_with("\r\n\r\n" + std::to_string(300 * megabyte)));
  EXPECT_LT(resident(), before + 20 * megabyte);
  EXPECT_LE(seen_.largest, megabyte);
  EXPECT_EQ(seen_.finished, 1);
}

TEST_F(UploadTest, IsRefusedBeforeAnyByteOfTheBody) {
  const std::string answer = server_->ask(head(300 * megabyte, "Expect: 100-continue\r\n"));
  EXPECT_EQ(status_of_answer(answer), 403);
  EXPECT_EQ(status_of_answer(server_->ask(head(401 * megabyte))), 413);
  EXPECT_EQ(seen_.opened, 0);
}

TEST_F(UploadTest, TooMuchInChunksIsCutOff) {
  const Client client((*server_)->port());
  client.send(
      "PUT /upload/7 HTTP/1.1\r\nHost: localhost\r\nX-Allow: yes\r\nTransfer-Encoding: "
      "chunked\r\n\r\n");
  const std::string chunk = "100000\r\n" + std::string(megabyte, 'x') + "\r\n";
  for (int i = 0; i < 401 && client.try_send(chunk); ++i) {
  }
  EXPECT_EQ(status_of_answer(client.rest()), 413);
  EXPECT_LE(seen_.bytes, 400 * megabyte);
  EXPECT_EQ(seen_.finished, 0);
}

TEST_F(UploadTest, ABrokenLineEndsItWithoutFinish) {
  {
    const Client client((*server_)->port());
    client.send(head(1000) + "half");
    for (int i = 0; i < 100 && seen_.bytes == 0; ++i) std::this_thread::sleep_for(milliseconds(20));
  }
  for (int i = 0; i < 100 && seen_.destroyed == 0; ++i)
    std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(seen_.bytes, 4U);
  EXPECT_EQ(seen_.destroyed, 1);
  EXPECT_EQ(seen_.finished, 0);
}

TEST_F(UploadTest, ASilentClientIsCut) {
  const Client client((*server_)->port());
  client.send(head(1000) + "half");
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(client.rest(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  EXPECT_EQ(seen_.finished, 0);
}

TEST_F(UploadTest, AFailedWriteIsTheAnswer) {
  const std::string answer = server_->ask(head(4) + "full");
  EXPECT_EQ(status_of_answer(answer), 503);
  EXPECT_NE(answer.find("磁盘已满"), std::string::npos);
  EXPECT_EQ(seen_.finished, 0);
  EXPECT_EQ(seen_.destroyed, 1);
}

}  // namespace
}  // namespace dengce::http
