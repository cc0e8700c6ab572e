// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/word_splitter.h"

#include <unicode/regex.h>
#include <unicode/utext.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "inference/text/onig_pattern.h"

namespace quipu::inference {
namespace {

// For a group repeated over MBs. (2^30 has no effect: ICU 72 then keeps its own limit.)
constexpr int32_t kMaxStackBytes = 1 << 28;

// A step finds matches in a text; gaps are what is between them.
class Matcher {
 public:
  virtual ~Matcher() = default;
  virtual void ForEachMatch(absl::string_view text, WordSplitter::Word match) const = 0;
};

class StringMatcher : public Matcher {
 public:
  explicit StringMatcher(absl::string_view wanted) : wanted_(wanted) {}
  void ForEachMatch(absl::string_view text, WordSplitter::Word match) const override {
    for (size_t at = text.find(wanted_); at != absl::string_view::npos;
         at = text.find(wanted_, at + wanted_.size())) {
      match(at, at + wanted_.size());
    }
  }

 private:
  std::string wanted_;
};

class DigitMatcher : public Matcher {
 public:
  explicit DigitMatcher(size_t most) : most_(most) {}
  void ForEachMatch(absl::string_view text, WordSplitter::Word match) const override {
    ForEachNumber(text, most_, match);
  }

 private:
  size_t most_;
};

class CjkMatcher : public Matcher {
 public:
  void ForEachMatch(absl::string_view text, WordSplitter::Word match) const override {
    ForEachCjkRun(text, match);
  }
};

class PatternMatcher : public Matcher {
 public:
  explicit PatternMatcher(std::unique_ptr<icu::RegexPattern> pattern)
      : pattern_(std::move(pattern)) {}
  void ForEachMatch(absl::string_view text, WordSplitter::Word match) const override {
    UErrorCode status = U_ZERO_ERROR;
    UText* utext = utext_openUTF8(nullptr, text.data(), static_cast<int64_t>(text.size()), &status);
    {
      const std::unique_ptr<icu::RegexMatcher> matcher(pattern_->matcher(status));
      // ICU's own limit, 8 MB, ends the search inside a run of some 100,000 characters.
      matcher->setStackLimit(kMaxStackBytes, status);
      matcher->reset(utext);
      while (U_SUCCESS(status) && matcher->find(status)) {
        const auto begin = static_cast<size_t>(matcher->start64(status));
        const auto end = static_cast<size_t>(matcher->end64(status));
        if (end > begin) match(begin, end);
      }
    }
    utext_close(utext);
  }

 private:
  std::unique_ptr<icu::RegexPattern> pattern_;
};

// The expressions that scanners of pretokenizer.h run.
struct KnownPattern {
  absl::string_view pattern;
  PreTokenizer kind;
};

constexpr KnownPattern kKnownPatterns[] = {
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
     PreTokenizer::kGpt2},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
     R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     PreTokenizer::kLlama3},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
     R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     PreTokenizer::kQwen2},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|)"
     R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|)"
     R"(\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     PreTokenizer::kTekken},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
     R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
     R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
     R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
     R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     PreTokenizer::kO200k},
    {R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|)"
     R"( ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     PreTokenizer::kDeepSeek},
};

// Makes words of matches and gaps as a behaviour says.
class Joiner {
 public:
  Joiner(WordSplitter::Behavior behavior, WordSplitter::Word word)
      : behavior_(behavior), word_(word) {}

  void Add(size_t begin, size_t end, bool match) {
    if (begin == end) return;
    const bool joins = begin == end_ && end_ > begin_ && Joins(match);
    if (!joins) Flush();
    if (!joins) begin_ = begin;
    end_ = end;
    last_match_ = match;
  }
  void Flush() {
    if (end_ > begin_) word_(begin_, end_);
    begin_ = end_;
  }

 private:
  bool Joins(bool match) const {
    switch (behavior_) {
      case WordSplitter::Behavior::kIsolated:
        return false;
      case WordSplitter::Behavior::kMergedWithPrevious:
        return match && !last_match_;
      case WordSplitter::Behavior::kMergedWithNext:
        return !match && last_match_;
      case WordSplitter::Behavior::kContiguous:
        return match && last_match_;
    }
    return false;
  }

  WordSplitter::Behavior behavior_;
  WordSplitter::Word word_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool last_match_ = false;
};

}  // namespace

