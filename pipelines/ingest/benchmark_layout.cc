// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/benchmark_layout.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/benchmark_text.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;
using generator::BenchmarkRecord;
using Question = BenchmarkRecord::Question;
using Records = std::vector<BenchmarkRecord>;
using Keys = std::vector<absl::string_view>;

constexpr size_t kShownKeys = 12;
// A question in front of or behind its document, where no field separates them.
constexpr size_t kMaxQuestionBytes = 2000;
constexpr absl::string_view kLayouts =
    "L-Eval, LongBench (1, 2), ZeroSCROLLS, SCROLLS, RULER, HELMET, InfiniteBench, QMSum, "
    "QuALITY, Qasper, NarrativeQA, SQuAD, and plain question (query, input), answer(s) "
    "(output(s)) and context(s)";

bool Has(const dom::object& object, absl::string_view key) {
  return object.at_key(ToStd(key)).error() == simdjson::SUCCESS;
}

bool HasAll(const dom::object& object, std::initializer_list<absl::string_view> keys) {
  return std::all_of(keys.begin(), keys.end(),
                     [&](absl::string_view key) { return Has(object, key); });
}

// Appends all text of a value: of a string or number itself, of a list its parts', of an
// object the one of its "text", "answer" or "content".
void AppendTexts(const dom::element& value, std::vector<std::string>* texts) {
  switch (value.type()) {
    case dom::element_type::STRING:
      texts->emplace_back(value.get_string().value_unsafe());
      return;
    case dom::element_type::ARRAY: {
      const dom::array parts = value.get_array().value_unsafe();
      for (const dom::element part : parts) AppendTexts(part, texts);
      return;
    }
    case dom::element_type::OBJECT:
      for (const char* key : {"text", "answer", "content"}) {
        dom::element inner;
        if (value.at_key(key).get(inner) == simdjson::SUCCESS) return AppendTexts(inner, texts);
      }
      return;
    case dom::element_type::INT64:
      texts->push_back(absl::StrCat(int64_t{value.get_int64().value_unsafe()}));
      return;
    case dom::element_type::UINT64:
      texts->push_back(absl::StrCat(uint64_t{value.get_uint64().value_unsafe()}));
      return;
    case dom::element_type::DOUBLE: {
      char digits[32];
      const auto end =
          std::to_chars(digits, digits + sizeof(digits), double{value.get_double().value_unsafe()});
      texts->emplace_back(digits, end.ptr);
      return;
    }
    default:
      return;  // null and booleans say nothing that could be found.
  }
}

std::vector<std::string> Texts(const dom::object& object, absl::string_view key) {
  std::vector<std::string> texts;
  dom::element value;
  if (object.at_key(ToStd(key)).get(value) == simdjson::SUCCESS) AppendTexts(value, &texts);
  return texts;
}

std::string Text(const dom::object& object, absl::string_view key) {
  const std::vector<std::string> texts = Texts(object, key);
  return texts.empty() ? "" : texts[0];
}

// The objects of the list under `key`.
absl::StatusOr<std::vector<dom::object>> Objects(const dom::object& object, absl::string_view key) {
  std::vector<dom::object> objects;
  ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(object, key));
  if (!value.has_value()) return objects;
  ASSIGN_OR_RETURN(const dom::array array, AsArray(*value, key));
  for (const dom::element element : array) {
    ASSIGN_OR_RETURN(const dom::object one, AsObject(element, key));
    objects.push_back(one);
  }
  return objects;
}

// The first of the keys that the object has.
std::optional<absl::string_view> First(const dom::object& object, const Keys& keys) {
  for (const absl::string_view key : keys) {
    if (Has(object, key)) return key;
  }
  return std::nullopt;
}

// ---- The layouts. ----

