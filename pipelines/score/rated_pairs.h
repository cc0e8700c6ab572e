// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Labelled pairs of which several raters said something, as one pair each: what more of them said,
// right or wrong. Where as many say one as the other, nobody knows, and the pair is left out.
//
//   RatedPairs rated([&] { return reader->Next(); });
//   RETURN_IF_ERROR(scorer->Score([&] { return rated.Next(); }, sink));
//   Print(rated.undecided());
//
// Pairs without a rater pass as they are; those with one come after them, and are held in memory
// until then. Thread-compatible.
#ifndef QUIPU_PIPELINES_SCORE_RATED_PAIRS_H_
#define QUIPU_PIPELINES_SCORE_RATED_PAIRS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/fingerprint.h"
#include "pipelines/score/pair_scorer.h"

namespace quipu::pipelines {

class RatedPairs {
 public:
  using Source = std::function<absl::StatusOr<std::optional<PairEntry>>()>;

  explicit RatedPairs(Source source) : source_(std::move(source)) {}

  // The next pair, or nothing at the end; the source's errors.
  absl::StatusOr<std::optional<PairEntry>> Next();

  // Pairs that were left out so far, and those that several raters labelled.
  size_t undecided() const { return undecided_; }
  size_t shared() const { return shared_; }

 private:
  struct Rated {
    PairEntry entry;
    size_t right = 0;
    size_t wrong = 0;
    // The first that each kind of rater said.
    std::string right_label;
    std::string wrong_label;
  };

  absl::Status Add(PairEntry entry);

  const Source source_;
  bool ended_ = false;
  std::vector<Rated> rated_;
  std::map<Fingerprint, size_t> places_;  // In rated_.
  size_t next_ = 0;
  size_t undecided_ = 0;
  size_t shared_ = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_RATED_PAIRS_H_
