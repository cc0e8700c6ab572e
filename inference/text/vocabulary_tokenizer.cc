// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/vocabulary_tokenizer.h"

#include <algorithm>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"

namespace quipu::inference {
namespace {

constexpr absl::string_view kSpaceMark = "\xE2\x96\x81";  // "▁"

bool Contains(const std::vector<TokenId>& ids, TokenId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Calls `gap` and `token` in order for what is between the tokens and for each token.
void ForEachPiece(const TextTokens& tokens, absl::string_view text,
                  absl::FunctionRef<void(size_t begin, size_t end)> gap,
                  absl::FunctionRef<void(const TextTokens::Found&)> token) {
  size_t at = 0;
  for (auto found = tokens.Find(text, 0); found; found = tokens.Find(text, at)) {
    if (found->begin > at) gap(at, found->begin);
    token(*found);
    at = found->end;
  }
  if (at < text.size()) gap(at, text.size());
}

}  // namespace

VocabularyTokenizer::VocabularyTokenizer(Vocabulary vocabulary, TextRules rules)
    : vocabulary_(std::move(vocabulary)), rules_(std::move(rules)) {}

// The text, with every space that the normalisation writes.
struct VocabularyTokenizer::Searched {
  std::string text;
  std::vector<uint32_t> places;  // Where each byte is in the original; the end too.
};

void VocabularyTokenizer::FindTextTokens(bool as_bytes) {
  for (TokenId id = 0; id < vocabulary_.size(); ++id) {
    const absl::string_view spelling = as_bytes ? TokenBytes(id) : vocabulary_.text(id);
    if (!vocabulary_.IsTextToken(id) || spelling.empty()) continue;
    if (!Contains(rules_.found_normalized, id)) {
      text_tokens_.Add(spelling, id);
      continue;
    }
    normalized_text_tokens_.Add(
        SearchedIn(rules_.normalizer.Apply(spelling).text, /*fragment_start=*/true).text, id);
  }
}

VocabularyTokenizer::Searched VocabularyTokenizer::SearchedIn(absl::string_view text,
                                                              bool fragment_start) const {
  Searched made;
  const auto mark = [&made](size_t place) {
    made.text.append(kSpaceMark.data(), kSpaceMark.size());
    made.places.insert(made.places.end(), kSpaceMark.size(), static_cast<uint32_t>(place));
  };
  if (rules_.normalizes_begin && fragment_start) mark(0);
  for (size_t i = 0; i < text.size(); ++i) {
    if (rules_.normalizes_spaces && text[i] == ' ') {
      mark(i);
    } else {
      made.text.push_back(text[i]);
      made.places.push_back(static_cast<uint32_t>(i));
    }
  }
  made.places.push_back(static_cast<uint32_t>(text.size()));
  return made;
}

void VocabularyTokenizer::PushSpaceMark(Sink sink) const {
  const std::optional<TokenId> space = vocabulary_.Find(kSpaceMark);
  if (!space) return;
  sink.ids->push_back(*space);
  if (sink.begins != nullptr) sink.begins->push_back(0);
}

void VocabularyTokenizer::AddRulesTo(FingerprintBuilder* builder) const {
  rules_.normalizer.AddTo(builder);
  if (rules_.fragment_after_text_token) builder->Add("fragment_after_text_token");
  if (!rules_.fragment_after_control) builder->Add("no_fragment_after_control");
  for (const auto* ids : {&rules_.found_normalized, &rules_.strips_before, &rules_.strips_after}) {
    if (ids->empty()) continue;
    builder->Add(ids == &rules_.found_normalized ? "found_normalized"
                 : ids == &rules_.strips_before  ? "strips_before"
                                                 : "strips_after");
    for (const TokenId id : *ids) builder->Add(static_cast<uint64_t>(id));
  }
  if (rules_.normalizes_spaces && !rules_.found_normalized.empty()) {
    builder->Add("found_in_marked");
  }
}

std::vector<TokenId> VocabularyTokenizer::Encode(absl::string_view text,
                                                 bool fragment_start) const {
  std::vector<TokenId> ids;
  ids.reserve(text.size() / 3);
  EncodeAll(text, fragment_start, {&ids, nullptr});
  return ids;
}

Encoding VocabularyTokenizer::EncodeWithOffsets(absl::string_view text, bool fragment_start) const {
  Encoding encoding;
  // Enough for most texts: to grow is to copy, and a large document is in memory as well. What is
  // not used of a large block is no memory.
  encoding.ids.reserve(text.size() / 2);
  encoding.begins.reserve(text.size() / 2);
  EncodeAll(text, fragment_start, {&encoding.ids, &encoding.begins});
  return encoding;
}

void VocabularyTokenizer::EncodeAll(absl::string_view text, bool fragment_start, Sink sink) const {
  if (text_tokens_.empty()) return EncodeGap(text, 0, fragment_start, sink);
  // SentencePiece, which has no fragments but the whole, adds its space before a token too.
  const bool whole = !rules_.fragment_after_text_token && rules_.fragment_after_control;
  const std::optional<TextTokens::Found> first = text_tokens_.Find(text, 0);
  if (fragment_start && adds_space() && whole && first && first->begin == 0) PushSpaceMark(sink);
  ForEachPiece(
      text_tokens_, text,
      [&](size_t begin, size_t end) {
        const bool starts = begin == 0 ? fragment_start : rules_.fragment_after_text_token;
        EncodeGap(text.substr(begin, end - begin), begin, starts, sink);
      },
      [&](const TextTokens::Found& found) {
        sink.ids->push_back(found.id);
        if (sink.begins != nullptr) sink.begins->push_back(static_cast<uint32_t>(found.begin));
      });
}

void VocabularyTokenizer::EncodeGap(absl::string_view gap, size_t offset, bool fragment_start,
                                    Sink sink) const {
  const size_t first = sink.ids->size();
  if (rules_.normalizer.empty() || rules_.normalizer.Keeps(gap)) {
    EncodeNormalized(gap, fragment_start, sink);
    for (size_t i = first; offset > 0 && sink.begins != nullptr && i < sink.begins->size(); ++i) {
      (*sink.begins)[i] += static_cast<uint32_t>(offset);
    }
    return;
  }
  const NormalizedText normalized = rules_.normalizer.Apply(gap);
  EncodeNormalized(normalized.text, fragment_start, sink);
  for (size_t i = first; sink.begins != nullptr && i < sink.begins->size(); ++i) {
    uint32_t& begin = (*sink.begins)[i];
    begin = static_cast<uint32_t>(offset) + normalized.origins[begin];
  }
}

void VocabularyTokenizer::EncodeNormalized(absl::string_view text, bool fragment_start,
                                           Sink sink) const {
  if (text.empty()) return;
  if (normalized_text_tokens_.empty()) {
    return EncodeTo(text, fragment_start, sink.ids, sink.begins);
  }
  const Searched searched = SearchedIn(text, fragment_start);
  ForEachPiece(
      normalized_text_tokens_, searched.text,
      [&](size_t begin, size_t end) {
        const size_t first = sink.ids->size();
        const uint32_t from = searched.places[begin], to = searched.places[end];
        // What the normalisation puts before fragments is put only before the first.
        const bool more = rules_.fragment_after_text_token && !rules_.normalizes_spaces;
        const bool starts = begin == 0 ? fragment_start : more;
        if (from == to) return PushSpaceMark(sink);
        EncodeTo(text.substr(from, to - from), starts, sink.ids, sink.begins);
        for (size_t i = first; sink.begins != nullptr && i < sink.begins->size(); ++i) {
          (*sink.begins)[i] += from;
        }
      },
      [&](const TextTokens::Found& found) {
        sink.ids->push_back(found.id);
        if (sink.begins != nullptr) sink.begins->push_back(searched.places[found.begin]);
      });
}

bool VocabularyTokenizer::StripsBefore(TokenId id) const {
  return Contains(rules_.strips_before, id);
}

bool VocabularyTokenizer::StripsAfter(TokenId id) const {
  return Contains(rules_.strips_after, id);
}

absl::string_view VocabularyTokenizer::TokenBytes(TokenId id) const {
  return vocabulary_.Contains(id) ? bytes_[static_cast<size_t>(id)] : absl::string_view();
}

std::string VocabularyTokenizer::Decode(absl::Span<const TokenId> ids, bool fragment_start) const {
  std::string text;
  for (const TokenId id : ids) {
    const absl::string_view bytes = TokenBytes(id);
    text.append(bytes.data(), bytes.size());
  }
  if (fragment_start && adds_space() && !ids.empty() && absl::StartsWith(text, " ")) {
    text.erase(0, 1);
  }
  return text;
}

std::optional<TokenId> VocabularyTokenizer::ControlId(absl::string_view spelling) const {
  const std::optional<TokenId> id = vocabulary_.Find(spelling);
  if (!id || !vocabulary_.IsSpecial(*id)) return std::nullopt;
  return id;
}

absl::string_view VocabularyTokenizer::ControlSpelling(TokenId id) const {
  return IsControl(id) ? vocabulary_.text(id) : absl::string_view();
}

bool VocabularyTokenizer::IsControl(TokenId id) const {
  return vocabulary_.Contains(id) && vocabulary_.IsSpecial(id);
}

bool VocabularyTokenizer::IsEndOfTurn(TokenId id) const {
  return vocabulary_.Contains(id) && vocabulary_.IsEndOfTurn(id);
}

}  // namespace quipu::inference
