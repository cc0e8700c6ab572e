// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Builds a small corpus and compares the exports byte for byte with those beside
// this test, so that a change of results is noticed. ../README.md says what to do
// then.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/stop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/core/spec_file.h"
#include "pipelines/export/manifest.h"
#include "pipelines/run/build.h"
#include "re2/re2.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::TempDir;

constexpr uint64_t kMaxBytes = 1 << 24;
constexpr char kFolder[] = "tests/golden/export";
constexpr char kIfMeant[] =
    "\nThis commit changes a dataset. If it should, raise kResultVersion in "
    "generator/spec/run_spec.cc where results change, and run tests/golden/export/rewrite.sh.";

std::string GoldenPath(absl::string_view name, absl::string_view file) {
  return JoinPath(JoinPath(kFolder, name), file);
}

// A manifest without the line that has the version of the program.
std::string WithoutVersion(std::string manifest) {
  RE2::Replace(&manifest, "\"quipu_version\": \"[^\"]*\"", "\"quipu_version\": \"\"");
  return manifest;
}

class GoldenExport : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    ResetStopForTest();
    const std::string path = absl::StrCat(kFolder, "/", GetParam(), ".textproto");
    ASSERT_OK_AND_ASSIGN(v1::RunSpec spec, LoadRunSpec(path));
    spec.set_store(dir_.Path("store"));
    spec.set_export_dir(dir_.Path("export"));
    ASSERT_OK(Build(spec, {}).status());
  }

  std::string Written(absl::string_view file) {
    return ReadFile(JoinPath(dir_.Path("export"), file), kMaxBytes).value_or("NOT WRITTEN");
  }

  TempDir dir_;
};

TEST_P(GoldenExport, HasTheBytesThatItAlwaysHad) {
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> kept, ListDir(JoinPath(kFolder, GetParam())));
  ASSERT_THAT(kept, ::testing::Contains(kManifestName));

  // Readable files first: their difference says more than two hashes.
  for (const std::string& file : kept) {
    if (file == kManifestName) continue;
    EXPECT_THAT(ReadFile(GoldenPath(GetParam(), file), kMaxBytes), IsOkAndHolds(Written(file)))
        << file << kIfMeant;
  }
  ASSERT_OK_AND_ASSIGN(const std::string manifest,
                       ReadFile(GoldenPath(GetParam(), kManifestName), kMaxBytes));
  EXPECT_EQ(WithoutVersion(Written(kManifestName)), WithoutVersion(manifest)) << kIfMeant;
  ASSERT_OK_AND_ASSIGN(const ParsedManifest parsed, ParseManifest(manifest));
  EXPECT_THAT(ListDir(dir_.Path("export")),
              IsOkAndHolds(::testing::SizeIs(parsed.shards.size() + 1)));
  for (const ShardInfo& shard : parsed.shards) {
    EXPECT_EQ(Sha256Hex(Written(shard.name)), shard.sha256) << shard.name << kIfMeant;
  }
}

INSTANTIATE_TEST_SUITE_P(Specs, GoldenExport, ::testing::Values("shuffled", "ordered"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace quipu::pipelines
