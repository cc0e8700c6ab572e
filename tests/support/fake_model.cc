// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_model.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::testing {

using inference::Batch;
using inference::BatchPiece;
using inference::kPageTokens;
using inference::KvCache;
using inference::PageTable;
using inference::TokenId;

namespace {

uint64_t Mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ x >> 31;
}

void HashedLogits(absl::Span<const TokenId> history, absl::Span<float> logits) {
  uint64_t hash = history.size();
  for (const TokenId token : history) hash = Mix(hash * 31 + static_cast<uint64_t>(token));
  for (size_t i = 0; i < logits.size(); ++i) {
    const uint64_t bits = Mix(hash + 0x9e3779b97f4a7c15 * (i + 1)) >> 40;
    logits[i] = static_cast<float>(bits) * 0x1p-21f - 4.0f;
  }
}

// The key of a position contains its token (dim-major: dimension 0 comes
// first); the value contains the position itself.
float* TokenAt(KvCache* cache, const PageTable& pages, int position) {
  return reinterpret_cast<float*>(cache->Keys(pages[position / kPageTokens], 0, 0)) +
         position % kPageTokens;
}

float* PositionAt(KvCache* cache, const PageTable& pages, int position) {
  return reinterpret_cast<float*>(cache->Values(pages[position / kPageTokens], 0, 0)) +
         2 * (position % kPageTokens);
}

}  // namespace

FakeModel::FakeModel(int vocabulary, Logits logits)
    : logits_(logits != nullptr ? std::move(logits) : HashedLogits) {
  params_.architecture = "fake";
  params_.layers = 1;
  params_.kv_heads = 1;
  params_.head_dim = 2;
  params_.vocabulary = vocabulary;
  params_.trained_context = 1 << 16;
}

inference::KvShape FakeModel::kv_shape() const {
  return {params_.layers, params_.kv_heads, params_.head_dim, inference::KvType::kF32};
}

absl::Status FakeModel::CheckPiece(const Batch& batch, size_t index, const KvCache& cache) const {
  const BatchPiece& piece = batch.pieces[index];
  const int end = piece.start + piece.count;
  const int expected =
      index == 0 ? 0 : batch.pieces[index - 1].first_token + batch.pieces[index - 1].count;
  if (piece.first_token != expected || piece.count < 1) {
    return absl::InternalError(absl::StrCat("piece ", index, " does not follow the previous one"));
  }
  if (static_cast<int>(piece.pages->size()) * kPageTokens < end) {
    return absl::InternalError(absl::StrCat("piece ", index, ": ", piece.pages->size(),
                                            " pages do not hold ", end, " positions"));
  }
  for (int page = piece.start / kPageTokens; page * kPageTokens < end; ++page) {
    if (cache.References((*piece.pages)[page]) != 1) {
      return absl::InternalError(absl::StrCat("piece ", index, " writes to a shared page"));
    }
  }
  if (piece.group < 0) return absl::OkStatus();
  if (piece.shared_pages < 1 || piece.shared_pages * kPageTokens > piece.start) {
    return absl::InternalError(absl::StrCat("piece ", index, " shares pages that it writes"));
  }
  for (size_t other = 0; other < index; ++other) {
    const BatchPiece& before = batch.pieces[other];
    if (before.group != piece.group) continue;
    if (batch.pieces[index - 1].group != piece.group || before.shared_pages != piece.shared_pages ||
        !std::equal(before.pages->begin(), before.pages->begin() + piece.shared_pages,
                    piece.pages->begin())) {
      return absl::InternalError(
          absl::StrCat("pieces of group ", piece.group, " are apart or share nothing"));
    }
  }
  return absl::OkStatus();
}

