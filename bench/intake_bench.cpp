// SPDX-License-Identifier: Apache-2.0
// Goal 4: taking in one bundle (unpack, verify digests, parse to facts), and opening stored facts.
// The bundle holds the files of a test tree and generated command output of a usual size.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/archive.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "evidence/bundle.h"
#include "evidence/linux_facts.h"

namespace {

namespace fs = std::filesystem;
namespace evidence = dengce::evidence;

struct Piece {
  std::string path;
  std::string source;
  std::string bytes;
};

std::vector<Piece> tree_files() {
  const fs::path root = DENGCE_SOURCE_DIR "/tests/trees/debian12-hardened";
  std::vector<Piece> pieces;
  for (const auto& each : fs::recursive_directory_iterator(root / "etc")) {
    if (!each.is_regular_file() || each.is_symlink()) continue;
    const std::string path = "/" + fs::relative(each.path(), root).string();
    if (path.find("shadow") != std::string::npos) continue;
    const auto bytes = dengce::read_file(each.path());
    if (bytes) pieces.push_back({"data/files" + path, "file:" + path, *bytes});
  }
  return pieces;
}

std::string repeat(int count, const char* form) {
  std::string out;
  for (int i = 0; i < count; ++i) out += fmt::format(fmt::runtime(form), i);
  return out;
}

std::string bundle() {
  std::vector<Piece> pieces = tree_files();
  const auto command = [&](const char* id, const char* line, std::string bytes) {
    pieces.push_back({fmt::format("data/commands/{}.txt", id),
                      fmt::format("command:{}", line),
                      std::move(bytes)});
  };
  command("sysctl", "sysctl -a", repeat(1100, "net.ipv4.neigh.eth0.setting_{0} = {0}\n"));
  command("packages-dpkg",
          "dpkg-query -W",
          repeat(900, "package-name-{0}\t1:{0}.2.3-4+deb12u1\tamd64\tinstall ok installed\n"));
  command(
      "unit-files", "systemctl list-unit-files", repeat(250, "unit-{}.service enabled enabled\n"));
  command("units",
          "systemctl list-units",
          repeat(250, "unit-{}.service loaded active running A description\n"));
  command("processes", "ps -eo pid,user,comm", repeat(200, "{} root process-name\n"));
  command("sockets",
          "ss -lntup",
          repeat(20, "tcp LISTEN 0 128 0.0.0.0:{} 0.0.0.0:* users:((\"sshd\",pid=1,fd=3))\n"));
  command(
      "sshd-effective", "sshd -T", "permitrootlogin no\n" + repeat(90, "keyword{0} value-{0}\n"));
  pieces.push_back({"data/derived/file-modes.txt",
                    "derived:file-modes",
                    repeat(250, "file|0644|root|root|{0}|20000|/etc/path/of/file-{0}\n")});
  pieces.push_back({"data/derived/programs.txt",
                    "derived:programs",
                    repeat(180, "program-{0}|1|/usr/sbin/program-{0}\n")});
  std::string manifest;
  dengce::JsonWriter json{manifest};
  json.begin_object().member("format", "dengce-bundle/1").member("platform", "linux");
  json.key("collector").begin_object().member("name", "linux").member("version", "1").end_object();
  json.key("target").begin_object().member("name", "bench").key("addresses").begin_array();
  json.end_array().end_object();
  json.member("started", "2026-01-02T03:04:05Z").member("ended", "2026-01-02T03:04:06Z");
  json.key("absent").begin_array().end_array().key("entries").begin_array();
  std::vector<dengce::ArchiveEntry> entries{{}};
  for (Piece& piece : pieces) {
    json.begin_object().member("path", piece.path).member("source", piece.source);
    json.member("exit_code", std::int64_t{0});
    json.member("bytes", static_cast<std::int64_t>(piece.bytes.size()));
    json.member_boolean("truncated", false).member("sha256", dengce::sha256_hex(piece.bytes));
    json.key("sm3").null().end_object();
    entries.push_back({piece.path, std::move(piece.bytes)});
  }
  json.end_array().end_object();
  entries[0] = {"manifest.json", std::move(manifest)};
  return *dengce::write_tar_gz(entries);
}

void take_in(benchmark::State& state) {
  const std::string packed = bundle();
  std::size_t facts_bytes = 0;
  for (auto _ : state) {
    const auto read = evidence::read_bundle("bench", packed);
    const auto facts = evidence::parse_linux(*read->source);
    facts_bytes = facts->serialize().size();
  }
  state.counters["bundle_bytes"] = static_cast<double>(packed.size());
  state.counters["facts_bytes"] = static_cast<double>(facts_bytes);
}

void unpack_only(benchmark::State& state) {
  const std::string packed = bundle();
  for (auto _ : state) benchmark::DoNotOptimize(dengce::read_archive("bench", packed));
}

void unpack_and_verify(benchmark::State& state) {
  const std::string packed = bundle();
  for (auto _ : state) benchmark::DoNotOptimize(evidence::read_bundle("bench", packed));
}

void parse_only(benchmark::State& state) {
  const auto read = evidence::read_bundle("bench", bundle());
  for (auto _ : state) benchmark::DoNotOptimize(evidence::parse_linux(*read->source));
}

void open_5000_fact_sets(benchmark::State& state) {
  const auto read = evidence::read_bundle("bench", bundle());
  const auto facts = evidence::parse_linux(*read->source);
  for (auto _ : state) {
    for (int i = 0; i < 5000; ++i) {
      benchmark::DoNotOptimize(evidence::FactSet::open_view(facts->serialize()));
    }
  }
}

}  // namespace

BENCHMARK(take_in)->Unit(benchmark::kMillisecond);
BENCHMARK(unpack_only)->Unit(benchmark::kMillisecond);
BENCHMARK(unpack_and_verify)->Unit(benchmark::kMillisecond);
BENCHMARK(parse_only)->Unit(benchmark::kMillisecond);
BENCHMARK(open_5000_fact_sets)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
