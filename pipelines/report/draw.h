// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A random choice of a few things out of a stream of any length, by a seed. A thing's chance is
// a hash of seed and id, so the choice does not depend on the order of the stream.
//
//   Draw<std::string> draw(/*seed=*/1, /*size=*/30);
//   if (draw.Wants("id-7")) draw.Add("id-7", "the seventh");
//   for (const std::string* thing : draw.Chosen()) Print(*thing);
//
// Holds `size` things. Thread-compatible.
#ifndef QUIPU_PIPELINES_REPORT_DRAW_H_
#define QUIPU_PIPELINES_REPORT_DRAW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// Of an id in a draw; the same everywhere. Ten million pairs are asked about twice each, so it is no
// cryptographic one.
inline uint64_t DrawChance(uint64_t seed, absl::string_view id) {
  uint64_t chance = seed + id.size();
  for (size_t at = 0; at < id.size(); at += sizeof(uint64_t)) {
    uint64_t piece = 0;
    std::memcpy(&piece, id.data() + at, std::min(sizeof(piece), id.size() - at));
    // The finalizer of SplitMix64.
    chance = (chance ^ piece) + 0x9e3779b97f4a7c15;
    chance = (chance ^ (chance >> 30)) * 0xbf58476d1ce4e5b9;
    chance = (chance ^ (chance >> 27)) * 0x94d049bb133111eb;
    chance ^= chance >> 31;
  }
  return chance;
}

template <typename T>
class Draw {
 public:
  Draw(uint64_t seed, size_t size) : seed_(seed), size_(size) {}

  // Whether Add would keep it, for now. Saves the copy of most things.
  bool Wants(absl::string_view id) const {
    if (things_.size() < size_) return true;
    if (size_ == 0) return false;
    // Of equal chances both are wanted; Add decides.
    return DrawChance(seed_, id) <= std::prev(things_.end())->first.first;
  }
  // REQUIRES: ids are distinct.
  void Add(absl::string_view id, T thing) {
    things_.emplace(Place(DrawChance(seed_, id), id), std::move(thing));
    if (things_.size() > size_) things_.erase(std::prev(things_.end()));
  }
  // In a random order, the same for the same seed.
  std::vector<const T*> Chosen() const {
    std::vector<const T*> chosen;
    for (const auto& [place, thing] : things_) chosen.push_back(&thing);
    return chosen;
  }

 private:
  // The chance, and the id where chances are equal.
  using Place = std::pair<uint64_t, std::string>;

  uint64_t seed_;
  size_t size_;
  std::map<Place, T> things_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_DRAW_H_
