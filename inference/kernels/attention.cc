// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/attention.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "inference/kernels/half.h"
#include "inference/kernels/packed_columns.h"
#include "inference/kernels/softmax.h"
#include "inference/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/attention.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/kernels/fused-inl.h"
#include "inference/kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

static_assert(kPageTokens == kPanelRows,
              "a page of keys is one panel of the micro-kernel");

// A column is one query head of one row: column = row * heads + head.
class Attention {
 public:
  Attention(const KvCache& cache, const AttentionWork& work,
            AttentionScratch* scratch)
      : cache_(cache),
        work_(work),
        head_dim_(cache.shape().head_dim),
        padded_dim_((head_dim_ + kPanelRows - 1) / kPanelRows * kPanelRows),
        columns_(static_cast<int>(work.rows.size()) * work.heads) {
    int positions = 0;
    for (const AttentionRow& row : work.rows)
      positions = std::max(positions, row.position + 1);
    // Not a multiple of a large power of two: columns would share cache sets.
    score_stride_ =
        (positions + kPageTokens - 1) / kPageTokens * kPageTokens + 16;
    const size_t tiles = (columns_ + kTileColumns - 1) / kTileColumns;
    queries_ = scratch->queries.Resize(tiles * kTileColumns * head_dim_);
    scores_ = scratch->scores.Resize(size_t(columns_) * score_stride_);
    page_ = scratch->page.Resize(size_t{kPageTokens} * padded_dim_);
    sums_ = scratch->sums.Resize(columns_);
    out_ = scratch->out.Resize(size_t(columns_) * padded_dim_);
  }

  void Run() {
    PackQueries();
    ForEachPage(&Attention::LoadKeys, &Attention::Scores);
    for (int c = 0; c < columns_; ++c) {
      sums_[c] = inference::SoftmaxNumerators(
          scores_ + c * score_stride_,
          work_.rows[c / work_.heads].position + 1);
    }
    ForEachPage(&Attention::LoadValues, &Attention::AddValues);
    WriteOut();
  }

 private:
  using Load = void (Attention::*)(PageId page);
  using Compute = void (Attention::*)(int page, int first_row, int end_row);

  // Calls `load` and `compute` for each page with the rows that see it.
  void ForEachPage(Load load, Compute compute) {
    const std::vector<AttentionRow>& rows = work_.rows;
    const int count = static_cast<int>(rows.size());
    for (int page = 0; page < work_.shared_pages; ++page) {
      (this->*load)((*rows[0].pages)[page]);
      (this->*compute)(page, 0, count);
    }
    for (int first = 0; first < count;) {
      int end = first + 1;
      while (end < count && rows[end].pages == rows[first].pages) ++end;
      const int pages = rows[end - 1].position / kPageTokens + 1;
      int from = first;
      for (int page = work_.shared_pages; page < pages; ++page) {
        while (rows[from].position < page * kPageTokens) ++from;
        (this->*load)((*rows[first].pages)[page]);
        (this->*compute)(page, from, end);
      }
      first = end;
    }
  }

  void PackQueries() {
    for (int c = 0; c < columns_; ++c) {
      const float* q =
          work_.rows[c / work_.heads].queries + (c % work_.heads) * head_dim_;
      float* to = QueryColumn(c);
      for (int d = 0; d < head_dim_; ++d)
        to[d * kTileColumns] = q[d] * work_.scale;
    }
  }

  float* QueryColumn(int c) {
    return queries_ + c / kTileColumns * kTileColumns * head_dim_ +
           c % kTileColumns;
  }

  // [head_dim][kPageTokens].
  void LoadKeys(PageId page) {
    const uint8_t* keys = cache_.Keys(page, work_.layer, work_.kv_head);
    if (cache_.shape().type == KvType::kF32) {
      panel_ = reinterpret_cast<const float*>(keys);
      return;
    }
    inference::HalvesToFloats(reinterpret_cast<const uint16_t*>(keys),
                              head_dim_ * kPageTokens, page_);
    panel_ = page_;
  }

