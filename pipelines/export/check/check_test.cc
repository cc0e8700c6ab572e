// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Each kind of tampering with an export or its store, and the expected finding.
#include "pipelines/export/check/check.h"

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "gtest/gtest.h"
#include "pipelines/export/exporter.h"
#include "tests/support/export_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::ExportFixture;
using ::quipu::testing::TempDir;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kTokens[] = "tokens-00000.jsonl";
constexpr char kPacks[] = "packs-00000.jsonl";
constexpr char kMessages[] = "messages-00000.jsonl";
constexpr char kManifest[] = "MANIFEST.json";

// Replaces the first `from` after `behind`; fails the test if there is none.
std::string Replace(std::string text, absl::string_view from, absl::string_view to,
                    absl::string_view behind = "") {
  const size_t begin = text.find(std::string(behind));
  const size_t at = begin == std::string::npos ? begin : text.find(std::string(from), begin);
  EXPECT_NE(at, std::string::npos) << from << " behind " << behind;
  if (at != std::string::npos) text.replace(at, from.size(), to.data(), to.size());
  return text;
}

// The numbers of one of a row's arrays, changed.
std::string EditArray(const std::string& line, const std::string& key,
                      const std::function<void(std::vector<std::string>*)>& edit) {
  const size_t begin = line.find("\"" + key + "\":[") + key.size() + 4;
  const size_t end = line.find(']', begin);
  std::vector<std::string> numbers = absl::StrSplit(line.substr(begin, end - begin), ',');
  edit(&numbers);
  return line.substr(0, begin) + absl::StrJoin(numbers, ",") + line.substr(end);
}

std::string SetElement(const std::string& line, const std::string& key, int index,
                       const std::string& value) {
  return EditArray(line, key, [&](std::vector<std::string>* numbers) {
    numbers->at(index < 0 ? numbers->size() + index : index) = value;
  });
}

class ExportCheck : public ::testing::Test {
 protected:
  ExportCheck() { run_.spec().mutable_export_()->set_shuffle(false); }

  std::string PathOf(const std::string& name) { return dir_.Path("export/" + name); }

  void WriteExport() { ASSERT_OK(Export(run_.store(), run_.target(), dir_.Path("export"))); }

  std::vector<std::string> Check() {
    absl::StatusOr<std::vector<std::string>> findings =
        CheckExport(run_.store(), run_.target(), dir_.Path("export"));
    EXPECT_OK(findings);
    return findings.ok() ? *findings : std::vector<std::string>();
  }

  void Edit(const std::string& name, const std::function<std::string(std::string)>& edit) {
    const std::string text = ReadFile(PathOf(name), 1 << 24).value_or("");
    ASSERT_OK(WriteFileAtomic(PathOf(name), edit(text)));
  }

  void EditLine(const std::string& name, int number,
                const std::function<std::string(std::string)>& edit) {
    Edit(name, [&](std::string text) {
      std::vector<std::string> lines = absl::StrSplit(text, '\n');
      lines.at(number - 1) = edit(lines.at(number - 1));
      return absl::StrJoin(lines, "\n");
    });
  }

  // Changes line `number` of a file, and expects a finding at its place.
  void ExpectFinding(const std::string& name, int number,
                     const std::function<std::string(std::string)>& edit,
                     const std::string& finding) {
    WriteExport();
    EditLine(name, number, edit);
    const std::vector<std::string> findings = Check();
    EXPECT_THAT(findings, Contains(HasSubstr(absl::StrCat(name, ":", number, ": ", finding))));
    EXPECT_THAT(findings, Contains(HasSubstr(absl::StrCat(name, ": SHA-256"))));
  }

  // Changes the store's data, exports it, and expects a finding.
  void ExpectFindingOfStore(const std::function<void(ExportFixture&)>& change,
                            const std::string& finding) {
    change(run_);
    WriteExport();
    EXPECT_THAT(Check(), Contains(HasSubstr(finding)));
  }

  TempDir dir_;
  ExportFixture run_;
};

