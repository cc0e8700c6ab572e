// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Parses a JSON object as strictly as JsonParser, but reads what Python's json, pandas
// and others write although JSON has no word for it: NaN and infinities (as null),
// numbers beyond 64 bits (as strings of the same digits), halves of surrogate pairs.
//
//   LenientJsonParser parser;
//   ASSIGN_OR_RETURN(simdjson::dom::object object, parser.Parse(line));
//   if (parser.HasHalfSurrogate(text)) return absl::InvalidArgumentError("...");
//
// So a field that nobody asked for does not cost its record. Thread-compatible. Parsed
// values are valid until the next call.
#ifndef QUIPU_PIPELINES_INGEST_LENIENT_JSON_H_
#define QUIPU_PIPELINES_INGEST_LENIENT_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json_parser.h"
#include "simdjson.h"

namespace quipu::pipelines {

class LenientJsonParser {
 public:
  // Errors are JsonParser's for `text` as it is. REQUIRES: 64 more bytes are readable after `text`.
  absl::StatusOr<simdjson::dom::object> Parse(absl::string_view text);

  // Whether a string of the object last parsed had half of a surrogate pair in it.
  bool HasHalfSurrogate(absl::string_view string) const;
  // `string` with U+FFFD for each of them.
  std::string ReplaceHalfSurrogates(absl::string_view string) const;

  // Frees its memory. Invalidates the object last parsed.
  void Release();

 private:
  JsonParser parser_;
  std::string repaired_;
  bool half_surrogates_ = false;
};

// `text` with words and numbers that JSON does not have replaced, and with a noncharacter for
// halves of surrogate pairs; sets *half_surrogates if there were any. Changes nothing else.
std::string RepairJson(absl::string_view text, bool* half_surrogates);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_LENIENT_JSON_H_