absl::Status FakeModel::Remember(const Batch& batch, const BatchPiece& piece,
                                 KvCache* cache) const {
  for (int i = 0; i < piece.count; ++i) {
    const int position = piece.start + i;
    *TokenAt(cache, *piece.pages, position) =
        static_cast<float>(batch.tokens[piece.first_token + i]);
    *PositionAt(cache, *piece.pages, position) = static_cast<float>(position);
  }
  for (int position = 0; position < piece.start; ++position) {
    if (*PositionAt(cache, *piece.pages, position) != static_cast<float>(position)) {
      return absl::InternalError(absl::StrCat("position ", position, " was never computed"));
    }
  }
  return absl::OkStatus();
}

void FakeModel::Enter(const Batch& batch, absl::Status* failure) {
  SeenStep seen;
  seen.tokens = static_cast<int>(batch.tokens.size());
  seen.pieces = static_cast<int>(batch.pieces.size());
  seen.outputs = static_cast<int>(batch.outputs.size());
  for (const inference::BatchOutput& output : batch.outputs)
    seen.words += static_cast<int>(output.words.size());
  int group_size = 0;
  for (size_t i = 0; i < batch.pieces.size(); ++i) {
    const int group = batch.pieces[i].group;
    group_size = group < 0 ? 0 : i > 0 && batch.pieces[i - 1].group == group ? group_size + 1 : 1;
    seen.largest_group = std::max(seen.largest_group, group_size);
  }
  absl::MutexLock lock(&mutex_);
  steps_.push_back(seen);
  held_ = hold_;
  mutex_.Await(absl::Condition(
      +[](bool* hold) { return !*hold; }, &hold_));
  held_ = false;
  if (fail_after_ >= 0 && fail_after_-- == 0) *failure = failure_;
}

absl::Status FakeModel::Forward(const Batch& batch, KvCache* cache, inference::StepLogits* logits) {
  absl::Status failure;
  Enter(batch, &failure);
  RETURN_IF_ERROR(failure);
  for (size_t i = 0; i < batch.pieces.size(); ++i) {
    RETURN_IF_ERROR(CheckPiece(batch, i, *cache));
    RETURN_IF_ERROR(Remember(batch, batch.pieces[i], cache));
  }
  const size_t vocabulary = static_cast<size_t>(params_.vocabulary);
  logits->Resize(batch.outputs, params_.vocabulary);
  for (size_t i = 0; i < batch.outputs.size(); ++i) {
    const int output = batch.outputs[i].token;
    const auto piece =
        std::find_if(batch.pieces.begin(), batch.pieces.end(), [output](const BatchPiece& p) {
          return output >= p.first_token && output < p.first_token + p.count;
        });
    if (piece == batch.pieces.end()) return absl::InternalError("an output outside all pieces");
    std::vector<TokenId> history;
    for (int p = 0; p <= piece->start + output - piece->first_token; ++p) {
      history.push_back(static_cast<TokenId>(*TokenAt(cache, *piece->pages, p)));
    }
    const std::vector<TokenId>& words = batch.outputs[i].words;
    const absl::Span<float> row = logits->row(static_cast<int>(i));
    if (words.empty()) {
      logits_(history, row);
      continue;
    }
    std::vector<float> whole(vocabulary);
    logits_(history, absl::MakeSpan(whole));
    for (size_t w = 0; w < words.size(); ++w) row[w] = whole[words[w]];
  }
  return absl::OkStatus();
}

std::vector<FakeModel::SeenStep> FakeModel::steps() const {
  absl::MutexLock lock(&mutex_);
  return steps_;
}

void FakeModel::FailAfter(int steps, absl::Status status) {
  absl::MutexLock lock(&mutex_);
  fail_after_ = steps;
  failure_ = std::move(status);
}

void FakeModel::Hold() {
  absl::MutexLock lock(&mutex_);
  hold_ = true;
}

void FakeModel::Release() {
  absl::MutexLock lock(&mutex_);
  hold_ = false;
}

void FakeModel::AwaitHeld() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&held_));
}

}  // namespace quipu::testing
