// SPDX-License-Identifier: Apache-2.0
#include "base/vault.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <string>

#include "base/cipher.h"
#include "base/file.h"
#include "base/random.h"

namespace dengce {
namespace {

Vault vault_of(char letter, Cipher cipher = Cipher::sm4_gcm) {
  return *Vault::from_key(Secret(std::string(32, letter)), cipher);
}

std::string with(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

class CipherTest : public testing::TestWithParam<Cipher> {};

INSTANTIATE_TEST_SUITE_P(Both, CipherTest, testing::Values(Cipher::aes_256_gcm, Cipher::sm4_gcm));

TEST_P(CipherTest, WhatIsEncryptedIsDecrypted) {
  const Secret key(random_bytes(cipher_key_bytes(GetParam())));
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 100'000U}) {
    const std::string plain = random_bytes(size);
    const auto sealed = encrypt(GetParam(), key, plain, "a");
    ASSERT_TRUE(sealed);
    EXPECT_EQ(sealed->size(), size + cipher_nonce_bytes + cipher_tag_bytes);
    EXPECT_EQ(decrypt(GetParam(), key, *sealed, "a").value(), plain);
    EXPECT_FALSE(decrypt(GetParam(), key, *sealed, "b"));
  }
}

TEST_P(CipherTest, TheSameTextIsNeverEncryptedAlike) {
  const Secret key(random_bytes(cipher_key_bytes(GetParam())));
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) seen.insert(*encrypt(GetParam(), key, "evidence", ""));
  EXPECT_EQ(seen.size(), 50U);
}

// RFC 8998 A.1 gives key, nonce, text and tag of SM4-GCM.
TEST(Cipher, Sm4GcmIsThePublishedOne) {
  const Secret key(from_hex("0123456789abcdeffedcba9876543210"));
  const std::string sealed = from_hex(
      "00001234567800000000abcd"
      "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
      "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
      "83de3541e4c2b58177e065a9bf7b62ec");
  const auto plain =
      decrypt(Cipher::sm4_gcm, key, sealed, from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(to_hex(*plain),
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
            "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa");
}

TEST(Cipher, NamesAreStable) {
  EXPECT_EQ(cipher_from("sm4-gcm"), Cipher::sm4_gcm);
  EXPECT_EQ(cipher_from(cipher_name(Cipher::aes_256_gcm)), Cipher::aes_256_gcm);
  EXPECT_FALSE(cipher_from("des"));
}

class VaultTest : public testing::TestWithParam<Cipher> {};

INSTANTIATE_TEST_SUITE_P(Both, VaultTest, testing::Values(Cipher::aes_256_gcm, Cipher::sm4_gcm));

TEST_P(VaultTest, OpensWhatItSealed) {
  const Vault vault = vault_of('k', GetParam());
  const auto sealed = vault.seal("root:x:0:0", "bundle/archive/1");
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->find("root"), std::string::npos);
  EXPECT_TRUE(is_sealed(*sealed));
  EXPECT_TRUE(vault.holds(*sealed));
  EXPECT_EQ(vault.open(*sealed, "bundle/archive/1").value(), "root:x:0:0");
  EXPECT_EQ(vault.open(*vault.seal("", "c"), "c").value(), "");
}

TEST_P(VaultTest, AnyChangedByteIsFound) {
  const Vault vault = vault_of('k', GetParam());
  const std::string sealed = *vault.seal("0123456789", "c");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    const auto opened = vault.open(with(sealed, at), "c");
    ASSERT_FALSE(opened) << at;
    EXPECT_EQ(opened.error().code, ErrorCode::data_corrupt);
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    ASSERT_FALSE(vault.open(sealed.substr(0, size), "c")) << size;
  }
  EXPECT_FALSE(vault.open(sealed + "x", "c"));
}

TEST_P(VaultTest, AnotherContextOrKeyDoesNotOpen) {
  const Vault vault = vault_of('k', GetParam());
  const std::string sealed = *vault.seal("0123456789", "c");
  EXPECT_EQ(vault.open(sealed, "d").error().code, ErrorCode::data_corrupt);
  const auto other = vault_of('l', GetParam()).open(sealed, "c");
  EXPECT_EQ(other.error().code, ErrorCode::data_corrupt);
  EXPECT_FALSE(vault_of('l', GetParam()).holds(sealed));
}

TEST(Vault, BothCiphersOpenWithOneMasterKey) {
  const std::string sealed = *vault_of('k', Cipher::aes_256_gcm).seal("x", "c");
  EXPECT_EQ(vault_of('k', Cipher::sm4_gcm).open(sealed, "c").value(), "x");
}

