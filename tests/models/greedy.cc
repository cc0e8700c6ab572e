// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Continues a prompt of token ids by the likeliest token, without a tokenizer, and
// writes the logits of the prompt: for tests/models/run.sh, which compares them
// with transformers.
//
//   greedy MODEL TOKENS COUNT LOGITS [float|int8|q8_0|q4_0]
//
// TOKENS: a file of 32-bit integers. LOGITS: 32-bit floats, [token][vocabulary].
// Prints the new tokens. Arithmetic is in floats, or with 8-bit activations: `int8`, with the
// weights as they are stored, or with weights that are quantised when they are loaded.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "inference/huggingface/open_model.h"
#include "inference/model/model.h"

namespace quipu::inference {
namespace {

// One sequence and its cache.
class Sequence {
 public:
  Sequence(Model* model, int tokens) : model_(model), cache_(Shape(*model), tokens / 32 + 2) {}

  // The logits after each of `tokens`.
  absl::StatusOr<std::vector<float>> Append(const std::vector<int32_t>& tokens) {
    const int first = position_;
    position_ += static_cast<int>(tokens.size());
    RETURN_IF_ERROR(cache_.Extend(&pages_, position_));
    Batch batch;
    batch.tokens = tokens;
    batch.pieces.push_back({&pages_, first, 0, static_cast<int>(tokens.size()), -1, 0});
    for (int i = 0; i < static_cast<int>(tokens.size()); ++i) batch.outputs.push_back({i, {}});
    StepLogits logits;
    RETURN_IF_ERROR(model_->Forward(batch, &cache_, &logits));
    std::vector<float> out;
    for (int i = 0; i < logits.rows(); ++i) {
      const absl::Span<const float> row = logits.row(i);
      out.insert(out.end(), row.begin(), row.end());
    }
    return out;
  }

 private:
  static KvShape Shape(const Model& model) {
    KvShape shape = model.kv_shape();
    shape.type = KvType::kF32;
    return shape;
  }

  Model* model_;
  KvCache cache_;
  PageTable pages_;
  int position_ = 0;
};

absl::StatusOr<std::unique_ptr<Model>> Load(const OpenedModel& opened, absl::string_view kind) {
  ModelOptions options;
  options.math = kind.empty() || kind == "float" ? Math::kFloat : Math::kInt8;
  if (kind == "q8_0") options.storage = WeightStorage::kQ8_0;
  if (kind == "q4_0") options.storage = WeightStorage::kQ4_0;
  return Model::Create(*opened.tensors, opened.params, options);
}

absl::Status Run(const std::vector<std::string>& args) {
  ASSIGN_OR_RETURN(const OpenedModel opened, OpenModel(args[0]));
  ASSIGN_OR_RETURN(const std::unique_ptr<Model> model,
                   Load(opened, args.size() > 4 ? args[4] : ""));
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(args[1], 1 << 24));
  std::vector<int32_t> tokens(bytes.size() / sizeof(int32_t));
  std::memcpy(tokens.data(), bytes.data(), tokens.size() * sizeof(int32_t));
  const int count = std::atoi(args[2].c_str());
  Sequence sequence(model.get(), static_cast<int>(tokens.size()) + count);
  ASSIGN_OR_RETURN(std::vector<float> logits, sequence.Append(tokens));
  RETURN_IF_ERROR(WriteFileAtomic(
      args[3], {reinterpret_cast<const char*>(logits.data()), logits.size() * sizeof(float)}));
  for (int i = 0; i < count; ++i) {
    const auto last = logits.end() - model->params().vocabulary;
    const auto best = static_cast<int32_t>(std::max_element(last, logits.end()) - last);
    std::printf("%d ", best);
    ASSIGN_OR_RETURN(logits, sequence.Append({best}));
  }
  std::printf("\n");
  return absl::OkStatus();
}

}  // namespace
}  // namespace quipu::inference

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 4) {
    std::fprintf(stderr, "usage: greedy MODEL TOKENS COUNT LOGITS [float|int8|q8_0|q4_0]\n");
    return 2;
  }
  const absl::Status status = quipu::inference::Run(args);
  if (status.ok()) return 0;
  std::fprintf(stderr, "greedy: %s\n", status.ToString().c_str());
  return 1;
}