// Rows of tokens-00000.jsonl: 1 to 3 samples, 4 the over-long short row; of packs-00000.jsonl:
// packs of three and two rows.
constexpr int kSample = 1;
// The first line of the packs.
constexpr int kPack = -1;

TEST_F(ExportCheck, IsContentWithAnExportAsItWas) {
  WriteExport();
  EXPECT_THAT(Check(), ::testing::IsEmpty());
}

// ---- Rows of tokens. ----

struct Tampering {
  std::string name;
  int line;
  std::function<std::string(std::string)> edit;
  std::string finding;
};

// Sets one element of an array.
Tampering Set(std::string name, int line, std::string key, int index, std::string value,
              std::string finding) {
  return {std::move(name), line,
          [key, index, value](std::string text) { return SetElement(text, key, index, value); },
          std::move(finding)};
}

Tampering Pop(std::string name, int line, std::string key, std::string finding) {
  return {std::move(name), line,
          [key](std::string text) {
            return EditArray(text, key, [](std::vector<std::string>* n) { n->pop_back(); });
          },
          std::move(finding)};
}

Tampering Swap(std::string name, int line, std::string from, std::string to, std::string finding) {
  return {std::move(name), line, [from, to](std::string text) { return Replace(text, from, to); },
          std::move(finding)};
}

std::vector<Tampering> TokensTamperings() {
  return {
      Pop("ShorterLabels", kSample, "labels", "labels has 699 elements, input_ids 700"),
      Pop("ShorterMask", kSample, "attention_mask", "attention_mask has 699"),
      Pop("ShorterPositions", kSample, "position_ids", "position_ids has 699"),
      Pop("ShorterInputIds", kSample, "input_ids", "labels has 700 elements, input_ids 699"),
      Pop("MissingPaddingSegment", kSample, "seq_lengths", "seq_lengths sum to"),
      Set("WrongSegmentLength", kPack, "seq_lengths", 0, "3", "seq_lengths sum to"),
      Set("NegativeSegmentLength", kPack, "seq_lengths", 0, "-3", "a segment of -3 tokens"),
      Set("ForeignLabel", kPack, "labels", 5, "7", "token 5: a label that is neither -100 nor"),
      Set("MaskedToken", kSample, "attention_mask", 2, "0", "token 2: attention_mask is not 1"),
      Set("WrongPosition", kPack, "position_ids", 3, "4", "token 3: position_ids do not count"),
      Set("FirstTokenTrained", kPack, "labels", 0, "257",
          "token 0: the first token of a segment is a target"),
      Set("TrainedPrompt", kPack, "labels", 1, "117", "token 1: a token of the prompt is trained"),
      Set("TrainedPromptOfALongRow", kSample, "labels", 1, "117",
          "token 1: a token of the prompt is trained"),
      Set("TrainedPadding", kSample, "labels", -1, "259", "token 699: padding is trained"),
      Set("MaskOnPadding", kSample, "attention_mask", -1, "1",
          "token 699: attention_mask is not 0 on padding"),
      Set("PositionOfPadding", kSample, "position_ids", -1, "0",
          "token 699: position_ids of the padding do not count from 0"),
      Set("PaddingToken", kSample, "input_ids", -1, "256",
          "token 699: padding is not of the padding token"),
      Set("OutsideTheVocabulary", kPack, "input_ids", 1, "9999",
          "token 1: an input_id outside the vocabulary of 260"),
      Set("OtherToken", kPack, "input_ids", 1, "118", "input_ids differ from the store's"),
      Set("Float", kPack, "input_ids", 1, "1.5", "field \"input_ids\" holds a number that is not"),
      Set("Null", kPack, "labels", 1, "null", "field \"labels\" holds null that is not"),
      Swap("OtherKind", kPack, "\"packed\"", "\"long\"", "kind \"long\", want packed"),
      Swap("OtherId", kPack, "\"id\":\"", "\"id\":\"0", "id 0"),
      Swap("OtherSource", kPack, "\"sources\":[\"", "\"sources\":[\"0", "source 0"),
      Swap("MissingField", kPack, "\"position_ids\"", "\"positions\"", "no field \"position_ids\""),
      Swap("AddedField", kPack, "\"kind\":", "\"more\":1,\"kind\":", "9 fields, want 8"),
      Swap("MaskOfAPack", kPack, "\"position_ids\"", "\"attention_mask\":[1],\"position_ids\"",
           "9 fields, want 8"),
      Swap("BrokenJson", kPack, "{", "[", "not valid JSON"),
      {"NoSources", kPack,
       [](std::string text) {
         return text.substr(0, text.find("\"sources\":[")) + "\"sources\":[]}";
       },
       "no sources"},
      {"NothingTrained", kPack,
       [](std::string text) {
         return EditArray(text, "labels", [](std::vector<std::string>* labels) {
           for (std::string& label : *labels) label = "-100";
         });
       },
       "token 0: a segment without a trained token begins here"},
      {"EndOfTurnUntrained", kPack,
       [](std::string text) {
         return EditArray(text, "labels", [](std::vector<std::string>* labels) {
           for (std::string& label : *labels) {
             if (label == "258") label = "-100";
           }
         });
       },
       ": the end of a turn is not trained"},
      {"AnswerUntrained", kPack,
       [](std::string text) {
         return EditArray(text, "labels", [](std::vector<std::string>* labels) {
           for (std::string& label : *labels) {
             if (label == "72") label = "-100";  // The "H" of "Hello!".
           }
         });
       },
       ": a token of an answer is not trained"},
  };
}

