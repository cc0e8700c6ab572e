// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/source_references.h"

#include <re2/re2.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "base/strings.h"
#include "generator/checks/source_nouns.h"
#include "generator/words/language_patterns.h"
#include "generator/words/pattern_screen.h"

namespace quipu::generator {
namespace {

using Followers = absl::flat_hash_map<absl::string_view, absl::flat_hash_set<absl::string_view>>;

// Whether "the <noun> <follower>" is another term and not our text.
bool IsTermOfItsOwn(absl::string_view noun, absl::string_view follower) {
  static const auto& followers = *[] {
    auto* made = new Followers;
    for (const SourceNoun& source : kSourceNouns) {
      (*made)[source.noun] = absl::StrSplit(source.followers, ' ', absl::SkipEmpty());
    }
    return made;
  }();
  const auto found = followers.find(noun);
  return found != followers.end() && found->second.contains(follower);
}

// "the given text", "this section", "a text passage": determiner, words that
// point, the noun, and what follows it.
const RE2& NounPattern() {
  static const RE2& pattern = *[] {
    std::vector<absl::string_view> nouns;
    for (const SourceNoun& source : kSourceNouns) nouns.push_back(source.noun);
    return new RE2(absl::StrCat(
        R"((?i)(\b(?:the|this|that|these|those|given|provided|above|your|our)(?:\s+(?:given|provided|)"
        R"(above|following|preceding|previous|same|whole|entire|full|current|present|first|second|)"
        R"(last|final|next|short|long|original|supplied|quoted|text|document|documentation))*\s+)"
        "(",
        absl::StrJoin(nouns, "|"), R"()(?:s|'s|’s)?)\b(?:[ \t\n-]+([A-Za-z]+))?)"));
  }();
  return pattern;
}

std::string FindNoun(absl::string_view text) {
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece phrase, noun, follower;
  while (RE2::FindAndConsume(&rest, NounPattern(), &phrase, &noun, &follower)) {
    const std::string lower = absl::AsciiStrToLower(absl::string_view(noun.data(), noun.size()));
    const std::string next =
        absl::AsciiStrToLower(absl::string_view(follower.data(), follower.size()));
    if (!IsTermOfItsOwn(lower, next)) return std::string(phrase.data(), phrase.size());
    // The follower may begin the next reference ("the chunk of the text").
    if (!follower.empty()) {
      rest = re2::StringPiece(follower.data(), text.data() + text.size() - follower.data());
    }
  }
  return "";
}

// "this paper", "the meeting", "the speaker": determiner, the noun, and what follows it.
const RE2& WorkPattern() {
  static const RE2& pattern = *[] {
    std::vector<absl::string_view> nouns;
    for (const SourceNoun& source : kSourceWorks) nouns.push_back(source.noun);
    for (const SourceNoun& source : kSourcePeople) nouns.push_back(source.noun);
    return new RE2(absl::StrCat(
        R"((?:^|[^\w-])(((?i:the\s+present|the\s+current|in\s+our|this|these|the))\s+(?:whole\s+|entire\s+)?((?:)",
        absl::StrJoin(nouns, "|"), R"()))\b(?:['’]s)?(?:[ \t\n-]+([A-Za-z0-9]+))?)"));
  }();
  return pattern;
}

// A kind of nouns: those of works, those of people.
struct Works {
  Works(absl::Span<const SourceNoun> nouns, absl::string_view anywhere_followers)
      : anywhere(absl::StrSplit(anywhere_followers, ' ')) {
    for (const SourceNoun& source : nouns) {
      followers[source.noun] = absl::StrSplit(source.followers, ' ', absl::SkipEmpty());
    }
  }
  absl::flat_hash_set<absl::string_view> anywhere;  // After each of the nouns.
  Followers followers;
};

const Works& People() {
  static const Works& people = *new Works(kSourcePeople, kFollowersOfPeople);
  return people;
}

const Works& WorksOf(absl::string_view noun) {
  static const Works& works = *new Works(kSourceWorks, kFollowersOfWorks);
  return People().followers.contains(noun) ? People() : works;
}

// Whether the chunk itself speaks of such a person.
bool IsPersonOfChunk(absl::string_view noun, absl::string_view chunk) {
  return People().followers.contains(noun) && absl::StrContains(absl::AsciiStrToLower(chunk), noun);
}

// Whether what follows "the <noun>" says which one is meant, or makes another term.
// `last`: nothing comes after the follower ("What was the meeting about?").
bool IsNamedWork(absl::string_view noun, absl::string_view follower, bool last) {
  const Works& works = WorksOf(noun);
  if (works.anywhere.contains(follower)) return !last;
  if (!follower.empty() && absl::ascii_isdigit(follower[0])) return true;
  const auto found = works.followers.find(noun);
  return found != works.followers.end() && found->second.contains(follower);
}

// The work that the text is, or the event that it tells of. `pointing`: only "this
// paper", not "the paper".
std::string FindWork(absl::string_view text, bool pointing, absl::string_view chunk) {
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece phrase, determiner, noun, follower;
  while (RE2::FindAndConsume(&rest, WorkPattern(), &phrase, &determiner, &noun, &follower)) {
    const std::string which =
        absl::AsciiStrToLower(absl::string_view(determiner.data(), determiner.size()));
    const std::string next =
        absl::AsciiStrToLower(absl::string_view(follower.data(), follower.size()));
    const bool points = which != "the";
    if (!points && pointing) continue;
    if (!points && IsPersonOfChunk(absl::string_view(noun.data(), noun.size()), chunk)) continue;
    const absl::string_view left(rest.data(), rest.size());
    const bool last = left.find_first_not_of(" ?.!") == absl::string_view::npos;
    // An earlier mention says which one it is: "the 2010 report ... the report".
    const absl::string_view before(text.data(), static_cast<size_t>(noun.data() - text.data()));
    const absl::string_view name(noun.data(), noun.size());
    const bool known = absl::StrContains(absl::AsciiStrToLower(before), name);
    // "this agreement of 1990" is still ours; "the agreement of 1990" is not.
    if (points || (!known && !IsNamedWork(name, next, last))) {
      return std::string(phrase.data(), phrase.size());
    }
  }
  return "";
}

// Patterns that decide alone, in questions and answers.
const RE2& PhrasePattern() {
  static const RE2& pattern = *new RE2(
      "(?i)("
      // "mentioned above", "as described earlier", "the given below".
      R"(\b(?:mentioned|described|discussed|stated|listed|given|provided|shown|specified|outlined|)"
      R"(referenced|presented|explained|noted|quoted|cited|defined|introduced)\s+(?:above|below|)"
      R"(earlier|previously|here)\b)"
      R"(|\bas\s+(?:mentioned|discussed|noted|outlined)\b(?:\s*[,.?!]|\s*$))"
      // "according to the information given", "according to the author".
      R"(|\baccording to (?:the|this|that|these)\s+(?:(?:given|provided|above|following)\s+)?)"
      R"((?:information|content|contents|context|description|details|source|material|statements?|)"
      R"(list|table|example|examples|above|given|provided|following|authors?|writers?|speakers?|)"
      R"(narrator|reading|story|code)\b)"
      R"(|\b(?:based on|from|in|using|per|by)\s+(?:only\s+)?the\s+(?:given|provided|above)\s+)"
      R"((?:information|context|contents?|description|details|examples?|list|code|table|data)\b)"
      R"(|\bthe (?:information|context|content|details|description) (?:given|provided|above)\s*)"
      R"((?:[,.?!]|$))"
      R"(|\b(?:example|list|table|figure|code|command|instruction|information|statement|sentence|)"
      R"(quote|quotation)s?\s+(?:above|below)\b)"
      // "among the given options", "demonstrated in the figure".
      R"(|\b(?:among|in|from|of|by) the given (?:\w+ ){0,2}(?:options|choices|list|information|)"
      R"(statements?|figures?|tables?|diagrams?|graphs?|data|story|scenario)\b)"
      R"(|\b(?:demonstrated|shown|depicted|illustrated|presented) in the (?:figure|diagram|graph|)"
      R"(table|chart|image)\s*(?:[,.?!]|$))"
      R"(|\bin (?:this|the given|the provided|the above|the) context\s*(?:[,.?!]|$))"
      // "the author says", "the author's opinion"; not "the author of the
      // package".
      R"(|\b(?:the|this) (?:author|writer|narrator|speaker)s?(?:\s+\w+ly)?(?:\s+(?:does|do|did|also))?\s+)"
      R"((?:says?|said|mentions?|mentioned|describes?|described|suggests?|suggested|recommends?|)"
      R"(recommended|states?|stated|claims?|claimed|argues?|argued|believes?|believed|thinks?|)"
      R"(thought|notes?|noted|explains?|explained|refers?|referred|considers?|considered|impl(?:y|ies|ied)|)"
      R"(points?|compares?|compared|express(?:es|ed)?|warns?|warned|advises?|advised|defines?|)"
      R"(gives?|gave|lists?|discuss(?:es|ed)?|finds?|found|feels?|felt|likes?|wants?|proposes?|proposed)\b)"
      R"(|\b(?:the|this) (?:author|writer|narrator|speaker)s?['’]s?\s+(?:opinions?|views?|points?|)"
      R"(advice|intentions?|purposes?|attitudes?|tones?|arguments?|main|favou?rite|perspectives?|)"
      R"(beliefs?|experiences?|recommendations?|suggestions?|motto)\b)"
      R"(|\b(?:this|the first|the last|the following|the previous|the above|the given) sentence\b)"
      R"(|\b(?:chunk|passage|piece|excerpt|section|part|bit) of (?:the |this )?(?:text|document|article)\b)"
      R"(|\btext (?:chunk|excerpt|passage|above|below|provided|given)\b)"
      // "Excerpt states that": models leave out the article.
      R"(|(?-i:\b(?:Excerpt|Passage|Text|Document|Article|Paragraph|Section))\s+)"
      R"((?:states?|says|mentions|describes|explains|discusses|provides|indicates|notes|suggests|)"
      R"(outlines|defines|specifies|emphasizes|highlights|details|refers)\b)"
      R"(|\b(?:according to|in|based on) (?:excerpt|passage|transcript)\b)"
      ")");
  return pattern;
}

const RE2& QuestionPattern() {
  static const RE2& pattern = *new RE2(
      "(?i)("
      R"(\b(?:the|these) (?:following|above)\s+(?:example|list|table|figure|code|command|)"
      R"(instruction|information|statement|option|item|step|word|term|quote)s?\b)"
      // "in this release": a reader cannot tell which.
      R"(|\b(?:in|of|for|by|with|to|from|on|during) (?:this|these|those) (?:releases?|versions?|cases?|)"
      R"(examples?|situations?|manuals?|contexts?|lists?|tables?|steps?|story|stories|entry|entries|)"
      R"(guides?|books?|files?|packages?|programs?|projects?|scenarios?|procedures?|)"
      R"(process|processes|commands?|options?)\b)"
      // "mentioned in the story".
      R"(|\b(?:in|of) the (?:story|tale|narrative)\b)"
      // A narrator's question about himself; "How do I ..." is a reader's.
      R"(|\b(?:did|were|was|had) (?:I|we)\b|(?-i:\b(?:and I|I and)\b))"
      // "What methods are discussed?" (but "What services are provided?").
      R"(|\b(?:discussed|quoted|outlined|described|referenced|mentioned)\s*[?.!]*\s*$)"
      R"(|\bwhat (?:is|are) (?:the )?(?:main )?(?:topic|title|subject|heading|theme|main idea|main point)s?\s*)"
      R"((?:of|in)? ?(?:the|this)? ?(?:text|page)?\s*\?)"
      ")");
  return pattern;
}

// "mentioned" refers to the text unless a place is named ("mentioned in
// debian/control"), it is a rule ("must be mentioned"), or somebody did so ("the
// miller mentioned that ...").
const RE2& MentionedPattern() {
  static const RE2& pattern =
      *new RE2(R"((?i)((?:\b(\w+)\s+)?\b(?:not\s+)?mentioned\b(?:\s+(\w+))?))");
  return pattern;
}

std::string FindMentioned(absl::string_view text) {
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece phrase, before, after;
  while (RE2::FindAndConsume(&rest, MentionedPattern(), &phrase, &before, &after)) {
    const std::string left = absl::AsciiStrToLower(absl::string_view(before.data(), before.size()));
    const std::string right = absl::AsciiStrToLower(absl::string_view(after.data(), after.size()));
    const bool duty = left == "be" || left == "been";
    const bool placed = right == "in" || right == "on" || right == "by" || right == "at";
    static const auto& passive = *new absl::flat_hash_set<absl::string_view>(
        {"", "is", "are", "was", "were", "not", "as", "been", "being", "explicitly"});
    static const auto& objects = *new absl::flat_hash_set<absl::string_view>(
        {"that", "the", "a", "an", "about", "how", "why", "what", "his", "her", "their", "its",
         "this", "these", "some", "several"});
    const bool told = !passive.contains(left) && objects.contains(right);
    if (!duty && !placed && !told) return std::string(phrase.data(), phrase.size());
  }
  return "";
}

std::string FindPattern(absl::string_view text, const RE2& pattern) {
  re2::StringPiece found;
  if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern, &found)) return "";
  return std::string(found.data(), found.size());
}

