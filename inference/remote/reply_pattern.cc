// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/reply_pattern.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace quipu::inference {
namespace {

// No more than English has, so that a part that runs on is closed by the pattern
// before the tokens of the whole reply have run out.
constexpr int kCharactersPerToken = 4;
// llama.cpp refuses grammars with more repetitions.
constexpr int kMostRepetitions = 2000;

void AppendRegexLiteral(absl::string_view text, std::string* out) {
  for (const char c : text) {
    if (c == '\n') {
      out->append("\\n");
      continue;
    }
    if (absl::string_view("\\.^$|?*+()[]{}").find(c) != absl::string_view::npos)
      out->push_back('\\');
    out->push_back(c);
  }
}

void AppendGrammarLiteral(absl::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      case '"':
      case '\\':
        out->push_back('\\');
        out->push_back(c);
        break;
      default:
        out->push_back(c);
    }
  }
  out->push_back('"');
}

// A free part as a character class, the same in both languages. Here an end
// always begins with ASCII: part of a character cannot be in a class.
//
// It does not begin with a line feed. To many models, the literal's last
// character and a line feed are one token, and after it they wander off. (A
// literal that is tokenised by itself, as in the embedded engine, never lets
// that happen.) Before another literal it is a single line, for the same
// reason. `gap` separates two elements.
std::string FreeClass(const Slot& part, bool last, absl::string_view anything,
                      absl::string_view gap) {
  const int most = MaxCharacters(part);
  const std::string some = most > 0 ? absl::StrCat("{1,", most, "}") : "+";
  const std::string more = most > 0 ? absl::StrCat("{0,", most - 1, "}") : "*";
  if (part.text.empty() || static_cast<unsigned char>(part.text[0]) >= 0x80)
    return absl::StrCat(anything, some);
  std::string excluded(1, part.text[0]);
  if (excluded == "\n") {
    excluded = "\\n";
  } else if (absl::string_view("\\]^-[").find(part.text[0]) != absl::string_view::npos) {
    excluded.insert(0, "\\");
  }
  const std::string in_line = excluded == "\\n" ? excluded : absl::StrCat(excluded, "\\n");
  if (!last) return absl::StrCat("[^", in_line, "]", some);
  return absl::StrCat("[^", in_line, "]", gap, "[^", excluded, "]", more);
}

}  // namespace

int MaxCharacters(const Slot& part) {
  const int64_t most = int64_t{kCharactersPerToken} * std::max(1, part.max_tokens);
  return most > kMostRepetitions ? 0 : static_cast<int>(most);
}

std::string ReplyRegex(absl::Span<const Slot> reply_template) {
  std::string regex;
  for (const Slot& part : reply_template) {
    if (part.kind == Slot::Kind::kLiteral) {
      AppendRegexLiteral(part.text, &regex);
    } else {
      absl::StrAppend(&regex, FreeClass(part, &part == &reply_template.back(), "(?:.|\\n)", ""));
    }
  }
  // The last part's end is not the beginning of a literal.
  if (!reply_template.empty() && reply_template.back().kind == Slot::Kind::kFree)
    AppendRegexLiteral(reply_template.back().text, &regex);
  return regex;
}

std::string ReplyGrammar(absl::Span<const Slot> reply_template) {
  std::string grammar = "root ::=";
  for (const Slot& part : reply_template) {
    grammar.push_back(' ');
    if (part.kind == Slot::Kind::kLiteral) {
      AppendGrammarLiteral(part.text, &grammar);
    } else {
      absl::StrAppend(&grammar,
                      FreeClass(part, &part == &reply_template.back(), "(. | \"\\n\")", " "));
    }
  }
  if (!reply_template.empty() && reply_template.back().kind == Slot::Kind::kFree &&
      !reply_template.back().text.empty()) {
    grammar.push_back(' ');
    AppendGrammarLiteral(reply_template.back().text, &grammar);
  }
  return absl::StrCat(grammar, "\n");
}

std::string TokenGrammar(absl::Span<const TokenId> tokens) {
  std::string grammar = "root ::=";
  for (const TokenId token : tokens) absl::StrAppend(&grammar, " <[", token, "]>");
  return absl::StrCat(grammar, "\n");
}

std::optional<std::vector<std::string>> MatchReply(absl::string_view reply,
                                                   absl::Span<const Slot> reply_template) {
  absl::string_view rest = absl::StripAsciiWhitespace(reply);
  std::vector<std::string> parts;
  for (size_t i = 0; i < reply_template.size(); ++i) {
    const Slot& part = reply_template[i];
    if (part.kind == Slot::Kind::kLiteral) {
      if (!absl::ConsumePrefix(&rest, part.text)) return std::nullopt;
      continue;
    }
    const bool last = i + 1 == reply_template.size();
    if (last && part.text.empty()) {
      parts.emplace_back(rest);
      return parts;
    }
    // A middle part with an empty end continues to the next literal.
    const absl::string_view end = last ? part.text : reply_template[i + 1].text;
    const size_t at = rest.find(end);
    if (at == absl::string_view::npos) return std::nullopt;
    parts.emplace_back(rest.substr(0, at));
    rest.remove_prefix(last ? at + end.size() : at);
  }
  if (!rest.empty()) return std::nullopt;
  return parts;
}

}  // namespace quipu::inference
