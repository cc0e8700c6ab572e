// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/indices.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "pipelines/markup/html_elements.h"

namespace quipu::pipelines {
namespace {

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

bool IsBar(absl::string_view text) { return text == "/" || text == "\xe2\x81\x84"; }

}  // namespace

void Indices::StartRaised() {
  StartOther();
  in_raised_ = true;
  raised_ = true;
  base_ = blocks_.JoinedTo();
}

void Indices::EndRaised() {
  if (std::exchange(closes_raised_, false)) blocks_.Add(")", /*preformatted=*/false);
  in_raised_ = false;
  raised_ = false;
}

void Indices::StartLowered() {
  lowered_ = true;
  if (fraction_ == Fraction::kBar && mark_ < blocks_.line_size()) blocks_.SpaceAt(mark_);
  StartOther();
}

void Indices::EndLowered() {
  if (std::exchange(closes_lowered_, false)) blocks_.Add(")", /*preformatted=*/false);
  lowered_ = false;
  behind_number_ = IsDigit(blocks_.JoinedTo());
}

bool Indices::BeginText(absl::string_view text, bool in_link) {
  if (raised_) return BeginRaised(text, in_link);
  if (fraction_ == Fraction::kRaised && !in_raised_) {
    fraction_ = IsBar(absl::StripAsciiWhitespace(text)) ? Fraction::kBar : Fraction::kNone;
  }
  if (std::exchange(behind_number_, false) && IsDigit(text.front())) blocks_.Space();
  if (std::exchange(lowered_, false)) {
    const absl::string_view mark = IndexMark(blocks_.JoinedTo(), text);
    closes_lowered_ = mark.size() > 1;
    blocks_.Add(mark, /*preformatted=*/false);
  }
  return true;
}

bool Indices::BeginRaised(absl::string_view text, bool in_link) {
  raised_ = false;
  behind_number_ = false;
  if (base_ == '\0') return true;
  const absl::string_view number = absl::StripAsciiWhitespace(text);
  if (in_link && IsNoteNumber(number)) return false;
  if (blocks_.JoinedTo() != base_) return true;
  const absl::string_view mark = ExponentMark(base_, text);
  closes_raised_ = mark.size() > 1;
  if (mark == "^" && IsDigit(base_) && std::all_of(number.begin(), number.end(), IsDigit)) {
    fraction_ = Fraction::kRaised;
    mark_ = blocks_.line_size();
  }
  blocks_.Add(mark, /*preformatted=*/false);
  return true;
}

}  // namespace quipu::pipelines
