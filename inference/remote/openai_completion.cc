// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_completion.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "inference/remote/reply_pattern.h"

namespace quipu::inference {
namespace {

constexpr int kSpareTokens = 16;

int CountTokens(const Tokenizer& tokenizer, absl::string_view text) {
  return static_cast<int>(tokenizer.Encode(text, /*fragment_start=*/false).size());
}

CompletedPart PartOf(const Tokenizer& tokenizer, absl::string_view name, std::string text) {
  CompletedPart part;
  part.name = std::string(name);
  part.num_tokens = CountTokens(tokenizer, text);
  part.text = std::move(text);
  part.log_prob = std::numeric_limits<double>::quiet_NaN();
  return part;
}

int Characters(absl::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// No server limits parts by tokens; the embedded engine would have cut this one. A
// pattern closes a part at just so many characters.
bool IsCut(const CompletedPart& part, const Slot& slot) {
  if (part.num_tokens > slot.max_tokens) return true;
  const int most = MaxCharacters(slot);
  return most > 0 && Characters(part.text) == most;
}

}  // namespace

int64_t MostTokens(const Tokenizer& tokenizer, const ReplyTemplate& reply_template) {
  int64_t most = kSpareTokens;
  for (const Slot& part : reply_template) {
    most += part.kind == Slot::Kind::kFree ? part.max_tokens : CountTokens(tokenizer, part.text);
  }
  if (!reply_template.back().text.empty())
    most += CountTokens(tokenizer, reply_template.back().text);
  return most;
}

std::vector<TokenId> BannedTokens(const Tokenizer& tokenizer, const ReplyTemplate& reply_template) {
  std::set<TokenId> banned;
  for (const Slot& part : reply_template) {
    for (const std::string& word : part.banned) {
      std::string capitalised = absl::AsciiStrToLower(word);
      capitalised[0] = absl::ascii_toupper(capitalised[0]);
      for (const std::string& spelling :
           {word, absl::AsciiStrToLower(word), capitalised, absl::AsciiStrToUpper(word)}) {
        for (const absl::string_view space : {"", " "}) {
          const std::vector<TokenId> ids =
              tokenizer.Encode(absl::StrCat(space, spelling), /*fragment_start=*/false);
          if (ids.size() == 1) banned.insert(ids[0]);
        }
      }
    }
  }
  return {banned.begin(), banned.end()};
}

Completion CompletionOf(const Tokenizer& tokenizer, const ChatReply& reply,
                        const ReplyTemplate& reply_template) {
  Completion completion;
  const std::optional<std::vector<std::string>> parts = MatchReply(reply.text, reply_template);
  if (!parts.has_value()) {
    completion.parts.push_back(PartOf(tokenizer, "reply", reply.text));
    completion.parts[0].end =
        reply.cut ? CompletedPart::End::kMaxTokens : CompletedPart::End::kEndOfTurn;
    return completion;
  }
  size_t next = 0;
  for (const Slot& free : reply_template) {
    if (free.kind != Slot::Kind::kFree) continue;
    CompletedPart part = PartOf(tokenizer, free.name, (*parts)[next++]);
    if (IsCut(part, free)) part.end = CompletedPart::End::kMaxTokens;
    completion.parts.push_back(std::move(part));
  }
  return completion;
}

}  // namespace quipu::inference