absl::StatusOr<Records> ParseLEval(const dom::object& object) {
  BenchmarkRecord record;
  record.contexts = Texts(object, "input");
  const std::vector<std::string> questions = Texts(object, "instructions");
  const std::vector<std::string> answers = Texts(object, "outputs");
  if (questions.size() != answers.size()) {
    return absl::InvalidArgumentError(absl::StrCat(questions.size(), " instructions and ",
                                                   answers.size(), " outputs, want as many"));
  }
  for (size_t i = 0; i < questions.size(); ++i) {
    record.questions.push_back(ResolveOptions(questions[i], {answers[i]}));
  }
  return Records{record};
}

absl::StatusOr<Records> ParseQmSum(const dom::object& object) {
  BenchmarkRecord record;
  std::string transcript;
  ASSIGN_OR_RETURN(const std::vector<dom::object> turns, Objects(object, "meeting_transcripts"));
  for (const dom::object& turn : turns) {
    absl::StrAppend(&transcript, Text(turn, "speaker"), ": ", Text(turn, "content"), "\n");
  }
  record.contexts.push_back(std::move(transcript));
  for (const absl::string_view list : {"general_query_list", "specific_query_list"}) {
    ASSIGN_OR_RETURN(const std::vector<dom::object> queries, Objects(object, list));
    for (const dom::object& query : queries) {
      record.questions.push_back({Text(query, "query"), Texts(query, "answer")});
    }
  }
  return Records{record};
}

absl::StatusOr<Records> ParseQuality(const dom::object& object) {
  BenchmarkRecord record;
  record.contexts = Texts(object, "article");
  ASSIGN_OR_RETURN(const std::vector<dom::object> questions, Objects(object, "questions"));
  for (const dom::object& one : questions) {
    Question question{Text(one, "question"), {}};
    const std::vector<std::string> options = Texts(one, "options");
    uint64_t gold = 0;  // From 1; the test split has none.
    if (one.at_key("gold_label").get(gold) == simdjson::SUCCESS && gold >= 1 &&
        gold <= options.size()) {
      question.answers.push_back(options[gold - 1]);
    }
    record.questions.push_back(std::move(question));
  }
  return Records{record};
}

// One answer of Qasper: {"free_form_answer", "extractive_spans", ...}, maybe in "answer".
void AppendQasperAnswer(const dom::element& element, std::vector<std::string>* answers) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return;
  dom::element inner;
  if (object.at_key("answer").get(inner) == simdjson::SUCCESS) {
    dom::array list;
    if (inner.get(list) != simdjson::SUCCESS) return AppendQasperAnswer(inner, answers);
    for (const dom::element one : list) AppendQasperAnswer(one, answers);
    return;
  }
  for (std::string& text : Texts(object, "free_form_answer")) {
    if (!text.empty()) answers->push_back(std::move(text));
  }
  for (std::string& text : Texts(object, "extractive_spans")) answers->push_back(std::move(text));
  bool yes = false;
  if (object.at_key("yes_no").get(yes) == simdjson::SUCCESS) answers->push_back(yes ? "Yes" : "No");
}

std::vector<std::string> QasperAnswers(const dom::element& answers) {
  std::vector<std::string> texts;
  dom::array list;
  if (answers.get(list) == simdjson::SUCCESS) {
    for (const dom::element one : list) AppendQasperAnswer(one, &texts);
  } else {
    AppendQasperAnswer(answers, &texts);
  }
  return texts;
}

// "qas" is a list of objects, or (in data sets of columns) an object of lists.
absl::StatusOr<std::vector<Question>> QasperQuestions(const dom::object& object) {
  std::vector<Question> questions;
  ASSIGN_OR_RETURN(const dom::element qas, Required(object, "qas"));
  if (qas.is_array()) {
    ASSIGN_OR_RETURN(const std::vector<dom::object> list, Objects(object, "qas"));
    for (const dom::object& one : list) {
      Question question{Text(one, "question"), {}};
      dom::element answers;
      if (one.at_key("answers").get(answers) == simdjson::SUCCESS) {
        question.answers = QasperAnswers(answers);
      }
      questions.push_back(std::move(question));
    }
    return questions;
  }
  ASSIGN_OR_RETURN(const dom::object columns, AsObject(qas, "qas"));
  for (const std::string& text : Texts(columns, "question")) questions.push_back({text, {}});
  ASSIGN_OR_RETURN(const dom::element answers, Required(columns, "answers"));
  ASSIGN_OR_RETURN(const dom::array array, AsArray(answers, "answers"));
  size_t i = 0;
  for (const dom::element one : array) {
    if (i == questions.size()) break;
    questions[i++].answers = QasperAnswers(one);
  }
  return questions;
}

