// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/normalizer.h"

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace quipu::inference {
namespace {

// Bytes with their origins.
class Output {
 public:
  explicit Output(size_t expected) {
    out_.text.reserve(expected);
    out_.origins.reserve(expected);
  }
  // Bytes that are as in the original, from `origin` on.
  void Keep(absl::string_view bytes, size_t origin) {
    for (size_t i = 0; i < bytes.size(); ++i) {
      out_.origins.push_back(static_cast<uint32_t>(origin + i));
    }
    out_.text.append(bytes.data(), bytes.size());
  }
  // Bytes that all came from what begins at `origin`.
  void Put(absl::string_view bytes, size_t origin) {
    out_.origins.insert(out_.origins.end(), bytes.size(), static_cast<uint32_t>(origin));
    out_.text.append(bytes.data(), bytes.size());
  }
  NormalizedText Take() { return std::move(out_); }

 private:
  NormalizedText out_;
};

const icu::Normalizer2& IcuNormalizer(bool compatible, bool composed) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* found = compatible
                                      ? (composed ? icu::Normalizer2::getNFKCInstance(status)
                                                  : icu::Normalizer2::getNFKDInstance(status))
                                      : (composed ? icu::Normalizer2::getNFCInstance(status)
                                                  : icu::Normalizer2::getNFDInstance(status));
  return *found;  // ICU's data are part of the library.
}

icu::StringPiece ToIcu(absl::string_view text) {
  return icu::StringPiece(text.data(), static_cast<int32_t>(text.size()));
}

// ICU's strings end at 2 GiB; nothing that long is a text.
bool IsNormalized(const icu::Normalizer2& form, absl::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 128; })) {
    return true;
  }
  UErrorCode status = U_ZERO_ERROR;
  return form.isNormalizedUTF8(ToIcu(text), status) && U_SUCCESS(status);
}

NormalizedText ApplyForm(const icu::Normalizer2& form, absl::string_view text) {
  std::string made;
  icu::StringByteSink<std::string> sink(&made, static_cast<int32_t>(text.size()));
  icu::Edits edits;
  UErrorCode status = U_ZERO_ERROR;
  form.normalizeUTF8(0, ToIcu(text), sink, &edits, status);
  Output out(made.size());
  UErrorCode edit_status = U_ZERO_ERROR;
  for (auto it = edits.getFineIterator(); it.next(edit_status);) {
    const absl::string_view bytes = absl::string_view(made).substr(
        static_cast<size_t>(it.destinationIndex()), static_cast<size_t>(it.newLength()));
    const auto origin = static_cast<size_t>(it.sourceIndex());
    it.hasChange() ? out.Put(bytes, origin) : out.Keep(bytes, origin);
  }
  return out.Take();
}

NormalizedText Lowercase(absl::string_view text) {
  Output out(text.size());
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    const uint32_t code_point = NextCodePoint(text, &end);
    const auto lower = static_cast<uint32_t>(u_tolower(static_cast<UChar32>(code_point)));
    if (code_point == 0x130) {
      out.Put("i\xCC\x87", at);  // The only letter that becomes two.
    } else if (lower == code_point) {
      out.Keep(text.substr(at, end - at), at);
    } else {
      std::string bytes;
      AppendUtf8(lower, &bytes);
      out.Put(bytes, at);
    }
    at = end;
  }
  return out.Take();
}

NormalizedText Replace(absl::string_view text, absl::string_view from, absl::string_view to) {
  Output out(text.size());
  size_t at = 0;
  for (size_t hit = text.find(from); hit != absl::string_view::npos; hit = text.find(from, at)) {
    out.Keep(text.substr(at, hit - at), at);
    out.Put(to, hit);
    at = hit + from.size();
  }
  out.Keep(text.substr(at), at);
  return out.Take();
}

