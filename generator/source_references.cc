// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/source_references.h"

#include <re2/re2.h>

#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "base/strings.h"

namespace quipu::generator {
namespace {

// Followers with which "the <noun>" names a thing of its own and not our text.
const std::set<std::string>* AllowedFollowers(const std::string& noun) {
  static const auto& followers = *new std::map<std::string, std::set<std::string>>{
      {"text",
       {"file",          "files",    "editor",     "editors",        "mode",       "modes",
        "console",       "consoles", "terminal",   "field",          "fields",     "box",
        "boxes",         "string",   "strings",    "format",         "formats",    "based",
        "only",          "segment",  "processing", "processor",      "processors", "formatting",
        "formatter",     "encoding", "version",    "message",        "messages",   "area",
        "interface",     "data",     "browser",    "viewer",         "widget",     "color",
        "colour",        "cursor",   "input",      "output",         "section",    "stream",
        "streams",       "layout",   "to",         "user",           "installer",  "adventure",
        "type",          "types",    "database",   "representation", "buffer",     "manipulation",
        "utilities",     "tool",     "tools",      "window",         "of",         "display",
        "documentation", "login",    "entry"}},
      {"passage", {"of", "way", "through", "into", "between", "from"}},
      {"chunk",
       {"size", "sizes", "header", "headers", "length", "server", "type", "of", "offset",
        "boundary", "id"}},
      {"excerpt", {}},
      {"document",
       {"root",        "roots",      "type",      "types",     "format",     "formats",
        "management",  "processing", "processor", "class",     "object",     "model",
        "tree",        "viewer",     "viewers",   "element",   "conversion", "converter",
        "preparation", "formatting", "template",  "templates", "base",       "database",
        "markup",      "definition", "camera",    "id",        "ids",        "editor",
        "store"}},
      {"section", {"of", "field", "fields", "name", "names", "number", "numbers", "mark"}},
      {"subsection", {}},
      {"article", {"of", "number", "numbers", "id", "ids"}},
      {"paragraph",
       {"style", "styles", "format", "separator", "separators", "break", "mark", "tag", "of"}},
      {"chapter", {"of"}},
      {"snippet", {}},
  };
  const auto found = followers.find(noun);
  return found == followers.end() ? nullptr : &found->second;
}

// "the given text", "this section", "a text passage": determiner, words that
// point, the noun, and what follows it.
const RE2& NounPattern() {
  static const RE2& pattern = *new RE2(
      R"((?i)(\b(?:the|this|that|these|those|given|provided|above|your|our)(?:\s+(?:given|provided|)"
      R"(above|following|preceding|previous|same|whole|entire|full|current|present|first|second|)"
      R"(last|final|next|short|long|original|supplied|quoted|text|document|documentation))*\s+)"
      R"((text|passage|chunk|excerpt|document|section|subsection|article|paragraph|chapter|)"
      R"(snippet)(?:s|'s|’s)?)\b(?:[ \t\n-]+([A-Za-z]+))?)");
  return pattern;
}

std::string FindNoun(absl::string_view text) {
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece phrase, noun, follower;
  while (RE2::FindAndConsume(&rest, NounPattern(), &phrase, &noun, &follower)) {
    const std::string lower = absl::AsciiStrToLower(absl::string_view(noun.data(), noun.size()));
    const std::set<std::string>* allowed = AllowedFollowers(lower);
    const std::string next =
        absl::AsciiStrToLower(absl::string_view(follower.data(), follower.size()));
    const bool term = allowed != nullptr && !next.empty() && allowed->count(next) > 0;
    if (!term) return std::string(phrase.data(), phrase.size());
    // The follower may begin the next mention ("the chunk of the text").
    if (!follower.empty()) {
      rest = re2::StringPiece(follower.data(), text.data() + text.size() - follower.data());
    }
  }
  return "";
}

// Patterns whose match alone decides, in questions and answers.
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
      ")");
  return pattern;
}

const RE2& QuestionPattern() {
  static const RE2& pattern = *new RE2(
      "(?i)("
      R"(\b(?:the|these) (?:following|above)\s+(?:example|list|table|figure|code|command|)"
      R"(instruction|information|statement|option|item|step|word|term|quote)s?\b)"
      // "in this release": which one, a reader cannot tell.
      R"(|\b(?:in|of|for|by|with|to|from|on|during) (?:this|these|those) (?:releases?|versions?|cases?|)"
      R"(examples?|situations?|manuals?|contexts?|lists?|tables?|steps?|story|stories|entry|entries|)"
      R"(guides?|books?|files?|packages?|programs?|projects?|scenarios?|procedures?|)"
      R"(process|processes|commands?|options?)\b)"
      // A narrator who asks about himself; "How do I ..." is a reader.
      R"(|\b(?:did|were|was|had) (?:I|we)\b|(?-i:\b(?:and I|I and)\b))"
      // "What methods are discussed?" (but "What services are provided?").
      R"(|\b(?:discussed|quoted|outlined|described|referenced|mentioned)\s*[?.!]*\s*$)"
      R"(|\bwhat (?:is|are) (?:the )?(?:main )?(?:topic|title|subject|heading|theme|main idea|main point)s?\s*)"
      R"((?:of|in)? ?(?:the|this)? ?(?:text|page)?\s*\?)"
      ")");
  return pattern;
}

// "mentioned" speaks of the text unless something else is where it is
// mentioned ("mentioned in debian/control", "must be mentioned").
std::string FindMentioned(absl::string_view text) {
  static const RE2& pattern =
      *new RE2(R"((?i)((?:\b(\w+)\s+)?\b(?:not\s+)?mentioned\b(?:\s+(\w+))?))");
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece phrase, before, after;
  while (RE2::FindAndConsume(&rest, pattern, &phrase, &before, &after)) {
    const std::string left = absl::AsciiStrToLower(absl::string_view(before.data(), before.size()));
    const std::string right = absl::AsciiStrToLower(absl::string_view(after.data(), after.size()));
    const bool duty = left == "be" || left == "been";
    const bool placed = right == "in" || right == "on" || right == "by" || right == "at";
    if (!duty && !placed) return std::string(phrase.data(), phrase.size());
  }
  return "";
}

std::string FindPattern(absl::string_view text, const RE2& pattern) {
  re2::StringPiece found;
  if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern, &found)) return "";
  return std::string(found.data(), found.size());
}

}  // namespace

std::string FindTextMention(absl::string_view text, bool is_question) {
  std::string found = FindNoun(text);
  if (found.empty()) found = FindPattern(text, PhrasePattern());
  if (found.empty()) found = FindMentioned(text);
  if (found.empty() && is_question) found = FindPattern(text, QuestionPattern());
  return found;
}

}  // namespace quipu::generator
