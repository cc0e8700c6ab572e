// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/exporter.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "generator/corpus/split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/text/chat_template.h"
#include "pipelines/export/check/check.h"
#include "tests/support/export_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::ExportFixture;
using ::quipu::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint64_t kMaxBytes = 1 << 24;

std::string Read(const std::string& path) { return ReadFile(path, kMaxBytes).value_or("CANNOT"); }

std::vector<std::string> Lines(const std::string& path) {
  const std::string text = Read(path);
  return absl::StrSplit(absl::StripSuffix(text, "\n"), '\n');
}

TEST(Export, WritesItsViewsACardAndAManifest) {
  TempDir dir;
  ExportFixture run;

  ASSERT_OK_AND_ASSIGN(const ExportSummary summary,
                       Export(run.store(), run.target(), dir.Path("export")));

  EXPECT_THAT(summary.files, ElementsAre("MANIFEST.json", "README.md", "messages-00000.jsonl",
                                         "packs-00000.jsonl", "tokens-00000.jsonl"));
  EXPECT_EQ(summary.long_rows, 4u);
  EXPECT_EQ(summary.packed_rows, 2u);
  EXPECT_EQ(summary.short_rows, 6u);
  EXPECT_EQ(summary.messages_rows, 9u);
  EXPECT_EQ(Lines(dir.Path("export/messages-00000.jsonl")).size(), 9u);
  EXPECT_EQ(Lines(dir.Path("export/tokens-00000.jsonl")).size(), 4u);
  EXPECT_EQ(Lines(dir.Path("export/packs-00000.jsonl")).size(), 2u);
  uint64_t tokens = 0;
  uint64_t packed = 0;
  for (const auto& sequence : run.store().long_rows) tokens += sequence.input_ids_size();
  for (const auto& sequence : run.store().packs) packed += sequence.input_ids_size();
  EXPECT_EQ(summary.tokens, tokens + packed);
  EXPECT_EQ(summary.padding_tokens, 4u * 700 + 2u * 256 - tokens - packed);
  EXPECT_DOUBLE_EQ(summary.packing_fill, packed / 512.0);
  EXPECT_GT(summary.trained_tokens, 0u);
  EXPECT_THAT(CheckExport(run.store(), run.target(), dir.Path("export")),
              ::quipu::testing::IsOkAndHolds(IsEmpty()));
}

TEST(Export, GivesTheSameBytesTwice) {
  TempDir dir;
  ExportFixture first;
  ExportFixture second;
  ASSERT_OK_AND_ASSIGN(const ExportSummary summary,
                       Export(first.store(), first.target(), dir.Path("a")));
  ASSERT_OK(Export(second.store(), second.target(), dir.Path("some/other/place")));
  // Over an earlier export too.
  ASSERT_OK(Export(second.store(), second.target(), dir.Path("some/other/place/")));

  for (const std::string& name : summary.files) {
    EXPECT_EQ(Read(JoinPath(dir.Path("a"), name)),
              Read(JoinPath(dir.Path("some/other/place"), name)))
        << name;
  }
  ASSERT_OK_AND_ASSIGN(const auto left, ExpandInputs(dir.path()));
  EXPECT_EQ(left.size(), 2 * summary.files.size());
}

TEST(Export, KnowsNothingOfTheMachine) {
  TempDir dir;
  ExportFixture run;
  ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));

  const std::string manifest = Read(dir.Path("export/MANIFEST.json"));

  EXPECT_THAT(manifest, ::testing::Not(HasSubstr("/place")));
  EXPECT_THAT(manifest, ::testing::Not(HasSubstr(dir.path())));
}

