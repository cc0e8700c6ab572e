// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/attention.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "inference/kernels/packed_columns.h"
#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/attention.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/kernels/attention-inl.h"
#include "inference/kernels/kv_page-inl.h"
#include "inference/kernels/transpose-inl.h"
#include "inference/simd/fused-inl.h"
#include "inference/simd/softmax-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

static_assert(kPageTokens == kSoftmaxPage, "scores are grouped by page");

// How many pages of values are multiplied at a time: their floats stay in L2
// while all columns use them, and sums are not stored in between.
constexpr int kGroupPages = 4;

// How many pages make up a part (2,048 positions): the scores of a part stay in
// cache until its values are multiplied, however long the sequences are. The
// number is part of the arithmetic: another one gives other bits.
constexpr int kPartPages = 64;

constexpr int64_t kCacheLine = 64;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Positions of pages [first_page, end_page). Rows [first, end) share these and
// see all of them, except the last positions.
struct Span {
  int first;
  int end;
  int first_page;
  int end_page;
};

// A column is one query head of one row: column = row * heads + head.
class Attention {
 public:
  Attention(const KvCache& cache, const AttentionWork& work, AttentionScratch* scratch)
      : cache_(cache),
        work_(work),
        rows_(work.rows),
        count_(static_cast<int>(work.rows.size())),
        head_dim_(cache.shape().head_dim),
        padded_dim_((head_dim_ + kPanelRows - 1) / kPanelRows * kPanelRows),
        columns_(count_ * work.heads) {
    int last = 0;
    for (const AttentionRow& row : rows_) last = std::max(last, row.position);
    pages_ = last / kPageTokens + 1;
    const size_t tiles = (columns_ + kTileColumns - 1) / kTileColumns;
    queries_ = scratch->queries.Resize(tiles * kTileColumns * head_dim_);
    scores_ = scratch->scores.Resize(tiles * std::min(pages_, kPartPages) * kScoreBlock);
    page_ = scratch->page.Resize(size_t{kGroupPages} * PageFloats());
    sums_ = scratch->sums.Resize(2 * size_t(columns_));
    most_ = sums_ + columns_;
    out_ = scratch->out.Resize(size_t(columns_) * padded_dim_);
  }

  void Run() {
    PackQueries();
    std::fill(most_, most_ + columns_, -kInfinity);
    first_page_ = FirstVisiblePart();
    for (part_ = first_page_; part_ < pages_; part_ += kPartPages) {
      part_end_ = std::min(part_ + kPartPages, pages_);
      ForEachSpan([this](const Span& span) { SpanScores(span); });
      for (int c = 0; c < columns_; ++c) SoftmaxPart(c);
      ForEachSpan([this](const Span& span) { SpanValues(span); });
    }
    WriteOut();
  }

 private:
  int64_t PageFloats() const { return int64_t{kPageTokens} * padded_dim_; }

  // The first page of the first part that a row sees something of.
  int FirstVisiblePart() const {
    if (work_.window == 0) return 0;
    int first = rows_[0].position;
    for (const AttentionRow& row : rows_) first = std::min(first, row.position);
    return std::max(0, first + 1 - work_.window) / kPageTokens / kPartPages * kPartPages;
  }

  // The spans' pages in the present part.
  template <typename Visit>
  void ForEachSpan(const Visit& visit) const {
    const auto visit_part = [&](Span span) {
      span.first_page = std::max(span.first_page, part_);
      span.end_page = std::min(span.end_page, part_end_);
      if (span.first_page < span.end_page) visit(span);
    };
    visit_part({0, count_, 0, work_.shared_pages});
    for (int first = 0; first < count_;) {
      int end = first + 1;
      while (end < count_ && rows_[end].pages == rows_[first].pages) ++end;
      visit_part({first, end, work_.shared_pages, rows_[end - 1].position / kPageTokens + 1});
      first = end;
    }
  }

  // Calls `visit` with the columns [c, c + n) of each tile of rows
  // [first, end).
  template <typename Visit>
  HWY_INLINE void ForEachTile(int first, int end, const Visit& visit) const {
    const int last = end * work_.heads;
    for (int c = first * work_.heads; c < last;) {
      const int n = std::min(last - c, kTileColumns - c % kTileColumns);
      visit(c, n);
      c += n;
    }
  }

  // Whether the pages of a span are read as halves: they are if used once.
  bool ReadsHalves(const Span& span) const {
    return QUIPU_LOADS_HALVES && cache_.shape().type == KvType::kF16 &&
           (span.end - span.first) * work_.heads <= 2 * kTileColumns;
  }