TEST(Vault, RewrapChangesTheKeyAndLeavesTheObject) {
  const Vault older = vault_of('a');
  const Vault newer = vault_of('b');
  const std::string sealed = *older.seal("0123456789", "c");
  const auto moved = newer.rewrap(sealed, "c", older);
  ASSERT_TRUE(moved);
  EXPECT_EQ(newer.open(*moved, "c").value(), "0123456789");
  EXPECT_FALSE(older.open(*moved, "c"));
  EXPECT_EQ(moved->substr(moved->size() - 38), sealed.substr(sealed.size() - 38));
  EXPECT_FALSE(newer.rewrap(sealed, "d", older));
}

TEST(Vault, TheNameOfAKeyDoesNotTellTheKey) {
  EXPECT_EQ(vault_of('a').key_id().size(), 16U);
  EXPECT_NE(vault_of('a').key_id(), vault_of('b').key_id());
  EXPECT_EQ(vault_of('a').key_id(), vault_of('a', Cipher::aes_256_gcm).key_id());
}

TEST(Vault, KeyFileIsPrivateAndNeverReplaced) {
  const auto directory = TempDir::create();
  const auto file = directory->path() / "data.key";
  ASSERT_TRUE(create_key_file(file, Cipher::aes_256_gcm));

  struct stat status {};

  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const std::string before = *read_file(file);
  EXPECT_EQ(create_key_file(file).error().code, ErrorCode::already_exists);
  EXPECT_EQ(*read_file(file), before);
  const auto vault = Vault::from_file(file);
  ASSERT_TRUE(vault) << vault.error().text();
  EXPECT_EQ(vault->cipher(), Cipher::aes_256_gcm);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory->path())) {
    files += entry.exists() ? 1U : 0U;
  }
  EXPECT_EQ(files, 1U);
  std::filesystem::permissions(
      file, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  EXPECT_EQ(Vault::from_file(file).error().code, ErrorCode::invalid_argument);
}

TEST(Vault, DamagedKeyFilesAreRefused) {
  const auto directory = TempDir::create();
  const auto file = directory->path() / "k";
  for (const char* text : {"",
                           "dengce-master-key/1\n",
                           "dengce-master-key/1\nsm4-gcm:1234\n",
                           "dengce-master-key/1\ndes:"
                           "00112233445566778899aabbccddeeff"
                           "00112233445566778899aabbccddeeff\n",
                           "other\nsm4-gcm:00\n"}) {
    ASSERT_TRUE(write_file(file, text));
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto vault = Vault::from_file(file);
    ASSERT_FALSE(vault) << text;
    EXPECT_EQ(vault.error().code, ErrorCode::invalid_argument) << text;
  }
  EXPECT_EQ(Vault::from_file(directory->path() / "none").error().code, ErrorCode::not_found);
}

TEST(Vault, StandsBesideTheDataDirectory) {
  EXPECT_EQ(default_key_file("/var/lib/dengce/"), "/var/lib/dengce.key");
  EXPECT_EQ(default_key_file("/var/lib/dengce"), "/var/lib/dengce.key");
  EXPECT_EQ(default_key_file("/var/lib/x/../dengce//"), "/var/lib/dengce.key");
}

TEST(Vault, IsCreatedOnlyWhenAskedFor) {
  const auto directory = TempDir::create();
  const auto data = directory->path() / "data";
  EXPECT_EQ(open_vault(data, {}, MissingKey::refuse).error().code, ErrorCode::not_found);
  const auto made = open_vault(data, {}, MissingKey::create);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(open_vault(data, {}, MissingKey::refuse)->key_id(), made->key_id());
  EXPECT_EQ(open_vault("/nowhere", data.string() + ".key", MissingKey::refuse)->key_id(),
            made->key_id());
  // A file that was named is never made up.
  EXPECT_FALSE(open_vault(data, directory->path() / "typo.key", MissingKey::create));
}

TEST(Random, HexGoesBothWays) {
  EXPECT_EQ(from_hex("00fFa0"), std::string("\x00\xff\xa0", 3));
  EXPECT_EQ(to_hex(std::string("\x00\xff", 2)), "00ff");
  EXPECT_EQ(from_hex("0g"), "");
  EXPECT_EQ(from_hex("000"), "");
  EXPECT_NE(random_hex(16), random_hex(16));
  EXPECT_TRUE(equal_secrets("a", "a"));
  EXPECT_FALSE(equal_secrets("a", "b"));
  EXPECT_FALSE(equal_secrets("a", "ab"));
}

}  // namespace
}  // namespace dengce
