// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/forward_bench.h"

#include <algorithm>

#include "base/status_macros.h"
#include "inference/batching/embedded_engine.h"
#include "inference/model/batch.h"

namespace quipu::bench {
namespace {

using inference::Batch;
using inference::kPageTokens;
using inference::PageTable;

constexpr int kSequences = 64;
constexpr int kDecodeSteps = 32;

int PagesFor(int prompt) {
  return prompt / kPageTokens + 1 + kSequences * (kDecodeSteps / kPageTokens + 2);
}

}  // namespace

ForwardBench::ForwardBench(inference::Model* model, inference::KvType kv_type,
                           const Prompts& prompts)
    : model_(model),
      prompts_(prompts),
      cache_(inference::CacheShape(*model, kv_type), PagesFor(prompts.tokens)) {}

// Feeds `count` tokens from position `start` to each sequence and requests the
// last one's logits.
absl::Status ForwardBench::Step(const std::vector<PageTable*>& tables, int start, int count,
                                int shared_pages) {
  Batch batch;
  for (size_t i = 0; i < tables.size(); ++i) {
    RETURN_IF_ERROR(cache_.Extend(tables[i], start + count));
    const int first = static_cast<int>(batch.tokens.size());
    batch.pieces.push_back(
        {tables[i], start, first, count, shared_pages > 0 ? 0 : -1, shared_pages});
    for (int t = 0; t < count; ++t) {
      // Any tokens will do, as long as they differ like those of text.
      batch.tokens.push_back((7919 * (start + t) + 104729 * static_cast<int>(i)) %
                             model_->params().vocabulary);
    }
    batch.outputs.push_back(first + count - 1);
    figures_.operations +=
        LayerOperations(model_->params(), start, count) + OutputOperations(model_->params());
  }
  figures_.tokens += static_cast<double>(batch.tokens.size());
  return model_->Forward(batch, &cache_, &logits_);
}

absl::Status ForwardBench::Prompt(PageTable* table) {
  for (int done = 0; done < prompts_.tokens; done += prompts_.step_tokens) {
    const int count = std::min(prompts_.step_tokens, prompts_.tokens - done);
    RETURN_IF_ERROR(Step({table}, done, count, 0));
  }
  return absl::OkStatus();
}

absl::Status ForwardBench::DecodeSteps(const std::vector<PageTable*>& tables) {
  for (int i = 0; i < kDecodeSteps; ++i) {
    RETURN_IF_ERROR(Step(tables, prompts_.tokens + i, 1, prompts_.tokens / kPageTokens));
  }
  return absl::OkStatus();
}

void ForwardBench::Finish(const Stopwatch& watch, Figures* figures) {
  *figures = figures_;
  figures->seconds = watch.Seconds();
  figures->cpu_seconds = watch.CpuSeconds();
}

absl::Status ForwardBench::Prefill(Figures* figures) {
  PageTable table;
  figures_ = Figures();
  const Stopwatch watch;
  const absl::Status status = Prompt(&table);
  Finish(watch, figures);
  cache_.Release(&table);
  return status;
}

absl::Status ForwardBench::Decode(Figures* figures) {
  PageTable prefix;
  RETURN_IF_ERROR(Prompt(&prefix));
  std::vector<PageTable> tables(kSequences);
  std::vector<PageTable*> pointers;
  for (PageTable& table : tables) {
    ASSIGN_OR_RETURN(table, cache_.Fork(prefix, prompts_.tokens));
    pointers.push_back(&table);
  }
  figures_ = Figures();
  const Stopwatch watch;
  const absl::Status status = DecodeSteps(pointers);
  Finish(watch, figures);
  for (PageTable& table : tables) cache_.Release(&table);
  cache_.Release(&prefix);
  return status;
}

}  // namespace quipu::bench
