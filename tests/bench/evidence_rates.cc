// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How often generator/checks/evidence finds evidence, other places and conflicts on documents with
// questions and answers by people, which an AMBIGUOUS reject should rarely refuse.
//
//   evidence_rates natural_question.jsonl financial_qa.jsonl multidoc_qa.jsonl
//   evidence_rates --squad xquad.en.json
//
// Reads L-Eval's format: "input" is the document, "instructions" are its questions, "outputs" the
// answers. L-Eval does not say where an answer stands: the chunk is the 2,000 bytes around the
// sentence of the document that supports it most. Each pair whose evidence has a short answer word
// for word is tried a second time with a planted conflict: the evidence with another value in the
// place of the answer, at the end of the document. With --squad, SQuAD's format: an article is a
// document, its paragraphs are the chunks, and the annotated place of each answer is compared.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "generator/checks/evidence.h"
#include "generator/text/normalize.h"

namespace quipu::bench {
namespace {

constexpr size_t kHalfChunk = 1000;
constexpr size_t kShortAnswer = 60;

struct Rates {
  int pairs = 0;
  int short_answers = 0;
  int with_evidence = 0;
  int sentences = 0;
  int with_other_places = 0;
  int short_with_other_places = 0;
  int other_places = 0;
  int conflicts = 0;
  int rivals = 0;
  int unplaced = 0;
  int planted = 0;
  int planted_found = 0;
  int placed = 0;  // Of SQuAD's answers: those inside the evidence.
};

// Tries the pair again in a document that says something else at its end.
void AddPlanted(absl::string_view text, generator::TextRange chunk, generator::TextRange sentence,
                const std::string& question, const std::string& answer, Rates* rates) {
  std::string other(text.substr(sentence.begin, sentence.end - sentence.begin));
  const size_t at = other.find(answer);
  if (at == std::string::npos || answer.empty()) return;
  const bool number = absl::ascii_isdigit(answer[0]);
  if (!number && !absl::ascii_isupper(answer[0])) return;
  other.replace(at, answer.size(), number ? "7919" : "Zanzibar");
  const std::string planted = absl::StrCat(text, "\n\n", other, "\n");
  ++rates->planted;
  const generator::EvidenceFinder finder(planted, generator::Language::kEnglish);
  rates->planted_found += finder.Find(chunk, question, answer).conflict.empty() ? 0 : 1;
}

generator::TextRange ChunkAround(const generator::EvidenceFinder& finder, absl::string_view text,
                                 const std::string& question, const std::string& answer) {
  const generator::Evidence anywhere = finder.Find({0, text.size()}, question, answer);
  if (anywhere.sentences.empty()) return {};
  const generator::TextRange at = anywhere.sentences[0];
  return {at.begin < kHalfChunk ? 0 : at.begin - kHalfChunk,
          std::min(text.size(), at.end + kHalfChunk)};
}

// `at`: the byte at which the answer stands, or -1.
void AddPair(const generator::EvidenceFinder& finder, absl::string_view text,
             generator::TextRange chunk, const std::string& question, const std::string& answer,
             int64_t at, Rates* rates) {
  ++rates->pairs;
  const bool is_short = answer.size() <= kShortAnswer;
  rates->short_answers += is_short ? 1 : 0;
  const generator::Evidence evidence = finder.Find(chunk, question, answer);
  for (const generator::TextRange& sentence : evidence.sentences) {
    rates->placed +=
        at >= static_cast<int64_t>(sentence.begin) && at < static_cast<int64_t>(sentence.end);
  }
  if (is_short && evidence.sentences.size() == 1) {
    AddPlanted(text, chunk, evidence.sentences[0], question, answer, rates);
  }
  rates->with_evidence += evidence.sentences.empty() ? 0 : 1;
  rates->sentences += static_cast<int>(evidence.sentences.size());
  rates->with_other_places += evidence.other_places.empty() ? 0 : 1;
  rates->short_with_other_places += is_short && !evidence.other_places.empty() ? 1 : 0;
  rates->other_places += static_cast<int>(evidence.other_places.size());
  const std::string unplaced = finder.FindUnplaced(chunk, question);
  if (!unplaced.empty()) {
    ++rates->unplaced;
    std::printf("unplaced: %s | %s\n", question.c_str(), unplaced.c_str());
  }
  const std::string rival = finder.FindRival(chunk, question, answer);
  if (!rival.empty()) {
    ++rates->rivals;
    std::printf("rival: %s | %s | %s\n", question.c_str(), answer.c_str(), rival.c_str());
  }
  if (evidence.conflict.empty()) return;
  ++rates->conflicts;
  std::printf("conflict: %s | %s | %s\n", question.c_str(), answer.c_str(),
              evidence.conflict.c_str());
}

absl::Status AddLine(std::string line, Rates* rates) {
  const size_t size = line.size();
  line.resize(size + simdjson::SIMDJSON_PADDING);
  JsonParser parser;
  ASSIGN_OR_RETURN(const simdjson::dom::object object,
                   parser.ParseObject(absl::string_view(line.data(), size)));
  ASSIGN_OR_RETURN(const absl::string_view input, RequiredString(object, "input"));
  ASSIGN_OR_RETURN(const std::string text, generator::NormalizeDocument(input));
  ASSIGN_OR_RETURN(const simdjson::dom::element questions, Required(object, "instructions"));
  ASSIGN_OR_RETURN(const simdjson::dom::element answers, Required(object, "outputs"));
  ASSIGN_OR_RETURN(const simdjson::dom::array asked, AsArray(questions, "instructions"));
  ASSIGN_OR_RETURN(const simdjson::dom::array told, AsArray(answers, "outputs"));
  const generator::EvidenceFinder finder(text, generator::Language::kEnglish);
  for (size_t i = 0; i < std::min(asked.size(), told.size()); ++i) {
    ASSIGN_OR_RETURN(const absl::string_view question, AsString(asked.at(i), "instructions"));
    ASSIGN_OR_RETURN(const absl::string_view answer, AsString(told.at(i), "outputs"));
    const std::string q(question);
    const std::string a(answer);
    AddPair(finder, text, ChunkAround(finder, text, q, a), q, a, /*at=*/-1, rates);
  }
  return absl::OkStatus();
}

// The byte of a code point.
size_t ByteOf(absl::string_view text, uint64_t code_point) {
  size_t at = 0;
  while (code_point-- > 0 && at < text.size()) NextCodePoint(text, &at);
  return at;
}

absl::Status AddArticle(const simdjson::dom::element& article, Rates* rates) {
  std::string text;
  std::vector<generator::TextRange> chunks;
  const simdjson::dom::array paragraphs = article["paragraphs"];
  for (const simdjson::dom::element paragraph : paragraphs) {
    const std::string context((std::string_view(paragraph["context"])));
    chunks.push_back({text.size(), text.size() + context.size()});
    absl::StrAppend(&text, context, "\n\n");
  }
  const generator::EvidenceFinder finder(text, generator::Language::kEnglish);
  for (size_t i = 0; i < chunks.size(); ++i) {
    const absl::string_view context =
        absl::string_view(text).substr(chunks[i].begin, chunks[i].end - chunks[i].begin);
    const simdjson::dom::array pairs = paragraphs.at(i)["qas"];
    for (const simdjson::dom::element pair : pairs) {
      const simdjson::dom::element answer = pair["answers"].at(0);
      const size_t at = chunks[i].begin + ByteOf(context, uint64_t(answer["answer_start"]));
      AddPair(finder, text, chunks[i], std::string(std::string_view(pair["question"])),
              std::string(std::string_view(answer["text"])), static_cast<int64_t>(at), rates);
    }
  }
  return absl::OkStatus();
}

absl::Status AddSquad(const char* path, Rates* rates) {
  simdjson::dom::parser parser;
  const simdjson::dom::element file = parser.load(path);
  const simdjson::dom::array articles = file["data"];
  for (const simdjson::dom::element article : articles) {
    RETURN_IF_ERROR(AddArticle(article, rates));
  }
  return absl::OkStatus();
}

void Print(const char* name, const Rates& rates) {
  std::printf(
      "%s: %d pairs (%d short), %d with evidence (%d sentences, %d hold the annotated place), %d "
      "(%d short) with other places (%d), %d conflicts, %d rivals, %d unplaced, %d of %d planted "
      "ones found\n",
      name, rates.pairs, rates.short_answers, rates.with_evidence, rates.sentences, rates.placed,
      rates.with_other_places, rates.short_with_other_places, rates.other_places, rates.conflicts,
      rates.rivals, rates.unplaced, rates.planted_found, rates.planted);
}

int Main(int argc, char** argv) {
  const bool squad = argc > 1 && absl::string_view(argv[1]) == "--squad";
  for (int i = squad ? 2 : 1; i < argc; ++i) {
    Rates rates;
    if (squad) {
      const absl::Status added = AddSquad(argv[i], &rates);
      Print(argv[i], rates);
      if (!added.ok()) return 1;
      continue;
    }
    std::ifstream lines(argv[i]);
    for (std::string line; std::getline(lines, line);) {
      const absl::Status added = AddLine(std::move(line), &rates);
      if (!added.ok()) {
        std::fprintf(stderr, "%s: %s\n", argv[i], std::string(added.message()).c_str());
        return 1;
      }
    }
    Print(argv[i], rates);
  }
  return 0;
}

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) { return quipu::bench::Main(argc, argv); }
