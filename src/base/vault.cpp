// SPDX-License-Identifier: Apache-2.0
#include "base/vault.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/digest.h"
#include "base/file.h"
#include "base/secret_file.h"
#include "base/text.h"
#include "base/token_key.h"

namespace dengce {
namespace {

constexpr std::size_t master_bytes = 32;
constexpr std::size_t key_id_bytes = 8;
constexpr std::string_view mark = "DGV1";
constexpr std::size_t header_bytes = 4 + 1 + key_id_bytes;
constexpr std::string_view file_mark = "dengce-master-key/1";

// mark · cipher · key id · wrapped key (nonce, key, tag) · object (nonce, bytes, tag)
struct Parts {
  Cipher cipher = Cipher::sm4_gcm;
  std::string_view key_id;
  std::string_view wrapped;
  std::string_view object;
};

tl::unexpected<Error> malformed(const char* detail) {
  return fail(ErrorCode::data_corrupt, "加密数据的格式无法识别", detail);
}

Result<Parts> parts_of(std::string_view sealed) {
  if (!is_sealed(sealed)) return malformed("no mark");
  Parts parts;
  const auto number = static_cast<std::uint8_t>(sealed[mark.size()]);
  if (number != 1 && number != 2) return malformed("unknown cipher");
  parts.cipher = static_cast<Cipher>(number);
  parts.key_id = sealed.substr(mark.size() + 1, key_id_bytes);
  const std::size_t wrapped =
      cipher_nonce_bytes + cipher_key_bytes(parts.cipher) + cipher_tag_bytes;
  if (sealed.size() < header_bytes + wrapped) return malformed("too short");
  parts.wrapped = sealed.substr(header_bytes, wrapped);
  parts.object = sealed.substr(header_bytes + wrapped);
  return parts;
}

// What a part is bound to: its role, the cipher and the object's context.
std::string bound_to(std::string_view role, Cipher cipher, std::string_view context) {
  std::string out("dengce-vault/1 ");
  out += role;
  out += ' ';
  out += cipher_name(cipher);
  out += ' ';
  out += context;
  return out;
}

tl::unexpected<Error> bad_key(const std::filesystem::path& file, std::string reason) {
  return fail(ErrorCode::invalid_argument,
              "主密钥文件无法使用",
              {Problem{file.string(), 0, {}, std::move(reason)}});
}

const char* environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read at start only
  return value == nullptr || *value == '\0' ? nullptr : value;
}

}  // namespace

struct Vault::Keys {
  Cipher cipher = Cipher::sm4_gcm;
  Secret sm4;  // wrapping keys, one a cipher
  Secret aes;
  std::string id;

  [[nodiscard]] const Secret& wrapping(Cipher kind) const {
    return kind == Cipher::sm4_gcm ? sm4 : aes;
  }

  [[nodiscard]] Result<Secret> unwrap(const Parts& parts, std::string_view context) const {
    if (to_hex(parts.key_id) != id) {
      return fail(ErrorCode::data_corrupt,
                  "加密数据属于另一把主密钥",
                  "sealed by " + to_hex(parts.key_id) + ", open with " + id);
    }
    TRY_ASSIGN(std::string key,
               decrypt(parts.cipher,
                       wrapping(parts.cipher),
                       parts.wrapped,
                       bound_to("key", parts.cipher, context)));
    return Secret(std::move(key));
  }

  [[nodiscard]] Result<std::string> wrap(Cipher kind,
                                         const Secret& key,
                                         std::string_view context) const {
    TRY_ASSIGN(const std::string wrapped,
               encrypt(kind, wrapping(kind), key.bytes(), bound_to("key", kind, context)));
    std::string out(mark);
    out += static_cast<char>(kind);
    out += from_hex(id);
    out += wrapped;
    return out;
  }
};

Result<Vault> Vault::from_key(const Secret& master, Cipher cipher) {
  if (master.bytes().size() != master_bytes) {
    return fail(ErrorCode::invalid_argument, "主密钥须为 32 字节");
  }
  auto keys = std::make_shared<Keys>();
  keys->cipher = cipher;
  TRY_ASSIGN(keys->sm4, derive_key(master, "dengce wrap sm4-gcm", 16));
  TRY_ASSIGN(keys->aes, derive_key(master, "dengce wrap aes-256-gcm", 32));
  TRY_ASSIGN(const Secret name, derive_key(master, "dengce key id", key_id_bytes));
  keys->id = to_hex(name.bytes());
  return Vault(std::move(keys));
}

Result<Vault> Vault::from_text(std::string_view text) {
  Cipher cipher = Cipher::sm4_gcm;
  text = trim(text);
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const auto named = cipher_from(text.substr(0, colon));
    if (!named) return fail(ErrorCode::invalid_argument, "主密钥的算法无法识别");
    cipher = *named;
    text.remove_prefix(colon + 1);
  }
  const Secret master(from_hex(text));
  if (master.empty()) return fail(ErrorCode::invalid_argument, "主密钥须为 64 个十六进制字符");
  return from_key(master, cipher);
}

