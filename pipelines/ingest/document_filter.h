// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which documents of an entry are read: DocumentInput.keep_if.
//
//   ASSIGN_OR_RETURN(const DocumentFilter filter, DocumentFilter::Create(input.keep_if()));
//   ASSIGN_OR_RETURN(const bool kept, filter.Keeps(&object, text));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_INGEST_DOCUMENT_FILTER_H_
#define QUIPU_PIPELINES_INGEST_DOCUMENT_FILTER_H_

#include <google/protobuf/repeated_field.h>
#include <re2/re2.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"
#include "simdjson.h"

namespace quipu::pipelines {

class DocumentFilter {
 public:
  // INVALID_ARGUMENT for a pattern that is none.
  static absl::StatusOr<DocumentFilter> Create(
      const google::protobuf::RepeatedPtrField<v1::DocumentCondition>& conditions);

  // Whether all conditions hold. `object`: the record, or nullptr if the document has no fields; a
  // pattern is not found in a field that is absent. INVALID_ARGUMENT if the field's key is
  // duplicated.
  absl::StatusOr<bool> Keeps(const simdjson::dom::object* object, absl::string_view text) const;

 private:
  struct Condition {
    std::string field;  // Empty: the text.
    std::shared_ptr<const RE2> pattern;
    bool negate = false;
  };
  std::vector<Condition> conditions_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_DOCUMENT_FILTER_H_