  void PackQueries() {
    const FloatTag df;
    for (int c = 0; c < columns_; ++c) {
      const float* q = rows_[c / work_.heads].queries + (c % work_.heads) * head_dim_;
      // Not transposed yet.
      float* to = out_ + int64_t{c} * padded_dim_;
      int d = 0;
      for (; d + kLanes <= head_dim_; d += kLanes) {
        const FloatVec scale = hn::Set(df, work_.scale);
        hn::StoreU(hn::Mul(hn::LoadU(df, q + d), scale), df, to + d);
      }
      for (; d < head_dim_; ++d) to[d] = q[d] * work_.scale;
    }
    for (int c = 0; c < columns_; c += 4) {
      TransposeFour(out_ + int64_t{c} * padded_dim_, padded_dim_, std::min(4, columns_ - c),
                    head_dim_, QueryColumn(c));
    }
  }

  float* QueryColumn(int c) const {
    return queries_ + c / kTileColumns * kTileColumns * head_dim_ + c % kTileColumns;
  }

  // For column c in a page of the part.
  float* Scores(int c, int page) const {
    const int pages = std::min(pages_, kPartPages);
    return scores_ + (int64_t{c / kTileColumns} * pages + page - part_) * kScoreBlock +
           c % kTileColumns * kPageTokens;
  }

  void FillScores(int c, int begin, int end, float value) const {
    for (int position = begin; position < end; ++position) {
      Scores(c, position / kPageTokens)[position % kPageTokens] = value;
    }
  }

  // Turns column c's scores of the part into weights, relative to the highest
  // score so far.
  void SoftmaxPart(int c) const {
    const int begin = part_ * kPageTokens;
    const int end = std::min(part_end_ * kPageTokens, rows_[c / work_.heads].position + 1);
    if (end <= begin) return;
    if (work_.window > 0) {
      const int hidden = rows_[c / work_.heads].position + 1 - work_.window;
      // As if the part had been left out.
      if (hidden >= end) return FillScores(c, begin, end, 0);
      // So low that the weights are exactly 0.
      FillScores(c, begin, hidden, -1e30f);
    }
    const float before = most_[c];
    const float sum = SoftmaxPages(Scores(c, part_), kScoreBlock, end - begin, &most_[c]);
    if (before == -kInfinity) {
      sums_[c] = sum;
      return;
    }
    if (most_[c] != before) Rescale(c, before - most_[c]);
    sums_[c] += sum;
  }

  // Multiplies what column c has summed up by exp(x).
  void Rescale(int c, float x) const {
    const FloatTag df;
    const FloatVec factor = ExpOfNegative(hn::Set(df, x));
    sums_[c] *= hn::GetLane(factor);
    float* out = out_ + int64_t{c} * padded_dim_;
    static_assert(kPanelRows % kLanes == 0, "rows of whole vectors");
    for (int d = 0; d < padded_dim_; d += kLanes) {
      hn::StoreU(hn::Mul(hn::LoadU(df, out + d), factor), df, out + d);
    }
  }

  const uint8_t* Keys(int row, int page) const {
    return cache_.Keys((*rows_[row].pages)[page], work_.layer, work_.kv_head);
  }
  const uint8_t* Values(int row, int page) const {
    return cache_.Values((*rows_[row].pages)[page], work_.layer, work_.kv_head);
  }

  // Prefetches the keys or values of the next span's first pages. If many
  // sequences follow a shared prefix, most of what is read is their own pages,
  // each for a few columns and seldom cached.
  using Part = const uint8_t* (Attention::*)(int row, int page) const;
  void PrefetchNext(const Span& span, Part part) const {
    const int row = span.first_page < work_.shared_pages ? 0 : span.end;
    if (row == count_ || part_end_ < pages_) return;
    const int64_t bytes = Values(row, 0) - Keys(row, 0);
    const int first = work_.shared_pages;
    const int last = std::min(first + 1, rows_[row].position / kPageTokens);
    for (int page = first; page <= last; ++page) {
      const uint8_t* from = (this->*part)(row, page);
      for (int64_t i = 0; i < bytes; i += kCacheLine) hwy::Prefetch(from + i);
    }
  }

  // Includes positions after a row's own; those are not read afterwards.
  void SpanScores(const Span& span) {
    PrefetchNext(span, &Attention::Keys);
    int first = span.first;
    for (int page = span.first_page; page < span.end_page; ++page) {
      while (rows_[first].position < page * kPageTokens) ++first;
      const uint8_t* keys = Keys(span.first, page);
      if (ReadsHalves(span)) {
        PageScores(reinterpret_cast<const uint16_t*>(keys), page, first, span.end);
      } else {
        PageScores(FloatKeys(cache_, keys, page_), page, first, span.end);
      }
    }
  }

