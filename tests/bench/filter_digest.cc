// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the filters make of pairs cut out of real texts: a change of their speed must change none of
// it. Writes a line for each pair and prints how many there are of each reason, so that two builds
// are compared by their files.
//
//   bazel run //tests/bench:filter_digest -- --out new.txt --pairs 2000 FILE...
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/checks/filters.h"
#include "generator/words/language.h"

namespace quipu::bench {
namespace {

// What models write and the filters look for.
constexpr absl::string_view kPhrases[] = {
    "According to the passage, ",
    "the given text",
    "As mentioned above, ",
    "The author says that ",
    "in this study",
    "I cannot ",
    "It is not specified. ",
    "[ ]",
    "____",
    "XX/XX",
    "### ",
    "Answer: ",
    "</answer>",
    "We were told by our friend. ",
    "I went there. ",
    "My house is here. ",
    "\"I said so\" ",
    "What is it? ",
    "the meeting",
    "this paper",
    "the report of 1990",
    "mentioned",
    "e.g. ",
    "Mr. Smith, J. R. Jones and Dr. No. ",
    "3.5 ",
    "1,200 ",
    "\n- ",
    "\n1. ",
    "...",
    "\u2026 ",
    "\u2019s ",
    " \u212a\u017f ",
    "\u201cquoted.\u201d ",
    "l\u2019\u00e9t\u00e9 ",
    "\u3002",
    "\u00a0",
    "as an AI ",
    "Is that so? Yes! ",
    "The same sentence is said here two times. The same sentence is said here two times. "};

constexpr absl::string_view kQuestions[] = {"What was ", "Why did ", "Who wrote ", "How many ",
                                            "When ",     "Is ",      "Describe ",  "Welche ",
                                            "Pourquoi ", "Qué ",     "",           "It is "};

class PairMaker {
 public:
  PairMaker(absl::string_view text, uint64_t number)
      : text_(text), rng_(FingerprintOf("filter digest"), absl::StrCat(number)) {}

  std::string Chunk() { return Stretch(text_, 200 + rng_.Below(6000)); }

  std::string Question(absl::string_view chunk) {
    std::string question(kQuestions[rng_.Below(std::size(kQuestions))]);
    absl::StrAppend(&question, Stretch(chunk, 5 + rng_.Below(120)));
    for (char& c : question) c = c == '\n' ? ' ' : c;
    if (rng_.Below(8) == 0) absl::StrAppend(&question, " ", Phrase());
    if (rng_.Below(5) > 0) question.push_back('?');
    return question;
  }

  std::string Answer(absl::string_view chunk) {
    std::string answer;
    for (uint64_t n = 1 + rng_.Below(4); n > 0; --n) {
      if (rng_.Below(6) == 0) absl::StrAppend(&answer, Phrase());
      const absl::string_view from = rng_.Below(4) == 0 ? text_ : chunk;
      const size_t size = rng_.Below(5) == 0 ? 1500 : 150;
      absl::StrAppend(&answer, Stretch(from, 1 + rng_.Below(size)), rng_.Below(2) == 0 ? " " : "");
    }
    if (rng_.Below(3) > 0) absl::StrAppend(&answer, ".");
    if (rng_.Below(4) == 0) Change(&answer);
    return answer;
  }

  uint64_t Below(uint64_t limit) { return rng_.Below(limit); }

 private:
  // From a word on, most of the time.
  std::string Stretch(absl::string_view text, size_t size) {
    size_t begin = FloorToCodePoint(text, rng_.Below(text.size()));
    if (const size_t space = text.find_first_of(" \n", begin);
        space != absl::string_view::npos && rng_.Below(4) > 0) {
      begin = space + 1;
    }
    if (begin >= text.size()) begin = 0;
    const size_t end = FloorToCodePoint(text, begin + size);
    return std::string(text.substr(begin, end - begin));
  }

  std::string Phrase() { return std::string(kPhrases[rng_.Below(std::size(kPhrases))]); }

  void Change(std::string* text) {
    for (uint64_t n = 1 + rng_.Below(4); n > 0; --n) {
      const size_t at = FloorToCodePoint(*text, rng_.Below(text->size() + 1));
      text->insert(at, Phrase());
    }
  }

  const absl::string_view text_;
  Rng rng_;
};

std::string LineOf(absl::string_view text, uint64_t number, std::map<std::string, int>* reasons) {
  PairMaker make(text, number);
  const std::string chunk = make.Chunk();
  const std::string question = make.Question(chunk);
  const std::string answer = make.Answer(chunk);
  generator::PairView pair{
      question, answer, chunk, make.Below(3) == 0 ? v1::ANSWER_FORM_SHORT : v1::ANSWER_FORM_LONG,
      make.Below(10) == 0 ? generator::Language::kEnglish : generator::DetectLanguage(chunk)};
  v1::FilterSpec filters;
  filters.add_refuse_patterns("zzz+");
  // Later filters see more pairs if the earlier ones let them pass.
  if (make.Below(2) == 0) {
    filters.set_min_grounded_share_long(0);
    filters.set_max_copied_share(1);
    filters.set_refuse_text_mentions(false);
  }
  v1::Scores scores;
  const std::optional<v1::Reject> reject = generator::FilterPair(
      pair, "Write one question about the text, and answer it in some sentences of your own.",
      filters, &scores);
  generator::MeasurePair(pair, &scores);
  const std::string reason =
      reject.has_value() ? v1::RejectReason_Name(reject->reason()) : "accepted";
  ++(*reasons)[reason];
  return absl::StrCat(
      number, " ", reason, " ", reject.has_value() ? Snippet(reject->detail(), 200) : "", " ",
      scores.grounded_share(), " ", scores.copied_share(), " ", scores.longest_copy(), "\n");
}

absl::Status Run(const std::vector<std::string>& files, int pairs, const std::string& out) {
  std::string lines;
  std::map<std::string, int> reasons;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file, size_t{64} << 20));
    const std::string text = RepairUtf8(bytes);
    if (text.empty()) continue;
    for (int i = 0; i < pairs; ++i) {
      lines += LineOf(text, static_cast<uint64_t>(i), &reasons);
    }
  }
  for (const auto& [reason, count] : reasons) std::printf("%8d %s\n", count, reason.c_str());
  return WriteFileAtomic(out, lines);
}

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) {
  std::vector<std::string> files;
  std::string out;
  int pairs = 1000;
  CLI::App app("Filters pairs cut out of texts, for comparing two builds.");
  app.add_option("files", files, "texts of any language")->required();
  app.add_option("--out", out, "a line for each pair")->required();
  app.add_option("--pairs", pairs, "how many of each file");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = quipu::bench::Run(files, pairs, out);
  if (status.ok()) return 0;
  std::fprintf(stderr, "filter_digest: %s\n", status.ToString().c_str());
  return 1;
}
