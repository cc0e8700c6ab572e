// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/attention_layer.h"

#include <algorithm>
#include <cstdint>

#include "inference/kernels/kv_store.h"
#include "inference/kernels/rms_norm.h"
#include "inference/kernels/rope.h"
#include "inference/model/balance_tasks.h"

namespace quipu::inference {
namespace {

// Query columns of one unit of attention: enough to pay for unpacking a page
// once, few enough to give all threads units.
constexpr int kAttentionColumns = 96;

}  // namespace

AttentionLayer::AttentionLayer(const HyperParameters* params, const Ropes& ropes, ThreadPool* pool)
    : params_(*params), ropes_(ropes), pool_(pool), scratch_(pool->num_threads()) {}

int AttentionLayer::rows_per_block() const { return std::max(1, kAttentionColumns / GroupHeads()); }

void AttentionLayer::RotateAndStore(int layer, const LayerWeights& weights, const StepPlan& plan,
                                    const Projections& rows, KvCache* cache) {
  const LayerWeights& w = weights;
  const RopeTable* rope = RopeOf(layer);
  pool_->ParallelFor(static_cast<int>(plan.places.size()), [&](int t, int) {
    const TokenPlace& place = plan.places[t];
    float* q = rows.q + int64_t{t} * QWidth();
    float* k = rows.k + int64_t{t} * KvWidth();
    float* v = rows.v + int64_t{t} * KvWidth();
    AddTo(w.q_bias.data(), static_cast<int>(w.q_bias.size()), q);
    AddTo(w.k_bias.data(), static_cast<int>(w.k_bias.size()), k);
    AddTo(w.v_bias.data(), static_cast<int>(w.v_bias.size()), v);
    for (int h = 0; h < params_.heads; ++h) NormAndRotate(rope, place.position, w.q_norm, q, h);
    for (int h = 0; h < params_.kv_heads; ++h) {
      NormAndRotate(rope, place.position, w.k_norm, k, h);
      StoreKeyValue(k + h * params_.head_dim, v + h * params_.head_dim, place.page(), place.slot(),
                    layer, h, cache);
    }
  });
}

const RopeTable* AttentionLayer::RopeOf(int layer) const {
  switch (params_.rules[layer].rope) {
    case LayerRule::Rope::kMain:
      return ropes_.main;
    case LayerRule::Rope::kLocal:
      return ropes_.local;
    case LayerRule::Rope::kNone:
      break;
  }
  return nullptr;
}

void AttentionLayer::NormAndRotate(const RopeTable* rope, int position,
                                   const std::vector<float>& norm, float* heads, int head) const {
  float* x = heads + head * params_.head_dim;
  if (!norm.empty()) RmsNorm(x, norm.data(), params_.head_dim, params_.rms_epsilon, x);
  if (rope == nullptr) return;
  Rotate(rope->pairs(), rope->Cos(position), rope->Sin(position), params_.head_dim, x);
}

// The blocks of each key/value head, in the order of computation.
std::vector<int> AttentionLayer::Order(const StepPlan& plan, const StepRows& rows) const {
  std::vector<int64_t> costs;
  for (const AttentionBlock& block : rows.blocks) {
    int64_t products = 0;
    int last = 0;
    for (int i = block.first; i < block.first + block.count; ++i) {
      const int position = plan.places[rows.tokens[i]].position;
      products += int64_t{GroupHeads()} * (position + 1);
      last = std::max(last, position);
    }
    // Unpacking a page takes as long as using it for about this many columns.
    constexpr int kUnpackColumns = 5;
    costs.insert(costs.end(), params_.kv_heads, products + kUnpackColumns * (last + 1));
  }
  return BalanceTasks(costs, pool_->num_threads());
}

void AttentionLayer::Attend(int layer, const StepPlan& plan, const StepRows& rows, const float* q,
                            const KvCache& cache, float* out) {
  const std::vector<int> order = Order(plan, rows);
  pool_->ParallelFor(static_cast<int>(order.size()), [&](int task, int worker) {
    const int unit = order[task];
    const AttentionBlock& block = rows.blocks[unit / params_.kv_heads];
    AttentionWork& work = scratch_[worker].work;
    work.layer = layer;
    work.kv_head = unit % params_.kv_heads;
    work.heads = GroupHeads();
    work.scale = params_.attention_scale;
    work.window = params_.rules[layer].window;
    work.shared_pages = block.shared_pages;
    work.rows.clear();
    const int64_t head = int64_t{work.kv_head} * work.heads * params_.head_dim;
    for (int i = block.first; i < block.first + block.count; ++i) {
      const int token = rows.tokens[i];
      work.rows.push_back({q + int64_t{token} * QWidth() + head, out + int64_t{i} * QWidth() + head,
                           plan.places[token].pages, plan.places[token].position});
    }
    inference::Attend(cache, work, &scratch_[worker].attention);
  });
}

}  // namespace quipu::inference
