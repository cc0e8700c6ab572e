// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/language.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/log.h"
#include "base/utf8.h"
#include "generator/languages/neighbours.h"
#include "generator/languages/tables.h"
#include "generator/words/language_scan.h"
#include "generator/words/text_words.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

// Least words of a text, or signs of a script without spaces.
constexpr double kMinWords = 3;
constexpr double kMinSigns = 4;
// Least share of the leading script.
constexpr double kMinScriptShare = 0.5;
// Han with more kana than this is Japanese, with less than the other Chinese.
constexpr double kMinKanaShare = 0.15;
constexpr double kMaxChineseKanaShare = 0.05;

// Least share of a language's stop words among a text's words; lists and code among prose have few.
constexpr size_t kManyWords = 100;
constexpr double kMinVote = 0.20;
constexpr double kMinVoteOfMany = 0.12;
// In scripts of few languages less is enough. Arabic also writes "and", "in" and "the" together
// with the next word.
constexpr double kMinVoteOfFewLanguages = 0.08;
// A few words need two stop words.
constexpr size_t kFewWords = 10;
constexpr size_t kMinHits = 2;
// An answer with more words is rarely taken for another language.
constexpr size_t kFewWordsOfAnswer = 15;
// The second language may have at most this part of the first one's votes.
constexpr double kMaxSecond = 0.85;
// Least share of a question's words that are in the script of its language: commands and names are
// not.
constexpr double kMinOwnScriptShare = 0.15;
// Most foreign letters, as a share of all.
constexpr double kMaxForeignShare = 0.02;

// Who has a word as a stop word: indices into the tables, then into the neighbours.
struct StopWord {
  std::string word;
  std::vector<size_t> voters;
};

// By HashOfWord, which is mixed already.
struct AsItIs {
  size_t operator()(uint64_t hash) const { return static_cast<size_t>(hash); }
};
using StopWords = absl::flat_hash_map<uint64_t, StopWord, AsItIs>;

const StopWords& AllStopWords() {
  static const StopWords& words = *[] {
    auto* made = new StopWords;
    const auto add = [made](absl::string_view list, size_t voter) {
      for (const absl::string_view word : absl::StrSplit(list, ' ', absl::SkipEmpty())) {
        StopWord& of = (*made)[HashOfWord(word)];
        QUIPU_CHECK(of.word.empty() || of.word == word) << word << ": the hash of " << of.word;
        of.word = std::string(word);
        if (of.voters.empty() || of.voters.back() != voter) of.voters.push_back(voter);
      }
    };
    const absl::Span<const LanguageTable> tables = AllTables();
    for (size_t i = 0; i < tables.size(); ++i) {
      if (tables[i].spaces) add(tables[i].stop_words, i);
    }
    for (size_t i = 0; i < std::size(kNeighbours); ++i) {
      add(kNeighbours[i].words, tables.size() + i);
    }
    return made;
  }();
  return words;
}

const StopWord* FindStopWord(absl::string_view word) {
  const auto found = AllStopWords().find(HashOfWord(word));
  return found != AllStopWords().end() && found->second.word == word ? &found->second : nullptr;
}

// "l'eau" votes by its "l'", too.
void CountVotes(absl::string_view word, std::vector<size_t>* hits) {
  const StopWord* found = FindStopWord(word);
  if (found == nullptr) {
    const size_t apostrophe = word.find('\'');
    if (apostrophe != absl::string_view::npos) found = FindStopWord(word.substr(0, apostrophe + 1));
  }
  if (found == nullptr) return;
  for (const size_t voter : found->voters) ++(*hits)[voter];
}

// The votes of words for each table, then for each neighbour.
std::vector<size_t> HitsOf(const std::vector<absl::string_view>& words) {
  std::vector<size_t> hits(AllTables().size() + std::size(kNeighbours), 0);
  for (const absl::string_view word : words) CountVotes(word, &hits);
  return hits;
}

// The table of a language. REQUIRES: it has one.
size_t IndexOf(Language language) { return &TableOf(language) - AllTables().data(); }

