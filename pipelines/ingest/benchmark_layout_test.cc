// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/benchmark_layout.h"

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "base/json_parser.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;

// "layout: context1 | context2 # question -> answer1, answer2; ..." of each record.
absl::StatusOr<std::string> Show(absl::string_view text) {
  std::string padded(text);
  padded.resize(text.size() + simdjson::SIMDJSON_PADDING);
  JsonParser parser;
  auto object = parser.ParseObject(absl::string_view(padded.data(), text.size()));
  if (!object.ok()) return object.status();
  auto parsed = ParseBenchmark(*object);
  if (!parsed.ok()) return parsed.status();
  std::string shown = absl::StrCat(parsed->layout, ":");
  for (const generator::BenchmarkRecord& record : parsed->records) {
    absl::StrAppend(&shown, " ", absl::StrJoin(record.contexts, " | "), " #");
    for (const auto& question : record.questions) {
      absl::StrAppend(&shown, " ", question.question, " -> ", absl::StrJoin(question.answers, ", "),
                      ";");
    }
  }
  return shown;
}

struct Case {
  const char* name;
  const char* json;
  const char* shown;
};

class BenchmarkLayoutTest : public ::testing::TestWithParam<Case> {};

TEST_P(BenchmarkLayoutTest, IsRecognisedByItsKeys) {
  ASSERT_OK_AND_ASSIGN(const std::string shown, Show(GetParam().json));

  EXPECT_EQ(shown, GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    All, BenchmarkLayoutTest,
    ::testing::Values(
        Case{
            "LEval",
            R"({"instructions": ["Who sold it?", "Why?\nA. Rain\nB. Frost"], "outputs": ["Ann", "B"],
                 "input": "The mill", "source": "mills", "evaluation": "exam"})",
            "L-Eval: The mill # Who sold it? -> Ann; Why? -> Frost;"},
        Case{
            "QmSum",
            R"({"topic_list": [], "general_query_list": [{"query": "Summarize", "answer": "Sold."}],
                 "specific_query_list": [{"query": "Who?", "answer": "Ann",
                                          "relevant_text_span": [["0", "1"]]}],
                 "meeting_transcripts": [{"speaker": "Ann", "content": "Hello ."},
                                         {"speaker": "Tom", "content": "Yes ."}]})",
            "QMSum: Ann: Hello .\nTom: Yes .\n # Summarize -> Sold.; Who? -> Ann;"},
        Case{"Quality",
             R"({"article_id": "1", "article": "<p>The mill</p>", "questions": [
                 {"question": "Who?", "options": ["Tom", "Ann"], "gold_label": 2},
                 {"question": "Where?", "options": ["Perth"]}]})",
             "QuALITY: <p>The mill</p> # Who? -> Ann; Where? -> ;"},
        Case{"QasperLists",
             R"({"id": "1", "title": "Mills", "abstract": "On mills.",
                 "full_text": [{"section_name": "One", "paragraphs": ["A", "B"]}],
                 "qas": [{"question": "How many?", "answers": [
                   {"answer": {"unanswerable": false, "extractive_spans": ["two", "mills"],
                               "yes_no": null, "free_form_answer": "", "evidence": ["x"]}},
                   {"answer": {"unanswerable": false, "extractive_spans": [], "yes_no": true,
                               "free_form_answer": ""}}]}]})",
             "Qasper: Mills\nOn mills.\nA\nB\n # How many? -> two, mills, Yes;"},
        Case{"QasperColumns",
             R"({"title": "Mills", "abstract": "On.",
                 "full_text": {"section_name": ["One"], "paragraphs": [["A"], ["B", "C"]]},
                 "qas": {"question": ["How many?", "Why?"], "answers": [
                   {"answer": [{"free_form_answer": "three", "extractive_spans": []}]},
                   {"answer": [{"unanswerable": true, "free_form_answer": ""}]}]}})",
             "Qasper: Mills\nOn.\nA\nB\nC\n # How many? -> three; Why? -> ;"},
        Case{"QasperRelease",
             R"({"1503.1": {"title": "A", "abstract": "a", "full_text": [], "qas": []},
                 "1503.2": {"title": "B", "abstract": "b", "full_text": [], "qas": []}})",
             "Qasper: A\na\n # B\nb\n #"},
        Case{"NarrativeQa",
             R"({"document": {"id": "1", "kind": "gutenberg", "text": "Book",
                              "summary": {"text": "Short", "tokens": ["Short"]}},
                 "question": {"text": "Who?", "tokens": ["Who", "?"]},
                 "answers": [{"text": "Ann", "tokens": ["Ann"]}, {"text": "Ann Weir"}]})",
             "NarrativeQA: Book | Short # Who? -> Ann, Ann Weir;"},
        Case{"Squad",
             R"({"version": "1.1", "data": [{"title": "Mills", "paragraphs": [
                 {"context": "One", "qas": [{"id": "1", "question": "Who?",
                   "answers": [{"text": "Ann", "answer_start": 3}]}]},
                 {"context": "Two", "qas": []}]}]})",
             "SQuAD: One # Who? -> Ann; Two #"},
        Case{"SquadRow",
             R"({"id": "1", "title": "Mills", "context": "One", "question": "Who?",
                 "answers": {"text": ["Ann", "Weir"], "answer_start": [1, 2]}})",
             "plain: One # Who? -> Ann, Weir;"},
        Case{"ZeroScrolls",
             R"({"id": "1", "pid": "1_0", "input": "Lies: Mühle\n\nWer?", "output": null,
                 "document_start_index": 6, "document_end_index": 11, "query_start_index": 13,
                 "query_end_index": 17, "truncation_seperator": "..."})",
             "ZeroSCROLLS: Mühle # Wer? -> ;"},
        Case{"Scrolls",
             R"({"id": "1", "pid": "1_0", "input": "Who?\n\nThe mill", "output": "Ann"})",
             "SCROLLS: The mill # Who? -> Ann;"},
        Case{"ScrollsWithoutQuestion",
             R"({"id": "1", "pid": "1_0", "input": "The mill", "output": "Sold."})",
             "SCROLLS: The mill #  -> Sold.;"},
        Case{"LongBench",
             R"({"input": "Who?", "context": "Passage 1:\nA\nPassage 2:\nB", "answers": ["Ann"],
                 "length": 9, "dataset": "hotpotqa", "language": "en", "all_classes": null,
                 "_id": "x"})",
             "plain: Passage 1:\nA\n | Passage 2:\nB # Who? -> Ann;"},
        Case{"LongBench2",
             R"({"_id": "x", "domain": "d", "difficulty": "hard", "question": "Who?",
                 "choice_A": "Tom", "choice_B": "Ann", "choice_C": "Eve", "choice_D": "Ida",
                 "answer": "B", "context": "The mill"})",
             "LongBench 2: The mill # Who? -> Ann;"},
        Case{"Ruler",
             R"({"index": 0, "input": "The mill.\nWhat is the number of x?\nAnswer:",
                 "outputs": ["731"], "length": 9})",
             "RULER: The mill. # What is the number of x? -> 731;"},
        Case{"Helmet",
             R"({"qid": "1", "query": "Who?", "answers": ["Ann"],
                 "ctxs": [{"title": "Mill", "text": "One"}, {"title": "Inn", "text": "Two"}]})",
             "plain: One | Two # Who? -> Ann;"},
        Case{"Plain", R"({"question": "How many?", "answer": 3})", "plain:  # How many? -> 3;"},
        Case{"PlainContext", R"({"contexts": ["A", "B"], "answer": true})", "plain: A | B #"}),
    [](const ::testing::TestParamInfo<Case>& info) { return std::string(info.param.name); });

TEST(BenchmarkLayout, NamesTheKeysOfAnUnknownOne) {
  EXPECT_THAT(
      Show(R"({"id": 1, "text": "a corpus, not a benchmark"})"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               "not a benchmark's layout: it has the keys [id, text]; known layouts: L-Eval"));
  EXPECT_THAT(Show("{}"), StatusIs(absl::StatusCode::kInvalidArgument, "the keys []"));
}

TEST(BenchmarkLayout, NamesTheLayoutOfABrokenRecord) {
  EXPECT_THAT(Show(R"({"instructions": ["a", "b"], "outputs": ["x"], "input": ""})"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "a record of L-Eval: 2 instructions and 1 outputs, want as many"));
  EXPECT_THAT(Show(R"({"data": [{"paragraphs": 7}]})"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "a record of SQuAD: field \"paragraphs\" is a number, not an array"));
}

}  // namespace
}  // namespace quipu::pipelines
