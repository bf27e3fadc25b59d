// SPDX-License-Identifier: Apache-2.0
#include "db/testing/test_databases.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace dengce::db::test {
namespace {

constexpr int start_seconds = 120;

// Lives until its input ends, that is until the test process has ended in whatever way.
constexpr const char* keeper = R"(
bin=$1 dir=$2
cd "$dir" || exit 1
"$bin/initdb" -D data -U dengce -A trust -E UTF8 --locale=C --no-sync >log 2>&1 || { touch failed; read -r _; rm -rf "$dir"; exit 1; }
"$bin/postgres" -D data -k "$dir" -c listen_addresses= -c unix_socket_permissions=0700 \
  -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=32MB \
  -c max_connections=100 -c lc_messages=C >>log 2>&1 </dev/null &
pid=$!
read -r _
kill -INT $pid
wait $pid
cd / && rm -rf "$dir"
)";

std::filesystem::path programs() {
  if (const char* given = std::getenv("DENGCE_POSTGRES_BIN")) return given;
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (std::filesystem::exists(version.path() / "bin/initdb")) {
      found.push_back(version.path() / "bin");
    }
  }
  if (!found.empty()) return *std::max_element(found.begin(), found.end());
  throw std::runtime_error(
      "PostgreSQL is not installed (package postgresql); DENGCE_TEST_POSTGRES=off leaves it out");
}

class Cluster {
 public:
  static Cluster& get() {
    static Cluster cluster;
    return cluster;
  }

  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  ~Cluster() {
    // A forked child is not the owner.
    if (getpid() != owner_) return;
    close(input_);
    waitpid(keeper_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::string location(const std::string& name) const {
    return fmt::format("postgres://dengce@/{}?host={}", name, folder_);
  }

  void run(const std::string& sql) const {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> handle(
        PQconnectdb(location("postgres").c_str()), PQfinish);
    const std::unique_ptr<PGresult, void (*)(PGresult*)> answer(PQexec(handle.get(), sql.c_str()),
                                                                PQclear);
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) {
      throw std::runtime_error(sql + ": " + PQerrorMessage(handle.get()));
    }
  }

 private:
  Cluster() : owner_(getpid()) {
    const std::string bin = programs().string();
    // A socket's path has 107 bytes at most.
    std::string pattern = std::filesystem::temp_directory_path().string() + "/dengce-pg-XXXXXX";
    if (pattern.size() > 80) pattern = "/tmp/dengce-pg-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder " + pattern);
    folder_ = pattern;
    std::vector<std::string> arguments{"sh", "-c", keeper, "keeper", bin, folder_};
    if (geteuid() == 0) {
      // PostgreSQL refuses to run as root.
      const passwd* user = getpwnam("postgres");
      if (user == nullptr || chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
        throw std::runtime_error("no user postgres to run PostgreSQL as");
      }
      arguments.insert(arguments.begin(),
                       {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"});
    }
    start(arguments);
    wait_until_ready();
  }

  void start(std::vector<std::string>& arguments) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // A session of its own: a key pressed to stop the test does not stop the cleaning up.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    const int failed = posix_spawnp(&keeper_, argv[0], &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[0]);
    input_ = ends[1];
    if (failed != 0) throw std::runtime_error("cannot start " + arguments.front());
  }

  void wait_until_ready() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(start_seconds);
    while (PQping(location("postgres").c_str()) != PQPING_OK) {
      if (std::filesystem::exists(folder_ + "/failed") || std::chrono::steady_clock::now() > end) {
        throw std::runtime_error("PostgreSQL does not start: " +
                                 read_file(folder_ + "/log").value_or("no log"));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  pid_t owner_;
  pid_t keeper_ = 0;
  int input_ = -1;
  std::string folder_;
};

Database must(Result<Database> database) {
  if (!database) throw std::runtime_error(database.error().text() + database.error().detail);
  return std::move(*database);
}

void must(const Result<>& result) {
  if (!result) throw std::runtime_error(result.error().text() + result.error().detail);
}

}  // namespace

std::vector<std::string> kinds() {
  const char* wanted = std::getenv("DENGCE_TEST_POSTGRES");
  if (wanted != nullptr && std::string_view(wanted) == "off") return {"sqlite"};
  return {"sqlite", "postgresql"};
}

TestDatabase::TestDatabase(const std::string& kind, const std::string& settings) {
  if (kind == "sqlite") {
    auto folder = TempDir::create();
    if (!folder) throw std::runtime_error(folder.error().text());
    folder_ = std::make_unique<TempDir>(std::move(*folder));
    location_ = folder_->path() / "test.db";
    return;
  }
  static std::atomic<int> made{0};
  name_ = fmt::format("test_{}_{}", getpid(), ++made);
  Cluster::get().run("CREATE DATABASE " + name_ + " " + settings);
  location_ = Cluster::get().location(name_);
}

TestDatabase::~TestDatabase() {
  if (name_.empty()) return;
  try {
    Cluster::get().run("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
}

Database TestDatabase::open(const DatabaseOptions& options) const {
  return must(Database::open(location_, options));
}

Database TestDatabase::migrated() const {
  Database database = open();
  must(migrate(database, compiled_migrations()));
  return database;
}

void for_each_database(const std::function<void(TestDatabase&)>& work) {
  for (const std::string& kind : kinds()) {
    TestDatabase database(kind);
    work(database);
  }
}

}  // namespace dengce::db::test