// The share of letters that the language's words do not have.
double ForeignShare(const Scan& scan, const LanguageTable& table, Script script) {
  static const auto& letters = *[] {
    auto* made = new absl::flat_hash_map<absl::string_view, absl::flat_hash_set<uint32_t>>;
    for (const LanguageTable& of : AllTables()) {
      absl::flat_hash_set<uint32_t>& set = (*made)[of.code];
      for (size_t i = 0; i < of.letters.size();) set.insert(NextCodePoint(of.letters, &i));
    }
    return made;
  }();
  const absl::flat_hash_set<uint32_t>& own = letters.at(table.code);
  size_t foreign = 0;
  for (const auto& [letter, count] : scan.special) {
    if (ScriptOf(letter) != script || own.contains(letter)) continue;
    if (script == Script::kCyrillic && letter >= 0x430 && letter <= 0x44f) continue;
    foreign += count;
  }
  return static_cast<double>(foreign) / scan.Letters(script);
}

Language VoteByWords(const Scan& scan, Script script) {
  const std::vector<absl::string_view>& words = scan.words[static_cast<size_t>(script)];
  if (static_cast<double>(words.size()) < kMinWords) return Language::kUnknown;
  const absl::Span<const LanguageTable> tables = AllTables();
  const std::vector<size_t> hits = HitsOf(words);
  const size_t best = std::max_element(hits.begin(), hits.end()) - hits.begin();
  if (best >= tables.size()) return Language::kUnknown;
  for (size_t i = 0; i < hits.size(); ++i) {
    if (i != best && static_cast<double>(hits[i]) > kMaxSecond * static_cast<double>(hits[best])) {
      return Language::kUnknown;
    }
  }
  const double share = static_cast<double>(hits[best]) / static_cast<double>(words.size());
  const double least = script != Script::kLatin     ? kMinVoteOfFewLanguages
                       : words.size() >= kManyWords ? kMinVoteOfMany
                                                    : kMinVote;
  if (share < least) return Language::kUnknown;
  if (words.size() <= kFewWords && hits[best] < kMinHits) return Language::kUnknown;
  const bool has_letters = script != Script::kDevanagari;
  if (has_letters && ForeignShare(scan, tables[best], script) > kMaxForeignShare) {
    return Language::kUnknown;
  }
  return tables[best].language;
}

Language ByKana(const Scan& scan) {
  const double kana = scan.Letters(Script::kKana);
  const double all = kana + scan.Letters(Script::kHan);
  if (all < kMinSigns) return Language::kUnknown;
  if (kana >= kMinKanaShare * all) return Language::kJapanese;
  return kana <= kMaxChineseKanaShare * all ? Language::kChinese : Language::kUnknown;
}

// Han and kana count as one script.
double CombinedWeight(const Scan& scan, Script script) {
  if (script == Script::kKana) return 0;
  const double kana = script == Script::kHan ? scan.Weight(Script::kKana) : 0;
  return scan.Weight(script) + kana;
}

Language DetectIn(const Scan& scan) {
  double total = 0;
  Script leading = Script::kOther;
  for (size_t i = 0; i < kScripts; ++i) {
    const auto script = static_cast<Script>(i);
    const double weight = CombinedWeight(scan, script);
    total += weight;
    if (weight > CombinedWeight(scan, leading)) leading = script;
  }
  if (leading == Script::kOther || CombinedWeight(scan, leading) < kMinScriptShare * total) {
    return Language::kUnknown;
  }
  if (leading == Script::kHan) return ByKana(scan);
  if (leading == Script::kHangul) {
    return scan.Letters(leading) >= kMinSigns ? Language::kKorean : Language::kUnknown;
  }
  return VoteByWords(scan, leading);
}

// Whether one of the words is `word`, or the part of it that is elided: "qu'est", "dov'è".
bool HasWord(absl::string_view words, absl::string_view word) {
  const absl::string_view elided = word.substr(0, word.find('\'') + 1);
  for (const absl::string_view one : absl::StrSplit(words, ' ', absl::SkipEmpty())) {
    if (one == word || one == elided) return true;
  }
  return false;
}

// A model that is lost in a language asks in English, often too shortly to be detected: "Who wrote
// it?" begins with an English question word and has no word of the language.
bool AsksInEnglish(const Scan& scan, Language language) {
  const std::vector<absl::string_view>& words = scan.words[static_cast<size_t>(Script::kLatin)];
  if (words.empty() || language == Language::kEnglish) return false;
  const LanguageTable& english = TableOf(Language::kEnglish);
  if (!HasWord(english.question_words, words[0]) && !HasWord(english.asking_verbs, words[0])) {
    return false;
  }
  const LanguageTable& own = TableOf(language);
  return std::none_of(words.begin(), words.end(), [&own](absl::string_view word) {
    return HasWord(own.stop_words, word) || HasWord(own.question_words, word);
  });
}

