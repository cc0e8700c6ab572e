// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A random choice of a few things out of a stream of any length, by a seed. A thing's chance is
// the fingerprint of seed and id, so the choice does not depend on the order of the stream.
//
//   Draw<std::string> draw(/*seed=*/1, /*size=*/30);
//   if (draw.Wants("id-7")) draw.Add("id-7", "the seventh");
//   for (const std::string* thing : draw.Chosen()) Print(*thing);
//
// Holds `size` things. Thread-compatible.
#ifndef QUIPU_PIPELINES_REPORT_DRAW_H_
#define QUIPU_PIPELINES_REPORT_DRAW_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"

namespace quipu::pipelines {

template <typename T>
class Draw {
 public:
  Draw(uint64_t seed, size_t size) : seed_(seed), size_(size) {}

  // Whether Add would keep it, for now. Saves the copy of most things.
  bool Wants(absl::string_view id) const {
    return things_.size() < size_ || (size_ > 0 && ChanceOf(id) < std::prev(things_.end())->first);
  }
  // REQUIRES: ids are distinct.
  void Add(absl::string_view id, T thing) {
    things_.emplace(ChanceOf(id), std::move(thing));
    if (things_.size() > size_) things_.erase(std::prev(things_.end()));
  }
  // In a random order, the same for the same seed.
  std::vector<const T*> Chosen() const {
    std::vector<const T*> chosen;
    for (const auto& [chance, thing] : things_) chosen.push_back(&thing);
    return chosen;
  }

 private:
  Fingerprint ChanceOf(absl::string_view id) const {
    return FingerprintBuilder("draw").Add(seed_).Add(id).Build();
  }

  uint64_t seed_;
  size_t size_;
  std::map<Fingerprint, T> things_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_DRAW_H_
