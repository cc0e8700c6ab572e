// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The drawn pairs of a run, and what a person says of them: the page that shows them one by one,
// and the share of right ones with its interval, of accepted pairs by form and of rejects by
// reason.
//
//   ASSIGN_OR_RETURN(const std::unique_ptr<Review> review, Review::Create(store, {}, "l.jsonl"));
//   RETURN_IF_ERROR(review->Label(id, "bad", "unsupported"));
//   Send(review->StateJson());
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
  absl::Status Label(absl::string_view id, absl::string_view label, absl::string_view fault);

  // {"labelled", "samples", "labels": {ID: {"label", "fault"}}, "groups": [{"name", "right",
  // "labelled", "low", "high"}]}. good and usable are right.
  absl::StatusOr<std::string> StateJson() const;

 private:
  // A pair as its label will need it, and the groups that it counts in.
  struct Sample {
    LabelledPair pair;
    std::vector<std::string> groups;
  };

  explicit Review(std::unique_ptr<LabelFile> labels) : labels_(std::move(labels)) {}

  std::map<std::string, Sample> samples_;  // By id.
  std::string page_;
  mutable absl::Mutex mutex_;
  const std::unique_ptr<LabelFile> labels_ ABSL_PT_GUARDED_BY(mutex_);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_REVIEW_REVIEW_H_
