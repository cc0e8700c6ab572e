// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every flag of every command: that it is parsed, that it gets to what it is for,
// and that a wrong value is refused with exit code 2 and the flag's name.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/stop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/cli/command.h"
#include "pipelines/cli/command_line.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/network_flags.h"
#include "pipelines/cli/run_flags.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::TempDir;

using Args = std::vector<std::string>;

// A flag, or a positional by the name that --help gives it; a switch has no value.
struct Flag {
  const char* command;
  const char* name;
  const char* value;
};

// All flags, positionals in order. A new flag is a line here.
constexpr Flag kFlags[] = {
    {"build", "SPEC", "s.textproto"},
    {"build", "--max-bad-share", "0.5"},
    {"build", "--threads", "3"},
    {"build", "--partition", "2/7"},

    {"merge", "SPEC", "s.textproto"},
    {"merge", "STORE", "s.partition-0-of-1"},
    {"merge", "--check", ""},

    {"serve", "SPEC", "s.textproto"},
    {"serve", "--max-bad-share", "1"},
    {"serve", "--threads", "1024"},
    {"serve", "--listen", "unix:socket"},
    {"serve", "--cert", "server.crt"},
    {"serve", "--key", "server.key"},
    {"serve", "--client-ca", "ca.crt"},
    {"serve", "--token-file", "tokens"},
    {"serve", "--page", "127.0.0.1:8124"},
    {"serve", "--metrics", "127.0.0.1:9464"},
    {"serve", "--metrics-public", ""},

    {"work", "ADDRESS", "coordinator:7447"},
    {"work", "--ca", "ca.crt"},
    {"work", "--cert", "worker.crt"},
    {"work", "--key", "worker.key"},
    {"work", "--token-file", "token"},
    {"work", "--name", "gpu-7"},
    {"work", "--model", "model.gguf"},
    {"work", "--chat-template", "own.jinja"},
    {"work", "--threads", "1"},
    {"work", "--kv-mib", "16777216"},
    {"work", "--chunks-in-flight", "1024"},
    {"work", "--metrics", "[::1]:9464"},
    {"work", "--metrics-public", ""},

    {"control", "ADDRESS|STORE", "coordinator:7447"},
    {"control", "VERB", "pause"},
    {"control", "ARGUMENT", "lunch"},
    {"control", "--ca", "ca.crt"},
    {"control", "--cert", "operator.crt"},
    {"control", "--key", "operator.key"},
    {"control", "--token-file", "token"},

    {"health", "ADDRESS", "127.0.0.1:7447"},
    {"health", "--ca", "ca.crt"},
    {"health", "--cert", "viewer.crt"},
    {"health", "--key", "viewer.key"},
    {"health", "--token-file", "token"},
    {"health", "--service", "quipu.v1.Coordinator"},

    {"export", "STORE", "out/store"},
    {"export", "--out", "dataset"},
    {"export", "--model", "model.gguf"},
    {"export", "--format", "mds"},
    {"export", "--compress", "zstd"},

    {"status", "STORE|ADDRESS", "out/store"},
    {"status", "--json", ""},
    {"status", "--bad", "0"},
    {"status", "--ca", "ca.crt"},
    {"status", "--cert", "viewer.crt"},
    {"status", "--key", "viewer.key"},
    {"status", "--token-file", "token"},

    {"show", "STORE", "out/store"},
    {"show", "ID", "70d6"},
    {"show", "--limit", "1"},
    {"show", "--rejects", ""},
    {"show", "--reason", "verdict"},
    {"show", "--around", "0"},
    {"show", "--random", "5"},
    {"show", "--seed", "7"},
    {"show", "--form", "short"},
    {"show", "--min-score", "gain=2"},
    {"show", "--source", "a.jsonl"},
    {"show", "--json", ""},
    {"show", "--diff", "out/other"},

    {"report", "STORE", "out/store"},
    {"report", "--out", "report.html"},
    {"report", "--seed", "7"},

    {"review", "STORE", "out/store"},
    {"review", "--listen", "127.0.0.1:8123"},
    {"review", "--labels", "labels.jsonl"},
    {"review", "--seed", "7"},
    {"review", "--samples", "10"},
    {"review", "--rater", "ann"},
    {"review", "--token-file", "tokens"},
    {"review", "--cert", "page.crt"},
    {"review", "--key", "page.key"},

    {"diff", "STORE_A", "out/a"},
    {"diff", "STORE_B", "out/b"},
    {"diff", "--limit", "0"},
    {"diff", "--seed", "7"},
    {"diff", "--html", "diff.html"},

    {"completion", "SHELL", "fish"},

    {"score", "SPEC", "s.textproto"},
    {"score", "PAIRS", "pairs.jsonl"},
    {"score", "--out", "scores.jsonl"},
    {"score", "--threads", "2"},

    {"backup", "STORE", "out/store"},
    {"backup", "--out", "backups/run"},
    {"restore", "BACKUP", "backups/run"},
    {"restore", "--out", "out/store"},
    {"decontaminate", "STORE", "out/store"},
    {"decontaminate", "--benchmarks", "quality.jsonl"},
    {"decontaminate", "--max-pair-overlap", "0.5"},
    {"decontaminate", "--max-context-overlap", "0.5"},

    {"calibrate", "SPEC", "s.textproto"},
    {"calibrate", "--pairs", "100000"},
    {"calibrate", "--labels", "labels.jsonl"},
    {"calibrate", "--out", "judge.textproto"},
    {"calibrate", "--threads", "2"},

    {"check", "STORE", "out/store"},
    {"check", "--export", "out/export"},
    {"check", "--model", "model.gguf"},
};

