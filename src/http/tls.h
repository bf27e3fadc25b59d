// SPDX-License-Identifier: Apache-2.0
// TLS of the server: settings, certificate and key from files, and a self-signed pair where the
// operator has none.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

struct ssl_ctx_st;  // SSL_CTX of OpenSSL

namespace dengce::http {

struct TlsFiles {
  std::filesystem::path certificate;  // PEM, the server's own first, then its chain
  std::filesystem::path key;          // PEM, not encrypted
};

struct TlsContextFree {
  void operator()(ssl_ctx_st* context) const;
};

using TlsContext = std::unique_ptr<ssl_ctx_st, TlsContextFree>;

// TLS 1.2 and 1.3 with forward secrecy only. invalid_argument when a file is unreadable or the key
// is not the certificate's.
Result<TlsContext> load_tls(const TlsFiles& files);

// Writes a P-256 key (mode 0600) and a certificate over the names and addresses, good for 825 days.
// already_exists when one of the files is there.
Result<> make_self_signed(const TlsFiles& files, const std::vector<std::string>& names);

// SHA-256 of the first certificate of a PEM file, as "AB:CD:…", for comparing by eye.
Result<std::string> certificate_fingerprint(const std::filesystem::path& certificate);

}  // namespace dengce::http