// One short row with a byte tokenizer: every byte of its two views.
TEST(Export, WritesTheseBytes) {
  TempDir dir;
  ExportFixture run;
  run.store().long_rows.clear();
  run.store().packs.clear();
  run.spec().mutable_packing()->set_pack_tokens(32);
  run.AddSequence(v1::TrainingRow::KIND_PACKED, {run.AddShortRow("a\"", "b")});
  ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));

  EXPECT_EQ(Read(dir.Path("export/tokens-00000.jsonl")),
            "{\"id\":\"dc2b7b13b14b5bc656e3279f973bccd3\",\"kind\":\"packed\",\"row_kind\":\"\","
            "\"input_ids\":[257,117,115,101,114,10,97,34,258,10,257,97,115,115,"
            "105,115,116,97,110,116,10,"
            "98,258,10,259,259,259,259,259,259,259,259],"
            "\"labels\":[-100,-100,-100,-100,-100,-100,-100,-100,-100,-100,-"
            "100,-100,-100,-100,-100,-100,"
            "-100,-100,-100,-100,-100,98,258,-100,-100,-100,-100,-100,-100,-"
            "100,-100,-100],"
            "\"attention_mask\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,0,0,0,0,0,0,0],"
            "\"position_ids\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,"
            "19,20,21,22,23,"
            "0,1,2,3,4,5,6,7],"
            "\"seq_lengths\":[24,8],\"sources\":["
            "\"70d6a517e093753f47089556ef289094\"]}\n");
  EXPECT_EQ(
      Read(dir.Path("export/messages-00000.jsonl")),
      "{\"id\":\"70d6a517e093753f47089556ef289094\",\"kind\":\"short\",\"row_kind\":\"\","
      "\"messages\":["
      "{\"role\":\"user\",\"content\":\"a\\\"\"},{\"role\":\"assistant\","
      "\"content\":\"b\",\"weight\":1}],"
      "\"document_id\":\"\",\"source\":\"short.jsonl\",\"line\":7,\"external_"
      "id\":\"\",\"metadata\":\"{}\","
      "\"chunk_begin\":0,\"chunk_end\":0,\"context_begin\":0,\"context_end\":0,"
      "\"evidence_begin_token\":0,\"evidence_end_token\":0,\"evidence_depth\":"
      "0.0,\"evidence\":[[0,0]],\"evidence_in_prompt\":[[0,0]],"
      "\"other_places\":[[0,0]],\"other_places_in_prompt\":[[0,0]],"
      "\"turns\":[{\"id\":\"\",\"answer_form\":\"\",\"question_kind\":\"\",\"chunk_begin\":0,"
      "\"chunk_end\":0,\"evidence_begin_token\":0,\"evidence_end_token\":0,\"evidence_depth\":"
      "0.0,\"evidence\":[[0,0]],\"evidence_in_prompt\":[[0,0]],"
      "\"other_places\":[[0,0]],\"other_places_in_prompt\":[[0,0]],"
      "\"verdict_margin\":0.0,\"probability\":0.0}],"
      "\"context\":[{\"document_id\":\"\",\"source\":\"\",\"line\":0,\"begin\":0,\"end\":0,"
      "\"begin_in_prompt\":0,\"end_in_prompt\":0}],"
      "\"answer_form\":\"\",\"question_kind\":\"\",\"answer_extracted\":false,\"language\":\"\","
      "\"verdict_margin\":0.0,"
      "\"answer_log_prob\":0.0,"
      "\"min_log_prob\":0.0,\"gain\":0.0,\"closed_book_margin\":0.0,\"probability\":0.0,"
      "\"grounded_share\":0.0,\"copied_share\":0.0,\"longest_copy\":0,\"scored\":false,\"verdict_"
      "only\":false,"
      "\"num_tokens\":24,\"prompt_loss_weight\":0.0,"
      "\"seed\":7,\"model\":\"\",\"model_sha256\":\"\",\"prompt_sha256\":\"\","
      "\"run_id\":\"44e25de1744ff984750a96df3be45a4d\"}\n");
}

TEST(Export, WritesWhereALongRowComesFrom) {
  TempDir dir;
  ExportFixture run;
  run.spec().mutable_export_()->set_shuffle(false);
  ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));

  const std::vector<std::string> lines = Lines(dir.Path("export/messages-00000.jsonl"));

  EXPECT_THAT(lines[0], HasSubstr("\"kind\":\"long\""));
  EXPECT_THAT(
      lines[0],
      HasSubstr("\"source\":\"corpus.jsonl\",\"line\":1,\"external_id\":\"doc-1\","
                "\"metadata\":\"{}\",\"chunk_begin\":39,\"chunk_end\":67,\"context_begin\":0,"
                "\"context_end\":108,"));
  EXPECT_THAT(lines[0], HasSubstr("\"answer_form\":\"short\",\"question_kind\":\"\",\"answer_"
                                  "extracted\":false,\"language\":"
                                  "\"en\",\"verdict_margin\":2.5,"
                                  "\"answer_log_prob\":-0.25,\"min_log_prob\":-1.0,\"gain\":1.0,"
                                  "\"closed_book_margin\":0.0,"
                                  "\"probability\":0.9375,\"grounded_share\":1.0,"
                                  "\"copied_share\":0.0,\"longest_copy\":0,"
                                  "\"scored\":true,\"verdict_only\":false"));
  EXPECT_THAT(lines[0], HasSubstr("\"prompt_loss_weight\":0.0,\"seed\":7,\"model\":\"script\""));
  EXPECT_THAT(lines[1], HasSubstr("\"answer_form\":\"long\""));
}

