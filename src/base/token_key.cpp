// SPDX-License-Identifier: Apache-2.0
#include "base/token_key.h"

#include <fmt/format.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/secret_file.h"

namespace dengce {
namespace {

constexpr std::string_view scheme = "pkcs11:";
// Part of the format: another text would be another master key.
constexpr std::string_view signed_text = "dengce-master-key/1";
constexpr std::size_t key_bytes = 32;

struct FreeUri {
  void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
};

using Uri = std::unique_ptr<P11KitUri, FreeUri>;

tl::unexpected<Error> unusable(ErrorCode code, const std::string& reason, CK_RV answer = CKR_OK) {
  return fail(code,
              "主密钥令牌无法使用：" + reason,
              answer == CKR_OK ? std::string() : p11_kit_strerror(answer));
}

Result<Uri> parsed(std::string_view address) {
  Uri uri(p11_kit_uri_new());
  const std::string text(address);
  if (p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_ANY, uri.get()) != P11_KIT_URI_OK ||
      p11_kit_uri_any_unrecognized(uri.get()) != 0) {
    return unusable(ErrorCode::invalid_argument, "不是 PKCS#11 地址（RFC 7512）");
  }
  if (p11_kit_uri_get_pin_value(uri.get()) != nullptr) {
    return unusable(ErrorCode::invalid_argument,
                    "PIN 不得写在地址中，请用 pin-source=file:文件 或环境变量 DENGCE_TOKEN_PIN");
  }
  return uri;
}

Result<Secret> pin_for(P11KitUri* uri) {
  constexpr std::string_view file_scheme = "file:";
  if (const char* source = p11_kit_uri_get_pin_source(uri)) {
    std::string_view path(source);
    if (path.starts_with(file_scheme)) path.remove_prefix(file_scheme.size());
    return read_secret_file(path);
  }
  const char* pin = std::getenv("DENGCE_TOKEN_PIN");  // NOLINT(concurrency-mt-unsafe): at start
  if (pin == nullptr || *pin == '\0') {
    return unusable(ErrorCode::invalid_argument,
                    "没有 PIN，请用 pin-source=file:文件 或环境变量 DENGCE_TOKEN_PIN");
  }
  return Secret(std::string(pin));
}

// The module of the address, or all that are registered; taken down in the end.
class Modules {
 public:
  static Result<Modules> load(P11KitUri* uri) {
    Modules out;
    if (const char* path = p11_kit_uri_get_module_path(uri)) {
      CK_FUNCTION_LIST* module = p11_kit_module_load(path, 0);
      if (module == nullptr) {
        return unusable(ErrorCode::unavailable, fmt::format("模块 {} 无法装入", path));
      }
      out.single_ = module;
      if (const CK_RV answer = p11_kit_module_initialize(module); answer != CKR_OK) {
        p11_kit_module_release(module);
        out.single_ = nullptr;
        return unusable(ErrorCode::unavailable, fmt::format("模块 {} 无法启动", path), answer);
      }
      out.all_.push_back(module);
      return out;
    }
    out.registered_ = p11_kit_modules_load_and_initialize(0);
    for (CK_FUNCTION_LIST** one = out.registered_; one != nullptr && *one != nullptr; ++one) {
      out.all_.push_back(*one);
    }
    return out;
  }

  Modules(Modules&& other) noexcept
      : single_(std::exchange(other.single_, nullptr)),
        registered_(std::exchange(other.registered_, nullptr)),
        all_(std::move(other.all_)) {}

  Modules(const Modules&) = delete;
  Modules& operator=(const Modules&) = delete;
  Modules& operator=(Modules&&) = delete;

  ~Modules() {
    if (single_ != nullptr) {
      p11_kit_module_finalize(single_);
      p11_kit_module_release(single_);
    }
    if (registered_ != nullptr) p11_kit_modules_finalize_and_release(registered_);
  }

  [[nodiscard]] const std::vector<CK_FUNCTION_LIST*>& all() const { return all_; }

 private:
  Modules() = default;

  CK_FUNCTION_LIST* single_ = nullptr;
  CK_FUNCTION_LIST** registered_ = nullptr;
  std::vector<CK_FUNCTION_LIST*> all_;
};

struct Place {
  CK_FUNCTION_LIST* module = nullptr;
  CK_SLOT_ID slot = 0;
};

// The one token that the address means.
Result<Place> find_token(const Modules& modules, P11KitUri* uri) {
  std::vector<Place> found;
  for (CK_FUNCTION_LIST* module : modules.all()) {
    CK_ULONG count = 0;
    if (module->C_GetSlotList(CK_TRUE, nullptr, &count) != CKR_OK) continue;
    std::vector<CK_SLOT_ID> slots(count);
    if (count == 0 || module->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK) continue;
    slots.resize(count);
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO info{};
      if (module->C_GetTokenInfo(slot, &info) != CKR_OK) continue;
      if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
      if (p11_kit_uri_match_token_info(uri, &info) == 1) found.push_back({module, slot});
    }
  }
  if (found.empty()) return unusable(ErrorCode::not_found, "没有地址所指的令牌");
  if (found.size() > 1) {
    return unusable(ErrorCode::failed_precondition, "有几个令牌与地址相符，请写明 token 与 serial");
  }
  return found.front();
}

