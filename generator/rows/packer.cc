// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/packer.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "absl/numeric/bits.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"

namespace quipu::generator {
namespace {

// Bounds the index of spaces; nobody needs a pack of 67 million tokens.
constexpr uint32_t kMaxCapacity = 1u << 26;
constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

// The set of amounts of remaining space of the open bins. A segment tree whose
// nodes have 64 children, one bit each: the smallest amount >= n is found in
// one step up and one down for each level (4 for a capacity of 2^24).
class SpaceTree {
 public:
  explicit SpaceTree(uint32_t size) {
    uint64_t n = size;
    do {
      n = (n + 63) / 64;
      levels_.emplace_back(n, 0);
    } while (n > 1);
  }

  void Insert(uint32_t space) {
    for (std::vector<uint64_t>& level : levels_) {
      level[space / 64] |= uint64_t{1} << (space % 64);
      space /= 64;
    }
  }

  void Erase(uint32_t space) {
    for (std::vector<uint64_t>& level : levels_) {
      uint64_t& word = level[space / 64];
      word &= ~(uint64_t{1} << (space % 64));
      if (word != 0) return;
      space /= 64;
    }
  }

  // The smallest space >= `least`, or kNone.
  uint32_t Find(uint32_t least) const {
    uint64_t at = least;
    for (size_t level = 0; level < levels_.size(); ++level) {
      if (at / 64 >= levels_[level].size()) return kNone;
      const uint64_t word = levels_[level][at / 64] & (~uint64_t{0} << (at % 64));
      if (word != 0) return Descend(level, at / 64 * 64 + absl::countr_zero(word));
      at = at / 64 + 1;
    }
    return kNone;
  }

 private:
  uint32_t Descend(size_t level, uint64_t at) const {
    while (level > 0) {
      --level;
      at = at * 64 + absl::countr_zero(levels_[level][at]);
    }
    return static_cast<uint32_t>(at);
  }

  std::vector<std::vector<uint64_t>> levels_;  // Leaves first.
};

// Open bins by remaining space, oldest first among equals.
class OpenBins {
 public:
  explicit OpenBins(uint32_t capacity)
      : tree_(capacity + 1), first_(capacity + 1, kNone), last_(capacity + 1, kNone) {}

  // Removes the bin with the least space that `length` fits in; kNone if there is
  // none. Sets `*space` to its space.
  uint32_t Take(uint32_t length, uint32_t* space) {
    *space = tree_.Find(length);
    if (*space == kNone) return kNone;
    const uint32_t bin = first_[*space];
    first_[*space] = next_[bin];
    if (first_[*space] == kNone) tree_.Erase(*space);
    return bin;
  }

  // A full bin (space 0) never holds anything again.
  void Put(uint32_t bin, uint32_t space) {
    if (next_.size() <= bin) next_.resize(bin + 1, kNone);
    if (space == 0) return;
    next_[bin] = kNone;
    if (first_[space] == kNone) {
      first_[space] = bin;
      tree_.Insert(space);
    } else {
      next_[last_[space]] = bin;
    }
    last_[space] = bin;
  }

 private:
  SpaceTree tree_;
  std::vector<uint32_t> first_;  // By space.
  std::vector<uint32_t> last_;
  std::vector<uint32_t> next_;  // By bin: the next one with the same space.
};

// Indices of the lengths that fit, longest first, equals in an order drawn
// from the seed.
std::vector<uint32_t> PackingOrder(absl::Span<const uint32_t> lengths, uint32_t capacity,
                                   uint64_t seed) {
  std::vector<uint32_t> order;
  order.reserve(lengths.size());
  for (uint32_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] <= capacity) order.push_back(i);
  }
  Rng rng(FingerprintBuilder("packing").Add(seed).Build(), "order");
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.Below(i)]);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return lengths[a] > lengths[b]; });
  return order;
}

absl::Status CheckArguments(absl::Span<const uint32_t> lengths, uint32_t capacity) {
  if (capacity < 1 || capacity > kMaxCapacity) {
    return absl::InvalidArgumentError(
        absl::StrCat("pack capacity ", capacity, ", want 1 to ", kMaxCapacity));
  }
  if (lengths.size() >= kNone) {
    return absl::InvalidArgumentError(
        absl::StrCat(lengths.size(), " rows to pack, limit ", kNone - 1));
  }
  for (size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] == 0) {
      return absl::InvalidArgumentError(absl::StrCat("row ", i, " has no token"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Packing> Pack(absl::Span<const uint32_t> lengths, uint32_t capacity, uint64_t seed) {
  absl::Status checked = CheckArguments(lengths, capacity);
  if (!checked.ok()) return checked;
  Packing packing;
  for (uint32_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] > capacity) packing.too_long.push_back(i);
  }
  OpenBins open(capacity);
  for (const uint32_t i : PackingOrder(lengths, capacity, seed)) {
    uint32_t space = 0;
    uint32_t bin = open.Take(lengths[i], &space);
    if (bin == kNone) {
      bin = static_cast<uint32_t>(packing.bins.size());
      space = capacity;
      packing.bins.emplace_back();
    }
    packing.bins[bin].push_back(i);
    open.Put(bin, space - lengths[i]);
    packing.packed_tokens += lengths[i];
  }
  for (std::vector<uint32_t>& bin : packing.bins) std::sort(bin.begin(), bin.end());
  packing.lower_bound = (packing.packed_tokens + capacity - 1) / capacity;
  return packing;
}

}  // namespace quipu::generator
