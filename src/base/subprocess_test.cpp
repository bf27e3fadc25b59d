// SPDX-License-Identifier: Apache-2.0
#include "base/subprocess.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/file.h"
#include "base/text.h"

namespace dengce {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Whether the process whose number stands in the file still runs (a dead child of ours counts not).
bool runs(const std::string& number) {
  const auto pid = parse_int(trim(number));
  if (!pid || ::kill(static_cast<pid_t>(*pid), 0) != 0) return false;
  const auto stat = read_file("/proc/" + std::to_string(*pid) + "/stat");
  return stat && stat->find(") Z") == std::string::npos;
}

TEST(Subprocess, OutputErrorAndStatusComeBack) {
  const auto result = run_subprocess({"sh", "-c", "echo out; echo err >&2; exit 3"});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->output, "out\n");
  EXPECT_EQ(result->error, "err\n");
  EXPECT_EQ(result->exit_code, 3);
}

TEST(Subprocess, ArgumentsMeetNoShell) {
  const auto result = run_subprocess({"printf", "%s|", "$(id)", "a b", "*"});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->output, "$(id)|a b|*|");
}

TEST(Subprocess, LargeInputAndOutputDoNotBlockEachOther) {
  std::string input(4U << 20, 'x');
  input += "end";
  const auto result = run_subprocess({"cat"}, {.input = input});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->output, input);
}

TEST(Subprocess, AChildThatReadsNothingIsNoError) {
  const auto result = run_subprocess({"true"}, {.input = std::string(1U << 20, 'x')});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->exit_code, 0);
}

TEST(Subprocess, WithoutInputTheChildSeesTheEnd) {
  const auto result = run_subprocess({"cat"}, {.timeout = milliseconds(5000)});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->output, "");
}

TEST(Subprocess, NoSuchProgram) {
  const auto result = run_subprocess({"dengce-no-such-program"});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_NE(result.error().message.find("dengce-no-such-program"), std::string::npos);
  EXPECT_FALSE(run_subprocess({}).has_value());
}

TEST(Subprocess, TimeoutKillsTheWholeGroup) {
  auto place = TempDir::create();
  ASSERT_TRUE(place.has_value());
  const std::string file = (place->path() / "pid").string();
  const auto begin = steady_clock::now();
  const auto result = run_subprocess({"sh", "-c", "sleep 600 & echo $! >\"$0\"; wait", file},
                                     {.timeout = milliseconds(500)});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::timeout);
  EXPECT_LT(steady_clock::now() - begin, milliseconds(20'000));
  const auto number = read_file(file);
  ASSERT_TRUE(number.has_value());
  for (int i = 0; i < 200 && runs(*number); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_FALSE(runs(*number)) << "the grandchild was left behind";
}

TEST(Subprocess, TimeoutHoldsForAChildThatClosedItsOutput) {
  const auto result =
      run_subprocess({"sh", "-c", "exec >&- 2>&-; sleep 600"}, {.timeout = milliseconds(300)});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::timeout);
}

TEST(Subprocess, OutputIsCapped) {
  const auto result = run_subprocess({"yes"}, {.max_output_bytes = 1U << 20});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::too_large);
  const auto error = run_subprocess({"sh", "-c", "yes >&2"}, {.max_output_bytes = 1U << 20});
  ASSERT_FALSE(error.has_value());
  EXPECT_EQ(error.error().code, ErrorCode::too_large);
}

TEST(Subprocess, DeathBySignalIsToldApart) {
  const auto result = run_subprocess({"sh", "-c", "kill -9 $$"});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->exit_code, 128 + 9);
}

TEST(Subprocess, EnvironmentIsSmallAndDirectoryIsTheOneAskedFor) {
  ::setenv("DENGCE_SECRET_OF_THE_PARENT", "x", 1);  // NOLINT(concurrency-mt-unsafe)
  SubprocessOptions options;
  options.environment = {{"GIVEN", "yes"}};
  options.working_directory = "/usr";
  const auto result = run_subprocess({"sh", "-c", "env; pwd"}, options);
  ::unsetenv("DENGCE_SECRET_OF_THE_PARENT");  // NOLINT(concurrency-mt-unsafe)
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->output.find("DENGCE_SECRET_OF_THE_PARENT"), std::string::npos);
  EXPECT_NE(result->output.find("GIVEN=yes\n"), std::string::npos);
  EXPECT_NE(result->output.find("LANG=C.UTF-8\n"), std::string::npos);
  EXPECT_TRUE(result->output.ends_with("/usr\n")) << result->output;
}

TEST(Subprocess, ProgramsAreFoundOnThePath) {
  const auto found = find_program("sh");
  EXPECT_TRUE(found.is_absolute());
  EXPECT_EQ(found.filename(), "sh");
  EXPECT_TRUE(find_program("dengce-no-such-program").empty());
  EXPECT_TRUE(find_program("").empty()) << "a directory is no program";
}

}  // namespace
}  // namespace dengce
