// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/vague_question.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "generator/checks/vague_words.h"
#include "generator/languages/tables.h"
#include "generator/words/content_words.h"
#include "generator/words/language_patterns.h"
#include "generator/words/stemmer.h"
#include "generator/words/stop_words.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

// A label that comes once may be a heading ("Note: ...").
constexpr int kLeastLinesOfSpeaker = 2;

bool IsVague(const std::string& stem) {
  static const auto& stems = *[] {
    auto* made = new absl::flat_hash_set<std::string>;
    for (const absl::string_view word : absl::StrSplit(kVagueWords, ' ', absl::SkipEmpty())) {
      made->insert(Stem(word, Language::kEnglish));
    }
    return made;
  }();
  return stems.contains(stem);
}

// A quotation, code or an address names something.
bool Quotes(absl::string_view text) {
  static const RE2& pattern = *new RE2(R"(["“”«»`_/\\@#$€£%<>]|\w\.\w|\d|(?:^|\s)['‘]\w)");
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

bool QuotesOrCounts(absl::string_view question, Language language) {
  return Quotes(question) || !Numbers(question, /*spelled=*/false, language).empty();
}

// The pronoun that a question is about: "What did he do?", "What is their aim?".
std::string FindPronoun(absl::string_view text) {
  static const RE2& pattern = *new RE2(
      R"((?i)^\W*(?:wh\w+|how)(?:(?:\s+\w+){0,2}?\s+(?:is|was|were|are|did|does|do|has|had|can|)"
      R"(could|will|would|should)\s+(he|she|they|it)|\s+(?:is|was|were|are|did|does|do)\s+)"
      R"((his|her|their|its))\b)");
  re2::StringPiece subject, owner;
  if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern, &subject, &owner)) {
    return "";
  }
  return std::string(subject.empty() ? owner : subject);
}

// "What is it called when ...", "How is it possible that ...": "it" comes later.
bool AnnouncesIts(absl::string_view text, absl::string_view pronoun) {
  static const RE2& later = *new RE2(
      R"((?i)\bit\b.*\b(?:that|when|if|whether|how|who|what|why|where|which|(?:to|for)\s+\w+)\b)");
  return absl::EqualsIgnoreCase(pronoun, "it") &&
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), later);
}

std::string FindPattern(absl::string_view text, const RE2* pattern) {
  re2::StringPiece found;
  if (pattern == nullptr || !RE2::PartialMatch({text.data(), text.size()}, *pattern, &found)) {
    return "";
  }
  return std::string(found);
}

// The words of the names in front of lines of speech ("Grad F: Right."), of those that speak
// at least twice.
std::set<std::string> SpeakersOf(absl::string_view chunk) {
  static const RE2& label =
      *new RE2(R"((?m)^[ \t]*(\p{Lu}[\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’-]+){0,3}) ?:\s)");
  std::map<std::string, int> lines;
  re2::StringPiece rest(chunk.data(), chunk.size());
  re2::StringPiece name;
  while (RE2::FindAndConsume(&rest, label, &name)) ++lines[std::string(name)];
  std::set<std::string> words;
  for (const auto& [speaker, count] : lines) {
    if (count >= kLeastLinesOfSpeaker) words.merge(ContentWords(speaker, Language::kEnglish));
  }
  return words;
}

// Whether each of the words is vague or a name.
bool SayNothing(const std::set<std::string>& words, const std::set<std::string>& names) {
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return IsVague(word) || names.count(word) > 0;
  });
}

// A word that says that what follows is known.
bool IsDefinite(const std::string& folded) {
  return folded == "the" || folded == "this" || folded == "that" || folded == "these" ||
         folded == "those";
}

// Whether only a space is between the words.
bool Adjacent(const Word& a, const Word& b) {
  const char* end = a.text.data() + a.text.size();
  return b.text.data() - end == 1 && *end == ' ';
}

// Words of a thing at most: "the small dusky-coloured bird".
constexpr size_t kMostWordsOfThing = 4;

}  // namespace

double NamedShare(absl::string_view question, Language language) {
  if (QuotesOrCounts(question, language) || !Names(question, language).empty()) return 1;
  return TableOf(language).capitals_are_names ? 0 : 0.5;
}

std::vector<KnownThing> KnownThings(absl::string_view question, Language language) {
  std::vector<KnownThing> things;
  if (language != Language::kEnglish || NamedShare(question, language) == 1) return things;
  const std::vector<Word> words = SplitWords(question);
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (!IsDefinite(words[i].folded)) continue;
    size_t end = i + 1;
    while (end < words.size() && end - i <= kMostWordsOfThing &&
           Adjacent(words[end - 1], words[end]) && !IsStopWord(words[end].folded, language)) {
      ++end;
    }
    // "the harbour closed": the verb is not the thing's.
    while (end > i + 2 && absl::EndsWith(words[end - 1].folded, "ed")) --end;
    if (end == i + 1) continue;
    KnownThing thing;
    thing.text = question.substr(
        words[i + 1].text.data() - question.data(),
        words[end - 1].text.data() + words[end - 1].text.size() - words[i + 1].text.data());
    for (const std::string& word : ContentWords(thing.text, language)) {
      if (!IsVague(word)) thing.words.insert(word);
    }
    if (!thing.words.empty()) things.push_back(std::move(thing));
    i = end - 1;
  }
  return things;
}

std::string FindVagueness(absl::string_view question, Language language, absl::string_view chunk) {
  // The words that name nothing are known for English only; others have a pattern at most.
  if (language != Language::kEnglish)
    return FindPattern(question, PatternsOf(language).vague.get());
  if (QuotesOrCounts(question, language)) return "";
  std::set<std::string> names;
  for (const Name& name : Names(question, language)) names.insert(name.stem);
  const std::string pronoun = names.empty() ? FindPronoun(question) : "";
  if (!pronoun.empty() && !AnnouncesIts(question, pronoun)) return pronoun;
  const std::set<std::string> words = ContentWords(question, language);
  if (!SayNothing(words, names)) return "";
  if (!names.empty()) {
    const std::set<std::string> speakers = SpeakersOf(chunk);
    if (!std::includes(speakers.begin(), speakers.end(), names.begin(), names.end())) return "";
  }
  return words.empty() ? "no content word" : absl::StrJoin(words, " ");
}

}  // namespace quipu::generator