class TokensTampering : public ExportCheck, public ::testing::WithParamInterface<Tampering> {};

TEST_P(TokensTampering, IsFound) {
  WriteExport();
  const std::string file = GetParam().line == kPack ? kPacks : kTokens;
  const int line = GetParam().line == kPack ? 1 : GetParam().line;
  EditLine(file, line, GetParam().edit);

  const std::vector<std::string> findings = Check();

  // The place and the fault; a finding may name the token first.
  const std::string place = absl::StrCat(file, ":", line, ": ");
  bool found = false;
  for (const std::string& finding : findings) {
    found |= absl::StartsWith(finding, place) && absl::StrContains(finding, GetParam().finding);
  }
  EXPECT_TRUE(found) << absl::StrJoin(findings, "\n");
}

INSTANTIATE_TEST_SUITE_P(All, TokensTampering, ::testing::ValuesIn(TokensTamperings()),
                         [](const auto& info) { return info.param.name; });

// ---- Rows of messages. Rows 1 to 3 are samples. ----

std::vector<Tampering> MessagesTamperings() {
  return {
      Swap("OtherAnswer", 1, "\"Numbers.\"", "\"Words.\"",
           "the answer of turn 1 differs from the sample's"),
      Swap("OtherMessages", 1, "\"Numbers.\"", "\"Words.\"",
           "field \"messages\" differs from the store"),
      Swap("OtherQuestion", 1, "What do the knots", "What did the knots",
           "the question does not follow the document"),
      Swap("CutDocument", 1, "Its knots stand", "Knots stand", "the context is not in the prompt"),
      Swap("OtherScore", 1, "\"gain\":1.0", "\"gain\":2.0",
           "field \"gain\" differs from the store"),
      Swap("IntegerForADouble", 1, "\"gain\":1.0", "\"gain\":1",
           "field \"gain\" differs from the store"),
      Swap("NullField", 1, "\"gain\":1.0", "\"gain\":null",
           "field \"gain\" differs from the store"),
      Swap("MissingField", 1, "\"line\":1,", "", "no field \"line\""),
      Swap("AddedField", 1, "\"line\":1,", "\"line\":1,\"page\":2,", "field \"page\" is unknown"),
      Swap("UnknownId", 1, "\"id\":\"", "\"id\":\"0", "is not in the store"),
      Swap("NoId", 1, "\"id\":", "\"di\":", "no field \"id\""),
      Swap("Spaces", 1, "\"line\":1", "\"line\": 1", "not in canonical form"),
      Swap("BrokenJson", 1, "}]", "}", "not valid JSON"),
      Swap("OtherShortRow", 4, "\"content\":\"", "\"content\":\"x",
           "field \"messages\" differs from the store"),
  };
}

