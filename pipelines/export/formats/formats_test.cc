// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/formats.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/export/check/check.h"
#include "pipelines/export/exporter.h"
#include "pipelines/export/formats/table_shards.h"
#include "pipelines/tables/table_reader.h"
#include "tests/support/export_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::ExportFixture;
using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr uint64_t kMaxBytes = 1 << 24;
constexpr char kTestData[] = "pipelines/export/formats/testdata/";

class FormatsTest : public ::testing::Test {
 protected:
  FormatsTest() { run_.spec().mutable_export_()->set_shuffle(false); }

  ExportSummary ExportAs(const std::vector<std::string>& formats,
                         ShardCompression compression = ShardCompression::kNone) {
    ExportOptions options;
    options.formats = formats;
    options.compression = compression;
    absl::StatusOr<ExportSummary> summary =
        Export(run_.store(), run_.target(), dir_.Path("export"), options);
    EXPECT_OK(summary.status());
    return summary.ok() ? *summary : ExportSummary();
  }

  std::string PathOf(const std::string& name) { return dir_.Path("export/" + name); }
  std::string Read(const std::string& name) {
    return ReadFile(PathOf(name), kMaxBytes).value_or("CANNOT READ");
  }
  std::vector<std::string> Lines(const std::string& name) {
    std::vector<std::string> lines = absl::StrSplit(Read(name), '\n');
    lines.pop_back();
    return lines;
  }
  std::vector<std::string> Check() {
    const auto findings = CheckExport(run_.store(), run_.target(), dir_.Path("export"));
    EXPECT_OK(findings.status());
    return findings.ok() ? *findings : std::vector<std::string>();
  }
  std::vector<std::string> CheckAlone() {
    const auto findings = CheckExportAlone(dir_.Path("export"));
    EXPECT_OK(findings.status());
    return findings.ok() ? *findings : std::vector<std::string>();
  }

  // Two training rows, a pack of two conversations and a long row: those of
  // tests/trainers/write_testdata.py.
  void UseRowsOfTheTestData() {
    run_.store().long_rows.clear();
    run_.store().packs.clear();
    v1::TrainingRow pack;
    pack.set_kind(v1::TrainingRow::KIND_PACKED);
    for (const int id : {5, 6, 7, 8, 9}) pack.add_input_ids(id);
    AddSegment(2, 1, 2, &pack);
    AddSegment(3, 1, 3, &pack);
    v1::TrainingRow row;
    row.set_kind(v1::TrainingRow::KIND_LONG);
    for (int i = 0; i < 300; ++i) row.add_input_ids(i % 100);
    AddSegment(300, 290, 300, &row);
    // As long rows come first, the pack is one too here.
    pack.set_index(0);
    row.set_index(1);
    run_.store().packs = {pack, row};
  }
  static void AddSegment(uint32_t length, uint32_t begin, uint32_t end, v1::TrainingRow* row) {
    v1::Segment* segment = row->add_segments();
    segment->set_source_id(std::string(16, static_cast<char>('a' + row->segments_size())));
    segment->set_length(length);
    v1::TokenRange* trained = segment->add_trained();
    trained->set_begin(begin);
    trained->set_end(end);
  }

  TempDir dir_;
  ExportFixture run_;
};

std::string TestData(const std::string& name) {
  return ReadFile(kTestData + name, kMaxBytes).value_or("NO TEST DATA");
}

std::vector<std::string> AllNames() {
  std::vector<std::string> names;
  for (const FormatInfo& format : Formats()) names.push_back(std::string(format.name));
  return names;
}

TEST_F(FormatsTest, AreInOrderOfName) {
  const std::vector<std::string> names = AllNames();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_THAT(FindFormat("mds"), IsOkAndHolds(Not(nullptr)));
  EXPECT_THAT(FindFormat("msd").status(), StatusIs(absl::StatusCode::kInvalidArgument,
                                                   "format \"msd\", want all or one of alpaca, "));
}

