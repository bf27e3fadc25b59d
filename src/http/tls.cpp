// SPDX-License-Identifier: Apache-2.0
#include "http/tls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <system_error>

namespace dengce::http {
namespace {

constexpr int self_signed_days = 825;
constexpr std::string_view alpn_http = "http/1.1";

template <auto Free>
struct FreeBy {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using Bio = std::unique_ptr<BIO, FreeBy<BIO_free>>;
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION_free>>;

std::string library_error() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

tl::unexpected<Error> bad_file(std::string_view what, const std::filesystem::path& path) {
  return fail(
      ErrorCode::invalid_argument, fmt::format("{}：{}", what, path.string()), library_error());
}

// Offers HTTP/1.1, the only protocol spoken here; other wishes go on without ALPN.
int select_alpn(SSL*,
                const unsigned char** out,
                unsigned char* out_length,
                const unsigned char* in,
                unsigned int in_length,
                void*) {
  for (unsigned int at = 0; at < in_length; at += 1U + in[at]) {
    const unsigned int length = in[at];
    if (at + 1 + length > in_length) break;
    if (std::string_view(reinterpret_cast<const char*>(in + at + 1), length) != alpn_http) continue;
    *out = in + at + 1;
    *out_length = static_cast<unsigned char>(length);
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

bool is_address(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

// Names go into an OpenSSL configuration text: nothing but host name characters may pass.
Result<std::string> alternative_names(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    const std::size_t odd =
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:");
    if (name.empty() || odd != std::string::npos) {
      return fail(ErrorCode::invalid_argument, "证书中的主机名无效：" + name);
    }
    if (!out.empty()) out += ',';
    out += (is_address(name) ? "IP:" : "DNS:") + name;
  }
  if (out.empty()) return fail(ErrorCode::invalid_argument, "证书至少需要一个主机名");
  return out;
}

bool add_extension(X509& certificate, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  return extension && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

bool set_random_serial(X509& certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  bytes[0] &= 0x7F;
  const std::unique_ptr<BIGNUM, FreeBy<BN_free>> number(
      BN_bin2bn(bytes.data(), bytes.size(), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

Certificate sign_own(EVP_PKEY& key, const std::string& name, const std::string& names) {
  Certificate certificate(X509_new());
  if (!certificate) return nullptr;
  X509* x509 = certificate.get();
  const auto* subject = reinterpret_cast<const unsigned char*>(name.data());
  X509_NAME* holder = X509_get_subject_name(x509);
  const bool made =
      X509_set_version(x509, X509_VERSION_3) == 1 && set_random_serial(*x509) &&
      X509_gmtime_adj(X509_getm_notBefore(x509), -3600) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(x509), self_signed_days * 86'400L) != nullptr &&
      X509_set_pubkey(x509, &key) == 1 &&
      X509_NAME_add_entry_by_txt(
          holder, "CN", MBSTRING_UTF8, subject, static_cast<int>(name.size()), -1, 0) == 1 &&
      X509_set_issuer_name(x509, holder) == 1 &&
      add_extension(*x509, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(*x509, NID_key_usage, "critical,digitalSignature") &&
      add_extension(*x509, NID_ext_key_usage, "serverAuth") &&
      add_extension(*x509, NID_subject_alt_name, names) && X509_sign(x509, &key, EVP_sha256()) != 0;
  return made ? std::move(certificate) : nullptr;
}

std::string text_of(BIO& bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(&bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

// A new file only its owner may read; never over an older one.
Result<> write_new(const std::filesystem::path& path, const std::string& text, unsigned mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) {
    const auto code = errno == EEXIST ? ErrorCode::already_exists : ErrorCode::permission_denied;
    return fail(code,
                fmt::format("无法新建文件：{}", path.string()),
                std::generic_category().message(errno));
  }
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool kept = written && ::fsync(file) == 0;
  ::close(file);
  if (kept) return {};
  ::unlink(path.c_str());
  return fail(ErrorCode::unavailable, fmt::format("无法写入文件：{}", path.string()));
}

}  // namespace

void TlsContextFree::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

Result<TlsContext> load_tls(const TlsFiles& files) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return fail(ErrorCode::internal, "无法建立 TLS", library_error());
  SSL_CTX* tls = context.get();
  SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
  SSL_CTX_set_options(tls,
                      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                          SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(tls, select_alpn, nullptr);
  // An encrypted key must not make the server wait at a terminal.
  SSL_CTX_set_default_passwd_cb(tls, [](char*, int, int, void*) { return -1; });
  if (SSL_CTX_set_cipher_list(tls, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!SHA1") != 1 ||
      SSL_CTX_set1_groups_list(tls, "X25519:P-256:P-384") != 1) {
    return fail(ErrorCode::internal, "无法设置 TLS 算法", library_error());
  }
  if (SSL_CTX_use_certificate_chain_file(tls, files.certificate.c_str()) != 1) {
    return bad_file("无法读取 TLS 证书", files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(tls, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(tls) != 1) {
    return bad_file("TLS 私钥无法读取、已加密或与证书不符", files.key);
  }
  return context;
}

Result<> make_self_signed(const TlsFiles& files, const std::vector<std::string>& names) {
  TRY_ASSIGN(const std::string alternatives, alternative_names(names));
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = key ? sign_own(*key, names.front(), alternatives) : nullptr;
  const Bio key_text(BIO_new(BIO_s_mem()));
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  if (!certificate || !key_text || !certificate_text ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1) {
    return fail(ErrorCode::internal, "无法生成证书", library_error());
  }
  TRY(write_new(files.key, text_of(*key_text), 0600));
  auto written = write_new(files.certificate, text_of(*certificate_text), 0644);
  if (!written) ::unlink(files.key.c_str());
  return written;
}

Result<std::string> certificate_fingerprint(const std::filesystem::path& certificate) {
  const Bio file(BIO_new_file(certificate.c_str(), "r"));
  const Certificate read(file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (!read || X509_digest(read.get(), EVP_sha256(), digest.data(), &size) != 1) {
    return bad_file("无法读取 TLS 证书", certificate);
  }
  std::string out;
  for (unsigned int i = 0; i < size; ++i)
    out += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  return out;
}

}  // namespace dengce::http
