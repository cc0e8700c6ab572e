// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A part of a whole, for people.
//
//   Share(1, 4);    // 0.25
//   Percent(1, 4);  // 25.0
//
// Pure.
#ifndef QUIPU_PIPELINES_CORE_SHARE_H_
#define QUIPU_PIPELINES_CORE_SHARE_H_

#include <cstdint>

namespace quipu::pipelines {

// 0 of nothing.
inline double Share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

inline double Percent(uint64_t part, uint64_t whole) { return 100.0 * Share(part, whole); }

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_SHARE_H_