TEST_F(FormatsTest, ATrainersNameIsAnsweredWithItsFormats) {
  EXPECT_THAT(
      FindFormat("trl").status(),
      StatusIs(absl::StatusCode::kInvalidArgument,
               "format \"trl\" (did you mean labelled or prompt-completion or trl-packed?)"));
  EXPECT_THAT(FindFormat("LLaMA_Factory").status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "(did you mean alpaca or llamafactory-tokens or sharegpt?)"));
  EXPECT_THAT(FindFormat("parquet").status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "(did you mean packs-parquet or tokens-parquet?)"));
  EXPECT_THAT(FindFormat("x").status(), StatusIs(absl::StatusCode::kInvalidArgument,
                                                 "format \"x\", want all or one of alpaca, "));
}

TEST_F(FormatsTest, EachFormatHasAFolderAndPassesItsCheck) {
  for (const ShardCompression compression :
       {ShardCompression::kNone, ShardCompression::kGzip, ShardCompression::kZstd}) {
    const ExportSummary summary = ExportAs({"all"}, compression);
    EXPECT_EQ(summary.formats.size(),
              std::count_if(Formats().begin(), Formats().end(), [](const FormatInfo& format) {
                return !format.needs_arrow || TableShards::HaveArrow();
              }));
    for (const FormatSummary& format : summary.formats) {
      EXPECT_GT(format.train_rows, 0u) << format.name;
      EXPECT_TRUE(IsDirectory(PathOf(format.name + "/train"))) << format.name;
    }
    EXPECT_THAT(CheckAlone(), IsEmpty());
    EXPECT_THAT(Check(), IsEmpty());
  }
}

TEST_F(FormatsTest, GiveTheSameBytesTwiceAndReplaceAnEarlierExport) {
  ExportAs({"all"});
  const std::string manifest = Read("MANIFEST.json");
  ExportAs({"all"});
  EXPECT_EQ(Read("MANIFEST.json"), manifest);
  ExportAs({"mds", "mds"});
  EXPECT_FALSE(IsDirectory(PathOf("olmo")));
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(FormatsTest, HaveTheirValidationSplit) {
  run_.spec().mutable_export_()->set_validation_share(0.5);
  run_.store().packs.clear();  // They were packed without a split.
  const auto in = [this](generator::Split split) {
    int count = 0;
    for (const v1::TrainingRow& row : run_.store().long_rows) {
      count += generator::SplitOfRow(run_.spec(), row) == split ? 1 : 0;
    }
    return count;
  };
  uint64_t seed = 0;
  do {
    run_.spec().set_seed(++seed);
  } while (in(generator::Split::kTrain) == 0 || in(generator::Split::kValidation) == 0);

  const ExportSummary summary = ExportAs({"olmo", "sharegpt", "trl-packed"});

  for (const FormatSummary& format : summary.formats) {
    EXPECT_EQ(format.train_rows, in(generator::Split::kTrain)) << format.name;
    EXPECT_EQ(format.validation_rows, in(generator::Split::kValidation)) << format.name;
  }
  EXPECT_TRUE(FileExists(PathOf("olmo/validation.json")));
  EXPECT_THAT(Read("sharegpt/train.yaml"), HasSubstr("eval_dataset: quipu_validation\n"));
  EXPECT_THAT(Read("README.md"),
              HasSubstr("  - split: validation\n    path: trl-packed/validation/*\n"));
  EXPECT_THAT(Check(), IsEmpty());
}

// ---- Formats of text. ----

TEST_F(FormatsTest, PromptCompletionHasARowForEachTrainedAnswer) {
  run_.store().long_rows.clear();
  run_.store().packs.clear();
  const std::string id = run_.AddShortRow("One?", "1");
  v1::ShortRow& row = run_.store().short_rows[id];
  const auto add = [&row](const char* role, const char* content, bool not_trained) {
    v1::ChatMessage* message = row.add_messages();
    message->set_role(role);
    message->set_content(content);
    message->set_not_trained(not_trained);
  };
  add("user", "Two?", false);
  add("assistant", "3", true);
  add("user", "Three?", false);
  add("assistant", "3", false);
  run_.AddSequence(v1::TrainingRow::KIND_PACKED, {id});

  const ExportSummary summary = ExportAs({"prompt-completion", "sharegpt"});

  const std::vector<std::string> lines = Lines("prompt-completion/train/00000.jsonl");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0],
            "{\"prompt\":[{\"role\":\"user\",\"content\":\"One?\"}],"
            "\"completion\":[{\"role\":\"assistant\",\"content\":\"1\"}]}");
  EXPECT_THAT(lines[1], HasSubstr("\"content\":\"Three?\"}],\"completion\":["));
  EXPECT_THAT(Read("prompt-completion/trl.yaml"),
              AllOf(HasSubstr("      - train/00000.jsonl\n"), HasSubstr("max_length: null\n")));
  // LLaMA-Factory would train the answer that takes no loss.
  EXPECT_EQ(summary.formats[1].left_out, 1u);
  EXPECT_EQ(summary.formats[1].train_rows, 0u);
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(FormatsTest, LlamaFactoryGetsItsDatasetInfo) {
  ExportAs({"alpaca", "sharegpt"});
  EXPECT_EQ(Read("sharegpt/dataset_info.json"),
            "{\n  \"quipu\": {\"file_name\": \"train\", \"formatting\": \"sharegpt\", "
            "\"columns\": {\"messages\": \"conversations\", \"system\": \"system\"}}\n}\n");
  EXPECT_THAT(Read("sharegpt/train.yaml"),
              AllOf(HasSubstr("dataset: quipu\n"), HasSubstr("cutoff_len: 700\n")));
  EXPECT_THAT(Lines("alpaca/train/00000.jsonl")[0],
              AllOf(HasSubstr("{\"instruction\":\""), HasSubstr("\"output\":\"Numbers.\"")));
}

