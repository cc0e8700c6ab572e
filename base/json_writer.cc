// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/json_writer.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/escape.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace quipu {
namespace {

template <typename T>
void AppendNumber(T value, std::string* out) {
  char digits[32];
  const std::to_chars_result end = std::to_chars(digits, digits + sizeof(digits), value);
  out->append(digits, end.ptr);
}

}  // namespace

void JsonWriter::NewLine() {
  if (indent_ == 0) return;
  out_->push_back('\n');
  out_->append(has_elements_.size() * indent_, ' ');
}

void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_elements_.empty()) return;
  if (has_elements_.back()) out_->push_back(',');
  has_elements_.back() = true;
  NewLine();
}

JsonWriter& JsonWriter::Begin(char bracket) {
  Separate();
  out_->push_back(bracket);
  has_elements_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  QUIPU_CHECK(!has_elements_.empty() && !after_key_);
  const bool has_elements = has_elements_.back();
  has_elements_.pop_back();
  if (has_elements) NewLine();
  out_->push_back(bracket);
  return *this;
}

void JsonWriter::AppendQuoted(absl::string_view text) {
  if (!IsValidUtf8(text)) {
    Fail("is not valid UTF-8");
    text = "";
  }
  out_->push_back('"');
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    // The bytes of multi-byte characters never need an escape.
    const auto c = static_cast<unsigned char>(text[i]);
    if (!NeedsJsonEscape(c)) continue;
    out_->append(text.data() + begin, i - begin);
    AppendJsonEscape(c, out_);
    begin = i + 1;
  }
  out_->append(text.data() + begin, text.size() - begin);
  out_->push_back('"');
}

void JsonWriter::Fail(absl::string_view what) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError(absl::StrCat("field \"", Snippet(key_), "\" ", what));
}

JsonWriter& JsonWriter::Key(absl::string_view key) {
  QUIPU_CHECK(!has_elements_.empty() && !after_key_);
  Separate();
  key_ = std::string(key);
  AppendQuoted(key);
  out_->append(indent_ == 0 ? ":" : ": ");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::String(absl::string_view value) {
  Separate();
  AppendQuoted(value);
  return *this;
}

JsonWriter& JsonWriter::Int(int64_t value) {
  Separate();
  AppendNumber(value, out_);
  return *this;
}

JsonWriter& JsonWriter::Uint(uint64_t value) {
  Separate();
  AppendNumber(value, out_);
  return *this;
}

JsonWriter& JsonWriter::Double(double value) {
  Separate();
  if (!std::isfinite(value)) {
    Fail(std::isnan(value) ? "is not a number" : "is infinite");
    value = 0;
  }
  const size_t begin = out_->size();
  AppendNumber(value, out_);
  if (out_->find_first_of(".e", begin) == std::string::npos) out_->append(".0");
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  out_->append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::Ints(absl::Span<const int32_t> values) {
  Separate();
  out_->push_back('[');
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out_->push_back(',');
    AppendNumber(values[i], out_);
  }
  out_->push_back(']');
  return *this;
}

absl::Status JsonWriter::Finish() const {
  QUIPU_CHECK(has_elements_.empty() && !after_key_) << "JSON not closed after " << key_;
  return status_;
}

}  // namespace quipu
