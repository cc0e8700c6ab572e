// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A run with every kind of row, through the command line with the scripted engine: built, checked,
// shown, stopped half-way, split and merged.
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "base/stop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/cli/command_line.h"
#include "tests/support/dataset_checks.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::TempDir;

constexpr uint64_t kMaxBytes = uint64_t{1} << 28;

// Documents of 30 to 100 facts, each about its own island.
std::string MakeText(int island) {
  std::string text;
  for (int i = 0; i < 30 + 10 * island; ++i) {
    absl::StrAppend(&text, "The miller of island ", island, " sold ", 37 * i + island + 2,
                    " sacks of flour to village ", 100 * island + i, " in the year ",
                    1300 + i + island, i % 5 == 4 ? ".\n\n" : ". ");
  }
  return text;
}

class RowKindsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    ASSERT_OK(MakeDirs(dir_.Path("corpus")));
    for (int i = 0; i < 8; ++i) {
      ASSERT_OK(WriteFileAtomic(dir_.Path(absl::StrCat("corpus/", i, ".txt")), MakeText(i)));
    }
  }
  void TearDown() override { ResetStopForTest(); }

  // The path of a spec whose store is `name`.
  std::string Spec(absl::string_view name, absl::string_view instances) {
    const std::string path = dir_.Path(absl::StrCat(name, ".textproto"));
    EXPECT_OK(WriteFileAtomic(
        path, absl::StrCat("seed: 11 store: \"", StoreOf(name), "\" export_dir: \"", ExportOf(name),
                           "\" documents { path: \"", dir_.Path("corpus"),
                           "\" } engine { kind: SCRIPTED } read { min_document_tokens: 64 }"
                           " chunks { min_tokens: 100 max_tokens: 300 tokens_per_chunk: 600 }"
                           " generation { pairs_per_chunk: 4 } instances { ",
                           instances, " }\n")));
    return path;
  }

  std::string StoreOf(absl::string_view name) const { return dir_.Path(absl::StrCat(name, "/s")); }
  std::string ExportOf(absl::string_view name) const { return dir_.Path(absl::StrCat(name, "/e")); }

  CommandResult Run(const std::vector<std::string>& args) {
    out_.str("");
    return RunCommandLine(args, out_, err_);
  }

  std::string Digest(absl::string_view name) { return testing::DirDigest(ExportOf(name)); }

  // Calls `fn` with each row of a view.
  template <typename Function>
  void ForEachRow(absl::string_view name, absl::string_view view, Function fn) {
    const std::string path = JoinPath(ExportOf(name), absl::StrCat(view, "-00000.jsonl"));
    const std::string text = ReadFile(path, kMaxBytes).value_or("");
    JsonParser parser;
    const std::vector<std::string> lines = absl::StrSplit(absl::StripSuffix(text, "\n"), '\n');
    for (std::string line : lines) {
      const size_t size = line.size();
      line.resize(size + simdjson::SIMDJSON_PADDING);
      ASSERT_OK_AND_ASSIGN(const auto object, parser.ParseObject({line.data(), size}));
      fn(object);
    }
  }

  TempDir dir_;
  std::ostringstream out_;
  std::ostringstream err_;
};

constexpr char kEverything[] =
    "max_turns: 6 unanswerable_share: 0.5 distractor_share: 0.5 key_value_share: 0.3 "
    "context_tokens: 6000";

std::string Field(const simdjson::dom::object& row, const char* key) {
  std::string_view text;
  EXPECT_EQ(row[key].get(text), simdjson::SUCCESS) << key;
  return std::string(text);
}

simdjson::dom::array Array(const simdjson::dom::object& row, const char* key) {
  simdjson::dom::array array;
  EXPECT_EQ(row[key].get(array), simdjson::SUCCESS) << key;
  return array;
}