TEST_F(FormatsTest, AxolotlSegmentsAreTheRenderedTextWithItsLabels) {
  run_.store().long_rows.clear();
  run_.store().packs.clear();
  run_.AddSequence(v1::TrainingRow::KIND_PACKED, {run_.AddShortRow("Hi?", "Yes.")});
  run_.AddSequence(v1::TrainingRow::KIND_PACKED, {run_.AddShortRow("<|im_end|>?", "No.")});

  const ExportSummary summary = ExportAs({"axolotl-segments"});

  EXPECT_EQ(Read("axolotl-segments/train/00000.jsonl"),
            "{\"segments\":[{\"label\":false,\"text\":\"<|im_start|>user\\nHi?<|im_end|>\\n"
            "<|im_start|>assistant\\n\"},{\"label\":true,\"text\":\"Yes.<|im_end|>\"},"
            "{\"label\":false,\"text\":\"\\n\"}]}\n");
  // Axolotl would read the control token out of the question.
  EXPECT_EQ(summary.formats[0].left_out, 1u);
  EXPECT_THAT(Read("axolotl-segments/axolotl.yaml"),
              HasSubstr("  - path: train/00000.jsonl\n    ds_type: json\n    split: train\n    "
                        "type: input_output\n"));
}

// ---- Formats of tokens. ----

TEST_F(FormatsTest, AShortRowThatIsAloneInItsPackIsAmongTheTokens) {
  run_.store().long_rows.clear();
  run_.store().packs.clear();
  run_.AddSequence(v1::TrainingRow::KIND_PACKED,
                   {run_.AddShortRow("One?", "1"), run_.AddShortRow("Two?", "2")});
  run_.AddSequence(v1::TrainingRow::KIND_PACKED, {run_.AddShortRow("Three?", "3")});

  ExportAs({"tokens", "packs"});

  const std::vector<std::string> tokens = Lines("tokens/train/00000.jsonl");
  ASSERT_EQ(tokens.size(), 1u);
  EXPECT_THAT(tokens[0],
              AllOf(HasSubstr("\"kind\":\"packed\""), HasSubstr("\"attention_mask\":[")));
  const std::vector<std::string> packs = Lines("packs/train/00000.jsonl");
  ASSERT_EQ(packs.size(), 1u);
  EXPECT_THAT(packs[0], Not(HasSubstr("attention_mask")));
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(FormatsTest, TrlPackedHasNoPaddingAndNoMask) {
  UseRowsOfTheTestData();
  ExportAs({"trl-packed"});
  EXPECT_EQ(Lines("trl-packed/train/00000.jsonl")[0],
            "{\"input_ids\":[5,6,7,8,9],\"labels\":[-100,6,-100,8,9],\"seq_lengths\":[2,3]}");
  EXPECT_THAT(Read("trl-packed/trl.yaml"),
              AllOf(HasSubstr("padding_free: true\n"),
                    HasSubstr("dataset_kwargs:\n  skip_prepare_dataset: true\n")));
}

TEST_F(FormatsTest, AxolotlTokensHaveOneConversationARow) {
  UseRowsOfTheTestData();
  ExportAs({"axolotl-tokens"});
  const std::vector<std::string> lines = Lines("axolotl-tokens/train/00000.jsonl");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1], "{\"input_ids\":[7,8,9],\"attention_mask\":[1,1,1],\"labels\":[-100,8,9]}");
}

