// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/context_index.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "base/log.h"
#include "generator/text/text_grams.h"

namespace quipu::generator {
namespace {

// Words of a gram: the customary number (GPT-3, Llama). docs/decontamination.md
// compares it with 8.
constexpr size_t kGramWords = 13;
// A shorter context may be a quotation.
constexpr size_t kLeastWords = 50;
// Of a context at least this many grams are kept: a share of one half is then exact to
// 3 % (one standard deviation).
constexpr size_t kLeastKept = 256;
constexpr int kMaxShift = 4;
constexpr size_t kMaxContextsOfGram = 16;
// Common grams below this are a quotation, whatever share of a text they are.
constexpr uint32_t kLeastCommon = 8;
constexpr size_t kLeastAdded = 1 << 20;

uint64_t HashAll(absl::Span<const uint64_t> words) {
  uint64_t hash = words.size();
  for (const uint64_t word : words) hash = (hash ^ word) * 0x9e3779b97f4a7c15u + (hash >> 29);
  return hash;
}

bool IsTaken(uint64_t gram, int shift) { return (gram & ((uint64_t{1} << shift) - 1)) == 0; }

}  // namespace

std::optional<uint32_t> ContextIndex::Add(absl::string_view text) {
  const std::vector<uint64_t> words = HashWords(text);
  if (HalfWords(words) < 2 * kLeastWords) return std::nullopt;
  const auto number = static_cast<uint32_t>(contexts_.size());
  const auto [place, is_new] = numbers_.insert({HashAll(words), number});
  if (!is_new) return place->second;
  std::vector<uint64_t> grams = HashGrams(words, kGramWords);
  SortDistinct(&grams);
  Context context;
  while (context.shift < kMaxShift && (grams.size() >> (context.shift + 1)) >= kLeastKept) {
    ++context.shift;
  }
  for (const uint64_t gram : grams) {
    if (!IsTaken(gram, context.shift)) continue;
    added_.push_back({gram, number});
    ++context.grams;
  }
  contexts_.push_back(context);
  if (added_.size() > 2 * compacted_ + kLeastAdded) Compact();
  return number;
}

void ContextIndex::Compact() {
  std::sort(added_.begin(), added_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.gram, a.context) < std::tie(b.gram, b.context);
  });
  size_t kept = 0;
  for (size_t i = 0, begin = 0; i < added_.size(); ++i) {
    if (added_[i].gram != added_[begin].gram) begin = i;
    if (i - begin < kMaxContextsOfGram) added_[kept++] = added_[i];
  }
  added_.resize(kept);
  compacted_ = kept;
}

void ContextIndex::Finish() {
  Compact();
  QUIPU_CHECK(added_.size() < std::numeric_limits<uint32_t>::max())
      << "benchmarks of more than 4,294,967,294 grams";
  std::vector<uint32_t> kept(contexts_.size(), 0);
  for (const Entry& entry : added_) ++kept[entry.context];
  for (size_t i = 0; i < contexts_.size(); ++i) {
    // The rest of its text is that of 16 earlier contexts.
    contexts_[i].compared = 2 * kept[i] >= contexts_[i].grams && kept[i] > 0;
    contexts_[i].grams = kept[i];
  }
  int bits = 1;
  while (bits < 31 && (size_t{4} << bits) < added_.size()) ++bits;
  directory_shift_ = 64 - bits;
  directory_.assign((size_t{1} << bits) + 1, 0);
  grams_.reserve(added_.size());
  contexts_of_.reserve(added_.size());
  for (const Entry& entry : added_) {
    grams_.push_back(entry.gram);
    contexts_of_.push_back(entry.context);
    ++directory_[(entry.gram >> directory_shift_) + 1];
  }
  for (size_t i = 1; i < directory_.size(); ++i) directory_[i] += directory_[i - 1];
  std::vector<Entry>().swap(added_);
  numbers_.clear();
}

absl::Span<const uint32_t> ContextIndex::ContextsOf(uint64_t gram) const {
  const size_t bucket = gram >> directory_shift_;
  const auto first = grams_.begin() + directory_[bucket];
  const auto last = grams_.begin() + directory_[bucket + 1];
  const auto found = std::equal_range(first, last, gram);
  return absl::MakeSpan(contexts_of_)
      .subspan(found.first - grams_.begin(), found.second - found.first);
}

std::optional<ContextMatch> ContextIndex::Find(absl::string_view document, double least) const {
  if (grams_.empty()) return std::nullopt;  // Benchmarks without contexts cost nothing here.
  std::vector<uint64_t> grams = HashGrams(HashWords(document), kGramWords);
  SortDistinct(&grams);
  std::map<uint32_t, uint32_t> common;
  uint64_t taken[kMaxShift + 1] = {};
  for (const uint64_t gram : grams) {
    for (int shift = 0; shift <= kMaxShift && IsTaken(gram, shift); ++shift) ++taken[shift];
    for (const uint32_t context : ContextsOf(gram)) ++common[context];
  }
  std::optional<ContextMatch> best;
  for (const auto& [number, count] : common) {
    const Context& context = contexts_[number];
    if (!context.compared || count < std::min(kLeastCommon, context.grams)) continue;
    ContextMatch match;
    match.context = number;
    match.of_context = static_cast<double>(count) / context.grams;
    match.of_document = static_cast<double>(count) / static_cast<double>(taken[context.shift]);
    if (match.overlap() < least) continue;
    if (!best.has_value() || match.overlap() > best->overlap()) best = match;
  }
  return best;
}

size_t ContextIndex::bytes() const {
  return grams_.capacity() * sizeof(uint64_t) + contexts_of_.capacity() * sizeof(uint32_t) +
         directory_.capacity() * sizeof(uint32_t) + contexts_.capacity() * sizeof(Context);
}

}  // namespace quipu::generator
