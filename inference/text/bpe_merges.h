// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The merges of a BPE vocabulary, and merging: of all neighbours that may be merged, the
// pair of the lowest rank is, the leftmost among equals, until none is left.
//
//   BpeMerges merges;
//   merges.Add({left, right}, {rank, result});
//   merges.Run(&symbols, &scratch);
//
// Thread-compatible; Run needs a scratch for each thread.
#ifndef QUIPU_INFERENCE_TEXT_BPE_MERGES_H_
#define QUIPU_INFERENCE_TEXT_BPE_MERGES_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "inference/text/token_id.h"

namespace quipu::inference {

class BpeMerges {
 public:
  using Pair = std::pair<TokenId, TokenId>;
  struct Merge {
    uint32_t rank;
    TokenId result;
  };
  // A piece of a word, and where it begins.
  struct Symbol {
    TokenId id;
    uint32_t begin;
  };
  // Memory that Run uses again.
  class Scratch {
    friend class BpeMerges;
    struct Candidate {
      uint32_t rank;
      uint32_t left;
      TokenId left_id;
      TokenId right_id;
      TokenId result;
      // The heap yields the lowest rank first, the leftmost among equals.
      friend bool operator<(const Candidate& a, const Candidate& b) {
        return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
      }
    };
    std::vector<Merge> next_;  // For each symbol, its merge with the next one.
    std::vector<Candidate> heap_;
    std::vector<uint32_t> previous_;
    std::vector<uint32_t> following_;
  };

  void Reserve(size_t merges);
  // Returns false, and changes nothing, if the pair has a merge already.
  bool Add(Pair pair, Merge merge);
  size_t size() const { return size_; }

  // Merges a word. Linear in its length times the logarithm.
  void Run(std::vector<Symbol>* word, Scratch* scratch) const;

 private:
  struct Slot {
    uint64_t key = kNoKey;
    Merge merge = {0, -1};
  };
  static constexpr uint64_t kNoKey = ~uint64_t{0};
  static uint64_t KeyOf(TokenId left, TokenId right) {
    return (static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32) |
           static_cast<uint32_t>(right);
  }
  size_t SlotOf(uint64_t key) const {
    return static_cast<size_t>((key * 0x9E3779B97F4A7C15u) >> shift_);
  }
  // The merge of two neighbours; its result is -1 if there is none.
  Merge Find(TokenId left, TokenId right) const {
    const uint64_t key = KeyOf(left, right);
    for (size_t at = SlotOf(key);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].key == key) return slots_[at].merge;
      if (slots_[at].key == kNoKey) return {~uint32_t{0}, -1};
    }
  }
  void RunShort(std::vector<Symbol>* word, Scratch* scratch) const;
  void RunLong(std::vector<Symbol>* word, Scratch* scratch) const;
  void PushCandidate(const std::vector<Symbol>& word, uint32_t left, Scratch* scratch) const;

  std::vector<Slot> slots_ = std::vector<Slot>(2);
  int shift_ = 63;
  size_t size_ = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_BPE_MERGES_H_
