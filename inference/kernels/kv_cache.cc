// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/kv_cache.h"

#include <sys/mman.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace quipu::inference {
namespace {

int64_t ElementBytes(KvType type) {
  switch (type) {
    case KvType::kF16:
      return 2;
    case KvType::kF32:
      return 4;
    case KvType::kQ8:
      return 1;
  }
  return 0;
}

// Bytes of the keys (or the values) of one layer and head in one page.
int64_t PartBytes(const KvShape& shape) {
  const int64_t scales = shape.type == KvType::kQ8 ? sizeof(float) : 0;
  return (ElementBytes(shape.type) * shape.head_dim + scales) * kPageTokens;
}

int PagesFor(int tokens) { return (tokens + kPageTokens - 1) / kPageTokens; }

}  // namespace

int64_t KvShape::page_bytes() const { return 2 * PartBytes(*this) * layers * kv_heads; }

KvCache::KvCache(const KvShape& shape, int num_pages) : shape_(shape) {
  QUIPU_CHECK(num_pages >= 1) << num_pages << " pages";
  mapped_bytes_ = shape.page_bytes() * num_pages;
  void* memory = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  QUIPU_CHECK(memory != MAP_FAILED)
      << "cannot reserve " << mapped_bytes_ << " bytes for keys and values";
  memory_ = static_cast<uint8_t*>(memory);
  references_.assign(num_pages, 0);
  free_.reserve(num_pages);
  // Pages are taken from the back: the first one first.
  for (PageId page = num_pages; page-- > 0;) free_.push_back(page);
}

KvCache::~KvCache() { munmap(memory_, mapped_bytes_); }

int KvCache::num_pages() const { return static_cast<int>(references_.size()); }

int KvCache::num_free_pages() const { return static_cast<int>(free_.size()); }

absl::Status KvCache::Extend(PageTable* table, int tokens) {
  const int wanted = PagesFor(tokens) - static_cast<int>(table->size());
  if (wanted > num_free_pages()) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "kv cache: ", wanted, " pages wanted, ", num_free_pages(), " of ", num_pages(), " free"));
  }
  for (int i = 0; i < wanted; ++i) {
    const PageId page = free_.back();
    free_.pop_back();
    references_[page] = 1;
    table->push_back(page);
  }
  return absl::OkStatus();
}

absl::StatusOr<PageTable> KvCache::Fork(const PageTable& table, int tokens) {
  QUIPU_CHECK(PagesFor(tokens) <= static_cast<int>(table.size()))
      << tokens << " tokens of a table of " << table.size() << " pages";
  const int whole = tokens / kPageTokens;
  PageTable fork(table.begin(), table.begin() + whole);
  if (whole * kPageTokens < tokens) {
    if (free_.empty()) {
      return absl::ResourceExhaustedError(
          absl::StrCat("kv cache: a page wanted for a copy, 0 of ", num_pages(), " free"));
    }
    const PageId copy = free_.back();
    free_.pop_back();
    references_[copy] = 1;
    const int64_t bytes = shape_.page_bytes();
    std::memcpy(memory_ + copy * bytes, memory_ + table[whole] * bytes, bytes);
    fork.push_back(copy);
  }
  for (int i = 0; i < whole; ++i) ++references_[fork[i]];
  return fork;
}

void KvCache::Release(PageTable* table) {
  for (const PageId page : *table) {
    QUIPU_CHECK(references_[page] > 0) << "page " << page << " released twice";
    if (--references_[page] == 0) free_.push_back(page);
  }
  table->clear();
}

int KvCache::References(PageId page) const { return references_[page]; }

const uint8_t* KvCache::Keys(PageId page, int layer, int kv_head) const {
  const int64_t part = int64_t{2} * (int64_t{layer} * shape_.kv_heads + kv_head);
  return memory_ + page * shape_.page_bytes() + part * PartBytes(shape_);
}

uint8_t* KvCache::Keys(PageId page, int layer, int kv_head) {
  return const_cast<uint8_t*>(static_cast<const KvCache*>(this)->Keys(page, layer, kv_head));
}

const uint8_t* KvCache::Values(PageId page, int layer, int kv_head) const {
  return Keys(page, layer, kv_head) + PartBytes(shape_);
}

uint8_t* KvCache::Values(PageId page, int layer, int kv_head) {
  return const_cast<uint8_t*>(static_cast<const KvCache*>(this)->Values(page, layer, kv_head));
}

// After the values of the part.
const float* KvCache::Scales(const uint8_t* part) const {
  QUIPU_CHECK(shape_.type == KvType::kQ8) << "only kQ8 has scales";
  return reinterpret_cast<const float*>(part + kPageTokens * shape_.head_dim);
}

float* KvCache::Scales(uint8_t* part) const {
  return const_cast<float*>(Scales(static_cast<const uint8_t*>(part)));
}

}  // namespace quipu::inference