// The [begin, end) pairs of a list.
std::vector<std::pair<uint64_t, uint64_t>> Spans(const simdjson::dom::object& row,
                                                 const char* key) {
  std::vector<std::pair<uint64_t, uint64_t>> spans;
  for (const simdjson::dom::element span : simdjson::dom::array(row[key])) {
    spans.emplace_back(uint64_t(span.at(0)), uint64_t(span.at(1)));
  }
  return spans;
}

TEST(Export, SaysWhereTheEvidenceIsInDocumentAndPrompt) {
  TempDir dir;
  ExportFixture run;
  run.spec().mutable_export_()->set_shuffle(false);
  const std::string text =
      "The hall keeps 40 cords. Each cord has a colour.\n\nIn short: the hall keeps 40 cords.";
  const std::string document = run.AddDocument(text, 3);
  run.AddSample(document, "The hall keeps 40 cords. Each cord has a colour.",
                "How many cords does the hall keep?", "40", v1::ANSWER_FORM_SHORT);
  ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));

  std::string line;
  for (const std::string& each : Lines(dir.Path("export/messages-00000.jsonl"))) {
    if (absl::StrContains(each, "How many cords")) line = each;
  }

  const size_t size = line.size();
  line.resize(size + simdjson::SIMDJSON_PADDING);
  JsonParser parser;
  ASSERT_OK_AND_ASSIGN(const auto row, parser.ParseObject({line.data(), size}));
  const std::string prompt(std::string_view(row["messages"].at(0)["content"]));
  const auto in = [](const std::string& whole, std::pair<uint64_t, uint64_t> span) {
    return whole.substr(span.first, span.second - span.first);
  };
  ASSERT_EQ(Spans(row, "evidence").size(), 1u);
  EXPECT_EQ(in(text, Spans(row, "evidence")[0]), "The hall keeps 40 cords.");
  EXPECT_EQ(in(prompt, Spans(row, "evidence_in_prompt")[0]), "The hall keeps 40 cords.");
  ASSERT_EQ(Spans(row, "other_places").size(), 1u);
  EXPECT_EQ(in(text, Spans(row, "other_places")[0]), "In short: the hall keeps 40 cords.");
  EXPECT_EQ(in(prompt, Spans(row, "other_places_in_prompt")[0]),
            "In short: the hall keeps 40 cords.");
  const std::string manifest = Read(dir.Path("export/MANIFEST.json"));
  EXPECT_THAT(manifest, HasSubstr("\"rows_with_evidence\": 4"));
  EXPECT_THAT(manifest, HasSubstr("\"rows_with_other_places\": "));
}

TEST(Export, WritesLossWeightsOnlyIfLabelsDoNotSayEverything) {
  for (const double prompt_weight : {0.0, 0.25, 1.0}) {
    for (const auto row_weight : {v1::InstanceSpec::TOKENS, v1::InstanceSpec::ROWS}) {
      TempDir dir;
      v1::InstanceSpec instances;
      instances.set_prompt_loss_weight(prompt_weight);
      instances.set_row_weight(row_weight);
      ExportFixture run(instances);
      run.spec().mutable_export_()->set_shuffle(false);
      ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));
      EXPECT_THAT(CheckExport(run.store(), run.target(), dir.Path("export")),
                  ::quipu::testing::IsOkAndHolds(IsEmpty()));

      std::string line = Lines(dir.Path("export/tokens-00000.jsonl"))[0];
      const size_t size = line.size();
      line.resize(size + simdjson::SIMDJSON_PADDING);
      JsonParser parser;
      ASSERT_OK_AND_ASSIGN(const auto row, parser.ParseObject({line.data(), size}));

      simdjson::dom::array weights;
      const bool has = row["loss_weights"].get(weights) == simdjson::SUCCESS;
      EXPECT_EQ(has, prompt_weight == 0.25 || row_weight == v1::InstanceSpec::ROWS);
      if (!has) continue;
      const simdjson::dom::array labels = row["labels"];
      double sum = 0;
      for (size_t i = 0; i < 700; ++i) {
        const double weight = weights.at(i);
        sum += weight;
        ASSERT_EQ(weight > 0, int64_t(labels.at(i)) != -100) << i;
      }
      if (row_weight == v1::InstanceSpec::ROWS) {
        EXPECT_NEAR(sum, 1, 1e-5);
      }
    }
  }
}