class Session {
 public:
  static Result<Session> open(const Place& place, const Secret& pin) {
    Session out;
    out.module_ = place.module;
    const CK_RV opened =
        place.module->C_OpenSession(place.slot, CKF_SERIAL_SESSION, nullptr, nullptr, &out.handle_);
    if (opened != CKR_OK) {
      out.module_ = nullptr;
      return unusable(ErrorCode::unavailable, "会话无法建立", opened);
    }
    std::string bytes(pin.bytes());
    const CK_RV answer = place.module->C_Login(
        out.handle_, CKU_USER, reinterpret_cast<unsigned char*>(bytes.data()), bytes.size());
    const Secret wiped(std::move(bytes));
    if (answer == CKR_PIN_LOCKED) {
      return unusable(ErrorCode::failed_precondition, "令牌的 PIN 已锁定", answer);
    }
    if (answer != CKR_OK && answer != CKR_USER_ALREADY_LOGGED_IN) {
      return unusable(ErrorCode::invalid_argument, "PIN 不正确", answer);
    }
    return out;
  }

  Session(Session&& other) noexcept
      : module_(std::exchange(other.module_, nullptr)), handle_(other.handle_) {}

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  Session& operator=(Session&&) = delete;

  ~Session() {
    if (module_ != nullptr) module_->C_CloseSession(handle_);
  }

  // The one secret key that the address means.
  Result<CK_OBJECT_HANDLE> find_key(P11KitUri* uri) {
    CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    CK_ULONG named = 0;
    CK_ATTRIBUTE* attributes = p11_kit_uri_get_attributes(uri, &named);
    std::vector<CK_ATTRIBUTE> wanted{{CKA_CLASS, &secret, sizeof secret}};
    for (CK_ULONG i = 0; i < named; ++i) {
      if (attributes[i].type != CKA_CLASS) wanted.push_back(attributes[i]);
    }
    if (wanted.size() < 2) {
      return unusable(ErrorCode::invalid_argument, "地址应以 object 或 id 指明密钥");
    }
    if (const CK_RV answer = module_->C_FindObjectsInit(handle_, wanted.data(), wanted.size());
        answer != CKR_OK) {
      return unusable(ErrorCode::unavailable, "密钥无法查找", answer);
    }
    std::array<CK_OBJECT_HANDLE, 2> found{};
    CK_ULONG count = 0;
    const CK_RV answer = module_->C_FindObjects(handle_, found.data(), found.size(), &count);
    module_->C_FindObjectsFinal(handle_);
    if (answer != CKR_OK) return unusable(ErrorCode::unavailable, "密钥无法查找", answer);
    if (count == 0) return unusable(ErrorCode::not_found, "令牌中没有地址所指的密钥");
    if (count > 1) {
      return unusable(ErrorCode::failed_precondition, "有几把密钥与地址相符，请写明 object 与 id");
    }
    return found.front();
  }

  Result<Secret> hmac(CK_OBJECT_HANDLE key) {
    CK_MECHANISM mechanism{CKM_SHA256_HMAC, nullptr, 0};
    std::string text(signed_text);
    std::string out(key_bytes, '\0');
    CK_ULONG length = out.size();
    CK_RV answer = module_->C_SignInit(handle_, &mechanism, key);
    if (answer == CKR_OK) {
      answer = module_->C_Sign(handle_,
                               reinterpret_cast<unsigned char*>(text.data()),
                               text.size(),
                               reinterpret_cast<unsigned char*>(out.data()),
                               &length);
    }
    Secret made(std::move(out));
    if (answer != CKR_OK || length != key_bytes) {
      return unusable(ErrorCode::failed_precondition,
                      "密钥不能用于 HMAC-SHA-256，应为可签名的通用密钥（generic secret）",
                      answer);
    }
    return made;
  }

 private:
  Session() = default;

  CK_FUNCTION_LIST* module_ = nullptr;
  CK_SESSION_HANDLE handle_ = 0;
};

}  // namespace

bool is_token_address(std::string_view text) {
  return text.starts_with(scheme);
}

Result<Secret> master_key_of_token(std::string_view address) {
  TRY_ASSIGN(const Uri uri, parsed(address));
  TRY_ASSIGN(const Secret pin, pin_for(uri.get()));
  TRY_ASSIGN(const Modules modules, Modules::load(uri.get()));
  TRY_ASSIGN(const Place place, find_token(modules, uri.get()));
  TRY_ASSIGN(Session session, Session::open(place, pin));
  TRY_ASSIGN(const CK_OBJECT_HANDLE key, session.find_key(uri.get()));
  return session.hmac(key);
}

}  // namespace dengce