std::string FindInEnglish(absl::string_view text, bool is_question, absl::string_view chunk) {
  enum : uint32_t { kNoun = 1, kPhrase = 2, kMentioned = 4, kQuestion = 8, kWork = 16 };
  static const PatternScreen& screen = *new PatternScreen(
      {&NounPattern(), &PhrasePattern(), &MentionedPattern(), &QuestionPattern(), &WorkPattern()});
  const uint32_t matching = screen.MatchesIn(text);
  std::string found;
  if ((matching & kNoun) != 0) found = FindNoun(text);
  if (found.empty() && (matching & kPhrase) != 0) found = FindPattern(text, PhrasePattern());
  if (found.empty() && (matching & kMentioned) != 0) found = FindMentioned(text);
  if (found.empty() && is_question && (matching & kQuestion) != 0) {
    found = FindPattern(text, QuestionPattern());
  }
  if (found.empty() && (matching & kWork) != 0)
    found = FindWork(text, /*pointing=*/!is_question, chunk);
  return found;
}

std::string FindInTable(absl::string_view text, Language language, bool is_question) {
  const LanguagePatterns& patterns = PatternsOf(language);
  std::string found;
  if (patterns.source != nullptr) found = FindPattern(text, *patterns.source);
  if (found.empty() && is_question && patterns.narrators != nullptr) {
    found = FindPattern(text, *patterns.narrators);
  }
  return found;
}

}  // namespace

std::string FindSourceReference(absl::string_view text, bool is_question, Language language,
                                absl::string_view chunk) {
  // A model that is lost in a language falls back to English.
  if (language == Language::kEnglish || language == Language::kUnknown) {
    return FindInEnglish(text, is_question, chunk);
  }
  return FindInTable(text, language, is_question);
}

}  // namespace quipu::generator