class MessagesTampering : public ExportCheck, public ::testing::WithParamInterface<Tampering> {};

TEST_P(MessagesTampering, IsFound) {
  ExpectFinding(kMessages, GetParam().line, GetParam().edit, "");
  EXPECT_THAT(Check(), Contains(HasSubstr(GetParam().finding)));
}

INSTANTIATE_TEST_SUITE_P(All, MessagesTampering, ::testing::ValuesIn(MessagesTamperings()),
                         [](const auto& info) { return info.param.name; });

// ---- Missing or duplicated rows, files, the manifest. ----

TEST_F(ExportCheck, MissesRows) {
  WriteExport();
  for (const char* name : {kTokens, kMessages}) {
    Edit(name, [](std::string text) { return text.substr(text.find('\n') + 1); });
  }
  const std::vector<std::string> findings = Check();
  EXPECT_THAT(findings, Contains(HasSubstr("packs-*.jsonl: no tokens of source ")));
  EXPECT_THAT(findings, Contains(HasSubstr("messages-*.jsonl: no messages of source ")));
  EXPECT_THAT(findings, Contains(HasSubstr("tokens-00000.jsonl: 3 rows, the manifest says 4")));
}

TEST_F(ExportCheck, FindsDuplicatedRows) {
  WriteExport();
  for (const char* name : {kTokens, kMessages}) {
    Edit(name, [](std::string text) { return text + text.substr(0, text.find('\n') + 1); });
  }
  const std::vector<std::string> findings = Check();
  EXPECT_THAT(findings, Contains(::testing::AllOf(HasSubstr("tokens-00000.jsonl:5: source "),
                                                  HasSubstr(" is duplicated here"))));
  EXPECT_THAT(findings, Contains(::testing::AllOf(HasSubstr("messages-00000.jsonl:10: row "),
                                                  HasSubstr(" is duplicated here"))));
}

TEST_F(ExportCheck, NoticesRowsInAnotherOrder) {
  WriteExport();
  for (const char* name : {kTokens, kMessages}) {
    Edit(name, [](std::string text) {
      const size_t first = text.find('\n') + 1;
      return text.substr(first) + text.substr(0, first);
    });
  }
  const std::vector<std::string> findings = Check();
  EXPECT_THAT(findings, Contains(HasSubstr("tokens-00000.jsonl: SHA-256")));
  EXPECT_THAT(findings, Contains(HasSubstr("messages-00000.jsonl: SHA-256")));
}

TEST_F(ExportCheck, MissesFiles) {
  WriteExport();
  ASSERT_OK(RemoveTree(PathOf(kTokens)));
  EXPECT_THAT(Check(), Contains(::testing::AllOf(HasSubstr("tokens-00000.jsonl: "),
                                                 HasSubstr("cannot open"))));
  ASSERT_OK(RemoveTree(PathOf(kManifest)));
  EXPECT_THAT(Check(), ::testing::ElementsAre(HasSubstr("MANIFEST.json: ")));
}

TEST_F(ExportCheck, NoticesFilesThatTheManifestLacks) {
  WriteExport();
  ASSERT_OK(WriteFileAtomic(PathOf("tokens-00001.jsonl"), "{}\n"));
  EXPECT_THAT(Check(), Contains("tokens-00001.jsonl: file is not in the manifest"));
}

TEST_F(ExportCheck, NoticesRowsInTheFileOfAnotherKindOrSplit) {
  WriteExport();
  const std::string pack = ReadFile(PathOf(kPacks), 1 << 24).value_or("");
  ASSERT_OK(WriteFileAtomic(PathOf("validation-packs-00000.jsonl"), pack));
  ASSERT_OK(RemoveTree(PathOf(kPacks)));
  Edit(kManifest, [](std::string text) {
    return Replace(text, "packs-00000.jsonl", "validation-packs-00000.jsonl");
  });
  EXPECT_THAT(Check(), Contains("validation-packs-00000.jsonl:1: a packed row of the train split "
                                "is in the wrong file"));
}

