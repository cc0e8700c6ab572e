// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/han_numbers.h"

#include <cstdint>
#include <optional>

#include "base/utf8.h"

namespace quipu::generator {
namespace {

constexpr size_t kLeastDigitsInARow = 3;
constexpr size_t kLeastNumerals = 2;
// Far below overflow; longer runs are no numbers.
constexpr size_t kMostNumerals = 14;

struct Numeral {
  uint64_t value = 0;  // 0 to 9, or a power of ten from 10.
  bool unit() const { return value >= 10; }
};

std::optional<Numeral> NumeralOf(uint32_t c) {
  static constexpr char32_t kDigits[] = U"零一二三四五六七八九";
  for (uint64_t i = 0; i < 10; ++i) {
    if (c == kDigits[i]) return Numeral{i};
  }
  switch (c) {
    case U'〇':
      return Numeral{0};
    case U'两':
    case U'兩':
      return Numeral{2};
    case U'十':
      return Numeral{10};
    case U'百':
      return Numeral{100};
    case U'千':
      return Numeral{1000};
    case U'万':
    case U'萬':
      return Numeral{10000};
    case U'亿':
    case U'億':
      return Numeral{100000000};
    default:
      return std::nullopt;
  }
}

// Digit by digit: "一八九一" is 1891.
std::optional<std::string> DigitsOf(const std::vector<Numeral>& run) {
  std::string digits;
  for (const Numeral& numeral : run) {
    if (numeral.unit()) return std::nullopt;
    digits.push_back(static_cast<char>('0' + numeral.value));
  }
  if (digits.size() < kLeastDigitsInARow) return std::nullopt;
  return digits;
}

// By units: "三百二十" is 320. Nothing if two digits are side by side, or a unit but 十 is first.
std::optional<std::string> ValueOf(const std::vector<Numeral>& run) {
  if (run[0].unit() && run[0].value != 10) return std::nullopt;
  uint64_t total = 0, section = 0, digit = 0;  // 1|2345|6 of 1 万 2345.
  bool any_unit = false;
  for (size_t i = 0; i < run.size(); ++i) {
    const uint64_t value = run[i].value;
    if (!run[i].unit()) {
      const bool after_digit = i > 0 && !run[i - 1].unit() && run[i - 1].value != 0;
      if (after_digit) return std::nullopt;
      digit = value;
      continue;
    }
    any_unit = true;
    if (value < 10000) {
      section += (digit == 0 ? 1 : digit) * value;
    } else {
      total = (total + section + digit) * value;
      section = 0;
    }
    digit = 0;
  }
  if (!any_unit) return std::nullopt;
  return std::to_string(total + section + digit);
}

}  // namespace

std::vector<std::string> HanNumbers(absl::string_view text) {
  std::vector<std::string> numbers;
  std::vector<Numeral> run;
  const auto end_run = [&] {
    if (run.size() >= kLeastNumerals && run.size() <= kMostNumerals) {
      std::optional<std::string> number = DigitsOf(run);
      if (!number.has_value()) number = ValueOf(run);
      if (number.has_value()) numbers.push_back(*std::move(number));
    }
    run.clear();
  };
  for (size_t i = 0; i < text.size();) {
    const std::optional<Numeral> numeral = NumeralOf(NextCodePoint(text, &i));
    if (numeral.has_value()) {
      run.push_back(*numeral);
    } else {
      end_run();
    }
  }
  end_run();
  return numbers;
}

}  // namespace quipu::generator