absl::StatusOr<Records> ParseQasper(const dom::object& object) {
  BenchmarkRecord record;
  std::string paper = absl::StrCat(Text(object, "title"), "\n", Text(object, "abstract"), "\n");
  ASSIGN_OR_RETURN(const dom::element full_text, Required(object, "full_text"));
  std::vector<std::string> paragraphs;
  if (full_text.is_array()) {
    ASSIGN_OR_RETURN(const std::vector<dom::object> sections, Objects(object, "full_text"));
    for (const dom::object& section : sections) {
      for (std::string& text : Texts(section, "paragraphs")) paragraphs.push_back(std::move(text));
    }
  } else {
    ASSIGN_OR_RETURN(const dom::object columns, AsObject(full_text, "full_text"));
    paragraphs = Texts(columns, "paragraphs");
  }
  for (const std::string& text : paragraphs) absl::StrAppend(&paper, text, "\n");
  record.contexts.push_back(std::move(paper));
  ASSIGN_OR_RETURN(record.questions, QasperQuestions(object));
  return Records{record};
}

absl::StatusOr<Records> ParseNarrativeQa(const dom::object& object) {
  ASSIGN_OR_RETURN(const dom::element element, Required(object, "document"));
  ASSIGN_OR_RETURN(const dom::object document, AsObject(element, "document"));
  BenchmarkRecord record;
  record.contexts = Texts(document, "text");
  for (std::string& text : Texts(document, "summary")) record.contexts.push_back(std::move(text));
  record.questions.push_back({Text(object, "question"), Texts(object, "answers")});
  return Records{record};
}

// SQuAD: {"data": [{"paragraphs": [{"context", "qas": [{"question", "answers"}]}]}]}.
absl::StatusOr<Records> ParseSquad(const dom::object& object) {
  Records records;
  ASSIGN_OR_RETURN(const std::vector<dom::object> articles, Objects(object, "data"));
  for (const dom::object& article : articles) {
    ASSIGN_OR_RETURN(const std::vector<dom::object> paragraphs, Objects(article, "paragraphs"));
    for (const dom::object& paragraph : paragraphs) {
      BenchmarkRecord record;
      record.contexts = Texts(paragraph, "context");
      ASSIGN_OR_RETURN(const std::vector<dom::object> qas, Objects(paragraph, "qas"));
      for (const dom::object& one : qas) {
        record.questions.push_back({Text(one, "question"), Texts(one, "answers")});
      }
      records.push_back(std::move(record));
    }
  }
  return records;
}

absl::StatusOr<Records> ParseZeroScrolls(const dom::object& object) {
  const std::string input = Text(object, "input");
  const auto part = [&](absl::string_view name) -> absl::StatusOr<std::string> {
    uint64_t bounds[2] = {};
    for (const int i : {0, 1}) {
      const std::string key = absl::StrCat(name, i == 0 ? "_start_index" : "_end_index");
      ASSIGN_OR_RETURN(const dom::element value, Required(object, key));
      if (value.get(bounds[i]) != simdjson::SUCCESS) {
        return absl::InvalidArgumentError(absl::StrCat("field \"", key, "\" is no index"));
      }
    }
    return CodePoints(input, bounds[0], bounds[1]);
  };
  BenchmarkRecord record;
  ASSIGN_OR_RETURN(std::string document, part("document"));
  ASSIGN_OR_RETURN(const std::string query, part("query"));
  record.contexts.push_back(std::move(document));
  // "Question:\n..." is of the template.
  record.questions.push_back({query, Texts(object, "output")});
  return Records{record};
}