std::vector<Flag> FlagsOf(absl::string_view command) {
  std::vector<Flag> flags;
  for (const Flag& flag : kFlags) {
    if (flag.command == command) flags.push_back(flag);
  }
  return flags;
}

Args LineOf(const std::vector<Flag>& flags) {
  Args args;
  for (const Flag& flag : flags) {
    if (absl::StartsWith(flag.name, "--")) args.push_back(flag.name);
    if (flag.value[0] != '\0') args.push_back(flag.value);
  }
  return args;
}

// Parses as command_line.cc does.
void Parse(CLI::App* app, Args args) {
  std::reverse(args.begin(), args.end());
  app->parse(std::move(args));
}

class FlagsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    spec_ = dir_.Path("spec.textproto");
    ASSERT_OK(WriteFileAtomic(
        spec_, absl::StrCat("store: \"", dir_.Path("store"), "\"\ndocuments { path: \"",
                            dir_.Path("none.txt"), "\" }\nengine { kind: SCRIPTED }\n")));
  }

  CommandResult Run(const Args& args) { return RunCommandLine(args, out_, err_); }

  TempDir dir_;
  std::string spec_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(FlagsTest, TheTableHasThemAll) {
  for (const CommandEntry& entry : Commands()) {
    CLI::App app;
    const std::unique_ptr<Command> command = entry.make();
    command->AddFlags(&app);

    std::set<std::string> defined;
    for (const CLI::Option* option : app.get_options()) defined.insert(option->get_name());
    std::set<std::string> listed = {"--help"};
    for (const Flag& flag : FlagsOf(entry.name)) listed.insert(flag.name);
    EXPECT_EQ(defined, listed) << entry.name;
  }
}

TEST_F(FlagsTest, EachIsParsed) {
  for (const CommandEntry& entry : Commands()) {
    CLI::App app;
    const std::unique_ptr<Command> command = entry.make();
    command->AddFlags(&app);
    const std::vector<Flag> flags = FlagsOf(entry.name);

    ASSERT_NO_THROW(Parse(&app, LineOf(flags))) << entry.name;

    for (const Flag& flag : flags) {
      const CLI::Option* option = nullptr;
      for (const CLI::Option* other : app.get_options()) {
        if (other->get_name() == flag.name) option = other;
      }
      ASSERT_NE(option, nullptr) << flag.name;
      EXPECT_EQ(option->count(), 1u) << entry.name << " " << flag.name;
      if (flag.value[0] != '\0') {
        EXPECT_EQ(option->results(), Args{flag.value}) << flag.name;
      }
    }
  }
}

