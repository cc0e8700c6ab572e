// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/diff/spec_changes.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include <map>
#include <set>

#include "absl/strings/str_cat.h"

namespace quipu::pipelines {
namespace {

namespace pb = google::protobuf;

constexpr char kNotSet[] = "(not set)";

using Fields = std::map<std::string, std::string>;

void Collect(const pb::Message& message, const std::string& prefix, Fields* fields);

// One value: of a field, or of its element `index`.
void CollectValue(const pb::Message& message, const pb::FieldDescriptor& field, int index,
                  const std::string& path, Fields* fields) {
  if (field.cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
    const pb::Reflection& reflection = *message.GetReflection();
    const pb::Message& inner = index < 0 ? reflection.GetMessage(message, &field)
                                         : reflection.GetRepeatedMessage(message, &field, index);
    return Collect(inner, path, fields);
  }
  pb::TextFormat::PrintFieldValueToString(message, &field, index, &(*fields)[path]);
}

void Collect(const pb::Message& message, const std::string& prefix, Fields* fields) {
  const pb::Reflection& reflection = *message.GetReflection();
  std::vector<const pb::FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const pb::FieldDescriptor* field : set) {
    const std::string path = absl::StrCat(prefix, prefix.empty() ? "" : ".", field->name());
    if (!field->is_repeated()) {
      CollectValue(message, *field, -1, path, fields);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      CollectValue(message, *field, i, absl::StrCat(path, "[", i, "]"), fields);
    }
  }
}

std::string ValueOf(const Fields& fields, const std::string& path) {
  const auto found = fields.find(path);
  return found == fields.end() ? kNotSet : found->second;
}

}  // namespace

std::vector<FieldChange> ChangedFields(const pb::Message& first, const pb::Message& second) {
  Fields first_fields;
  Fields second_fields;
  Collect(first, "", &first_fields);
  Collect(second, "", &second_fields);
  std::set<std::string> paths;
  for (const auto& [path, value] : first_fields) paths.insert(path);
  for (const auto& [path, value] : second_fields) paths.insert(path);
  std::vector<FieldChange> changes;
  for (const std::string& path : paths) {
    FieldChange change = {path, ValueOf(first_fields, path), ValueOf(second_fields, path)};
    if (change.first != change.second) changes.push_back(change);
  }
  return changes;
}

}  // namespace quipu::pipelines
