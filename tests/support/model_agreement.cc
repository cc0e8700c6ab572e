// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/model_agreement.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "inference/gguf.h"
#include "inference/tokenizer.h"
#include "tests/support/model_runner.h"
#include "tests/support/reference_model.h"

namespace quipu::testing {
namespace {

using inference::CreateTokenizer;
using inference::GgufFile;
using inference::KvType;

// Written for this test.
constexpr absl::string_view kProse =
    "A lighthouse is a tower built on the coast or on a rock in the sea. Its "
    "purpose is to guide "
    "ships at night and to warn them of dangerous places. In ancient times, "
    "people lit fires on "
    "the tops of hills so that sailors could find their way home. Later, they "
    "built towers of "
    "stone, because a light that stands higher can be seen from farther away. "
    "The most famous "
    "lighthouse of the ancient world stood in the harbour of Alexandria in "
    "Egypt, and it was one "
    "of the tallest buildings of its time.\n\nFor many centuries the light "
    "came from wood, coal "
    "or oil. A keeper lived in the tower or in a house beside it, and he had "
    "to make sure that "
    "the lamp did not go out. The work was lonely and sometimes dangerous. "
    "When the weather was "
    "bad, it could be weeks before a boat was able to bring food and news from "
    "the mainland.\n\n"
    "In the nineteenth century, a French engineer named Augustin Fresnel "
    "invented a new kind of "
    "lens. It was made of many rings of glass, and it gathered the light of "
    "the lamp into a "
    "single strong beam. With such a lens, a small flame could be seen more "
    "than twenty miles "
    "away. Today most lighthouses are automatic, and nobody lives in them any "
    "more. Ships find "
    "their way by satellite, but many captains still like to see the light on "
    "the shore, because "
    "it tells them that they are where they think they are.";

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

}  // namespace

Agreement CompareToReference(const std::string& path, absl::string_view text,
                             KvType kv_type, int positions) {
  Agreement result;
  auto gguf = GgufFile::Open(path);
  EXPECT_TRUE(gguf.ok()) << gguf.status();
  if (!gguf.ok()) return result;
  const std::vector<int32_t> tokens =
      CreateTokenizer(**gguf).value()->Encode(text, true);
  std::vector<int> wanted;
  for (int i = positions; i > 0; --i)
    wanted.push_back(static_cast<int>(tokens.size()) - i);

  const std::vector<float> logits =
      ModelRunner(**gguf, 0, kv_type).Run({tokens}, {})[0];
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
    result.same_best += std::max_element(l, l + r.size()) - l ==
                        std::max_element(r.begin(), r.end()) - r.begin();
  }
  result.positions = positions;
  result.root_mean_square = std::sqrt(squares / positions);
  return result;
}

double Perplexity(const std::string& path) {
  auto gguf = GgufFile::Open(path);
  EXPECT_TRUE(gguf.ok()) << gguf.status();
  if (!gguf.ok()) return 0;
  const std::vector<int32_t> tokens =
      CreateTokenizer(**gguf).value()->Encode(kProse, true);
  const std::vector<float> logits =
      ModelRunner(**gguf, 0, KvType::kF16).Run({tokens}, {})[0];
  const size_t width = logits.size() / tokens.size();
  double sum = 0;
  for (size_t t = 0; t + 1 < tokens.size(); ++t) {
    const float* l = logits.data() + t * width;
    const double max = *std::max_element(l, l + width);
    double total = 0;
    for (size_t j = 0; j < width; ++j) total += std::exp(l[j] - max);
    sum += max + std::log(total) - l[tokens[t + 1]];
  }
  return std::exp(sum / (tokens.size() - 1));
}

}  // namespace quipu::testing
