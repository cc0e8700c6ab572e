// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The fields in which two specs differ, or any two messages of one type.
//
//   for (const FieldChange& change : ChangedFields(first_spec, second_spec)) {
//     Print(change.path, change.first, change.second);  // verification.min_gain 0.5 0.8
//   }
//
// Pure.
#ifndef QUIPU_PIPELINES_REPORT_DIFF_SPEC_CHANGES_H_
#define QUIPU_PIPELINES_REPORT_DIFF_SPEC_CHANGES_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace quipu::pipelines {

struct FieldChange {
  std::string path;   // "documents[0].path"
  std::string first;  // In text format; "(not set)" where it is absent.
  std::string second;
};

// In order of their paths. REQUIRES: both have the same type.
std::vector<FieldChange> ChangedFields(const google::protobuf::Message& first,
                                       const google::protobuf::Message& second);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_DIFF_SPEC_CHANGES_H_
