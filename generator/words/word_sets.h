// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How much two sets of words have in common. Pure, thread-safe.
//
//   Jaccard({"a", "b"}, {"b", "c"});           // 1/3
//   Containment({"a", "b"}, {"b", "c", "d"});  // 1/2
#ifndef QUIPU_GENERATOR_WORDS_WORD_SETS_H_
#define QUIPU_GENERATOR_WORDS_WORD_SETS_H_

#include <set>
#include <string>

namespace quipu::generator {

// |a and b| / |a or b|; 0 if both are empty.
double Jaccard(const std::set<std::string>& a, const std::set<std::string>& b);

// |a and b| / size of the smaller one; 0 if that is empty.
double Containment(const std::set<std::string>& a, const std::set<std::string>& b);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_WORD_SETS_H_