TEST(Export, QuotesTheEvidenceInTheAnswer) {
  for (const auto style : {v1::InstanceSpec::EVIDENCE_FIRST, v1::InstanceSpec::CITED}) {
    TempDir dir;
    v1::InstanceSpec instances;
    instances.set_answer_style(style);
    ExportFixture run(instances);
    run.spec().mutable_export_()->set_shuffle(false);
    ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));

    EXPECT_THAT(Lines(dir.Path("export/messages-00000.jsonl"))[0],
                HasSubstr(style == v1::InstanceSpec::CITED
                              ? "\"content\":\"Numbers. [1]\\n\\n[1] Its knots stand for "
                                "numbers.\","
                              : "\"content\":\"> Its knots stand for numbers.\\n\\nNumbers.\","));
    EXPECT_THAT(CheckExport(run.store(), run.target(), dir.Path("export")),
                ::quipu::testing::IsOkAndHolds(IsEmpty()));
  }
}

// Readers infer a schema from the first rows: all rows must have the same.
TEST(Export, GivesEveryRowTheSameKeysAndTypes) {
  TempDir dir;
  ExportFixture run;
  ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));
  for (const std::string name :
       {"messages-00000.jsonl", "packs-00000.jsonl", "tokens-00000.jsonl"}) {
    std::set<std::string> schemas;
    for (std::string line : Lines(JoinPath(dir.Path("export"), name))) {
      const size_t size = line.size();
      line.resize(size + simdjson::SIMDJSON_PADDING);
      JsonParser parser;
      ASSERT_OK_AND_ASSIGN(const auto object, parser.ParseObject({line.data(), size}));
      std::string schema;
      for (const simdjson::dom::key_value_pair field : object) {
        EXPECT_FALSE(field.value.is_null());
        absl::StrAppend(&schema, std::string(field.key), " ", JsonTypeName(field.value),
                        field.value.is_double() ? " with a point" : "", "\n");
      }
      schemas.insert(schema);
    }
    EXPECT_EQ(schemas.size(), 1u) << name;
  }
}

TEST(Export, ClosesShardsAtTheirSize) {
  TempDir dir;
  ExportFixture run;
  run.spec().mutable_export_()->set_shard_bytes(3000);
  ASSERT_OK_AND_ASSIGN(const ExportSummary summary,
                       Export(run.store(), run.target(), dir.Path("export")));

  EXPECT_GT(summary.files.size(), 4u);
  EXPECT_TRUE(std::is_sorted(summary.files.begin(), summary.files.end()));
  std::string all;
  for (const std::string& name : summary.files) {
    if (absl::StartsWith(name, "messages-")) all += Read(JoinPath(dir.Path("export"), name));
  }
  // The same rows in the same order as in one shard.
  run.spec().mutable_export_()->clear_shard_bytes();
  ASSERT_OK(Export(run.store(), run.target(), dir.Path("one")));
  EXPECT_EQ(all, Read(dir.Path("one/messages-00000.jsonl")));
}

TEST(Export, ShufflesBySeedOrKeepsTheOrder) {
  TempDir dir;
  const auto tokens_of = [&dir](uint64_t seed, bool shuffle) {
    ExportFixture run;
    run.spec().set_seed(seed);
    run.spec().mutable_export_()->set_shuffle(shuffle);
    EXPECT_OK(Export(run.store(), run.target(), dir.Path("export")));
    return Read(dir.Path("export/tokens-00000.jsonl"));
  };

  const std::string first = tokens_of(1, true);
  const std::string second = tokens_of(2, true);
  const std::string ordered = tokens_of(1, false);

  EXPECT_NE(first, second);
  EXPECT_NE(first, ordered);
  std::vector<std::string> a = absl::StrSplit(first, '\n');
  std::vector<std::string> b = absl::StrSplit(ordered, '\n');
  EXPECT_EQ(ordered, tokens_of(2, false));
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  EXPECT_EQ(a, b);
}

TEST(Export, OfNothingIsACardAndAManifest) {
  TempDir dir;
  ExportFixture run;
  run.store().long_rows.clear();
  run.store().packs.clear();

  ASSERT_OK_AND_ASSIGN(const ExportSummary summary,
                       Export(run.store(), run.target(), dir.Path("export")));

  EXPECT_THAT(summary.files, ElementsAre("MANIFEST.json", "README.md"));
  EXPECT_EQ(summary.packing_fill, 0);
  // Without this `datasets` would read the manifest as a row.
  EXPECT_THAT(Read(dir.Path("export/README.md")),
              HasSubstr("configs:\n- config_name: messages\n  default: true\n"
                        "  data_files:\n  - split: train\n    path: messages-*\n---\n"));
  EXPECT_THAT(CheckExport(run.store(), run.target(), dir.Path("export")),
              ::quipu::testing::IsOkAndHolds(IsEmpty()));
}