  // [kPageTokens][padded_dim].
  void LoadValues(PageId page) {
    const uint8_t* values = cache_.Values(page, work_.layer, work_.kv_head);
    const int size = kPageTokens * head_dim_;
    const bool f32 = cache_.shape().type == KvType::kF32;
    panel_ = page_;
    if (padded_dim_ == head_dim_) {
      if (f32) {
        panel_ = reinterpret_cast<const float*>(values);
      } else {
        inference::HalvesToFloats(reinterpret_cast<const uint16_t*>(values),
                                  size, page_);
      }
      return;
    }
    std::memset(page_, 0, size_t{kPageTokens} * padded_dim_ * sizeof(float));
    for (int t = 0; t < kPageTokens; ++t) {
      float* to = page_ + t * padded_dim_;
      if (f32) {
        std::memcpy(to, values + t * head_dim_ * sizeof(float),
                    head_dim_ * sizeof(float));
      } else {
        inference::HalvesToFloats(
            reinterpret_cast<const uint16_t*>(values) + t * head_dim_,
            head_dim_, to);
      }
    }
  }

  // Scores of the page for all columns of rows [first_row, end_row): also those
  // of later positions, which are not read afterwards.
  void Scores(int page, int first_row, int end_row) {
    const int end = end_row * work_.heads;
    for (int c = first_row * work_.heads; c < end;) {
      const int count = std::min(end - c, kTileColumns - c % kTileColumns);
      const TileArgs args = {panel_,
                             kPanelRows,
                             QueryColumn(c),
                             kTileColumns,
                             1,
                             head_dim_,
                             scores_ + c * score_stride_ + page * kPageTokens,
                             score_stride_};
      Tile</*kPacked=*/true>(args, count, /*accumulate=*/false);
      c += count;
    }
  }

  // Adds the page's values, position after position up to each row's own.
  void AddValues(int page, int first_row, int end_row) {
    const int last = page * kPageTokens + kPageTokens - 1;
    int row = first_row;
    for (; row < end_row && work_.rows[row].position < last; ++row) {
      AddValuesOf(page, row, row + 1,
                  work_.rows[row].position - page * kPageTokens + 1);
    }
    if (row < end_row) AddValuesOf(page, row, end_row, kPageTokens);
  }

  void AddValuesOf(int page, int first_row, int end_row, int positions) {
    const int end = end_row * work_.heads;
    for (int c = first_row * work_.heads; c < end; c += kTileColumns) {
      const int count = std::min(end - c, kTileColumns);
      for (int d = 0; d < padded_dim_; d += kPanelRows) {
        const TileArgs args = {panel_ + d,
                               padded_dim_,
                               scores_ + c * score_stride_ + page * kPageTokens,
                               1,
                               score_stride_,
                               positions,
                               out_ + int64_t{c} * padded_dim_ + d,
                               padded_dim_};
        Tile</*kPacked=*/false>(args, count, /*accumulate=*/page > 0);
      }
    }
  }

  void WriteOut() {
    for (int c = 0; c < columns_; ++c) {
      float* to =
          work_.rows[c / work_.heads].out + (c % work_.heads) * head_dim_;
      const float* from = out_ + int64_t{c} * padded_dim_;
      for (int d = 0; d < head_dim_; ++d) to[d] = from[d] / sums_[c];
    }
  }

  const KvCache& cache_;
  const AttentionWork& work_;
  const int head_dim_;
  const int padded_dim_;  // A multiple of kPanelRows.
  const int columns_;
  int64_t score_stride_ = 0;
  float* queries_ = nullptr;      // Packed: [tile][head_dim][kTileColumns].
  float* scores_ = nullptr;       // [column][score_stride].
  float* page_ = nullptr;         // Unpacked page.
  const float* panel_ = nullptr;  // The page at hand: page_ or the cache's own.
  float* sums_ = nullptr;         // [column].
  float* out_ = nullptr;          // [column][padded_dim].
};

void Attend(const KvCache& cache, const AttentionWork& work,
            AttentionScratch* scratch) {
  Attention(cache, work, scratch).Run();
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(Attend);

void Attend(const KvCache& cache, const AttentionWork& work,
            AttentionScratch* scratch) {
  if (work.rows.empty()) return;
  HWY_DYNAMIC_DISPATCH(Attend)(cache, work, scratch);
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
