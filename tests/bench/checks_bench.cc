// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How long each check of strangers' text takes on a mebibyte of what is worst for such code: one
// character, nothing but ends of sentences, tags and brackets that stay open, marks on one letter.
//
//   bazel run -c opt //tests/bench:checks_bench            # the worst input of each check
//   bazel run -c opt //tests/bench:checks_bench -- --all   # all inputs
//   ... -- --check evidence --input Han                    # those with this in their names
//
// A second figure is the time for a quarter of the text: a quarter of the first if the check
// is linear. Processor time. Exit status 1 if a check takes more than 100 ms.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "generator/checks/evidence.h"
#include "generator/checks/filters.h"
#include "generator/corpus/near_duplicates.h"
#include "generator/prompts/response_parser.h"
#include "generator/text/normalize.h"
#include "generator/words/language.h"
#include "pipelines/markup/html_text.h"
#include "pipelines/markup/markdown_text.h"
#include "tests/bench/measure.h"

namespace quipu::bench {
namespace {

constexpr size_t kBytes = size_t{1} << 20;
constexpr double kMostMs = 100;

struct Input {
  std::string name;
  std::string text;
};

std::string Repeated(absl::string_view piece, size_t bytes) {
  std::string text;
  text.reserve(bytes + piece.size());
  while (text.size() < bytes) text.append(piece.data(), piece.size());
  return text;
}

// Words that differ, with the punctuation of prose.
std::string Words(size_t bytes) {
  std::string text;
  for (uint64_t i = 0; text.size() < bytes; ++i) {
    absl::StrAppend(&text, "w", (i * 2654435761u) % 999983, i % 13 == 12 ? ". " : " ");
  }
  return text;
}

// Those with `part` in their names.
std::vector<Input> Inputs(size_t bytes, const std::string& part) {
  const std::pair<const char*, const char*> kPieces[] = {
      {"one letter", "a"},
      {"spaces", " "},
      {"lines", "\n"},
      {"full stops", ". "},
      {"initials", "A. "},
      {"names", "Aa Bb "},
      {"numbers", "1,1"},
      {"digits", "7"},
      {"quotation marks", "\"'"},
      {"a sentence", "The miller sold nine sacks of flour to the baker. "},
      {"tags", "<"},
      {"open tags", "<div>"},
      {"open formats", "<b><i>"},
      {"open tables", "<table><tr><td>"},
      {"open links", "<a href=\"x"},
      {"open comments", "<!--"},
      {"entities", "&amp"},
      {"open brackets", "["},
      {"closing brackets", ")"},
      {"brackets that end", "a.)"},
      {"braces", "}>"},
      {"links", "[a]("},
      {"stars", "*a_"},
      {"back quotes", "`a``"},
      {"quotes of quotes", "> "},
      {"lists", "- "},
      {"marks", "\u0301"},
      {"Han", "\u6f22"},
      {"Han with full stops", "\u6f22\u3002"},
      {"bytes that are no text", "\xff\xe2\x82"},
      {"question marks", "?"},
      {"tags of replies", "<q><a>"},
  };
  std::vector<Input> inputs;
  for (const auto& [name, piece] : kPieces) {
    if (absl::StrContains(name, part)) inputs.push_back({name, Repeated(piece, bytes)});
  }
  if (absl::StrContains("different words", part)) {
    inputs.push_back({"different words", Words(bytes)});
  }
  return inputs;
}

struct Check {
  const char* name;
  std::function<void(const std::string& text)> run;
};

template <typename T>
void Use(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

generator::PairView PairOf(absl::string_view question, absl::string_view answer,
                           absl::string_view chunk) {
  generator::PairView pair;
  pair.question = question;
  pair.answer = answer;
  pair.chunk = chunk;
  return pair;
}

std::vector<Check> Checks() {
  using generator::Language;
  static const std::string kChunk = "The miller of the village sold nine sacks of flour.";
  static const std::string kQuestion = "What did the miller sell?";
  static const v1::FilterSpec kFilters;
  const auto filter = [](const generator::PairView& pair) {
    v1::Scores scores;
    Use(generator::FilterPair(pair, "Ask a question.", kFilters, &scores));
  };
  return {
      {"repair of UTF-8", [](const std::string& t) { Use(RepairUtf8(t)); }},
      {"normalisation", [](const std::string& t) { Use(generator::NormalizeDocument(t)); }},
      {"a page's text", [](const std::string& t) { Use(pipelines::HtmlText(t)); }},
      {"a fragment's text", [](const std::string& t) { Use(pipelines::HtmlFragmentText(t)); }},
      {"Markdown's text", [](const std::string& t) { Use(pipelines::MarkdownText(t)); }},
      {"language", [](const std::string& t) { Use(generator::DetectLanguage(t)); }},
      {"a reply's parts", [](const std::string& t) { Use(generator::ParseResponse(t)); }},
      {"filters, of an answer",
       [=](const std::string& t) { filter(PairOf(kQuestion, t, kChunk)); }},
      {"filters, of a question", [=](const std::string& t) { filter(PairOf(t, "flour", kChunk)); }},
      {"filters, in a chunk", [=](const std::string& t) { filter(PairOf(kQuestion, "flour", t)); }},
      {"words for duplicates",
       [](const std::string& t) { Use(generator::PairWordsOf(kQuestion, t, Language::kEnglish)); }},
      {"evidence in a document",
       [](const std::string& t) {
         const generator::EvidenceFinder finder(t, Language::kEnglish);
         Use(finder.Find({0, t.size()}, kQuestion, "nine sacks of flour"));
       }},
  };
}

double Milliseconds(const Check& check, const std::string& text) {
  const Stopwatch watch;
  check.run(text);
  return 1000 * watch.CpuSeconds();
}

// The longest time.
double Report(const Check& check, const std::vector<Input>& whole,
              const std::vector<Input>& quarters, bool all) {
  double most = -1;
  std::string line;
  for (size_t i = 0; i < whole.size(); ++i) {
    const double ms = Milliseconds(check, whole[i].text);
    const bool worst = ms > most;
    if (!worst && !all) continue;
    most = std::max(most, ms);
    const std::string figures =
        absl::StrCat(check.name, ": ", whole[i].name, " ", ms, " ms, a quarter ",
                     Milliseconds(check, quarters[i].text), " ms");
    if (worst) line = figures;
    if (all) std::printf("%s\n", figures.c_str());
  }
  if (!all) std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  return most;
}

struct Options {
  bool all = false;
  std::string check;
  std::string input;
};

bool RunChecks(const Options& options) {
  const std::vector<Input> whole = Inputs(kBytes, options.input);
  const std::vector<Input> quarters = Inputs(kBytes / 4, options.input);
  bool fast = true;
  for (const Check& check : Checks()) {
    if (!absl::StrContains(check.name, options.check)) continue;
    check.run(Words(1000));  // What is made once.
    fast = Report(check, whole, quarters, options.all) <= kMostMs && fast;
  }
  return fast;
}

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) {
  quipu::bench::Options options;
  CLI::App app("Measures checks of text on their worst inputs.");
  app.add_flag("--all", options.all, "print the figures of all inputs");
  app.add_option("--check", options.check, "only checks with this in their names");
  app.add_option("--input", options.input, "only inputs with this in their names");
  CLI11_PARSE(app, argc, argv);
  return quipu::bench::RunChecks(options) ? 0 : 1;
}