TEST_F(FormatsTest, MdsHasTheBytesOfItsLibrary) {
  UseRowsOfTheTestData();
  ExportAs({"mds"});
  EXPECT_EQ(Read("mds/train/shard.00000.mds"), TestData("mds-shard.00000.mds"));
  EXPECT_EQ(Read("mds/train/index.json"), TestData("mds-index.json"));
}

TEST_F(FormatsTest, LitdataHasTheBytesOfItsLibrary) {
  UseRowsOfTheTestData();
  ExportAs({"litdata"});
  EXPECT_EQ(Read("litdata/train/chunk-0-0.bin"), TestData("litdata-chunk-0-0.bin"));
  // All but the time.
  const std::string index = Read("litdata/train/index.json");
  const std::string wanted = TestData("litdata-index.json");
  const size_t at = wanted.find("\"updated_at\"");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(index.substr(0, at), wanted.substr(0, at));
}

TEST_F(FormatsTest, MegatronHasTheBytesOfItsLibrary) {
  UseRowsOfTheTestData();
  ExportAs({"megatron"});
  for (const std::string name : {"tokens.bin", "tokens.idx", "labels.bin", "labels.idx"}) {
    EXPECT_EQ(Read("megatron/train/" + name), TestData("megatron-" + name)) << name;
  }
}

TEST_F(FormatsTest, OlmoEndsEachConversationWithATokenThatIsNoPadding) {
  UseRowsOfTheTestData();
  ExportAs({"olmo"});
  const std::string tokens = Read("olmo/train/tokens-00000.npy");
  const std::string mask = Read("olmo/train/label-mask-00000.npy");
  ASSERT_EQ(tokens.size(), 4u * (5 + 2 + 300 + 1));
  ASSERT_EQ(mask.size(), tokens.size() / 4);
  const auto id = [&tokens](size_t i) {
    return static_cast<unsigned char>(tokens[4 * i]) +
           256 * static_cast<unsigned char>(tokens[4 * i + 1]);
  };
  EXPECT_EQ(id(0), 5);
  EXPECT_EQ(id(2), id(6));  // End tokens.
  EXPECT_EQ(id(2), id(307));
  EXPECT_EQ(mask.substr(0, 7), std::string("\0\1\0\0\1\1\0", 7));
  const std::string config = Read("olmo/train.json");
  EXPECT_THAT(config, HasSubstr(absl::StrCat("\"eos_token_id\": ", id(2))));
  EXPECT_THAT(config, Not(HasSubstr(absl::StrCat("\"pad_token_id\": ", id(2)))));
}

TEST_F(FormatsTest, RefuseWeightsThatTheyCannotExpress) {
  run_.spec().mutable_instances()->set_prompt_loss_weight(0.25);
  ExportOptions options;
  options.formats = {"trl-packed"};
  EXPECT_THAT(Export(run_.store(), run_.target(), dir_.Path("export"), options).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "format trl-packed: it has labels alone, and this run has loss weights"));
  options.formats = {"all"};
  ASSERT_OK_AND_ASSIGN(const ExportSummary summary,
                       Export(run_.store(), run_.target(), dir_.Path("export"), options));
  for (const FormatSummary& format : summary.formats) EXPECT_NE(format.name, "trl-packed");
}

