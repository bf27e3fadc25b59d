// SPDX-License-Identifier: Apache-2.0
#include "program/sign_in_options.h"

#include <CLI/CLI.hpp>

#include "access/ldap_directory.h"
#include "base/command.h"
#include "base/secret_file.h"

namespace dengce::program {
namespace {

Result<std::unique_ptr<access::PasswordDirectory>> open_directory(const SignInOptions& options) {
  if (options.ldap.empty()) return nullptr;
  access::LdapOptions ldap;
  ldap.url = options.ldap;
  ldap.start_tls = options.ldap_starttls;
  ldap.authority = options.ldap_authority;
  ldap.user_dn = options.ldap_user_dn;
  ldap.search_base = options.ldap_search_base;
  ldap.search_filter = options.ldap_search_filter;
  ldap.search_dn = options.ldap_search_dn;
  if (!options.ldap_search_password_file.empty()) {
    TRY_ASSIGN(ldap.search_password, read_secret_file(options.ldap_search_password_file));
  }
  ldap.failed = [](const Error& error) { report_error(error); };
  return open_ldap_directory(std::move(ldap));
}

Result<std::unique_ptr<access::IdentityProvider>> open_provider(const SignInOptions& options) {
  if (options.oidc_issuer.empty()) return nullptr;
  access::ProviderOptions oidc;
  oidc.issuer = options.oidc_issuer;
  oidc.client = options.oidc_client;
  if (!options.oidc_client_secret_file.empty()) {
    TRY_ASSIGN(oidc.client_secret, read_secret_file(options.oidc_client_secret_file));
  }
  oidc.page = options.oidc_page;
  oidc.claim = options.oidc_claim;
  oidc.scopes = options.oidc_scopes;
  oidc.second_factors = options.oidc_second_factors;
  oidc.authority = options.oidc_authority;
  oidc.failed = [](const Error& error) { report_error(error); };
  return open_identity_provider(std::move(oidc));
}

void add_oidc_options(CLI::App& command, SignInOptions& options) {
  command.add_option("--oidc-issuer",
                     options.oidc_issuer,
                     "统一身份认证服务（OpenID Connect）的 issuer，https:// 开头");
  command.add_option("--oidc-client", options.oidc_client, "本平台在认证服务中的客户端编号");
  command.add_option("--oidc-client-secret-file",
                     options.oidc_client_secret_file,
                     "客户端密钥文件（0600），公开客户端不给");
  command.add_option("--oidc-page",
                     options.oidc_page,
                     "浏览器访问本平台的地址；在认证服务中登记的回调地址是它加 "
                     "/api/session/provider/return");
  command.add_option("--oidc-claim", options.oidc_claim, "与账户的外部名称相同的令牌声明")
      ->capture_default_str();
  command.add_option("--oidc-scope", options.oidc_scopes, "openid 之外请求的范围，可以有几个");
  command.add_option(
      "--oidc-second-factor",
      options.oidc_second_factors,
      "令牌中表明已验证第二因素的值（amr:值 或 acr:值），可以有几个；不给则由本平台验证");
  command.add_option("--oidc-authority",
                     options.oidc_authority,
                     "认证服务证书的颁发者（PEM），默认用系统信任的颁发者");
}

}  // namespace

void add_sign_in_options(CLI::App& command, SignInOptions& options) {
  command.add_option("--ldap",
                     options.ldap,
                     "核对目录账户口令的 LDAP 服务器（ldaps://主机:端口 或 ldap://主机:端口）");
  command.add_flag("--ldap-starttls",
                   options.ldap_starttls,
                   "ldap:// 连接先转为 TLS 再送口令；目录不在本机时必须");
  command.add_option("--ldap-authority",
                     options.ldap_authority,
                     "目录证书的颁发者（PEM），默认用系统信任的颁发者");
  command.add_option("--ldap-user-dn",
                     options.ldap_user_dn,
                     "账户在目录中的 DN，{} 处代入外部名称，如 uid={},ou=people,dc=example");
  command.add_option(
      "--ldap-search-base", options.ldap_search_base, "不用固定 DN 时，在此 DN 之下查找账户");
  command.add_option("--ldap-search-filter",
                     options.ldap_search_filter,
                     "查找条件，{} 处代入外部名称，默认 (uid={})");
  command.add_option("--ldap-search-dn", options.ldap_search_dn, "查找用的目录账户 DN，默认匿名");
  command.add_option("--ldap-search-password-file",
                     options.ldap_search_password_file,
                     "查找用目录账户的口令文件（0600）");
  add_oidc_options(command, options);
}

Result<SignInPlaces> open_sign_in_places(const SignInOptions& options) {
  SignInPlaces places;
  TRY_ASSIGN(places.directory, open_directory(options));
  TRY_ASSIGN(places.provider, open_provider(options));
  return places;
}

}  // namespace dengce::program
