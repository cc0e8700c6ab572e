// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/model_runner.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "gtest/gtest.h"
#include "inference/model/batch.h"

namespace quipu::testing {

using inference::Batch;
using inference::KvShape;
using inference::Model;
using inference::ModelOptions;
using inference::PageTable;

ModelRunner::ModelRunner(const inference::GgufFile& gguf, int threads, inference::KvType type,
                         inference::Math math, int pages) {
  ModelOptions options;
  options.threads = threads;
  options.math = math;
  auto model = Model::Create(gguf, options);
  if (!model.ok()) {
    ADD_FAILURE() << model.status();
    return;
  }
  *this = ModelRunner(*std::move(model), type, pages);
}

ModelRunner::ModelRunner(std::unique_ptr<Model> model, inference::KvType type, int pages)
    : model_(std::move(model)) {
  KvShape shape = model_->kv_shape();
  shape.type = type;
  cache_ = std::make_unique<inference::KvCache>(shape, pages);
}

std::vector<std::vector<float>> ModelRunner::Run(const std::vector<std::vector<int32_t>>& sequences,
                                                 const RunOptions& options) {
  std::vector<std::vector<float>> logits(sequences.size());
  if (model_ == nullptr) return logits;
  std::vector<PageTable> tables;
  const absl::Status status = TryRun(sequences, options, &tables, &logits);
  EXPECT_TRUE(status.ok()) << status;
  for (PageTable& table : tables) cache_->Release(&table);
  return logits;
}

absl::Status ModelRunner::TryRun(const std::vector<std::vector<int32_t>>& sequences,
                                 const RunOptions& options, std::vector<PageTable>* tables,
                                 std::vector<std::vector<float>>* logits) {
  std::vector<int> done(sequences.size(), options.shared);
  tables->resize(sequences.size());
  if (options.shared > 0) {
    const std::vector<int32_t> prefix(sequences[0].begin(), sequences[0].begin() + options.shared);
    PageTable table;
    RETURN_IF_ERROR(cache_->Extend(&table, options.shared));
    Batch batch;
    batch.tokens = prefix;
    batch.pieces.push_back({&table, 0, 0, options.shared, -1, 0});
    inference::StepLogits none;
    RETURN_IF_ERROR(model_->Forward(batch, cache_.get(), &none));
    for (PageTable& fork : *tables) {
      ASSIGN_OR_RETURN(fork, cache_->Fork(table, options.shared));
    }
    cache_->Release(&table);
  }
  for (size_t i = 0; i < sequences.size(); ++i) {
    RETURN_IF_ERROR(cache_->Extend(&(*tables)[i], static_cast<int>(sequences[i].size())));
  }
  int chunk = options.first_chunk > 0 ? options.first_chunk : options.chunk;
  for (bool more = true; more; chunk = options.chunk) {
    RETURN_IF_ERROR(Step(sequences, options, chunk, *tables, &done, logits));
    more = false;
    for (size_t i = 0; i < sequences.size(); ++i) {
      more = more || done[i] < static_cast<int>(sequences[i].size());
    }
  }
  return absl::OkStatus();
}

absl::Status ModelRunner::Step(const std::vector<std::vector<int32_t>>& sequences,
                               const RunOptions& options, int chunk,
                               const std::vector<PageTable>& tables, std::vector<int>* done,
                               std::vector<std::vector<float>>* logits) {
  Batch batch;
  std::vector<size_t> owner;  // Of each token.
  for (size_t i = 0; i < sequences.size(); ++i) {
    const int start = (*done)[i];
    const int count = std::min(chunk, static_cast<int>(sequences[i].size()) - start);
    if (count == 0) continue;
    const int first = static_cast<int>(batch.tokens.size());
    batch.pieces.push_back({&tables[i], start, first, count, options.grouped ? 7 : -1,
                            options.grouped ? options.shared / inference::kPageTokens : 0});
    for (int t = 0; t < count; ++t) {
      batch.outputs.push_back(first + t);
      batch.tokens.push_back(sequences[i][start + t]);
      owner.push_back(i);
    }
    (*done)[i] += count;
  }
  inference::StepLogits out;
  RETURN_IF_ERROR(model_->Forward(batch, cache_.get(), &out));
  for (size_t t = 0; t < owner.size(); ++t) {
    const absl::Span<const float> row = out.row(static_cast<int>(t));
    std::vector<float>& to = (*logits)[owner[t]];
    to.insert(to.end(), row.begin(), row.end());
  }
  return absl::OkStatus();
}

}  // namespace quipu::testing