NormalizedText Strip(absl::string_view text, bool left, bool right) {
  const auto is_space = [&text](size_t at) {
    return u_isUWhiteSpace(static_cast<UChar32>(NextCodePoint(text, &at))) != 0;
  };
  size_t begin = 0;
  while (left && begin < text.size() && is_space(begin)) NextCodePoint(text, &begin);
  size_t end = text.size();
  while (right && end > begin) {
    const size_t last = FloorToCodePoint(text, end - 1);
    if (!is_space(last)) break;
    end = last;
  }
  Output out(end - begin);
  out.Keep(text.substr(begin, end - begin), begin);
  return out.Take();
}

}  // namespace

void Normalizer::AddForm(Form form) {
  constexpr Kind kKinds[] = {Kind::kNfc, Kind::kNfd, Kind::kNfkc, Kind::kNfkd};
  steps_.push_back({kKinds[static_cast<size_t>(form)], "", ""});
}
void Normalizer::AddLowercase() { steps_.push_back({Kind::kLowercase, "", ""}); }
void Normalizer::AddReplace(absl::string_view from, absl::string_view to) {
  steps_.push_back({Kind::kReplace, std::string(from), std::string(to)});
}
void Normalizer::AddStrip(bool left, bool right) {
  steps_.push_back({Kind::kStrip, "", "", left, right});
}

bool Normalizer::StepKeeps(const Step& step, absl::string_view text) {
  switch (step.kind) {
    case Kind::kNfc:
      return IsNormalized(IcuNormalizer(false, true), text);
    case Kind::kNfd:
      return IsNormalized(IcuNormalizer(false, false), text);
    case Kind::kNfkc:
      return IsNormalized(IcuNormalizer(true, true), text);
    case Kind::kNfkd:
      return IsNormalized(IcuNormalizer(true, false), text);
    case Kind::kReplace:
      return !absl::StrContains(text, step.from);
    case Kind::kLowercase:
    case Kind::kStrip:
      return text.empty();
  }
  return false;
}

NormalizedText Normalizer::ApplyStep(const Step& step, absl::string_view text) {
  switch (step.kind) {
    case Kind::kNfc:
      return ApplyForm(IcuNormalizer(false, true), text);
    case Kind::kNfd:
      return ApplyForm(IcuNormalizer(false, false), text);
    case Kind::kNfkc:
      return ApplyForm(IcuNormalizer(true, true), text);
    case Kind::kNfkd:
      return ApplyForm(IcuNormalizer(true, false), text);
    case Kind::kLowercase:
      return Lowercase(text);
    case Kind::kReplace:
      return Replace(text, step.from, step.to);
    case Kind::kStrip:
      return Strip(text, step.left, step.right);
  }
  return Strip(text, false, false);
}

bool Normalizer::Keeps(absl::string_view text) const {
  return std::all_of(steps_.begin(), steps_.end(),
                     [text](const Step& step) { return StepKeeps(step, text); });
}

NormalizedText Normalizer::Apply(absl::string_view text) const {
  Output start(text.size());
  start.Keep(text, 0);
  NormalizedText now = start.Take();
  for (const Step& step : steps_) {
    if (StepKeeps(step, now.text)) continue;
    NormalizedText next = ApplyStep(step, now.text);
    // An origin in `now` becomes one in the original.
    for (uint32_t& origin : next.origins) origin = now.origins[origin];
    now = std::move(next);
  }
  return now;
}

void Normalizer::AddTo(FingerprintBuilder* builder) const {
  for (const Step& step : steps_) {
    builder->Add(static_cast<uint64_t>(step.kind)).Add(step.from).Add(step.to);
    builder->Add((step.left ? uint64_t{2} : uint64_t{0}) + (step.right ? 1 : 0));
  }
}

std::string Normalizer::description() const {
  constexpr absl::string_view kNames[] = {"nfc",       "nfd",     "nfkc", "nfkd",
                                          "lowercase", "replace", "",     "strip"};
  std::string text;
  for (const Step& step : steps_) {
    absl::StrAppend(&text, text.empty() ? "" : "+", kNames[static_cast<size_t>(step.kind)]);
  }
  return text;
}

}  // namespace quipu::inference