TEST_F(ExportCheck, NoticesAChangedCard) {
  WriteExport();
  Edit("README.md", [](std::string text) { return Replace(text, "tokens", "words"); });
  EXPECT_THAT(Check(), Contains("README.md: differs from what the store gives"));
}

TEST_F(ExportCheck, NoticesAChangedManifest) {
  const std::vector<std::array<std::string, 3>> cases = {
      {"\"format_version\": 3", "\"format_version\": 2", "format version 2"},
      {"\"quipu-export\"", "\"other\"", "not the manifest of an export"},
      {"\"accepted\": 3", "\"accepted\": 4", "is     \"accepted\": 4"},
      {"\"run_id\": \"", "\"run_id\": \"0", "is   \"run_id\""},
      {"\"rows\": 9", "\"rows\": 8", "9 rows, the manifest says 8"},
      {"\"fill\": ", "\"fill\": 1", "\"fill\""},
      {"seed: 7", "seed: 8", "\"spec\""},
      {"\"sha256\": \"", "\"sha256\": \"0", "SHA-256 differs from the manifest's"},
      {"messages-00000.jsonl", "../messages.jsonl", "not a shard's file name"},
      {"{", "", "not valid JSON"},
  };
  for (const auto& [from, to, finding] : cases) {
    WriteExport();
    const absl::string_view behind = from == "\"sha256\": \"" ? "\"files\"" : "";
    Edit(kManifest, [&](std::string text) { return Replace(text, from, to, behind); });
    EXPECT_THAT(Check(), Contains(HasSubstr(finding))) << from;
    ASSERT_OK(RemoveTree(dir_.Path("export")));
  }
}

TEST_F(ExportCheck, KeepsTheFirstFindingsAndCountsTheOthers) {
  for (int i = 0; i < 250; ++i) {
    run_.AddSequence(v1::TrainingRow::KIND_PACKED, {run_.AddShortRow(absl::StrCat("Q", i), "A")});
  }
  WriteExport();
  Edit(kMessages, [](std::string) { return ""; });
  const std::vector<std::string> findings = Check();
  EXPECT_EQ(findings.size(), 201u);
  EXPECT_THAT(findings.back(), HasSubstr("more findings"));
}

// ---- Faults that only the store shows: a store with inconsistent data. ----

TEST_F(ExportCheck, FindsEvidenceElsewhere) {
  ExpectFindingOfStore(
      [](ExportFixture& run) {
        v1::LongDetails& details = *run.store().long_rows[0].mutable_long_details();
        details.set_evidence_begin(details.evidence_begin() + 1);
      },
      "tokens-00000.jsonl:1: the chunk is not inside its evidence tokens");
}

TEST_F(ExportCheck, FindsEvidenceOutsideTheRow) {
  ExpectFindingOfStore(
      [](ExportFixture& run) {
        run.store().long_rows[0].mutable_long_details()->set_evidence_end(701);
      },
      "are not inside the row");
}

TEST_F(ExportCheck, FindsEvidenceOutsideTheChunk) {
  ExpectFindingOfStore(
      [](ExportFixture& run) {
        run.store().long_rows[0].mutable_long_details()->mutable_evidence(0)->set_begin(0);
      },
      "messages-00000.jsonl:1: evidence [0, ");
}

TEST_F(ExportCheck, FindsOtherPlacesOutsideTheDocument) {
  ExpectFindingOfStore(
      [](ExportFixture& run) {
        v1::Span& place = *run.store().long_rows[0].mutable_long_details()->add_other_places();
        place.set_begin(5);
        place.set_end(5000);
      },
      "messages-00000.jsonl:1: other place [5, 5000) is not in the document");
}