TEST_F(FlagsTest, HelpShowsEachAndAnExample) {
  for (const CommandEntry& entry : Commands()) {
    std::ostringstream help;
    EXPECT_EQ(RunCommandLine({entry.name, "--help"}, help, err_).exit_code, 0) << entry.name;
    for (const Flag& flag : FlagsOf(entry.name)) EXPECT_THAT(help.str(), HasSubstr(flag.name));
    EXPECT_THAT(help.str(), HasSubstr(absl::StrCat("Example:\n  ", entry.example)));
  }
  EXPECT_EQ(err_.str(), "");
}

TEST_F(FlagsTest, TheExampleOfHelpParses) {
  for (const CommandEntry& entry : Commands()) {
    CLI::App app;
    const std::unique_ptr<Command> command = entry.make();
    command->AddFlags(app.add_subcommand(entry.name));
    std::string line = entry.example;
    ASSERT_TRUE(absl::StartsWith(line, "quipu ")) << line;
    EXPECT_NO_THROW(app.parse(line, /*program_name_included=*/true)) << line;
  }
}

TEST_F(FlagsTest, RunFlagsGetToSpecAndOptions) {
  CLI::App app;
  RunFlags flags;
  AddRunFlags(&app, &flags);
  Parse(&app, {spec_, "--max-bad-share", "0.25", "--threads", "3"});

  ASSERT_OK_AND_ASSIGN(const v1::RunSpec spec, LoadSpec(flags));
  EXPECT_EQ(spec.performance().threads(), 3u);
  EXPECT_EQ(BuildOptionsOf(flags).max_bad_share, 0.25);
}

TEST_F(FlagsTest, RunFlagsThatAreNotGivenChangeNothing) {
  CLI::App app;
  RunFlags flags;
  AddRunFlags(&app, &flags);
  Parse(&app, {spec_});

  ASSERT_OK_AND_ASSIGN(const v1::RunSpec spec, LoadSpec(flags));
  EXPECT_EQ(spec.performance().threads(), 0u);
  EXPECT_EQ(BuildOptionsOf(flags).max_bad_share, std::nullopt);
}

TEST_F(FlagsTest, ClientFlagsGetToAddressAndFiles) {
  CLI::App app;
  ClientFlags flags;
  AddClientFlags(&app, &flags.address, &flags.security);
  Parse(&app, {"a:1", "--ca", "1", "--cert", "2", "--key", "3", "--token-file", "4"});

  EXPECT_EQ(flags.address, "a:1");
  EXPECT_EQ(flags.security.ca, "1");
  EXPECT_EQ(flags.security.cert, "2");
  EXPECT_EQ(flags.security.key, "3");
  EXPECT_EQ(flags.security.tokens, "4");
}

TEST_F(FlagsTest, MetricsFlagsGetToTheirOptions) {
  CLI::App app;
  MetricsOptions options;
  AddMetricsFlags(&app, &options);
  Parse(&app, {"--metrics", "0.0.0.0:9464", "--metrics-public"});

  EXPECT_EQ(options.address, "0.0.0.0:9464");
  EXPECT_TRUE(options.allow_public);
}

