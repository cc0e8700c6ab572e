// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/model_agreement.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/text/tokenizer.h"
#include "tests/support/model_runner.h"
#include "tests/support/prose.h"
#include "tests/support/reference_model.h"

namespace quipu::testing {
namespace {

using inference::CreateTokenizer;
using inference::GgufFile;
using inference::KvType;
using inference::Math;

double Deviation(const std::vector<double>& values) {
  double sum = 0;
  double squares = 0;
  for (const double v : values) {
    sum += v;
    squares += v * v;
  }
  const double mean = sum / values.size();
  return std::sqrt(squares / values.size() - mean * mean);
}

// The negative log-likelihood of all tokens except the first; appends the
// likeliest token at each position to `best`.
double Predict(const std::vector<int32_t>& tokens, ModelRunner* runner,
               std::vector<int32_t>* best) {
  const std::vector<float> logits = runner->Run({tokens}, {})[0];
  const size_t width = logits.size() / tokens.size();
  double sum = 0;
  for (size_t t = 0; t + 1 < tokens.size(); ++t) {
    const float* l = logits.data() + t * width;
    const float* largest = std::max_element(l, l + width);
    best->push_back(static_cast<int32_t>(largest - l));
    double total = 0;
    for (size_t j = 0; j < width; ++j) total += std::exp(double{l[j]} - *largest);
    sum += *largest + std::log(total) - l[tokens[t + 1]];
  }
  return sum;
}

}  // namespace

Agreement CompareToReference(const std::string& path, absl::string_view text, KvType kv_type,
                             int positions) {
  Agreement result;
  auto gguf = GgufFile::Open(path);
  EXPECT_TRUE(gguf.ok()) << gguf.status();
  if (!gguf.ok()) return result;
  const std::vector<int32_t> tokens = CreateTokenizer(**gguf).value()->Encode(text, true);
  std::vector<int> wanted;
  for (int i = positions; i > 0; --i) wanted.push_back(static_cast<int>(tokens.size()) - i);

  const std::vector<float> logits =
      ModelRunner(**gguf, 0, kv_type, Math::kFloat).Run({tokens}, {})[0];
  const auto reference = ReferenceModel(**gguf).Logits(tokens, wanted);

  double squares = 0;
  for (int i = 0; i < positions; ++i) {
    const std::vector<double>& r = reference[i];
    const float* l = logits.data() + wanted[i] * r.size();
    const double deviation = Deviation(r);
    for (size_t j = 0; j < r.size(); ++j) {
      const double error = std::abs(l[j] - r[j]) / deviation;
      result.worst = std::max(result.worst, error);
      squares += error * error / r.size();
    }
    result.same_best +=
        std::max_element(l, l + r.size()) - l == std::max_element(r.begin(), r.end()) - r.begin();
  }
  result.positions = positions;
  result.root_mean_square = std::sqrt(squares / positions);
  return result;
}

Prediction PredictProse(const std::string& path, Math math) {
  Prediction result;
  auto gguf = GgufFile::Open(path);
  EXPECT_TRUE(gguf.ok()) << gguf.status();
  if (!gguf.ok()) return result;
  const auto tokenizer = CreateTokenizer(**gguf).value();
  ModelRunner runner(**gguf, 0, KvType::kF16, math);
  double sum = 0;
  for (const absl::string_view passage : Prose())
    sum += Predict(tokenizer->Encode(passage, true), &runner, &result.best);
  result.perplexity = std::exp(sum / result.best.size());
  return result;
}

double SameBest(const Prediction& a, const Prediction& b) {
  EXPECT_EQ(a.best.size(), b.best.size());
  if (a.best.empty() || a.best.size() != b.best.size()) return 0;
  size_t same = 0;
  for (size_t i = 0; i < a.best.size(); ++i) same += a.best[i] == b.best[i];
  return static_cast<double>(same) / a.best.size();
}

}  // namespace quipu::testing
