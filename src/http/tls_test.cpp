// SPDX-License-Identifier: Apache-2.0
#include "http/tls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "http/test_client.h"

namespace dengce::http {
namespace {

using std::chrono::milliseconds;
using test::Client;
using test::get;
using test::RunningServer;
using test::status_of_answer;

struct ClientFree {
  void operator()(SSL* tls) const { SSL_free(tls); }
};

// A TLS client that trusts exactly one certificate.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, const std::filesystem::path& trusted, int max_version = 0)
      : client_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    EXPECT_EQ(SSL_CTX_load_verify_file(context_.get(), trusted.c_str()), 1);
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    if (max_version != 0) SSL_CTX_set_max_proto_version(context_.get(), max_version);
    tls_.reset(SSL_new(context_.get()));
    SSL_set1_host(tls_.get(), "dengce.example");
    SSL_set_fd(tls_.get(), client_.descriptor());
    connected_ = SSL_connect(tls_.get()) == 1;
  }

  [[nodiscard]] bool connected() const { return connected_; }

  [[nodiscard]] std::string ask(const std::string& bytes) const {
    EXPECT_EQ(SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())),
              static_cast<int>(bytes.size()));
    std::string out;
    std::array<char, 16 * 1024> buffer{};
    for (int got = 1; got > 0;) {
      got = SSL_read(tls_.get(), buffer.data(), buffer.size());
      if (got > 0) out.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return out;
  }

  // The server said that it is through, so nothing was cut off.
  [[nodiscard]] bool closed_properly() const {
    return (SSL_get_shutdown(tls_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

 private:
  Client client_;
  TlsContext context_;
  std::unique_ptr<SSL, ClientFree> tls_;
  bool connected_ = false;
};

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto directory = TempDir::create();
    ASSERT_TRUE(directory);
    directory_ = std::make_unique<TempDir>(std::move(*directory));
    files_ = {directory_->path() / "a.crt", directory_->path() / "a.key"};
    const auto made = make_self_signed(files_, {"dengce.example", "127.0.0.1", "::1"});
    ASSERT_TRUE(made) << made.error().text() << made.error().detail;
    router_.add("GET", "/hello", [](const Request& request) {
      return test::text(request.secure ? "secure" : "plain");
    });
    router_.add(
        "GET", "/big", [](const Request&) { return test::text(std::string(3'000'000, 'x')); });
    router_.add("POST", "/hello", [](const Request& request) { return test::text(request.body); });
    options_.tls = files_;
    options_.host_names = {"dengce.example"};
    options_.handshake_timeout = milliseconds(500);
  }

  std::unique_ptr<TempDir> directory_;
  TlsFiles files_;
  Router router_;
  ServerOptions options_;
};

TEST_F(TlsTest, ServesWithHsts) {
  const RunningServer server(options_, router_);
  const TlsClient client(server.port(), files_.certificate);
  ASSERT_TRUE(client.connected());
  const std::string answer = client.ask(get("/hello"));
  EXPECT_NE(answer.find("Strict-Transport-Security: max-age="), std::string::npos);
  EXPECT_TRUE(answer.ends_with("secure"));
  EXPECT_TRUE(client.closed_properly());
  const TlsClient big(server.port(), files_.certificate, TLS1_2_VERSION);
  EXPECT_GT(big.ask(get("/big")).size(), 3'000'000U);
  const TlsClient body(server.port(), files_.certificate);
  EXPECT_TRUE(body.ask(test::post("/hello", "{\"a\":1}")).ends_with("{\"a\":1}"));
}

TEST_F(TlsTest, OldVersionsAndPlainTextAreRefused) {
  const RunningServer server(options_, router_);
  EXPECT_FALSE(TlsClient(server.port(), files_.certificate, TLS1_1_VERSION).connected());
  EXPECT_EQ(server.ask(get("/hello")).find("HTTP/1.1"), std::string::npos);
  EXPECT_TRUE(TlsClient(server.port(), files_.certificate, TLS1_2_VERSION).connected());
}

TEST_F(TlsTest, AStalledHandshakeIsCut) {
  const RunningServer server(options_, router_);
  const Client silent(server.port());
  const Client half(server.port());
  half.send("\x16\x03\x01\x02");
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(TlsClient(server.port(), files_.certificate).connected());
  EXPECT_EQ(silent.rest(), "");
  EXPECT_EQ(half.rest(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
}

TEST_F(TlsTest, ANewCertificateIsTakenOnSighup) {
  const RunningServer server(options_, router_);
  ASSERT_TRUE(TlsClient(server.port(), files_.certificate).connected());
  const TlsFiles other{directory_->path() / "b.crt", directory_->path() / "b.key"};
  ASSERT_TRUE(make_self_signed(other, {"dengce.example"}));
  std::filesystem::rename(other.key, files_.key);
  std::filesystem::copy(
      other.certificate, files_.certificate, std::filesystem::copy_options::overwrite_existing);
  EXPECT_FALSE(TlsClient(server.port(), files_.certificate).connected());
  ::raise(SIGHUP);
  bool taken = false;
  for (int i = 0; i < 50 && !taken; ++i) {
    std::this_thread::sleep_for(milliseconds(20));
    taken = TlsClient(server.port(), files_.certificate).connected();
  }
  EXPECT_TRUE(taken);
  ASSERT_TRUE(write_file(other.key, "nonsense"));
  std::filesystem::copy(other.key, files_.key, std::filesystem::copy_options::overwrite_existing);
  ::raise(SIGHUP);
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_TRUE(TlsClient(server.port(), files_.certificate).connected()) << "the old pair serves on";
}

TEST_F(TlsTest, TheKeyIsItsOwnersAndNothingIsOverwritten) {
  struct stat status {};

  ASSERT_EQ(::stat(files_.key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(make_self_signed(files_, {"x"}).error().code, ErrorCode::already_exists);
  for (const char* bad : {"", "a b", "a,DNS:b", "*"}) {
    EXPECT_EQ(make_self_signed({directory_->path() / "c.crt", directory_->path() / "c.key"}, {bad})
                  .error()
                  .code,
              ErrorCode::invalid_argument)
        << bad;
  }
  const auto print = certificate_fingerprint(files_.certificate);
  ASSERT_TRUE(print);
  EXPECT_EQ(print->size(), 32U * 3 - 1);
}

TEST_F(TlsTest, BadFilesAreNamed) {
  const TlsFiles other{directory_->path() / "b.crt", directory_->path() / "b.key"};
  ASSERT_TRUE(make_self_signed(other, {"x.example"}));
  EXPECT_TRUE(load_tls(files_));
  const auto mixed = load_tls({files_.certificate, other.key});
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(mixed.error().message.find("b.key"), std::string::npos);
  EXPECT_FALSE(load_tls({"/nonexistent", files_.key}));
  options_.tls = TlsFiles{files_.certificate, other.key};
  EXPECT_FALSE(Server::listen(options_, router_));
}

}  // namespace
}  // namespace dengce::http
