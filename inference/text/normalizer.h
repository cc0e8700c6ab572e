// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a tokenizer does to a text before it cuts words: a list of steps, as
// tokenizer.json has them. Remembers where each byte came from.
//
//   Normalizer nfc;
//   nfc.AddForm(Normalizer::Form::kNfc);
//   if (!nfc.Keeps(text)) Use(nfc.Apply(text).text);
//
// Most texts are in NFC already: Keeps() is fast. Unicode by ICU. Thread-compatible.
#ifndef QUIPU_INFERENCE_TEXT_NORMALIZER_H_
#define QUIPU_INFERENCE_TEXT_NORMALIZER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"

namespace quipu::inference {

struct NormalizedText {
  std::string text;
  // For each byte of `text`, where in the original the character begins that gave it; for a byte
  // of a character that was kept, where that byte is.
  std::vector<uint32_t> origins;
};

class Normalizer {
 public:
  enum class Form { kNfc, kNfd, kNfkc, kNfkd };

  void AddForm(Form form);
  // Each character on its own, as Rust's char::to_lowercase.
  void AddLowercase();
  // Each occurrence, from the left. REQUIRES: `from` is not empty.
  void AddReplace(absl::string_view from, absl::string_view to);
  // Removes white space at the ends.
  void AddStrip(bool left, bool right);

  bool empty() const { return steps_.empty(); }
  // Whether Apply(text) would surely be `text`.
  bool Keeps(absl::string_view text) const;
  NormalizedText Apply(absl::string_view text) const;

  void AddTo(FingerprintBuilder* builder) const;
  // "nfc", "nfkc+lowercase"; empty if there are no steps.
  std::string description() const;

 private:
  // Do not renumber: in fingerprints of tokenizers.
  enum class Kind { kNfc, kNfd, kNfkc, kNfkd, kLowercase, kReplace, kStrip = 7 };
  struct Step {
    Kind kind;
    std::string from;
    std::string to;
    bool left = false;
    bool right = false;
  };
  static bool StepKeeps(const Step& step, absl::string_view text);
  static NormalizedText ApplyStep(const Step& step, absl::string_view text);

  std::vector<Step> steps_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_NORMALIZER_H_