// The id of each row of a file, in order.
std::vector<std::string> Ids(const std::string& path) {
  std::vector<std::string> ids;
  for (const std::string& line : Lines(path)) {
    if (!line.empty()) ids.push_back(line.substr(7, 32));
  }
  return ids;
}

TEST(Export, PutsAllRowsOfADocumentIntoOneSplit) {
  TempDir dir;
  ExportFixture run;
  // A seed with which the first document, not the second, is in the validation split.
  uint64_t seed = 0;
  const auto split_of = [&run](const std::string& id) {
    return generator::SplitOf(run.spec(), id);
  };
  run.spec().mutable_export_()->set_validation_share(0.5);
  const std::string first = run.store().long_rows[0].long_details().document_id();
  const std::string second = run.store().long_rows[2].long_details().document_id();
  ASSERT_NE(first, second);
  do {
    run.spec().set_seed(++seed);
  } while (split_of(first) != generator::Split::kValidation ||
           split_of(second) != generator::Split::kTrain);
  run.store().packs.clear();

  ASSERT_OK_AND_ASSIGN(const ExportSummary summary,
                       Export(run.store(), run.target(), dir.Path("export")));

  EXPECT_THAT(summary.files, ::testing::IsSupersetOf({"validation-messages-00000.jsonl",
                                                      "validation-tokens-00000.jsonl"}));
  const std::string validation = Read(dir.Path("export/validation-messages-00000.jsonl"));
  const std::string train = Read(dir.Path("export/messages-00000.jsonl"));
  const std::string hex = absl::BytesToHexString(first);
  EXPECT_THAT(validation, HasSubstr(hex));
  EXPECT_THAT(train, ::testing::Not(HasSubstr(hex)));
  EXPECT_THAT(train, HasSubstr(absl::BytesToHexString(second)));
  EXPECT_THAT(Ids(dir.Path("export/validation-tokens-00000.jsonl")),
              ::testing::UnorderedElementsAreArray(
                  Ids(dir.Path("export/validation-messages-00000.jsonl"))));
  EXPECT_THAT(CheckExport(run.store(), run.target(), dir.Path("export")),
              ::quipu::testing::IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(Read(dir.Path("export/README.md")),
              HasSubstr("  - split: validation\n    path: validation-messages-*\n"));
}

TEST(Export, WritesTheTemplatesSystemMessageOut) {
  TempDir dir;
  ExportFixture run;
  generator::TargetModel target = run.target();
  ASSERT_OK_AND_ASSIGN(target.chat_template,
                       inference::ChatTemplate::FromName("chatml", "You are kind."));
  ASSERT_OK(Export(run.store(), target, dir.Path("export")));

  for (const std::string& line : Lines(dir.Path("export/messages-00000.jsonl"))) {
    EXPECT_THAT(line, HasSubstr("\"messages\":[{\"role\":\"system\",\"content\":\"You are "
                                "kind.\"},{\"role\":\"user\""));
  }
}

TEST(Export, HasACardThatTheHubReads) {
  TempDir dir;
  ExportFixture run;
  run.spec().mutable_export_()->set_dataset_name("My \"own\" data");
  run.spec().mutable_export_()->set_license("cc-by-4.0");
  ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));

  const std::string card = Read(dir.Path("export/README.md"));

  EXPECT_TRUE(absl::StartsWith(card,
                               "---\npretty_name: \"My \\\"own\\\" data\"\nlicense: cc-by-4.0\n"
                               "language:\n- \"en\"\ntask_categories:\n"))
      << card;
  EXPECT_THAT(card, HasSubstr("size_categories:\n- n<1K\n"));
  EXPECT_THAT(card, HasSubstr("configs:\n- config_name: messages\n  default: true\n"
                              "  data_files:\n  - split: train\n    path: messages-*\n"
                              "- config_name: tokens\n"));
  EXPECT_THAT(card, HasSubstr("| conversations | 9 |"));
  EXPECT_THAT(card, HasSubstr("| 0.9 to 1.0 | "));
  EXPECT_THAT(card, HasSubstr("run `44e25de1744ff984750a96df3be45a4d`, seed 7"));
}

}  // namespace
}  // namespace quipu::pipelines
