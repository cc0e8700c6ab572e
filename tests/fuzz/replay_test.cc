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
#include "base/file.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fuzz/targets.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::fuzz {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kMutations = 30;
constexpr uint64_t kMostBytes = 1 << 20;

std::string CorpusDir() {
  return absl::StrCat(std::getenv("TEST_SRCDIR"), "/", std::getenv("TEST_WORKSPACE"),
                      "/tests/fuzz/corpus");
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
  const std::string dir = JoinPath(CorpusDir(), GetParam().name);
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
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> names, ListDir(CorpusDir()));
  for (const std::string& name : names) {
    EXPECT_TRUE(name == "README.md" || FindTarget(name) != nullptr) << name;
  }
}

}  // namespace
}  // namespace quipu::fuzz