std::optional<PreTokenizer> PreTokenizerFromPattern(absl::string_view pattern) {
  // Some files have the line breaks themselves where others have escapes.
  const std::string escaped = absl::StrReplaceAll(pattern, {{"\r", "\\r"}, {"\n", "\\n"}});
  for (const KnownPattern& known : kKnownPatterns) {
    if (known.pattern == escaped) return known.kind;
  }
  return std::nullopt;
}

struct WordSplitter::Step {
  std::optional<PreTokenizer> known;
  std::unique_ptr<Matcher> matcher;
  Behavior behavior = Behavior::kIsolated;
  std::string name;  // Tells one step from another.
};

WordSplitter::WordSplitter() = default;
WordSplitter::~WordSplitter() = default;
WordSplitter::WordSplitter(WordSplitter&&) noexcept = default;
WordSplitter& WordSplitter::operator=(WordSplitter&&) noexcept = default;

void WordSplitter::AddKnown(PreTokenizer kind) {
  auto step = std::make_unique<Step>();
  step->known = kind;
  step->name = std::string(PreTokenizerName(kind));
  steps_.push_back(std::move(step));
}

absl::Status WordSplitter::AddPattern(absl::string_view pattern, Behavior behavior) {
  auto step = std::make_unique<Step>();
  step->behavior = behavior;
  step->name = absl::StrCat("pattern ", static_cast<int>(behavior), " ", pattern);
  const bool isolated = behavior == Behavior::kIsolated;
  if (const auto known = PreTokenizerFromPattern(pattern); known && isolated) {
    AddKnown(*known);
    return absl::OkStatus();
  }
  if (pattern == "\\p{N}{1,3}") step->matcher = std::make_unique<DigitMatcher>(3);
  if (pattern == kDeepSeekCjkPattern) step->matcher = std::make_unique<CjkMatcher>();
  if (step->matcher != nullptr) {
    steps_.push_back(std::move(step));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(std::unique_ptr<icu::RegexPattern> compiled, CompileOnigPattern(pattern));
  step->matcher = std::make_unique<PatternMatcher>(std::move(compiled));
  steps_.push_back(std::move(step));
  return absl::OkStatus();
}

void WordSplitter::AddString(absl::string_view text, Behavior behavior) {
  auto step = std::make_unique<Step>();
  step->behavior = behavior;
  step->name = absl::StrCat("string ", static_cast<int>(behavior), " ", text);
  step->matcher = std::make_unique<StringMatcher>(text);
  steps_.push_back(std::move(step));
}

void WordSplitter::AddDigits(bool individual) {
  auto step = std::make_unique<Step>();
  step->name = individual ? "digits" : "numbers";
  step->matcher = std::make_unique<DigitMatcher>(individual ? 1 : ~size_t{0});
  steps_.push_back(std::move(step));
}

void WordSplitter::Split(absl::string_view text, Word word) const {
  if (!text.empty()) SplitFrom(0, text, 0, word);
}

void WordSplitter::SplitFrom(size_t index, absl::string_view text, size_t offset, Word word) const {
  if (index == steps_.size()) return word(offset, offset + text.size());
  const Step& step = *steps_[index];
  const auto next = [&](size_t begin, size_t end) {
    if (index + 1 == steps_.size()) return word(offset + begin, offset + end);
    SplitFrom(index + 1, text.substr(begin, end - begin), offset + begin, word);
  };
  if (step.known) return SplitWords(*step.known, text, next);
  Joiner joiner(step.behavior, next);
  size_t at = 0;
  step.matcher->ForEachMatch(text, [&](size_t begin, size_t end) {
    joiner.Add(at, begin, /*match=*/false);
    joiner.Add(begin, end, /*match=*/true);
    at = end;
  });
  joiner.Add(at, text.size(), /*match=*/false);
  joiner.Flush();
}

std::string WordSplitter::description() const {
  std::string text;
  for (const auto& step : steps_) {
    absl::StrAppend(&text, text.empty() ? "" : "+",
                    absl::StartsWith(step->name, "pattern ")  ? "pattern"
                    : absl::StartsWith(step->name, "string ") ? "string"
                                                              : step->name);
  }
  return text;
}

void WordSplitter::AddTo(FingerprintBuilder* builder) const {
  for (const auto& step : steps_) builder->Add(step->name);
}

}  // namespace quipu::inference
