// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/template_encoder.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace quipu::inference {

std::string PartsToString(absl::Span<const TemplatePart> parts) {
  std::string text;
  for (const TemplatePart& part : parts) text += part.text;
  return text;
}

namespace {

// Adjacent text parts.
struct Run {
  std::string text;
  std::vector<size_t> ends;   // For each part, where it ends in `text`.
  std::vector<bool> trained;  // For each part.
  bool own_space = false;     // Begins with a space that belongs to the template.
};

void AddToRun(const TemplatePart& part, Run* run) {
  if (run->text.empty()) {
    run->own_space = part.message < 0 && absl::StartsWith(part.text, " ");
  }
  run->text += part.text;
  run->ends.push_back(run->text.size());
  run->trained.push_back(part.trained);
}

// Appends the tokens of `run`, which begins at `offset` in the whole.
void EncodeRun(const Tokenizer& tokenizer, const Run& run, bool fragment_start, uint32_t offset,
               RenderedTokens* out) {
  const Encoding encoding = tokenizer.EncodeWithOffsets(run.text, fragment_start && !run.own_space);
  size_t part = 0;  // The part that the token begins in.
  for (size_t i = 0; i < encoding.ids.size(); ++i) {
    const size_t begin = encoding.begins[i];
    const size_t end = i + 1 < encoding.ids.size() ? encoding.begins[i + 1] : run.text.size();
    while (part + 1 < run.ends.size() && run.ends[part] <= begin) ++part;
    bool trained = run.trained[part];
    for (size_t p = part; !trained && p + 1 < run.ends.size() && run.ends[p] < end; ++p) {
      trained = run.trained[p + 1];
    }
    out->ids.push_back(encoding.ids[i]);
    out->trained.push_back(trained ? 1 : 0);
    out->begins.push_back(offset + static_cast<uint32_t>(begin));
  }
}

// Where the white space that `text` begins with ends, as the library "tokenizers" sees it: Python
// has four more such characters, U+001C to U+001F.
size_t LeadingSpaceEnd(absl::string_view text) {
  size_t end = 0;
  while (end < text.size()) {
    size_t next = end;
    if (!u_isUWhiteSpace(static_cast<UChar32>(NextCodePoint(text, &next)))) break;
    end = next;
  }
  return end;
}

size_t TrailingSpaceBegin(absl::string_view text) {
  size_t begin = text.size();
  while (begin > 0) {
    const size_t last = FloorToCodePoint(text, begin - 1);
    size_t at = last;
    if (!u_isUWhiteSpace(static_cast<UChar32>(NextCodePoint(text, &at)))) break;
    begin = last;
  }
  return begin;
}

// Removes white space that the control tokens beside a run take with them. Returns how
// many bytes were at its beginning.
size_t StripRun(bool left, bool right, Run* run) {
  absl::string_view text = run->text;
  if (left) text.remove_prefix(LeadingSpaceEnd(text));
  const size_t removed = run->text.size() - text.size();
  if (right) text = text.substr(0, TrailingSpaceBegin(text));
  if (text.size() == run->text.size()) return 0;
  for (size_t& end : run->ends) end -= std::min(end, removed);
  if (removed > 0) run->own_space = false;
  run->text = std::string(text);
  return removed;
}

}  // namespace

absl::StatusOr<RenderedTokens> EncodeParts(const Tokenizer& tokenizer,
                                           absl::Span<const TemplatePart> parts,
                                           bool fragment_start) {
  RenderedTokens out;
  Run run;
  size_t run_at = 0;  // Where the run begins in the whole.
  bool strips_left = false;
  const auto flush = [&](bool strips_right) {
    const size_t size = run.text.size();
    const size_t removed = StripRun(strips_left, strips_right, &run);
    if (!run.text.empty()) {
      EncodeRun(tokenizer, run, fragment_start, static_cast<uint32_t>(run_at + removed), &out);
    }
    run_at += size;
    run = Run();
  };
  for (const TemplatePart& part : parts) {
    if (!part.control) {
      if (!part.text.empty()) AddToRun(part, &run);
      continue;
    }
    const std::optional<TokenId> id = tokenizer.ControlId(part.text);
    if (!id) {
      return absl::FailedPreconditionError(
          absl::StrCat("the vocabulary has no control token \"", part.text, "\""));
    }
    flush(tokenizer.StripsBefore(*id));
    out.ids.push_back(*id);
    out.trained.push_back(part.trained ? 1 : 0);
    out.begins.push_back(static_cast<uint32_t>(run_at));
    run_at += part.text.size();
    fragment_start = tokenizer.fragment_after_control();
    strips_left = tokenizer.StripsAfter(*id);
  }
  flush(/*strips_right=*/false);
  return out;
}

}  // namespace quipu::inference