// SCROLLS: "question\n\ndocument" in one field; a document alone where there is none.
absl::StatusOr<Records> ParseScrolls(const dom::object& object) {
  const std::string input = Text(object, "input");
  BenchmarkRecord record;
  const size_t blank = input.find("\n\n");
  if (blank == std::string::npos || blank > kMaxQuestionBytes) {
    record.contexts.push_back(input);
    record.questions.push_back({"", Texts(object, "output")});
  } else {
    record.contexts.push_back(input.substr(blank + 2));
    record.questions.push_back({input.substr(0, blank), Texts(object, "output")});
  }
  return Records{record};
}

// RULER: a document, then the question in the last line but "Answer:".
absl::StatusOr<Records> ParseRuler(const dom::object& object) {
  const std::string input = Text(object, "input");
  absl::string_view rest = absl::StripTrailingAsciiWhitespace(input);
  absl::string_view question;
  while (question.empty()) {
    const size_t line = rest.rfind('\n');
    if (line == absl::string_view::npos || rest.size() - line > kMaxQuestionBytes) break;
    const absl::string_view last = absl::StripAsciiWhitespace(rest.substr(line));
    rest = absl::StripTrailingAsciiWhitespace(rest.substr(0, line));
    if (!absl::StartsWith(last, "Answer")) question = last;
  }
  BenchmarkRecord record;
  record.contexts.emplace_back(rest);
  record.questions.push_back({std::string(question), Texts(object, "outputs")});
  return Records{record};
}

absl::StatusOr<Records> ParseLongBench2(const dom::object& object) {
  BenchmarkRecord record;
  record.contexts = Texts(object, "context");
  Question question{Text(object, "question"), {}};
  const std::string answer = Text(object, "answer");
  const std::string choice = Text(object, absl::StrCat("choice_", answer));
  question.answers.push_back(choice.empty() ? answer : choice);
  record.questions.push_back(std::move(question));
  return Records{record};
}

const Keys& QuestionKeys() {
  static const auto* keys = new Keys{"question", "query", "instruction", "input", "problem"};
  return *keys;
}
const Keys& AnswerKeys() {
  static const auto* keys =
      new Keys{"answers", "answer", "outputs", "output", "reference", "references", "target"};
  return *keys;
}
const Keys& ContextKeys() {
  static const auto* keys = new Keys{"context",  "contexts",  "ctxs",    "passages", "passage",
                                     "document", "documents", "article", "text"};
  return *keys;
}

// LongBench 1, HELMET, InfiniteBench, SQuAD as rows, and what users write.
absl::StatusOr<Records> ParsePlain(const dom::object& object) {
  BenchmarkRecord record;
  if (const auto key = First(object, ContextKeys()); key.has_value()) {
    for (const std::string& context : Texts(object, *key)) {
      for (std::string& passage : SplitPassages(context)) {
        record.contexts.push_back(std::move(passage));
      }
    }
  }
  std::vector<std::string> answers;
  if (const auto key = First(object, AnswerKeys()); key.has_value()) answers = Texts(object, *key);
  const auto key = First(object, QuestionKeys());
  const std::string question = key.has_value() ? Text(object, *key) : "";
  if (!question.empty() || !answers.empty()) {
    record.questions.push_back(ResolveOptions(question, answers));
  }
  return Records{record};
}

bool IsPlain(const dom::object& object) {
  const bool question = First(object, QuestionKeys()).has_value();
  const bool answer = First(object, AnswerKeys()).has_value();
  const bool context = First(object, ContextKeys()).has_value();
  // A text alone could be any file.
  return (question && (answer || context)) || (answer && context);
}

// Qasper as released: {"1503.00841": {"title", "full_text", "qas"}, ...}.
bool IsMapOfPapers(const dom::object& object) {
  bool any = false;
  for (const dom::key_value_pair field : object) {
    dom::object paper;
    if (field.value.get(paper) != simdjson::SUCCESS) return false;
    if (!HasAll(paper, {"full_text", "qas"})) return false;
    any = true;
  }
  return any;
}

