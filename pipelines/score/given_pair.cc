// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/given_pair.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/text/normalize.h"
#include "generator/words/words.h"
#include "pipelines/score/labels.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

// Answers of the short form are names, figures and phrases.
constexpr size_t kMaxShortWords = 12;

absl::StatusOr<std::string> IdOf(const dom::object& object) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> id, Find(object, "id"));
  if (!id.has_value()) return std::string();
  if (id->is_int64()) return absl::StrCat(int64_t{id->get_int64().value_unsafe()});
  ASSIGN_OR_RETURN(const absl::string_view text, AsString(*id, "id"));
  if (text.size() > kMaxExternalIdBytes) {
    return absl::InvalidArgumentError(absl::StrCat("field \"id\" has ", text.size(),
                                                   " bytes, the limit is ", kMaxExternalIdBytes));
  }
  return std::string(text);
}

absl::StatusOr<std::optional<uint64_t>> Offset(const dom::object& object, absl::string_view key) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(object, key));
  if (!value.has_value()) return std::optional<uint64_t>();
  // Parsed as signed where it fits.
  if (value->is_int64() && value->get_int64().value_unsafe() >= 0) {
    return std::optional<uint64_t>(static_cast<uint64_t>(value->get_int64().value_unsafe()));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("field \"", key, "\" is no byte offset (a number of 0 or more)"));
}

bool SplitsCharacter(absl::string_view text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

// The bytes of the document that chunk_begin and chunk_end name; all without them.
absl::StatusOr<absl::string_view> CutDocument(const dom::object& object, absl::string_view document,
                                              bool* whole) {
  ASSIGN_OR_RETURN(const std::optional<uint64_t> begin, Offset(object, "chunk_begin"));
  ASSIGN_OR_RETURN(const std::optional<uint64_t> end, Offset(object, "chunk_end"));
  *whole = !begin.has_value() && !end.has_value();
  if (*whole) return document;
  if (!begin.has_value() || !end.has_value()) {
    return absl::InvalidArgumentError("\"chunk_begin\" and \"chunk_end\" go together");
  }
  if (*begin >= *end || *end > document.size()) {
    return absl::InvalidArgumentError(absl::StrCat("chunk_begin ", *begin, " and chunk_end ", *end,
                                                   " are not a part of the document's ",
                                                   document.size(), " bytes"));
  }
  if (SplitsCharacter(document, *begin) || SplitsCharacter(document, *end)) {
    return absl::InvalidArgumentError(
        absl::StrCat("chunk_begin ", *begin, " or chunk_end ", *end, " is inside a character"));
  }
  return document.substr(*begin, *end - *begin);
}

absl::StatusOr<absl::string_view> ChunkText(const dom::object& object, bool* whole) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> chunk, Find(object, "chunk"));
  ASSIGN_OR_RETURN(const std::optional<dom::element> document, Find(object, "document"));
  if (chunk.has_value() == document.has_value()) {
    return absl::InvalidArgumentError(chunk.has_value()
                                          ? "has both \"chunk\" and \"document\", want one"
                                          : "no field \"chunk\" or \"document\"");
  }
  if (chunk.has_value()) return AsString(*chunk, "chunk");
  ASSIGN_OR_RETURN(const absl::string_view text, AsString(*document, "document"));
  return CutDocument(object, text, whole);
}

absl::StatusOr<std::string> Content(const dom::object& object, absl::string_view key) {
  ASSIGN_OR_RETURN(const absl::string_view text, RequiredString(object, key));
  const absl::string_view stripped = absl::StripAsciiWhitespace(text);
  if (stripped.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("field \"", key, "\" is empty"));
  }
  return std::string(stripped);
}

absl::StatusOr<v1::AnswerForm> FormOf(const dom::object& object, absl::string_view answer) {
  ASSIGN_OR_RETURN(const absl::string_view form, OptionalString(object, "form"));
  if (form == "short") return v1::ANSWER_FORM_SHORT;
  if (form == "long") return v1::ANSWER_FORM_LONG;
  if (!form.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("field \"form\" is \"", Snippet(form, 40), "\", not short or long"));
  }
  return generator::SplitWords(answer).size() <= kMaxShortWords ? v1::ANSWER_FORM_SHORT
                                                                : v1::ANSWER_FORM_LONG;
}

absl::StatusOr<std::string> LabelOf(const dom::object& object) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> label, Find(object, "label"));
  if (!label.has_value()) return std::string();
  if (label->is_bool()) return std::string(label->get_bool().value_unsafe() ? "true" : "false");
  ASSIGN_OR_RETURN(const absl::string_view text, AsString(*label, "label"));
  RETURN_IF_ERROR(KindOfLabel(text).status());
  return std::string(text);
}

}  // namespace

absl::StatusOr<GivenPair> ParseGivenPair(const dom::object& object) {
  GivenPair pair;
  ASSIGN_OR_RETURN(pair.id, IdOf(object));
  ASSIGN_OR_RETURN(const absl::string_view chunk, ChunkText(object, &pair.whole_document));
  ASSIGN_OR_RETURN(pair.chunk, generator::NormalizeDocument(chunk));
  if (pair.chunk.empty()) return absl::InvalidArgumentError("the chunk is empty");
  ASSIGN_OR_RETURN(pair.question, Content(object, "question"));
  ASSIGN_OR_RETURN(pair.answer, Content(object, "answer"));
  ASSIGN_OR_RETURN(pair.form, FormOf(object, pair.answer));
  ASSIGN_OR_RETURN(pair.label, LabelOf(object));
  ASSIGN_OR_RETURN(const absl::string_view rater, OptionalString(object, "rater"));
  pair.rater = std::string(rater);
  ASSIGN_OR_RETURN(const absl::string_view language, OptionalString(object, "language"));
  pair.language = std::string(language);
  return pair;
}

absl::Status CheckChunkLength(const GivenPair& pair, const inference::Tokenizer& tokenizer,
                              uint32_t max_tokens) {
  const size_t tokens = tokenizer.Encode(pair.chunk, /*fragment_start=*/false).size();
  if (tokens <= max_tokens) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      pair.whole_document ? "the document has " : "the chunk has ", tokens,
      " tokens, the limit is ", max_tokens, " (chunks.max_tokens)",
      pair.whole_document ? "; give the chunk's bytes, chunk_begin and chunk_end" : ""));
}

}  // namespace quipu::pipelines
