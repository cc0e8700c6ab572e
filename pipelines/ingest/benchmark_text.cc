// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/benchmark_text.h"

#include <re2/re2.h>

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace quipu::pipelines {

generator::BenchmarkRecord::Question ResolveOptions(absl::string_view question,
                                                    absl::Span<const std::string> answers) {
  static const LazyRE2 kOption = {R"((?m)^[ \t]*\(?([A-J])[.):][ \t]+(.+)$)"};
  static const LazyRE2 kLetters = {R"(\s*\(?([A-J]{1,4})\)?[.)]?\s*)"};
  std::map<char, std::string> options;
  re2::StringPiece rest = ToStd(question);
  re2::StringPiece letter, option;
  size_t stem = question.size();
  while (RE2::FindAndConsume(&rest, *kOption, &letter, &option)) {
    if (options.empty()) stem = letter.data() - question.data();
    options.emplace(letter[0], option);
  }
  generator::BenchmarkRecord::Question resolved;
  // One line that looks like an option is not a list of them.
  if (options.size() < 2) {
    resolved.question = std::string(question);
    resolved.answers.assign(answers.begin(), answers.end());
    return resolved;
  }
  absl::string_view before = question.substr(0, stem);
  absl::ConsumeSuffix(&before, "(");
  resolved.question = std::string(absl::StripAsciiWhitespace(before));
  for (const std::string& answer : answers) {
    std::string letters;
    if (!RE2::FullMatch(answer, *kLetters, &letters)) {
      resolved.answers.push_back(answer);
      continue;
    }
    for (const char one : letters) {
      const auto found = options.find(one);
      if (found != options.end()) resolved.answers.push_back(found->second);
    }
  }
  return resolved;
}

std::vector<std::string> SplitPassages(absl::string_view context) {
  static const LazyRE2 kHeading = {R"((?m)^((?:Passage|Document|Paragraph) \d+:)[ \t]*$)"};
  std::vector<size_t> begins;
  re2::StringPiece rest = ToStd(context);
  re2::StringPiece heading;
  while (RE2::FindAndConsume(&rest, *kHeading, &heading)) {
    begins.push_back(heading.data() - context.data());
  }
  if (begins.size() < 2) return {std::string(context)};
  std::vector<std::string> passages;
  begins.push_back(context.size());
  for (size_t i = 0; i + 1 < begins.size(); ++i) {
    passages.emplace_back(context.substr(begins[i], begins[i + 1] - begins[i]));
  }
  return passages;
}

std::string CodePoints(absl::string_view text, uint64_t begin, uint64_t end) {
  size_t first = text.size();
  size_t place = 0;
  uint64_t number = 0;
  for (; place < text.size() && number < end; ++number) {
    if (number == begin) first = place;
    NextCodePoint(text, &place);
  }
  return first < place ? std::string(text.substr(first, place - first)) : "";
}

}  // namespace quipu::pipelines
