# SPDX-License-Identifier: Apache-2.0
"""A master key in a PKCS#11 token (SoftHSM): the data opens with the token and its PIN, and not without."""
import glob
import os
import shutil
import subprocess

from harness import Skip, content_copy, dengce, expect, new_dir

PIN = "734512"


def module():
    found = glob.glob("/usr/lib/softhsm/libsofthsm2.so") + glob.glob("/usr/lib/*/softhsm/libsofthsm2.so")
    if not found or not shutil.which("softhsm2-util") or not shutil.which("pkcs11-tool"):
        raise Skip("needs softhsm2 and opensc")
    return found[0]


class Token:
    def __init__(self):
        self.module, self.place = module(), new_dir("token")
        (self.place / "tokens").mkdir()
        (self.place / "softhsm2.conf").write_text(f"directories.tokendir = {self.place}/tokens\nlog.level = ERROR\n")
        self.environment = {**os.environ, "SOFTHSM2_CONF": str(self.place / "softhsm2.conf")}
        self.run("softhsm2-util", "--init-token", "--free", "--label", "dengce", "--pin", PIN, "--so-pin", "87654321")
        self.pin_file = self.place / "pin"
        self.pin_file.touch(0o600)
        self.pin_file.write_text(PIN + "\n")

    def run(self, *args):
        done = subprocess.run(args, env=self.environment, capture_output=True, text=True)
        expect(done.returncode == 0, args, done.stdout, done.stderr)

    def make_key(self, label="dengce-master"):
        self.run("pkcs11-tool", "--module", self.module, "--login", "--pin", PIN, "--token-label", "dengce", "--keygen",
                 "--key-type", "GENERIC:32", "--label", label, "--sensitive", "--usage-sign")

    def address(self, token="dengce", label="dengce-master", pin=True):
        source = f"&pin-source=file:{self.pin_file}" if pin else ""
        return f"pkcs11:token={token};object={label}?module-path={self.module}{source}"

    def dengce(self, *args, status=None, **environment):
        return dengce(*args, status=status, env={**self.environment, **environment})


def case_data_opens_with_the_token_only():
    token = Token()
    token.make_key()
    data = new_dir("data") / "data"
    token.dengce("init", "--data", data, "--key", token.address(), status=0)
    expect(not data.with_suffix(".key").exists(), "no key file is written beside a token")
    token.dengce("verify", "--data", data, "--key", token.address(), status=0)
    token.dengce("verify", "--data", data, "--key", token.address(pin=False), status=0, DENGCE_TOKEN_PIN=PIN)
    token.dengce("verify", "--data", data, status=0, DENGCE_KEY_FILE=token.address())
    without = token.dengce("verify", "--data", data)
    expect(without.status != 0 and "data.key" in without.err, without)
    shutil.rmtree(token.place / "tokens")
    (token.place / "tokens").mkdir()
    gone = token.dengce("verify", "--data", data, "--key", token.address())
    expect(gone.status != 0 and "没有地址所指的令牌" in gone.err, gone)


def case_another_key_does_not_open():
    token = Token()
    token.make_key()
    token.make_key("other")
    data = new_dir("data") / "data"
    token.dengce("--content", content_copy(None), "demo", "--data", data, "--key", token.address(), status=0)
    token.dengce("verify", "--data", data, "--key", token.address(), status=0)
    other = token.dengce("verify", "--data", data, "--key", token.address(label="other"))
    expect(other.status != 0 and "另一把主密钥" in other.err + other.out, other)


def case_what_is_wrong_is_named():
    token = Token()
    data = new_dir("data") / "data"
    for address, words, environment in (
            (token.address(), "没有地址所指的密钥", {}),
            (token.address(token="else"), "没有地址所指的令牌", {}),
            (token.address(pin=False), "没有 PIN", {}),
            (token.address(pin=False), "PIN 不正确", {"DENGCE_TOKEN_PIN": "000000"}),
            (token.address() + "&pin-value=" + PIN, "PIN 不得写在地址中", {}),
            (f"pkcs11:token=dengce?module-path={token.module}&pin-source=file:{token.pin_file}", "指明密钥", {}),
            ("pkcs11:object=a?module-path=/nowhere.so&pin-source=file:" + str(token.pin_file), "无法装入", {}),
            ("pkcs11:nonsense", "不是 PKCS#11 地址", {})):
        refused = token.dengce("init", "--data", data, "--key", address, **environment)
        expect(refused.status != 0 and words in refused.err, words, refused)
    token.pin_file.chmod(0o644)
    token.make_key()
    readable = token.dengce("init", "--data", data, "--key", token.address())
    expect(readable.status != 0 and str(token.pin_file) in readable.err, readable)


def case_two_keys_of_one_name_are_not_guessed():
    token = Token()
    token.make_key()
    token.make_key()
    refused = token.dengce("init", "--data", new_dir("data") / "data", "--key", token.address())
    expect(refused.status != 0 and "几把密钥" in refused.err, refused)