TEST_F(RowKindsTest, AreBuiltCheckedAndShown) {
  const std::string spec = Spec("all", kEverything);
  ASSERT_OK(Run({"build", spec}).status);
  EXPECT_THAT(out_.str(), HasSubstr("unanswerable"));
  ASSERT_OK(Run({"check", StoreOf("all")}).status) << out_.str();

  std::map<std::string, std::string> id_of_kind;
  std::map<std::string, int> rows_of_kind;
  int several_turns = 0;
  int several_documents = 0;
  std::set<std::string> answered;
  ForEachRow("all", "messages", [&](const simdjson::dom::object& row) {
    const std::string kind = Field(row, "row_kind");
    id_of_kind[kind] = Field(row, "id");
    ++rows_of_kind[kind];
    const simdjson::dom::array turns = Array(row, "turns");
    ASSERT_GE(turns.size(), 1u);
    ASSERT_EQ(Array(row, "messages").size(), 2 * turns.size());
    several_turns += kind == "answered" && turns.size() > 1 ? 1 : 0;
    several_documents += Array(row, "context").size() > 1 ? 1 : 0;
    for (const simdjson::dom::element turn : turns) {
      const std::string task = Field(turn, "id");
      EXPECT_EQ(task.empty(), kind == "key_value");
      if (kind == "answered") {
        EXPECT_TRUE(answered.insert(task).second) << task;
      } else {
        EXPECT_NE(task, Field(row, "id"));
      }
    }
  });
  EXPECT_GT(several_turns, 3);
  EXPECT_GT(several_documents, 3);
  for (const char* kind : {"answered", "unanswerable", "key_value"}) {
    SCOPED_TRACE(kind);
    EXPECT_GT(rows_of_kind[kind], 2);
    ASSERT_OK(Run({"show", StoreOf("all"), id_of_kind[kind]}).status);
    EXPECT_THAT(out_.str(), HasSubstr(id_of_kind[kind]));
  }
  EXPECT_THAT(out_.str(), HasSubstr("key_value row, "));
  ASSERT_OK_AND_ASSIGN(const std::string manifest,
                       ReadFile(JoinPath(ExportOf("all"), "MANIFEST.json"), kMaxBytes));
  EXPECT_THAT(manifest, HasSubstr(absl::StrCat("\"accepted\": ", answered.size(), ",")));
  EXPECT_THAT(manifest, HasSubstr(absl::StrCat("\"pairs\": ", answered.size(), ",")));
  EXPECT_THAT(manifest, HasSubstr(absl::StrCat("\"answered\": ", rows_of_kind["answered"], ",")));
  EXPECT_OK(Run({"status", StoreOf("all")}).status);
}

TEST_F(RowKindsTest, HaveTheSameKeysAndTypesInEveryRow) {
  ASSERT_OK(Run({"build", Spec("all", kEverything)}).status);
  for (const char* view : {"messages", "tokens"}) {
    std::set<std::string> schemas;
    ForEachRow("all", view, [&](const simdjson::dom::object& row) {
      std::string schema;
      const auto add = [&schema](const simdjson::dom::object& object) {
        for (const simdjson::dom::key_value_pair field : object) {
          EXPECT_FALSE(field.value.is_null());
          absl::StrAppend(&schema, std::string(field.key), " ", JsonTypeName(field.value),
                          field.value.is_double() ? " with a point" : "", "\n");
        }
      };
      add(row);
      for (const char* list : {"turns", "context"}) {
        if (absl::string_view(view) == "tokens") continue;
        std::set<std::string> parts;
        for (const simdjson::dom::element part : Array(row, list)) {
          std::string before = std::exchange(schema, "");
          add(part);
          parts.insert(std::exchange(schema, before));
        }
        EXPECT_EQ(parts.size(), 1u);
        absl::StrAppend(&schema, list, ":\n", *parts.begin());
      }
      schemas.insert(schema);
    });
    EXPECT_EQ(schemas.size(), 1u) << view;
  }
}

TEST_F(RowKindsTest, AreTheSameWhenPackedAgainAndAfterAMerge) {
  ASSERT_OK(Run({"build", Spec("all", kEverything)}).status);
  const std::string whole = Digest("all");
  ASSERT_OK(Run({"build", Spec("all", kEverything)}).status);
  EXPECT_EQ(Digest("all"), whole);
  const std::string split = Spec("split", kEverything);
  for (const char* partition : {"0/3", "1/3", "2/3"}) {
    ASSERT_OK(Run({"build", split, "--partition", partition}).status);
  }
  ASSERT_OK(Run({"merge", split}).status);
  EXPECT_EQ(Digest("split"), whole);
  EXPECT_OK(Run({"check", StoreOf("split")}).status);
}

}  // namespace
}  // namespace quipu::pipelines
