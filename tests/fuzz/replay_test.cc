// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every fuzz target takes its seeds, some mutations of them, and every input in
// corpus/TARGET: what fuzzing has found stays fixed. Valid seeds are accepted, or what is
// behind the first check would not be fuzzed. Under sanitizers with
// `bazel test --config=asan //tests/fuzz:replay_test`.
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "re2/re2.h"
#include "tests/fuzz/targets.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::fuzz {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kMutations = 30;
constexpr uint64_t kMostBytes = 1 << 20;

std::string FilesDir(absl::string_view name) {
  return absl::StrCat(std::getenv("TEST_SRCDIR"), "/", std::getenv("TEST_WORKSPACE"),
                      "/tests/fuzz/", name);
}

// Changes, removes or repeats a few bytes.
std::string Mutate(std::string bytes, Rng* rng) {
  for (uint64_t i = 0; i <= rng->Below(4) && !bytes.empty(); ++i) {
    const size_t at = rng->Below(bytes.size());
    const uint64_t kind = rng->Below(4);
    if (kind == 0) bytes[at] = static_cast<char>(rng->Below(256));
    if (kind == 1) bytes.resize(at);
    if (kind == 2) bytes.erase(at, rng->Below(8) + 1);
    if (kind == 3) bytes.insert(at, bytes.substr(at, rng->Below(16) + 1));
  }
  return bytes;
}

class FuzzTarget : public ::testing::TestWithParam<Target> {};

TEST_P(FuzzTarget, AcceptsItsValidSeedsAndRefusesTheOthers) {
  const Seeds seeds = GetParam().seeds();
  EXPECT_THAT(seeds.valid, Not(IsEmpty()));
  for (size_t i = 0; i < seeds.valid.size(); ++i) {
    EXPECT_OK(GetParam().run(seeds.valid[i])) << "valid seed " << i << " is refused";
  }
  for (size_t i = 0; i < seeds.refused.size(); ++i) {
    EXPECT_FALSE(GetParam().run(seeds.refused[i]).ok()) << "seed " << i << " is accepted";
  }
}

TEST_P(FuzzTarget, TakesMutationsOfItsSeeds) {
  Rng rng(testing::TestFingerprint(), GetParam().name);
  const Seeds seeds = GetParam().seeds();
  for (const std::vector<std::string>* some : {&seeds.valid, &seeds.refused}) {
    for (const std::string& seed : *some) {
      for (int i = 0; i < kMutations; ++i) GetParam().run(Mutate(seed, &rng)).IgnoreError();
    }
  }
  GetParam().run("").IgnoreError();
}

TEST_P(FuzzTarget, TakesItsCorpus) {
  const std::string dir = JoinPath(FilesDir("corpus"), GetParam().name);
  if (!IsDirectory(dir)) return;
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> files, ExpandInputs(dir));
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    ASSERT_OK_AND_ASSIGN(const std::string input, ReadFile(file, kMostBytes));
    GetParam().run(input).IgnoreError();
  }
}

INSTANTIATE_TEST_SUITE_P(All, FuzzTarget, ::testing::ValuesIn(Targets().begin(), Targets().end()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(FuzzCorpus, BelongsToTargets) {
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> names, ListDir(FilesDir("corpus")));
  for (const std::string& name : names) {
    EXPECT_TRUE(name == "README.md" || FindTarget(name) != nullptr) << name;
  }
}

// libFuzzer ends at a line that it cannot read, and passes over words of more than 64 bytes.
TEST(FuzzDictionaries, BelongToTargetsAndAreWordsThatLibFuzzerReads) {
  const std::string dir = FilesDir("dictionaries");
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> names, ListDir(dir));
  EXPECT_THAT(names, Not(IsEmpty()));
  for (const std::string& name : names) {
    EXPECT_NE(FindTarget(name), nullptr) << name;
    ASSERT_OK_AND_ASSIGN(const std::string text, ReadFile(JoinPath(dir, name), kMostBytes));
    const std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
    for (const std::string& line : lines) {
      if (absl::StartsWith(line, "#")) continue;
      static const LazyRE2 kWord = {R"re("((?:[^"\\[:^print:]]|\\["\\]|\\x[0-9A-F]{2})+)")re"};
      std::string word;
      EXPECT_TRUE(RE2::FullMatch(line, *kWord, &word)) << name << ": " << line;
      RE2::GlobalReplace(&word, R"re(\\(?:x[0-9A-F]{2}|.))re", "_");
      EXPECT_LE(word.size(), 64) << name << ": " << line;
    }
  }
}

}  // namespace
}  // namespace quipu::fuzz