// What a command says of a value shows that the value has got there.
TEST_F(FlagsTest, ValuesGetToWhatUsesThem) {
  const std::string none = dir_.Path("none");
  struct Case {
    Args args;
    std::string says;
  };
  std::vector<Case> cases = {
      {{"build", spec_, "--partition", "7/7"}, "--partition"},
      {{"serve", spec_, "--listen", "nowhere"}, "--listen: address \"nowhere\""},
      {{"serve", spec_, "--cert", "c.pem"}, "the certificate c.pem has no key"},
      {{"serve", spec_, "--key", "k.pem"}, "the key k.pem has no certificate"},
      {{"serve", spec_, "--client-ca", "ca.pem"}, "clients' authority ca.pem"},
      {{"serve", spec_, "--token-file", none}, none},
      {{"serve", spec_, "--metrics", "nowhere"}, "--metrics: address \"nowhere\""},
      {{"serve", spec_, "--metrics", "0.0.0.0:9464"}, "--metrics-public"},
      {{"serve", spec_, "--page", "nowhere"}, "--page: address \"nowhere\""},
      {{"serve", spec_, "--page", "0.0.0.0:8124"}, "--page: \"0.0.0.0:8124\" is not on loopback"},
      {{"review", none, "--listen", "0.0.0.0:8123"},
       "--listen: \"0.0.0.0:8123\" is not on loopback"},
      {{"review", none, "--cert", "c.pem"}, "a certificate and its key"},
      {{"review", none, "--key", "k.pem"}, "a certificate and its key"},
      {{"review", none, "--token-file", none}, none},
      {{"show", none, "--diff", none}, none},
      {{"diff", none, spec_}, none},
      {{"work", "127.0.0.1:1", "--metrics", "0.0.0.0:9464"}, "--metrics-public"},
      {{"health", "127.0.0.1:1", "--service", std::string(128, 's')}, "128 bytes"},
      {{"merge", spec_, none}, none},
  };
  for (const Args& client : std::vector<Args>{{"work", "127.0.0.1:1"},
                                              {"control", "127.0.0.1:1", "pause"},
                                              {"health", "127.0.0.1:1"},
                                              {"status", "127.0.0.1:1"}}) {
    for (const auto& [flag, value, says] :
         std::vector<std::tuple<std::string, std::string, std::string>>{
             {"--ca", none, none},
             {"--cert", "c.pem", "the certificate c.pem has no key"},
             {"--key", "k.pem", "the key k.pem has no certificate"},
             {"--token-file", none, none}}) {
      Args args = client;
      args.insert(args.end(), {flag, value});
      cases.push_back({args, says});
    }
  }
  for (const Case& c : cases) {
    const CommandResult result = Run(c.args);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(c.args);
    EXPECT_THAT(std::string(result.status.message()), HasSubstr(c.says))
        << ::testing::PrintToString(c.args);
  }
}

TEST_F(FlagsTest, AWrongValueIsRefusedByTheFlagsName) {
  struct Case {
    Args args;
    const char* flag;
  };
  for (const Case& c : std::vector<Case>{
           {{"build", "s", "--max-bad-share", "-0.001"}, "--max-bad-share"},
           {{"build", "s", "--max-bad-share", "1.001"}, "--max-bad-share"},
           {{"build", "s", "--max-bad-share", "nan"}, "--max-bad-share"},
           {{"build", "s", "--max-bad-share", "half"}, "--max-bad-share"},
           {{"serve", "s", "--max-bad-share", "inf"}, "--max-bad-share"},
           {{"build", "s", "--threads", "0"}, "--threads"},
           {{"serve", "s", "--threads", "1025"}, "--threads"},
           {{"work", "a:1", "--threads", "two"}, "--threads"},
           {{"work", "a:1", "--kv-mib", "0"}, "--kv-mib"},
           {{"work", "a:1", "--kv-mib", "16777217"}, "--kv-mib"},
           {{"work", "a:1", "--chunks-in-flight", "0"}, "--chunks-in-flight"},
           {{"work", "a:1", "--chunks-in-flight", "1025"}, "--chunks-in-flight"},
           {{"show", "s", "--limit", "0"}, "--limit"},
           {{"show", "s", "--limit", "1.5"}, "--limit"},
           {{"show", "s", "--random", "0"}, "--random"},
           {{"diff", "a", "b", "--limit", "-1"}, "--limit"},
           {{"show", "s", "--seed", "-1"},
            "--seed: Value -1 not in range 0 to 18446744073709551615"},
           {{"show", "s", "--seed=-1"}, "--seed: Value -1 not in range"},
           {{"diff", "a", "b", "--seed", "18446744073709551616"},
            "--seed: Value 18446744073709551616 not in range"},
           {{"report", "s", "--seed", "1.5"}, "--seed"},
           {{"review", "s", "--seed", "x"}, "--seed"},
           {{"completion", "tcsh"}, "SHELL"},
           {{"show", "s", "--around", "-1"}, "--around"},
           {{"show", "s", "--around", "much"}, "--around"},
           {{"status", "s", "--bad", "-1"}, "--bad"},
           {{"status", "s", "--bad", "all"}, "--bad"},
           {{"check", "s", "--export"}, "--export"},
           {{"decontaminate", "s", "--benchmarks", "b", "--max-pair-overlap", "0"},
            "--max-pair-overlap"},
           {{"decontaminate", "s", "--benchmarks", "b", "--max-context-overlap", "1.1"},
            "--max-context-overlap"},
           {{"calibrate", "s", "--pairs", "0"}, "--pairs"},
           {{"calibrate", "s", "--pairs", "100001"}, "--pairs"},
           {{"calibrate", "s", "--labels"}, "--labels"},
           {{"score", "s", "p", "--threads", "0"}, "--threads"},
           {{"score", "s", "p", "--out"}, "--out"},
           {{"build", "s", "--partition"}, "--partition"},
           {{"--log-format", "xml", "check", "s"}, "--log-format"},
       }) {
    err_.str("");
    EXPECT_EQ(Run(c.args).exit_code, 2) << ::testing::PrintToString(c.args);
    EXPECT_THAT(err_.str(), HasSubstr(c.flag)) << ::testing::PrintToString(c.args);
    EXPECT_LT(err_.str().size(), 250u) << err_.str();
  }
}

