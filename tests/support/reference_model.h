// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A transformer of the LLaMA family in plain double-precision loops, written
// from the papers and independent of the engine's own (only the file and the
// unpacking of its blocks are shared). The engine's logits are compared with
// its.
//
//   auto model = ReferenceModel(*gguf);
//   std::vector<std::vector<double>> logits = model.Logits(tokens, {last});
//
// Slow: about 1 GMAC/s. The file must be valid (checked elsewhere) and outlive
// it. Thread-safe (immutable).
#ifndef QUIPU_TESTS_SUPPORT_REFERENCE_MODEL_H_
#define QUIPU_TESTS_SUPPORT_REFERENCE_MODEL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "inference/gguf/gguf.h"

namespace quipu::testing {

class ReferenceModel {
 public:
  // `cache_levels`: if not 0, keys and values are rounded, each head's vector
  // to integers of at most this magnitude and a scale (127: like the engine's
  // 8-bit cache).
  explicit ReferenceModel(const inference::GgufFile& gguf, int cache_levels = 0);

  // Logits after tokens[0 .. position] for each of `positions`.
  std::vector<std::vector<double>> Logits(const std::vector<int32_t>& tokens,
                                          const std::vector<int>& positions) const;

  int vocabulary() const { return vocabulary_; }

 private:
  using Rows = std::vector<std::vector<double>>;

  uint64_t Uint(const std::string& key) const;
  std::vector<double> Row(const std::string& tensor, int64_t row) const;
  // All rows of `x` times a matrix, plus a bias if the file has one.
  Rows Multiply(const std::string& tensor, const Rows& x) const;
  Rows Project(const std::string& name, const Rows& x) const;
  Rows Normalise(const std::string& tensor, const Rows& x) const;
  void NormaliseHeads(const std::string& tensor, Rows* x) const;
  void Rotate(Rows* x) const;
  void RoundHeads(Rows* x) const;
  Rows Attend(const Rows& q, const Rows& k, const Rows& v) const;

  const inference::GgufFile& gguf_;
  const int cache_levels_;
  std::string architecture_;
  int layers_ = 0;
  int heads_ = 0;
  int kv_heads_ = 0;
  int head_dim_ = 0;
  int vocabulary_ = 0;
  double epsilon_ = 0;
  std::vector<double> frequencies_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_REFERENCE_MODEL_H_
