// SPDX-License-Identifier: Apache-2.0
// The vault: each object is encrypted by a key of its own, and that key by the master key, which
// is kept outside the data directory.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/cipher.h"
#include "base/result.h"

namespace dengce {

// Safe to use from several threads.
class Vault {
 public:
  // `master` has 32 bytes; invalid_argument otherwise.
  static Result<Vault> from_key(const Secret& master, Cipher cipher = Cipher::sm4_gcm);
  // A key file as create_key_file writes it. Refused when others than its owner may read it.
  static Result<Vault> from_file(const std::filesystem::path& file);
  // "hex" or "algorithm:hex", as the environment variable holds it.
  static Result<Vault> from_text(std::string_view text);

  // `context` says what the object is ("bundle/archive/<sm3>"): bytes sealed under another context
  // do not open.
  [[nodiscard]] Result<std::string> seal(std::string_view plain, std::string_view context) const;
  // data_corrupt: another key, a changed byte or another context.
  [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view context) const;
  // The object that `older` sealed, its key wrapped by this master key; the object itself is not
  // decrypted.
  [[nodiscard]] Result<std::string> rewrap(std::string_view sealed,
                                           std::string_view context,
                                           const Vault& older) const;

  // 16 hexadecimal characters that name the master key and tell nothing of it.
  [[nodiscard]] const std::string& key_id() const;
  [[nodiscard]] Cipher cipher() const;
  // True when the bytes carry the mark of a vault and this master key's name.
  [[nodiscard]] bool holds(std::string_view sealed) const;

 private:
  struct Keys;

  explicit Vault(std::shared_ptr<const Keys> keys) : keys_(std::move(keys)) {}

  std::shared_ptr<const Keys> keys_;
};

// True when the bytes carry the mark of a vault, whatever its key.
bool is_sealed(std::string_view bytes);

// A new random master key, mode 0600; already_exists when there is a file.
Result<> create_key_file(const std::filesystem::path& file, Cipher cipher = Cipher::sm4_gcm);

// "/var/lib/dengce/" → "/var/lib/dengce.key": beside the directory, so that its copy has no key.
std::filesystem::path default_key_file(const std::filesystem::path& data_directory);

enum class MissingKey { create, refuse };

// The vault of a data directory: the file or token (base/token_key.h) given, else
// DENGCE_MASTER_KEY, else DENGCE_KEY_FILE, a file or token too, else the default file, which alone
// is created when it is missing and may be.
Result<Vault> open_vault(const std::filesystem::path& data_directory,
                         const std::filesystem::path& key,
                         MissingKey missing);

}  // namespace dengce