TEST_F(FlagsTest, SeedsAreNumbersOf64Bits) {
  for (const auto& [text, expected] : std::vector<std::pair<const char*, uint64_t>>{
           {"0", 0}, {"7", 7}, {"18446744073709551615", std::numeric_limits<uint64_t>::max()}}) {
    CLI::App app;
    uint64_t seed = 1;
    AddSeedFlag(&app, "", &seed);
    Parse(&app, {"--seed", text});
    EXPECT_EQ(seed, expected);
  }
}

// Both ends are let through: what fails is the corpus, which is not there.
TEST_F(FlagsTest, TheShareOfBadRecordsIsBetweenNoneAndAll) {
  for (const char* share : {"0", "0.0", "0.5", "1", "1.0"}) {
    err_.str("");
    const CommandResult result = Run({"build", spec_, "--max-bad-share", share});
    EXPECT_EQ(err_.str(), "") << share;
    EXPECT_THAT(std::string(result.status.message()), HasSubstr("none.txt")) << share;
  }
}

TEST_F(FlagsTest, WhatIsMissingOrUnknownIsNamed) {
  struct Case {
    Args args;
    const char* says;
  };
  for (const Case& c : std::vector<Case>{{{}, "subcommand"},
                                         {{"make"}, "make"},
                                         {{"build"}, "SPEC"},
                                         {{"merge"}, "SPEC"},
                                         {{"serve"}, "SPEC"},
                                         {{"work"}, "ADDRESS"},
                                         {{"control"}, "ADDRESS|STORE"},
                                         {{"control", "a:1"}, "VERB"},
                                         {{"health"}, "ADDRESS"},
                                         {{"export"}, "STORE"},
                                         {{"status"}, "STORE|ADDRESS"},
                                         {{"show"}, "STORE"},
                                         {{"diff", "a"}, "STORE_B"},
                                         {{"completion"}, "SHELL"},
                                         {{"score"}, "SPEC"},
                                         {{"score", "s"}, "PAIRS"},
                                         {{"decontaminate"}, "STORE"},
                                         {{"decontaminate", "s"}, "--benchmarks"},
                                         {{"decontaminate", "--benchmarks", "b"}, "STORE"},
                                         {{"calibrate"}, "SPEC"},
                                         {{"check", "s", "more"}, "more"},
                                         {{"show", "s", "--out", "x"}, "--out"}}) {
    err_.str("");
    EXPECT_EQ(Run(c.args).exit_code, 2) << ::testing::PrintToString(c.args);
    EXPECT_THAT(err_.str(), HasSubstr(c.says)) << ::testing::PrintToString(c.args);
  }
}

}  // namespace
}  // namespace quipu::pipelines
