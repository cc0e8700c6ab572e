// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/bpe_merges.h"

#include <algorithm>

namespace quipu::inference {
namespace {

// Up to here, looking at all pairs is faster than a heap.
constexpr size_t kShortWord = 48;
constexpr uint32_t kNone = 0xFFFFFFFFu;

}  // namespace

void BpeMerges::Reserve(size_t merges) {
  // At most half full, so that a search soon meets an empty slot.
  size_t wanted = slots_.size();
  while (wanted < 2 * merges) wanted *= 2;
  if (wanted == slots_.size()) return;
  std::vector<Slot> old(wanted);
  old.swap(slots_);
  shift_ = 64;
  for (size_t n = wanted; n > 1; n /= 2) --shift_;
  size_ = 0;
  for (const Slot& slot : old) {
    if (slot.key == kNoKey) continue;
    Add({static_cast<TokenId>(slot.key >> 32), static_cast<TokenId>(slot.key & 0xFFFFFFFFu)},
        slot.merge);
  }
}

bool BpeMerges::Add(Pair pair, Merge merge) {
  if (2 * (size_ + 1) > slots_.size()) Reserve(size_ + 1);
  const uint64_t key = KeyOf(pair.first, pair.second);
  size_t at = SlotOf(key);
  while (slots_[at].key != kNoKey && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
  if (slots_[at].key == key) return false;
  slots_[at] = {key, merge};
  ++size_;
  return true;
}

void BpeMerges::Run(std::vector<Symbol>* word, Scratch* scratch) const {
  if (word->size() < 2) return;
  word->size() <= kShortWord ? RunShort(word, scratch) : RunLong(word, scratch);
}

void BpeMerges::RunShort(std::vector<Symbol>* word, Scratch* scratch) const {
  std::vector<Symbol>& symbols = *word;
  std::vector<Merge>& next = scratch->next_;
  next.clear();
  for (size_t i = 0; i + 1 < symbols.size(); ++i) {
    next.push_back(Find(symbols[i].id, symbols[i + 1].id));
  }
  while (!next.empty()) {
    const auto best = std::min_element(
        next.begin(), next.end(), [](const Merge& a, const Merge& b) { return a.rank < b.rank; });
    if (best->result < 0) return;
    const auto at = static_cast<size_t>(best - next.begin());
    symbols[at].id = best->result;
    symbols.erase(symbols.begin() + static_cast<ptrdiff_t>(at) + 1);
    next.erase(best);
    if (at > 0) next[at - 1] = Find(symbols[at - 1].id, symbols[at].id);
    if (at < next.size()) next[at] = Find(symbols[at].id, symbols[at + 1].id);
  }
}

void BpeMerges::PushCandidate(const std::vector<Symbol>& word, uint32_t left,
                              Scratch* scratch) const {
  const uint32_t right = scratch->following_[left];
  if (right == kNone) return;
  const Merge merge = Find(word[left].id, word[right].id);
  if (merge.result < 0) return;
  scratch->heap_.push_back({merge.rank, left, word[left].id, word[right].id, merge.result});
  std::push_heap(scratch->heap_.begin(), scratch->heap_.end());
}

void BpeMerges::RunLong(std::vector<Symbol>* word, Scratch* scratch) const {
  std::vector<Symbol>& symbols = *word;
  std::vector<uint32_t>& previous = scratch->previous_;
  std::vector<uint32_t>& following = scratch->following_;
  const auto count = static_cast<uint32_t>(symbols.size());
  previous.resize(count);
  following.resize(count);
  for (uint32_t i = 0; i < count; ++i) {
    previous[i] = i == 0 ? kNone : i - 1;
    following[i] = i + 1 == count ? kNone : i + 1;
  }
  scratch->heap_.clear();
  for (uint32_t i = 0; i < count; ++i) PushCandidate(symbols, i, scratch);
  while (!scratch->heap_.empty()) {
    // A merge that was possible when found; still is if both ids are unchanged.
    const Scratch::Candidate candidate = scratch->heap_.front();
    std::pop_heap(scratch->heap_.begin(), scratch->heap_.end());
    scratch->heap_.pop_back();
    const uint32_t left = candidate.left;
    const uint32_t right = following[left];
    if (symbols[left].id != candidate.left_id || right == kNone) continue;
    if (symbols[right].id != candidate.right_id) continue;
    symbols[left].id = candidate.result;
    symbols[right].id = -1;  // Merged away.
    following[left] = following[right];
    if (following[left] != kNone) previous[following[left]] = left;
    if (previous[left] != kNone) PushCandidate(symbols, previous[left], scratch);
    PushCandidate(symbols, left, scratch);
  }
  symbols.erase(std::remove_if(symbols.begin(), symbols.end(),
                               [](const Symbol& symbol) { return symbol.id < 0; }),
                symbols.end());
}

}  // namespace quipu::inference
