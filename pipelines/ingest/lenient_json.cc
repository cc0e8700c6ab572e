// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/lenient_json.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/strings.h"
#include "re2/re2.h"

namespace quipu::pipelines {
namespace {

// U+FDD0, a noncharacter: marks where half of a surrogate pair was.
constexpr absl::string_view kMark = "\xef\xb7\x90";
constexpr absl::string_view kEscapedMark = "\\ufdd0";
constexpr absl::string_view kReplacement = "\xef\xbf\xbd";

class Repair {
 public:
  explicit Repair(absl::string_view text) : text_(text) { out_.reserve(text.size() + 64); }

  std::string Run() {
    while (at_ < text_.size()) {
      const char byte = text_[at_];
      if (byte == '"') {
        String();
      } else if (absl::ascii_isalpha(byte) || byte == '-' || absl::ascii_isdigit(byte)) {
        Token();
      } else {
        Copy(1);
      }
    }
    return std::move(out_);
  }
  bool half_surrogates() const { return half_surrogates_; }

 private:
  void Copy(size_t count) {
    const absl::string_view bytes = text_.substr(at_, count);
    out_.append(bytes.data(), bytes.size());
    at_ += bytes.size();
  }

  // The code unit of an escape "\uXXXX" at `at`; -1 if there is none.
  int CodeUnit(size_t at) const {
    if (text_.substr(at, 2) != "\\u" || at + 6 > text_.size()) return -1;
    int unit = 0;
    for (const char digit : text_.substr(at + 2, 4)) {
      if (!absl::ascii_isxdigit(digit)) return -1;
      const int value = absl::ascii_isdigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
      unit = unit * 16 + value;
    }
    return unit;
  }

  void String() {
    Copy(1);
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] != '\\') {
        Copy(1);
        continue;
      }
      const int unit = CodeUnit(at_);
      const bool high = unit >= 0xD800 && unit <= 0xDBFF;
      const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
      const int next = high ? CodeUnit(at_ + 6) : -1;
      if (high && next >= 0xDC00 && next <= 0xDFFF) {
        Copy(12);
      } else if (high || low) {
        absl::StrAppend(&out_, kEscapedMark);
        at_ += 6;
        half_surrogates_ = true;
      } else {
        Copy(2);
      }
    }
    Copy(1);
  }

  // A number or a word.
  void Token() {
    size_t end = at_;
    while (end < text_.size() &&
           (absl::ascii_isalnum(text_[end]) || absl::StrContains("+-._", text_.substr(end, 1)))) {
      ++end;
    }
    const absl::string_view token = text_.substr(at_, end - at_);
    if (token == "NaN" || token == "Infinity" || token == "-Infinity") {
      absl::StrAppend(&out_, "null");
    } else if (IsOutOfRange(token)) {
      absl::StrAppend(&out_, "\"", token, "\"");
    } else {
      absl::StrAppend(&out_, token);
    }
    at_ = end;
  }

  static bool IsOutOfRange(absl::string_view token) {
    static const RE2* const integer = new RE2("-?(?:0|[1-9][0-9]*)");
    static const RE2* const number =
        new RE2(R"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)");
    if (RE2::FullMatch(ToStd(token), *integer)) {
      int64_t as_signed;
      uint64_t as_unsigned;
      return !absl::SimpleAtoi(token, &as_signed) && !absl::SimpleAtoi(token, &as_unsigned);
    }
    double value;
    return RE2::FullMatch(ToStd(token), *number) && absl::SimpleAtod(token, &value) &&
           (value - value != 0);
  }

  const absl::string_view text_;
  std::string out_;
  size_t at_ = 0;
  bool half_surrogates_ = false;
};

}  // namespace

std::string RepairJson(absl::string_view text, bool* half_surrogates) {
  Repair repair(text);
  std::string repaired = repair.Run();
  *half_surrogates = repair.half_surrogates();
  return repaired;
}

absl::StatusOr<simdjson::dom::object> LenientJsonParser::Parse(absl::string_view text) {
  half_surrogates_ = false;
  const absl::StatusOr<simdjson::dom::object> object = parser_.ParseObject(text);
  if (object.ok()) return object;
  repaired_ = RepairJson(text, &half_surrogates_);
  if (repaired_ == text) return object;
  const size_t size = repaired_.size();
  repaired_.resize(size + simdjson::SIMDJSON_PADDING);
  const absl::StatusOr<simdjson::dom::object> repaired =
      parser_.ParseObject(absl::string_view(repaired_.data(), size));
  return repaired.ok() ? repaired : object;
}

bool LenientJsonParser::HasHalfSurrogate(absl::string_view string) const {
  return half_surrogates_ && absl::StrContains(string, kMark);
}

std::string LenientJsonParser::ReplaceHalfSurrogates(absl::string_view string) const {
  if (!half_surrogates_) return std::string(string);
  return absl::StrReplaceAll(string, {{kMark, kReplacement}});
}

void LenientJsonParser::Release() {
  parser_ = JsonParser();
  repaired_ = std::string();
}

}  // namespace quipu::pipelines