// Whether a few words that were taken for `detected` may be in `language`: related languages have
// many small words in common ("la", "a", "de"), and an answer has few others.
bool MayBeAsWell(const Scan& scan, Language language, Language detected) {
  if (ScriptOf(language) != Script::kLatin || ScriptOf(detected) != Script::kLatin) return false;
  const std::vector<absl::string_view>& words = scan.words[static_cast<size_t>(Script::kLatin)];
  if (words.size() > kFewWordsOfAnswer) return false;
  const std::vector<size_t> hits = HitsOf(words);
  const auto of = [&hits](Language voter) { return hits[IndexOf(voter)]; };
  return of(language) >= kMinHits && of(language) + 1 >= of(detected);
}

}  // namespace

Language DetectLanguage(absl::string_view text) { return DetectIn(ScanText(text)); }

std::string DetectLanguageCode(absl::string_view text) {
  return std::string(CodeOf(DetectLanguage(text)));
}

Language LanguageOfTaskCode(absl::string_view code) {
  if (code.empty()) return Language::kEnglish;
  return LanguageOfCode(code).value_or(Language::kUnknown);
}

bool IsInLanguage(absl::string_view text, Language language, TextKind kind) {
  if (language == Language::kUnknown) return true;
  const Scan scan = ScanText(text);
  const Language detected = DetectIn(scan);
  if (detected == language) return true;
  const bool question = kind == TextKind::kQuestion;
  const double max_words_of_name = question ? 3.0 : 5.0;
  double weight = 0;
  for (size_t i = 0; i < kScripts; ++i) weight += scan.Weight(static_cast<Script>(i));
  if (weight < max_words_of_name) return true;
  // Names in Japanese are often in Han alone.
  if (language == Language::kJapanese && detected == Language::kChinese &&
      scan.Letters(Script::kHan) < 12) {
    return true;
  }
  if (detected != Language::kUnknown) return !question && MayBeAsWell(scan, language, detected);
  // A question cannot consist of words of another script; an answer may be a list of commands.
  if (!question) return true;
  return CombinedWeight(scan, ScriptOf(language)) >= kMinOwnScriptShare * weight &&
         !AsksInEnglish(scan, language);
}

namespace {

constexpr absl::string_view kQuestionMarks[] = {"?", "？", "؟", "⁇", "⁈"};
// What may follow the mark.
constexpr absl::string_view kClosers[] = {"\"", "'",  ")",  "]",  "”", "’",
                                          "»",  "」", "』", "）", "›"};
// Ends of sentences that a question without a mark may have.
constexpr absl::string_view kStops[] = {".", "。", "!", "！", "।", "…", ":", "："};

template <size_t kCount>
bool StripOne(const absl::string_view (&ends)[kCount], absl::string_view* text) {
  for (const absl::string_view end : ends) {
    if (absl::EndsWith(*text, end)) {
      text->remove_suffix(end.size());
      return true;
    }
  }
  return false;
}

std::vector<absl::string_view> ListOf(absl::string_view words) {
  return absl::StrSplit(words, ' ', absl::SkipEmpty());
}

// A preposition may precede the question word: "In which year", "Mit welchem".
constexpr size_t kQuestionWordAt = 1;

bool HasQuestionWord(absl::string_view text, const LanguageTable& table) {
  const std::vector<Word> words = SplitWords(text);
  if (words.empty()) return false;
  if (HasWord(table.asking_verbs, words[0].folded)) return true;
  for (size_t i = 0; i < words.size(); ++i) {
    if (!table.question_words_anywhere && i > kQuestionWordAt) return false;
    if (HasWord(table.question_words, words[i].folded)) return true;
  }
  return false;
}

}  // namespace

bool IsQuestion(absl::string_view text, Language language) {
  if (language == Language::kUnknown) return true;
  text = absl::StripAsciiWhitespace(text);
  while (StripOne(kClosers, &text)) {
  }
  if (StripOne(kQuestionMarks, &text)) return true;
  const LanguageTable& table = TableOf(language);
  while (StripOne(kStops, &text)) {
  }
  for (const absl::string_view end : ListOf(table.question_ends)) {
    if (absl::EndsWith(text, end)) return true;
  }
  if (table.spaces) return HasQuestionWord(text, table);
  for (const absl::string_view word : ListOf(table.question_words)) {
    if (absl::StrContains(text, word)) return true;
  }
  return false;
}

}  // namespace quipu::generator
