// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The completion scripts of the whole program; bash, which every system has, runs its own.
#include "pipelines/cli/completion.h"

#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/cli/command_line.h"
#include "pipelines/cli/commands.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using testing::TempDir;

std::string ScriptOf(const std::string& shell) {
  std::ostringstream out, err;
  EXPECT_EQ(RunCommandLine({"completion", shell}, out, err).exit_code, 0) << err.str();
  return out.str();
}

// What bash offers for the last of these words.
std::vector<std::string> Complete(const std::vector<std::string>& words) {
  TempDir dir;
  EXPECT_OK(WriteFileAtomic(
      dir.Path("script"),
      absl::StrCat(ScriptOf("bash"), "COMP_WORDS=('", absl::StrJoin(words, "' '"),
                   "')\nCOMP_CWORD=", words.size() - 1,
                   "\n_quipu\n((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"\n")));
  std::FILE* pipe = popen(absl::StrCat("bash '", dir.Path("script"), "' 2>&1").c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string output;
  for (int c; pipe != nullptr && (c = std::fgetc(pipe)) != EOF;)
    output.push_back(static_cast<char>(c));
  EXPECT_EQ(pclose(pipe), 0) << output;
  return absl::StrSplit(output, '\n', absl::SkipEmpty());
}

TEST(CompletionScript, HasEveryCommandInEveryShell) {
  for (const std::string& shell : CompletionShells()) {
    const std::string script = ScriptOf(shell);
    for (const CommandEntry& command : Commands()) EXPECT_THAT(script, HasSubstr(command.name));
    EXPECT_THAT(script, HasSubstr("min-score"));
    EXPECT_THAT(script, HasSubstr("partition"));
  }
}

TEST(CompletionScript, BashCompletesCommands) {
  EXPECT_THAT(Complete({"quipu", "re"}), ElementsAre("report", "review", "restore"));
  EXPECT_THAT(Complete({"quipu", "--quiet", "bui"}), ElementsAre("build"));
}

TEST(CompletionScript, BashCompletesFlagsAndTheirValues) {
  EXPECT_THAT(Complete({"quipu", "show", "out/store", "--r"}),
              ElementsAre("--random", "--rejects", "--reason"));
  EXPECT_THAT(Complete({"quipu", "--log-format", ""}), ElementsAre("text", "json"));
  EXPECT_THAT(Complete({"quipu", "completion", ""}), IsSupersetOf({"bash", "fish", "zsh"}));
}

TEST(CompletionScript, BashLeavesFilesToTheShell) {
  EXPECT_THAT(Complete({"quipu", "build", "ex"}), IsEmpty());
  EXPECT_THAT(Complete({"quipu", "report", "out/store", "--out", "b"}), IsEmpty());
}

}  // namespace
}  // namespace quipu::pipelines
