// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The drawn pairs of a run, and what people say of them: the page that shows them one by one, the
// share of right ones with its interval, of accepted pairs by form and probability and of rejects by
// reason, and how well two raters agree.
//
//   ASSIGN_OR_RETURN(const std::unique_ptr<Review> review, Review::Create(store, {}, "l.jsonl"));
//   RETURN_IF_ERROR(review->Label(id, "ann", "bad", "unsupported"));
//   Send(review->StateJson("ann"));
//
// Thread-safe. Reads the store in Create alone.
#ifndef QUIPU_PIPELINES_REPORT_REVIEW_REVIEW_H_
#define QUIPU_PIPELINES_REPORT_REVIEW_REVIEW_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "base/json_writer.h"
#include "pipelines/report/review/label_file.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct ReviewOptions {
  uint64_t seed = 0;
  // Accepted pairs to draw, and as many rejected ones.
  size_t samples = 30;
};

class Review {
 public:
  // Draws the samples and reads the labels that `labels` has. FAILED_PRECONDITION if no pair has a
  // result; errors of the store and of LabelFile::Open.
  static absl::StatusOr<std::unique_ptr<Review>> Create(const storage::StoreView& store,
                                                        const ReviewOptions& options,
                                                        absl::string_view labels);

  // The whole page. It asks for /state and posts to /label.
  const std::string& Page() const { return page_; }

  // NOT_FOUND if no such pair was drawn; errors of LabelFile::Set.
  absl::Status Label(absl::string_view id, absl::string_view rater, absl::string_view label,
                     absl::string_view fault);

  // What this rater said, and how well two raters agree; not what others said of each pair, so that
  // labels are independent: {"rater", "labelled", "samples", "labels": {ID: {"label", "fault"}},
  // "groups": [{"name", "right", "labelled", "share", "low", "high"}], "agreement": [{"first",
  // "second", "pairs", "same", "kappa"?, "low"?, "high"?}]}. good and usable are right.
  absl::StatusOr<std::string> StateJson(absl::string_view rater) const;

 private:
  // A pair as its label will need it, and the groups that it counts in.
  struct Sample {
    LabelledPair pair;
    std::vector<std::string> groups;
  };

  explicit Review(std::unique_ptr<LabelFile> labels) : labels_(std::move(labels)) {}
  void WriteLabels(absl::string_view rater, JsonWriter* json) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteGroups(absl::string_view rater, JsonWriter* json) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteAgreement(JsonWriter* json) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::map<std::string, Sample> samples_;  // By id.
  std::string page_;
  mutable absl::Mutex mutex_;
  const std::unique_ptr<LabelFile> labels_ ABSL_PT_GUARDED_BY(mutex_);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_REVIEW_REVIEW_H_