Result<Vault> Vault::from_file(const std::filesystem::path& file) {
  if (is_open_to_others(file)) return bad_key(file, "其他用户可以读取此文件：请改为 0600");
  TRY_ASSIGN(const std::string bytes, read_file(file, 4096));
  Lines lines(bytes);
  const auto first = lines.next();
  const auto second = lines.next();
  if (!first || first->text != file_mark || !second) return bad_key(file, "不是主密钥文件");
  auto vault = from_text(second->text);
  if (!vault) return bad_key(file, vault.error().message);
  return vault;
}

// The vault of what names a master key: a token's address or a file.
static Result<Vault> named_vault(const std::filesystem::path& name) {
  if (!is_token_address(name.native())) return Vault::from_file(name);
  TRY_ASSIGN(const Secret master, master_key_of_token(name.native()));
  return Vault::from_key(master);
}

Result<std::string> Vault::seal(std::string_view plain, std::string_view context) const {
  const Cipher kind = keys_->cipher;
  const Secret key(random_bytes(cipher_key_bytes(kind)));
  TRY_ASSIGN(std::string out, keys_->wrap(kind, key, context));
  TRY_ASSIGN(const std::string object,
             encrypt(kind, key, plain, bound_to("object", kind, context)));
  out += object;
  return out;
}

Result<std::string> Vault::open(std::string_view sealed, std::string_view context) const {
  TRY_ASSIGN(const Parts parts, parts_of(sealed));
  TRY_ASSIGN(const Secret key, keys_->unwrap(parts, context));
  return decrypt(parts.cipher, key, parts.object, bound_to("object", parts.cipher, context));
}

Result<std::string> Vault::rewrap(std::string_view sealed,
                                  std::string_view context,
                                  const Vault& older) const {
  TRY_ASSIGN(const Parts parts, parts_of(sealed));
  TRY_ASSIGN(const Secret key, older.keys_->unwrap(parts, context));
  TRY_ASSIGN(std::string out, keys_->wrap(parts.cipher, key, context));
  out += parts.object;
  return out;
}

const std::string& Vault::key_id() const {
  return keys_->id;
}

Cipher Vault::cipher() const {
  return keys_->cipher;
}

bool Vault::holds(std::string_view sealed) const {
  const auto parts = parts_of(sealed);
  return parts && to_hex(parts->key_id) == keys_->id;
}

bool is_sealed(std::string_view bytes) {
  return bytes.starts_with(mark) && bytes.size() > header_bytes;
}

Result<> create_key_file(const std::filesystem::path& file, Cipher cipher) {
  const auto failed = [&](int error) {
    return fail(error == EEXIST ? ErrorCode::already_exists : ErrorCode::permission_denied,
                "主密钥文件无法建立",
                {Problem{file.string(), 0, {}, std::strerror(error)}});
  };
  std::string text(file_mark);
  text += '\n';
  text += cipher_name(cipher);
  text += ':';
  text += random_hex(master_bytes) + "\n";
  const Secret content(std::move(text));
  // Written aside and linked: nobody ever reads half a key, and an existing one stays.
  std::string temporary = file.string() + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return failed(errno);
  const std::string_view bytes = content.bytes();
  const bool written =
      ::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::fsync(descriptor) == 0 && ::link(temporary.c_str(), file.c_str()) == 0;
  const int error = errno;
  ::close(descriptor);
  ::unlink(temporary.c_str());
  if (!written) return failed(error);
  return {};
}

std::filesystem::path default_key_file(const std::filesystem::path& data_directory) {
  std::error_code error;
  std::string name = std::filesystem::absolute(data_directory, error).lexically_normal().string();
  while (name.size() > 1 && name.back() == '/') name.pop_back();
  return name + ".key";
}

Result<Vault> open_vault(const std::filesystem::path& data_directory,
                         const std::filesystem::path& key,
                         MissingKey missing) {
  if (!key.empty()) return named_vault(key);
  if (const char* text = environment("DENGCE_MASTER_KEY")) return Vault::from_text(text);
  if (const char* file = environment("DENGCE_KEY_FILE")) return named_vault(file);
  const std::filesystem::path file = default_key_file(data_directory);
  std::error_code error;
  if (!std::filesystem::exists(file, error) && missing == MissingKey::create) {
    // Two programs may start at once: the loser reads what the winner wrote.
    auto created = create_key_file(file);
    if (!created && created.error().code != ErrorCode::already_exists) {
      return tl::make_unexpected(created.error());
    }
  }
  return Vault::from_file(file);
}

}  // namespace dengce
