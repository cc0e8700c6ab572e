// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/word_sets.h"

#include <algorithm>
#include <cstddef>

namespace quipu::generator {
namespace {

size_t CountCommon(const std::set<std::string>& a, const std::set<std::string>& b) {
  size_t common = 0;
  for (const std::string& word : a) common += b.count(word);
  return common;
}

}  // namespace

double Jaccard(const std::set<std::string>& a, const std::set<std::string>& b) {
  const size_t common = CountCommon(a, b);
  const size_t all = a.size() + b.size() - common;
  return all == 0 ? 0.0 : static_cast<double>(common) / static_cast<double>(all);
}

double Containment(const std::set<std::string>& a, const std::set<std::string>& b) {
  const size_t fewer = std::min(a.size(), b.size());
  return fewer == 0 ? 0.0 : static_cast<double>(CountCommon(a, b)) / static_cast<double>(fewer);
}

}  // namespace quipu::generator
