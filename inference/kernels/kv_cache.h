// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Keys and values in fixed-size pages. Sequences with the same beginning share
// pages by reference.
//
//   // Shares the prefix's whole pages, copies the last one if it is not full.
//   ASSIGN_OR_RETURN(PageTable mine, cache.Fork(prefix, prefix_tokens));
//
// A page holds kPageTokens positions of all layers. In keys the position runs
// fastest (dim-major), so that attention's dot products have key positions as
// vector lanes; in values the dimension runs fastest.
// Thread-compatible; owned by the engine's stepping thread.
#ifndef QUIPU_INFERENCE_KERNELS_KV_CACHE_H_
#define QUIPU_INFERENCE_KERNELS_KV_CACHE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace quipu::inference {

// Positions in a page; a multiple of 16 (the virtual lanes).
inline constexpr int kPageTokens = 32;

enum class KvType {
  kF16,
  kF32,
  // 8 bits, plus one F32 scale per position for the key and for the value of a
  // head: about half the size of kF16. Rounding: see kernels/kv_store.h.
  kQ8,
};

struct KvShape {
  int layers = 0;
  int kv_heads = 0;
  int head_dim = 0;
  KvType type = KvType::kF16;

  // Bytes of one page: keys and values of all layers.
  int64_t page_bytes() const;
};

using PageId = int32_t;

// The pages of one sequence, in order of position.
using PageTable = std::vector<PageId>;

class KvCache {
 public:
  // Memory is reserved at once, and touched when pages are first used.
  KvCache(const KvShape& shape, int num_pages);
  ~KvCache();
  KvCache(const KvCache&) = delete;
  KvCache& operator=(const KvCache&) = delete;

  const KvShape& shape() const { return shape_; }
  int num_pages() const;
  int num_free_pages() const;

  // Appends pages so that `table` covers `tokens` positions; RESOURCE_EXHAUSTED
  // (and no change) if there are too few free.
  absl::Status Extend(PageTable* table, int tokens);
  // Shares the pages that hold the first `tokens` positions; copies a partial
  // last page. RESOURCE_EXHAUSTED if there is no page for the copy.
  absl::StatusOr<PageTable> Fork(const PageTable& table, int tokens);
  // Drops this table's references; a page without references is free.
  void Release(PageTable* table);
  // Number of tables that hold this page.
  int References(PageId page) const;

  // Keys of (page, layer, kv head): [head_dim][kPageTokens] values of
  // shape().type (int8_t for kQ8).
  uint8_t* Keys(PageId page, int layer, int kv_head);
  const uint8_t* Keys(PageId page, int layer, int kv_head) const;
  // Values of the same: [kPageTokens][head_dim].
  uint8_t* Values(PageId page, int layer, int kv_head);
  const uint8_t* Values(PageId page, int layer, int kv_head) const;
  // Scales of the positions of those keys or values, [kPageTokens]. REQUIRES:
  // type kQ8.
  float* Scales(uint8_t* part) const;
  const float* Scales(const uint8_t* part) const;

 private:
  KvShape shape_;
  uint8_t* memory_ = nullptr;
  int64_t mapped_bytes_ = 0;
  std::vector<int32_t> references_;
  std::vector<PageId> free_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_KV_CACHE_H_