absl::StatusOr<Records> ParseMapOfPapers(const dom::object& object) {
  Records records;
  for (const dom::key_value_pair field : object) {
    ASSIGN_OR_RETURN(const dom::object paper, AsObject(field.value, "paper"));
    ASSIGN_OR_RETURN(Records one, ParseQasper(paper));
    for (BenchmarkRecord& record : one) records.push_back(std::move(record));
  }
  return records;
}

bool IsArray(const dom::object& object, absl::string_view key) {
  dom::element value;
  return object.at_key(ToStd(key)).get(value) == simdjson::SUCCESS && value.is_array();
}

bool IsObject(const dom::object& object, absl::string_view key) {
  dom::element value;
  return object.at_key(ToStd(key)).get(value) == simdjson::SUCCESS && value.is_object();
}

struct Layout {
  absl::string_view name;
  bool (*matches)(const dom::object&);
  absl::StatusOr<Records> (*parse)(const dom::object&);
};

// In order: the first that matches.
constexpr Layout kTable[] = {
    {"L-Eval",
     [](const dom::object& o) {
       return HasAll(o, {"instructions", "outputs", "input"});
     },
     &ParseLEval},
    {"QMSum", [](const dom::object& o) { return Has(o, "meeting_transcripts"); }, &ParseQmSum},
    {"QuALITY", [](const dom::object& o) { return Has(o, "article") && IsArray(o, "questions"); },
     &ParseQuality},
    {"Qasper",
     [](const dom::object& o) {
       return HasAll(o, {"full_text", "qas"});
     },
     &ParseQasper},
    {"Qasper", &IsMapOfPapers, &ParseMapOfPapers},
    {"NarrativeQA",
     [](const dom::object& o) { return IsObject(o, "document") && IsObject(o, "question"); },
     &ParseNarrativeQa},
    {"SQuAD", [](const dom::object& o) { return IsArray(o, "data"); }, &ParseSquad},
    {"ZeroSCROLLS",
     [](const dom::object& o) {
       return HasAll(o, {"input", "document_start_index", "query_start_index"});
     },
     &ParseZeroScrolls},
    {"LongBench 2",
     [](const dom::object& o) {
       return HasAll(o, {"choice_A", "question", "context"});
     },
     &ParseLongBench2},
    {"RULER",
     [](const dom::object& o) {
       return HasAll(o, {"index", "input", "outputs"});
     },
     &ParseRuler},
    {"SCROLLS",
     [](const dom::object& o) {
       return HasAll(o, {"pid", "input", "output"});
     },
     &ParseScrolls},
    {"plain", &IsPlain, &ParsePlain},
};

std::string KeysOf(const dom::object& object) {
  std::string keys;
  size_t count = 0;
  for (const dom::key_value_pair field : object) {
    if (count++ == kShownKeys) break;
    absl::StrAppend(&keys, keys.empty() ? "" : ", ", Snippet(ToAbsl(field.key), 40));
  }
  return absl::StrCat(keys, count > kShownKeys ? ", ..." : "");
}

}  // namespace

absl::StatusOr<ParsedBenchmark> ParseBenchmark(const dom::object& object) {
  for (const Layout& layout : kTable) {
    if (!layout.matches(object)) continue;
    ParsedBenchmark parsed;
    parsed.layout = layout.name;
    absl::StatusOr<Records> records = layout.parse(object);
    if (!records.ok()) {
      return Annotate(records.status(), absl::StrCat("a record of ", layout.name));
    }
    parsed.records = *std::move(records);
    return parsed;
  }
  return absl::InvalidArgumentError(absl::StrCat("not a benchmark's layout: it has the keys [",
                                                 KeysOf(object), "]; known layouts: ", kLayouts));
}

}  // namespace quipu::pipelines
