// SPDX-License-Identifier: Apache-2.0
#include "base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/text.h"

namespace dengce {
namespace {

using Milliseconds = std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

struct Pipe {
  int read = -1;
  int write = -1;

  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
      read = ends[0];
      write = ends[1];
    }
  }

  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  ~Pipe() {
    close_read();
    close_write();
  }

  void close_read() { close(read); }

  void close_write() { close(write); }

  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

std::vector<std::string> environment_of(const SubprocessOptions& options) {
  std::map<std::string, std::string> all{
      {"LANG", "C.UTF-8"},
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}};
  for (const char* name : {"PATH", "HOME", "TMPDIR"}) {
    if (const char* value = std::getenv(name)) all[name] = value;  // NOLINT(concurrency-mt-unsafe)
  }
  for (const auto& [name, value] : options.environment) all[name] = value;
  std::vector<std::string> out;
  out.reserve(all.size());
  for (const auto& [name, value] : all) out.push_back(join({name, value}, "="));
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (std::string& text : strings) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// Moves bytes between the child's ends and our strings until all are closed or a limit is hit.
class Exchange {
 public:
  Exchange(Pipe& in, Pipe& out, Pipe& err, const SubprocessOptions& options)
      : in_(in),
        out_(out),
        err_(err),
        options_(options),
        end_(SteadyClock::now() + options.timeout) {
    ::fcntl(in_.write, F_SETFL, O_NONBLOCK);
  }

  // The code of the limit that was hit, or nothing.
  std::optional<ErrorCode> run(SubprocessResult& result) {
    while (out_.read >= 0 || err_.read >= 0) {
      if (options_.input.size() == sent_) in_.close_write();
      std::array<pollfd, 3> waiting{pollfd{out_.read, POLLIN, 0},
                                    pollfd{err_.read, POLLIN, 0},
                                    pollfd{in_.write, POLLOUT, 0}};
      const auto left = std::chrono::duration_cast<Milliseconds>(end_ - SteadyClock::now()).count();
      if (left <= 0) return ErrorCode::timeout;
      if (::poll(waiting.data(), waiting.size(), static_cast<int>(left)) < 0 && errno != EINTR) {
        return ErrorCode::internal;
      }
      if (waiting[0].revents != 0) receive(out_, result.output);
      if (waiting[1].revents != 0) receive(err_, result.error);
      if (waiting[2].revents != 0) send();
      if (result.output.size() + result.error.size() > options_.max_output_bytes) {
        return ErrorCode::too_large;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] SteadyClock::time_point end() const { return end_; }

 private:
  static void receive(Pipe& pipe, std::string& target) {
    std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const ssize_t got = ::read(pipe.read, buffer.data(), buffer.size());
    if (got > 0) {
      target.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      pipe.close_read();
    }
  }

  void send() {
    const ssize_t done =
        ::write(in_.write, options_.input.data() + sent_, options_.input.size() - sent_);
    if (done > 0) {
      sent_ += static_cast<std::size_t>(done);
    } else if (errno != EAGAIN && errno != EINTR) {
      in_.close_write();
    }
  }

  Pipe& in_;
  Pipe& out_;
  Pipe& err_;
  const SubprocessOptions& options_;
  SteadyClock::time_point end_;
  std::size_t sent_ = 0;
};

// Waits until `end`; -1 when the child still runs then.
int wait_until(pid_t child, SteadyClock::time_point end) {
  for (;;) {
    int status = 0;
    const pid_t done = ::waitpid(child, &status, WNOHANG);
    if (done == child) return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (done < 0 && errno != EINTR) return 127;
    if (SteadyClock::now() >= end) return -1;
    ::usleep(2000);
  }
}

void kill_group(pid_t child) {
  ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
}

struct Spawned {
  pid_t child = -1;
  int error = 0;
};

Spawned spawn(const std::vector<std::string>& arguments,
              const SubprocessOptions& options,
              const Pipe& in,
              const Pipe& out,
              const Pipe& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, 1);
  if (!options.inherit_error) posix_spawn_file_actions_adddup2(&actions, err.write, 2);
  if (!options.working_directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, options.working_directory.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  std::vector<std::string> argument_copy = arguments;
  std::vector<std::string> environment = environment_of(options);
  Spawned result;
  result.error = ::posix_spawnp(&result.child,
                                arguments[0].c_str(),
                                &actions,
                                &attributes,
                                pointers(argument_copy).data(),
                                pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return result;
}

tl::unexpected<Error> stopped(ErrorCode code, const std::string& program) {
  const char* reason = "运行失败";
  if (code == ErrorCode::timeout) reason = "运行超时";
  if (code == ErrorCode::too_large) reason = "输出过大";
  return fail(code, program + " " + reason);
}

}  // namespace

Result<SubprocessResult> run_subprocess(const std::vector<std::string>& arguments,
                                        const SubprocessOptions& options) {
  if (arguments.empty()) return fail(ErrorCode::invalid_argument, "没有要运行的程序");
  ::signal(SIGPIPE, SIG_IGN);
  Pipe in;
  Pipe out;
  Pipe err;
  if (in.read < 0 || out.read < 0 || err.read < 0) {
    return fail(ErrorCode::unavailable, "管道无法建立", std::strerror(errno));
  }
  const Spawned spawned = spawn(arguments, options, in, out, err);
  if (spawned.error != 0) {
    const ErrorCode code = spawned.error == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable;
    return fail(code, arguments[0] + " 无法启动", std::strerror(spawned.error));
  }
  in.close_read();
  out.close_write();
  err.close_write();
  SubprocessResult result;
  Exchange exchange(in, out, err, options);
  if (const auto limit = exchange.run(result)) {
    kill_group(spawned.child);
    return stopped(*limit, arguments[0]);
  }
  result.exit_code = wait_until(spawned.child, exchange.end());
  if (result.exit_code < 0) {
    kill_group(spawned.child);
    return stopped(ErrorCode::timeout, arguments[0]);
  }
  return result;
}

std::filesystem::path find_program(std::string_view name) {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
  for (const std::string_view folder : split(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    std::filesystem::path candidate = std::filesystem::path(folder) / name;
    std::error_code ignored;
    if (candidate.is_absolute() && std::filesystem::is_regular_file(candidate, ignored) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return {};
}

}  // namespace dengce
