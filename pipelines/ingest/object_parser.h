// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One JSON object, a line of a file or a row of a table, to a record.
//
//   ASSIGN_OR_RETURN(std::unique_ptr<ObjectParser> parser, DocumentParser(input));
//   parser->Parse(json, &record);  // Sets record.status.
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_OBJECT_PARSER_H_
#define QUIPU_PIPELINES_INGEST_OBJECT_PARSER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/ingest/lenient_json.h"
#include "pipelines/ingest/record.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

class ObjectParser {
 public:
  virtual ~ObjectParser() = default;

  // Fills a record, whose provenance has its place, from an object. Its status is INVALID_ARGUMENT
  // with the place if the object is bad. REQUIRES: 64 more bytes are readable after `json`.
  void Parse(absl::string_view json, Record* record);

  // The top-level fields that it looks at; none: all.
  virtual std::vector<std::string> Fields() const = 0;

 protected:
  virtual absl::Status ParseFields(const simdjson::dom::object& object, Record* record) = 0;

 private:
  absl::Status ParseObject(absl::string_view json, Record* record);
  // ParseFields, and record->holds_records if it fails.
  absl::Status ParseWhole(const simdjson::dom::object& object, Record* record);
  // Whether a value is a good record, or holds one at most `depth` lists and objects below.
  bool HoldsRecord(const simdjson::dom::element& value, int depth);

  LenientJsonParser parser_;
};

// Documents, as `input` names their fields and conditions. INVALID_ARGUMENT for a condition that is
// none.
absl::StatusOr<std::unique_ptr<ObjectParser>> DocumentParser(const v1::DocumentInput& input);
// Short rows.
std::unique_ptr<ObjectParser> ShortRowParser(const v1::ShortInput& input);

// Sets the status of a bad record, with its place ("file:line: what", or "file: what" for whole
// files), and clears all else but its place.
void SetBad(const absl::Status& status, Record* record);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_OBJECT_PARSER_H_