  template <typename T>
  void PageScores(const T* keys, int page, int first, int end) {
    if constexpr (QUIPU_LOADS_HALVES || sizeof(T) == sizeof(float)) {
      ForEachTile(first, end, [&](int c, int n) {
        MultiplyKeys(KeyArgs<T>{keys, head_dim_, QueryColumn(c), Scores(c, page)}, n);
      });
    }
  }

  void SpanValues(const Span& span) {
    PrefetchNext(span, &Attention::Values);
    int first = span.first;
    for (int page = span.first_page; page < span.end_page; page += kGroupPages) {
      while (rows_[first].position < page * kPageTokens) ++first;
      Span group = {first, span.end, page, std::min(page + kGroupPages, span.end_page)};
      if (ReadsHalves(span) && padded_dim_ == head_dim_) {
        GroupValues<uint16_t>(group);
      } else {
        GroupValues<float>(group);
      }
    }
  }

  // Adds the values of at most kGroupPages pages.
  template <typename T>
  void GroupValues(const Span& span) {
    if constexpr (QUIPU_LOADS_HALVES || sizeof(T) == sizeof(float)) {
      const T* pages[kGroupPages];
      const int start = span.first_page * kPageTokens;
      const int seen = rows_[span.end - 1].position + 1 - start;
      for (int i = 0; i < span.end_page - span.first_page; ++i) {
        const uint8_t* values = Values(span.first, span.first_page + i);
        if constexpr (sizeof(T) == sizeof(float)) {
          pages[i] = FloatValues(cache_, values, std::min(kPageTokens, seen - i * kPageTokens),
                                 padded_dim_, page_ + i * PageFloats());
        } else {
          pages[i] = reinterpret_cast<const T*>(values);
        }
      }
      ForEachTile(span.first, span.end, [&](int c, int n) { TileValues(span, pages, c, n); });
    }
  }

  // In order of position up to each row's own: first the positions that all
  // columns see, then the others row by row.
  template <typename T>
  void TileValues(const Span& span, const T* const* pages, int c, int n) {
    const int start = span.first_page * kPageTokens;
    const int end = span.end_page * kPageTokens - start;
    ValueArgs<T> args = {pages,
                         padded_dim_,
                         0,
                         0,
                         Scores(c, span.first_page),
                         out_ + int64_t{c} * padded_dim_,
                         span.first_page > first_page_};
    const auto seen = [&](int row) { return std::min(end, rows_[row].position + 1 - start); };
    const int first_row = c / work_.heads;
    args.end = std::max(0, seen(first_row));
    const int common = args.end;
    if (common > 0) {
      AddValues(args, n);
      args.accumulate = true;
    }
    args.begin = common;
    for (int i = 0; i < n;) {
      const int row = (c + i) / work_.heads;
      const int count = std::min(n - i, (row + 1) * work_.heads - c - i);
      args.end = seen(row);
      if (args.end > common) AddValues(args, count);
      args.weights += count * kPageTokens;
      args.out += int64_t{count} * padded_dim_;
      i += count;
    }
  }

  void WriteOut() {
    const FloatTag df;
    for (int c = 0; c < columns_; ++c) {
      float* to = rows_[c / work_.heads].out + (c % work_.heads) * head_dim_;
      const float* from = out_ + int64_t{c} * padded_dim_;
      const FloatVec sum = hn::Set(df, sums_[c]);
      int d = 0;
      for (; d + kLanes <= head_dim_; d += kLanes)
        hn::StoreU(hn::Div(hn::LoadU(df, from + d), sum), df, to + d);
      for (; d < head_dim_; ++d) to[d] = from[d] / sums_[c];
    }
  }

  const KvCache& cache_;
  const AttentionWork& work_;
  const std::vector<AttentionRow>& rows_;
  const int count_;
  const int head_dim_;
  const int padded_dim_;  // A multiple of kPanelRows.
  const int columns_;
  int pages_ = 0;
  int first_page_ = 0;  // Of the first part that is computed.
  int part_ = 0;        // Pages [part_, part_end_) are the present part.
  int part_end_ = 0;
  float* queries_ = nullptr;  // Packed: [tile][head_dim][kTileColumns].
  float* scores_ = nullptr;   // [tile][page of the part][kScoreBlock].
  float* page_ = nullptr;     // Unpacked pages.
  float* sums_ = nullptr;     // [column]: of the weights so far.
  float* most_ = nullptr;     // [column]: the highest score so far.
  float* out_ = nullptr;      // [column][padded_dim].
};

void Attend(const KvCache& cache, const AttentionWork& work, AttentionScratch* scratch) {
  Attention(cache, work, scratch).Run();
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(Attend);

void Attend(const KvCache& cache, const AttentionWork& work, AttentionScratch* scratch) {
  if (work.rows.empty()) return;
  HWY_DYNAMIC_DISPATCH(Attend)(cache, work, scratch);
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