TEST_F(FormatsTest, LlamaFactoryTokensAreADirectoryThatDatasetsSaved) {
  if (!TableShards::HaveArrow()) GTEST_SKIP() << "built without Apache Arrow";
  UseRowsOfTheTestData();
  ExportAs({"llamafactory-tokens", "packs-parquet"});
  EXPECT_EQ(Read("llamafactory-tokens/dataset_dict.json"), "{\"splits\": [\"train\"]}");
  EXPECT_THAT(Read("llamafactory-tokens/train/state.json"),
              HasSubstr("{\"_data_files\": [{\"filename\": \"data-00000.arrow\"}], "));
  EXPECT_EQ(Read("packs-parquet/train/00000.parquet").substr(0, 4), "PAR1");
  EXPECT_THAT(Read("README.md"), HasSubstr("- config_name: packs-parquet\n"));
  EXPECT_THAT(CheckAlone(), IsEmpty());
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(FormatsTest, TheCardListsNoParquetBesideJsonLines) {
  if (!TableShards::HaveArrow()) GTEST_SKIP() << "built without Apache Arrow";
  ExportAs({"messages", "tokens-parquet"});
  EXPECT_THAT(Read("README.md"), AllOf(HasSubstr("- config_name: messages\n"),
                                       Not(HasSubstr("- config_name: tokens-parquet\n"))));
}

TEST_F(FormatsTest, NemoPackedMasksTheTokenBeforeATarget) {
  if (!TableShards::HaveArrow()) GTEST_SKIP() << "built without Apache Arrow";
  UseRowsOfTheTestData();
  ExportAs({"nemo-packed"});
  EXPECT_THAT(Read("nemo-packed/dataset.yaml"),
              AllOf(HasSubstr("packed_train_data_path: train/*.idx.parquet\n"),
                    HasSubstr("do_validation: false\n"), Not(HasSubstr("packed_val"))));
  ASSERT_OK_AND_ASSIGN(auto rows,
                       TableReader::Open(PathOf("nemo-packed/train/00000.idx.parquet"), {}, 0));
  std::string row;
  ASSERT_THAT(rows->Next(&row), IsOkAndHolds(true));
  // Of [5, 6 | 7, 8, 9] with the targets 6, 8 and 9.
  EXPECT_EQ(row, R"({"input_ids":[5,6,7,8,9],"loss_mask":[1,0,1,1,0],"seq_start_id":[0,2]})");
  EXPECT_THAT(CheckAlone(), IsEmpty());
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(FormatsTest, SayWhatIsMissingInABuildWithoutArrow) {
  if (TableShards::HaveArrow()) GTEST_SKIP() << "built with Apache Arrow";
  ExportOptions options;
  options.formats = {"tokens-parquet"};
  EXPECT_THAT(Export(run_.store(), run_.target(), dir_.Path("export"), options).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "need Apache Arrow"));
}

// ---- Checks. ----

struct Damage {
  std::string name;
  std::string format;
  std::string file;
  std::function<void(std::string*)> edit;
  std::string finding;
};

Damage SetByte(std::string name, std::string format, std::string file, int at, char value,
               std::string finding) {
  return {std::move(name), std::move(format), std::move(file),
          [at, value](std::string* text) { text->at(at < 0 ? text->size() + at : at) = value; },
          std::move(finding)};
}

Damage Swap(std::string name, std::string format, std::string from, std::string to,
            std::string finding) {
  return {std::move(name), std::move(format), "train/00000.jsonl",
          [from, to](std::string* text) {
            const size_t at = text->find(from);
            ASSERT_NE(at, std::string::npos) << from;
            text->replace(at, from.size(), to);
          },
          std::move(finding)};
}

std::vector<Damage> Damages() {
  const std::string mds = "train/shard.00000.mds";
  const std::string lit = "train/chunk-0-0.bin";
  return {
      Swap("TrlLabel", "trl-packed", "-100,6", "-100,7", "token 1: a label that is neither"),
      Swap("TrlFirstToken", "trl-packed", "[-100,6", "[5,6", "the first token of a segment"),
      Swap("TrlLengths", "trl-packed", "[2,3]", "[2,2]", "seq_lengths sum to 4, want 5"),
      Swap("TrlKey", "trl-packed", "\"labels\"", "\"label\"", "key \"label\", want labels"),
      Swap("TrlType", "trl-packed", "[5,6", "[5.0,6", "\"input_ids\" has another type"),
      Swap("TrlEmpty", "trl-packed", "[2,3]", "[]", "\"seq_lengths\" has another type"),
      Swap("AxolotlMask", "axolotl-tokens", "\"attention_mask\":[1,1]", "\"attention_mask\":[1]",
           "attention_mask of 1 for 2"),
      SetByte("MdsCount", "mds", mds, 0, 9, "an offset of "),
      SetByte("MdsHeader", "mds", mds, 40, 'x', "another header"),
      SetByte("MdsToken", "mds", mds, -8, 1, "row 1: "),
      SetByte("LitdataOffset", "litdata", lit, 4, 1, "an offset of 1, want 16"),
      SetByte("LitdataLabel", "litdata", lit, -8, 1, "row 1: token 299: a label that is neither"),
      SetByte("MegatronLabel", "megatron", "train/labels.bin", -4, 1,
              "row 2: token 299: a label that is neither"),
      SetByte("MegatronIndex", "megatron", "train/tokens.idx", 20, 1, "not an index of int32"),
      SetByte("OlmoMask", "olmo", "train/label-mask-00000.npy", -1, 1, "its end token is trained"),
      {"OlmoLength", "olmo", "train/label-mask-00000.npy",
       [](std::string* text) { text->pop_back(); }, "a label mask of 307 for 308 tokens"},
  };
}

class DamagedFormat : public FormatsTest, public ::testing::WithParamInterface<Damage> {};

TEST_P(DamagedFormat, IsFoundWithoutTheStore) {
  const Damage& damage = GetParam();
  UseRowsOfTheTestData();
  ExportAs({damage.format});
  ASSERT_THAT(CheckAlone(), IsEmpty());
  const std::string name = absl::StrCat(damage.format, "/", damage.file);
  std::string text = Read(name);
  damage.edit(&text);
  ASSERT_OK(WriteFileAtomic(PathOf(name), text));

  const std::vector<std::string> findings = CheckAlone();

  EXPECT_THAT(findings, Contains(HasSubstr(damage.finding)));
  EXPECT_THAT(findings, Contains(absl::StrCat(name, ": SHA-256 differs from the manifest's")));
}

INSTANTIATE_TEST_SUITE_P(All, DamagedFormat, ::testing::ValuesIn(Damages()),
                         [](const auto& info) { return info.param.name; });

TEST_F(FormatsTest, CheckFindsMissingAndForeignFilesAndOtherStores) {
  ExportAs({"mds", "sharegpt"});
  ASSERT_OK(WriteFileAtomic(PathOf("mds/notes.txt"), "x"));
  ASSERT_OK(RemoveTree(PathOf("sharegpt/dataset_info.json")));
  EXPECT_THAT(CheckAlone(), AllOf(Contains("mds/notes.txt: file is not in the manifest"),
                                  Contains(HasSubstr("sharegpt/dataset_info.json: "))));
  ASSERT_OK(RemoveTree(PathOf("mds/notes.txt")));

  ExportAs({"mds", "sharegpt"});
  run_.store().packs.pop_back();
  EXPECT_THAT(CheckAlone(), IsEmpty());
  EXPECT_THAT(Check(), AllOf(Contains("mds/train/shard.00000.mds: differs from what the store "
                                      "gives"),
                             Contains("sharegpt/train/00000.jsonl: differs from what the store "
                                      "gives")));
  EXPECT_THAT(ListDir(dir_.path()), IsOkAndHolds(::testing::ElementsAre("export")));
}

}  // namespace
}  // namespace quipu::pipelines