TEST_F(ExportCheck, FindsWrongLossWeights) {
  v1::InstanceSpec instances;
  instances.set_prompt_loss_weight(0.25);
  instances.set_row_weight(v1::InstanceSpec::ROWS);
  ExportFixture run(instances);
  run.spec().mutable_export_()->set_shuffle(false);
  const auto findings = [&](const std::string& name,
                            const std::function<std::string(std::string)>& edit) {
    EXPECT_OK(Export(run.store(), run.target(), dir_.Path("export")));
    EditLine(name, kSample, edit);
    return CheckExport(run.store(), run.target(), dir_.Path("export")).value();
  };
  EXPECT_THAT(findings(kTokens,
                       [](std::string line) { return SetElement(line, "loss_weights", 3, "0.5"); }),
              Contains(HasSubstr("tokens-00000.jsonl:1: token 3: loss weight 0.5, want ")));
  EXPECT_THAT(
      findings(kTokens,
               [](std::string line) { return SetElement(line, "loss_weights", -1, "0.5"); }),
      Contains(HasSubstr(": padding has a loss weight")));
  EXPECT_THAT(
      findings(kTokens, [](std::string line) { return SetElement(line, "loss_weights", 3, "1"); }),
      Contains(HasSubstr("that is not a float")));
  v1::TrainingRow& row = run.store().long_rows[0];
  row.mutable_segments(0)->mutable_trained(0)->set_weight(0.75);
  EXPECT_THAT(findings(kMessages, [](std::string line) { return line; }),
              Contains(HasSubstr("the loss weights of this conversation sum to ")));
}

TEST_F(ExportCheck, FindsAPromptThatIsNotTrained) {
  v1::InstanceSpec instances;
  instances.set_prompt_loss_weight(1);
  ExportFixture run(instances);
  run.spec().mutable_export_()->set_shuffle(false);
  ASSERT_OK(Export(run.store(), run.target(), dir_.Path("export")));
  EditLine(kTokens, kSample,
           [](std::string line) { return SetElement(line, "labels", 1, "-100"); });
  EXPECT_THAT(CheckExport(run.store(), run.target(), dir_.Path("export")).value(),
              Contains(HasSubstr("tokens-00000.jsonl:1: token 1: a token of the prompt is not "
                                 "trained")));
}

TEST_F(ExportCheck, FindsAnAnswerThatIsNotTrained) {
  ExpectFindingOfStore(
      [](ExportFixture& run) {
        v1::TokenRange& range = *run.store().packs[0].mutable_segments(0)->mutable_trained(0);
        range.set_end(range.end() - 1);
      },
      ": the end of a turn is not trained");
}

TEST_F(ExportCheck, FindsTokensThatAreNotThoseOfTheMessages) {
  ExpectFindingOfStore([](ExportFixture& run) { run.store().packs[0].set_input_ids(7, 'x'); },
                       "segment 0: its messages, tokenised again, give other tokens");
}

TEST_F(ExportCheck, FindsAChunkOutsideTheKeptPart) {
  WriteExport();
  run_.store().long_rows[0].mutable_long_details()->mutable_context_span()->set_begin(50);
  EXPECT_THAT(Check(), Contains(HasSubstr("messages-00000.jsonl:1: ")));
}

TEST_F(ExportCheck, FindsRowsOfRejectedSamples) {
  WriteExport();
  for (auto& [id, result] : run_.store().results) {
    result.mutable_reject()->set_reason(v1::REJECT_REASON_VERDICT);
  }
  EXPECT_THAT(Check(), Contains(::testing::AllOf(HasSubstr("messages-00000.jsonl:1: "),
                                                 HasSubstr("reject"))));
}

TEST_F(ExportCheck, FindsRowsThatContradictThemselves) {
  WriteExport();
  run_.store().packs[0].mutable_segments(0)->set_length(1);
  EXPECT_THAT(Check(), ::testing::ElementsAre(HasSubstr("store: packed row 0: ")));
}

TEST_F(ExportCheck, FindsRowsOfWhichTheStoreHasNoSource) {
  WriteExport();
  run_.store().short_rows.clear();
  EXPECT_THAT(Check(), Contains(HasSubstr("no such key")));
}

}  // namespace
}  // namespace quipu::pipelines
