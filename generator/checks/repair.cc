// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/repair.h"

#include <re2/re2.h>
#include <unicode/uchar.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/utf8.h"
#include "generator/checks/repair_rules.h"
#include "generator/words/content_words.h"

namespace quipu::generator {
namespace {

// A question with fewer words says too little.
constexpr size_t kLeastQuestionWords = 3;

// The compiled rules of a language.
struct Rules {
  explicit Rules(const RepairRules& data)
      : lead_in(absl::StrCat(R"((?i)((?:^|[.!?][ \t\n]+)))", Filled(data.lead_in, data))),
        ending(absl::StrCat(R"((?i)()", Filled(data.ending, data), R"()(\s*(?:[,.;?!]|$)|\s+(?:)",
                            data.continues, R"()\b))")),
        needs_ending(std::string(data.needs_ending)),
        needs_participle(std::string(data.needs_participle)) {}

  static std::string Filled(absl::string_view pattern, const RepairRules& data) {
    const std::string with_participles =
        absl::StrReplaceAll(pattern, {{"{participle}", data.participle}});
    return absl::StrReplaceAll(with_participles, {{"{noun}", data.noun}});
  }

  RE2 lead_in;
  RE2 ending;
  RE2 needs_ending;
  RE2 needs_participle;
};

const std::vector<std::unique_ptr<Rules>>& AllRules() {
  static const auto& all = *[] {
    auto* made = new std::vector<std::unique_ptr<Rules>>;
    for (const RepairRules* data : kRepairRules) made->push_back(std::make_unique<Rules>(*data));
    return made;
  }();
  return all;
}

std::string Capitalised(absl::string_view text) {
  if (text.empty()) return "";
  size_t end = 0;
  const auto first = static_cast<UChar32>(NextCodePoint(text, &end));
  std::string out;
  AppendUtf8(static_cast<uint32_t>(u_totitle(first)), &out);
  absl::StrAppend(&out, text.substr(end));
  return out;
}

// Cuts the lead-in of each sentence.
bool CutLeadIns(const Rules& rules, std::string* text) {
  std::string out;
  re2::StringPiece rest(*text);
  re2::StringPiece boundary;
  const char* copied = text->data();
  bool cut = false;
  while (true) {
    const re2::StringPiece before = rest;
    if (!RE2::FindAndConsume(&rest, rules.lead_in, &boundary)) break;
    out.append(copied, boundary.data() + boundary.size() - copied);
    // The first character after the cut becomes a capital.
    const absl::string_view after(rest.data(), rest.size());
    size_t first = 0;
    if (!after.empty()) NextCodePoint(after, &first);
    out += Capitalised(after.substr(0, first));
    copied = rest.data() + first;
    cut = true;
    if (rest.size() == before.size()) break;
    rest = re2::StringPiece(copied, text->data() + text->size() - copied);
  }
  if (!cut) return false;
  out.append(copied, text->data() + text->size() - copied);
  *text = std::move(out);
  return true;
}

absl::string_view LastWord(absl::string_view text) {
  size_t begin = text.size();
  while (begin > 0 && absl::ascii_isalpha(text[begin - 1])) --begin;
  return text.substr(begin);
}

// Whether the text would lose its sense without the ending after `before`.
bool NeedsEnding(const Rules& rules, absl::string_view before, bool participle, bool is_question) {
  before = absl::StripAsciiWhitespace(before);
  const absl::string_view word = LastWord(before);
  if (word.empty() && before.empty()) return true;
  if (RE2::FullMatch(re2::StringPiece(word.data(), word.size()), rules.needs_ending)) return true;
  return participle && is_question &&
         RE2::FullMatch(re2::StringPiece(before.data(), before.size()), rules.needs_participle);
}

// Cuts the endings of clauses.
bool CutEndings(const Rules& rules, bool is_question, std::string* text) {
  std::string out;
  re2::StringPiece rest(*text);
  re2::StringPiece ending, participle, mark;
  const char* copied = text->data();
  bool cut = false;
  while (RE2::FindAndConsume(&rest, rules.ending, &ending, &participle, &mark)) {
    const absl::string_view before(text->data(), static_cast<size_t>(ending.data() - text->data()));
    // What follows may belong to the next ending.
    rest = re2::StringPiece(mark.data(), text->data() + text->size() - mark.data());
    if (NeedsEnding(rules, before, !participle.empty(), is_question)) continue;
    if (!mark.empty() && absl::ascii_isalpha(mark[mark.size() - 1]) && participle.empty()) continue;
    out.append(copied, ending.data() - copied);
    copied = mark.data();
    cut = true;
  }
  if (!cut) return false;
  out.append(copied, text->data() + text->size() - copied);
  *text = std::move(out);
  return true;
}

}  // namespace

std::optional<std::string> RepairText(absl::string_view text, bool is_question) {
  std::string repaired(text);
  bool cut = false;
  for (const std::unique_ptr<Rules>& rules : AllRules()) {
    cut |= CutLeadIns(*rules, &repaired);
    cut |= CutEndings(*rules, is_question, &repaired);
  }
  if (!cut) return std::nullopt;
  const absl::string_view left = absl::StripAsciiWhitespace(repaired);
  const size_t least = is_question ? kLeastQuestionWords : 1;
  if (FoldedWords(left).size() < least) return std::nullopt;
  return Capitalised(left);
}

bool RepairPair(QuestionAnswer* pair) {
  std::optional<std::string> question = RepairText(pair->question, /*is_question=*/true);
  std::optional<std::string> answer = RepairText(pair->answer, /*is_question=*/false);
  if (question.has_value()) pair->question = *std::move(question);
  if (answer.has_value()) pair->answer = *std::move(answer);
  return question.has_value() || answer.has_value();
}

}  // namespace quipu::generator
