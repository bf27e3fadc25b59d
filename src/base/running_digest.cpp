// SPDX-License-Identifier: Apache-2.0
#include "base/running_digest.h"

#include <botan/hash.h>
#include <botan/hex.h>

namespace dengce {
namespace {

const char* botan_name(DigestKind kind) {
  switch (kind) {
    case DigestKind::sha1: return "SHA-160";
    case DigestKind::sha256: return "SHA-256";
    case DigestKind::sm3: return "SM3";
  }
  return "SHA-256";
}

}  // namespace

struct RunningDigest::State {
  std::unique_ptr<Botan::HashFunction> hash;
};

std::optional<DigestKind> digest_kind(std::string_view name) {
  if (name == "sha1") return DigestKind::sha1;
  if (name == "sha256") return DigestKind::sha256;
  if (name == "sm3") return DigestKind::sm3;
  return std::nullopt;
}

RunningDigest::RunningDigest(DigestKind kind)
    : state_(
          std::make_unique<State>(State{Botan::HashFunction::create_or_throw(botan_name(kind))})) {}

RunningDigest::RunningDigest(RunningDigest&&) noexcept = default;
RunningDigest& RunningDigest::operator=(RunningDigest&&) noexcept = default;
RunningDigest::~RunningDigest() = default;

void RunningDigest::add(std::string_view bytes) {
  state_->hash->update(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::string RunningDigest::finish() {
  const auto digest = state_->hash->final();
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string RunningDigest::finish_hex() {
  return Botan::hex_encode(state_->hash->final(), false);
}

}  // namespace dengce
