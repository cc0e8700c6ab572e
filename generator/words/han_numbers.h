// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Numbers that Chinese and Japanese write in words, so that an answer may say "1891" where the
// document says "一八九一". Pure, thread-safe.
//
//   HanNumbers("一八九一年有三百二十名工人。");  // "1891", "320"
#ifndef QUIPU_GENERATOR_WORDS_HAN_NUMBERS_H_
#define QUIPU_GENERATOR_WORDS_HAN_NUMBERS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// The values, in order, of all runs of at least two numerals that are a number: digits in a row
// (three or more), or digits with 十, 百, 千, 万 and 亿. Single numerals are left out: they are parts
// of too many words.
std::vector<std::string> HanNumbers(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_HAN_NUMBERS_H_
