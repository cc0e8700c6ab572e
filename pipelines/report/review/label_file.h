// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What people said of pairs, as lines of JSON: one line a pair and rater, in order of ids. Each line
// has the chunk, question and answer, so that `quipu calibrate --labels` reads the file.
//
//   ASSIGN_OR_RETURN(const std::unique_ptr<LabelFile> labels, LabelFile::Open("labels.jsonl"));
//   RETURN_IF_ERROR(
//       labels->Set({id, "ann", "bad", "unsupported", chunk, question, answer, "short", "en"}));
//   labels->Find(id, "ann")->label;
//
// The file is read, rewritten and synced with each label, under a lock (".labels.jsonl.lock" beside
// it): nothing said is lost, and what another review stores meanwhile stays. On a network file
// system without locks only one review at a time may have the file. Thread-compatible.
#ifndef QUIPU_PIPELINES_REPORT_REVIEW_LABEL_FILE_H_
#define QUIPU_PIPELINES_REPORT_REVIEW_LABEL_FILE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu::pipelines {

struct LabelledPair {
  std::string id;     // Of the task, hexadecimal.
  std::string rater;  // Who said it; may be empty.
  std::string label;  // "good", "usable" or "bad".
  std::string fault;  // One of Faults(), or empty.
  std::string chunk;
  std::string question;
  std::string answer;
  std::string form;  // "long" or "short".
  std::string language;
};

// The labels and the kinds of fault that people choose from.
absl::Span<const absl::string_view> ReviewLabels();
absl::Span<const absl::string_view> Faults();

inline constexpr size_t kMaxRaterBytes = 100;

class LabelFile {
 public:
  // Reads the file if there is one. INVALID_ARGUMENT, with file and line, for a line that is no
  // label.
  static absl::StatusOr<std::unique_ptr<LabelFile>> Open(absl::string_view path);

  // Replaces what this rater said of the pair. INVALID_ARGUMENT for an unknown label or fault; errors of
  // base/file.h, after which the label is not set.
  absl::Status Set(const LabelledPair& pair);
  // Null if there is none. Valid until the next Set.
  const LabelledPair* Find(absl::string_view id, absl::string_view rater) const;
  // All who said something, in order.
  std::vector<std::string> Raters() const;
  size_t size() const { return pairs_.size(); }
  const std::string& path() const { return path_; }

 private:
  // By id and rater.
  using Pairs = std::map<std::pair<std::string, std::string>, LabelledPair>;

  explicit LabelFile(absl::string_view path) : path_(path) {}
  absl::StatusOr<Pairs> Read() const;
  absl::Status Write(const Pairs& pairs) const;

  const std::string path_;
  Pairs pairs_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_REVIEW_LABEL_FILE_H_
