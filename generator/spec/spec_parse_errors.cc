// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/spec_parse_errors.h"

#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/log.h"
#include "base/nearest_name.h"
#include "base/strings.h"
#include "protos/run_spec.pb.h"

namespace quipu::generator {
namespace {

namespace protobuf = google::protobuf;

constexpr absl::string_view kFormatHint =
    ": a spec is in protobuf's text format, as in `seed: 1 store: \"out/store\" documents { path: "
    "\"corpus/*.jsonl\" } engine { model: \"model.gguf\" }` (protos/run_spec.proto)";

// A field of a spec, with the path of the message that has it: "generation.sampling".
struct FieldPlace {
  std::string parent;
  const protobuf::FieldDescriptor* field;
};

void AddFields(const protobuf::Descriptor& message, const std::string& parent,
               std::vector<FieldPlace>* places) {
  for (int i = 0; i < message.field_count(); ++i) {
    const protobuf::FieldDescriptor* field = message.field(i);
    places->push_back({parent, field});
    if (field->cpp_type() != protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    AddFields(*field->message_type(),
              absl::StrCat(parent, parent.empty() ? "" : ".", field->name()), places);
  }
}

// All fields of a spec.
const std::vector<FieldPlace>& SpecFields() {
  static const auto* places = [] {
    auto* all = new std::vector<FieldPlace>;
    AddFields(*v1::RunSpec::descriptor(), "", all);
    return all;
  }();
  return *places;
}

std::vector<std::string> FieldNames(const protobuf::Descriptor& message) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return names;
}

// For a field that its message does not have: what may have been meant.
std::string UnknownField(const std::string& message, const std::string& name) {
  // What became of a field that older versions had.
  if (name == "prompt_loss") return " It is prompt_loss_weight now: 0 for false, 1 for true.";
  const protobuf::Descriptor* descriptor =
      v1::RunSpec::descriptor()->file()->pool()->FindMessageTypeByName(message);
  if (descriptor == nullptr) return "";
  const std::vector<std::string> names = FieldNames(*descriptor);
  const std::string nearest = DidYouMean(name, names);
  if (!nearest.empty()) return nearest;
  std::vector<std::string> parents;
  for (const FieldPlace& place : SpecFields()) {
    if (place.field->name() == name) {
      parents.push_back(place.parent.empty() ? "the spec itself" : place.parent);
    }
  }
  if (!parents.empty()) {
    return absl::StrCat(" (a field of that name is in ", absl::StrJoin(parents, ", "), ")");
  }
  return absl::StrCat(" (it has ", absl::StrJoin(names, ", "), ")");
}

// For a value that the enumeration of `name` does not have: the values of all fields of that name.
std::string UnknownValue(const std::string& name) {
  std::vector<std::string> known;
  for (const FieldPlace& place : SpecFields()) {
    const protobuf::EnumDescriptor* type = place.field->enum_type();
    if (place.field->name() != name || type == nullptr) continue;
    std::vector<std::string> values;
    for (int i = 0; i < type->value_count(); ++i) values.push_back(type->value(i)->name());
    known.push_back(absl::StrCat(place.parent, ".", name, ": ", absl::StrJoin(values, ", ")));
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return known.empty() ? "" : absl::StrCat(" (want one of ", absl::StrJoin(known, "; "), ")");
}

std::string Hint(const std::string& message) {
  static const auto* field = new RE2(R"re(Message type "([\w.]+)" has no field named "(\w+)"\.)re");
  static const auto* value =
      new RE2(R"re(^Unknown enumeration value of .* for field "(\w+)"\.$)re");
  std::string type, name;
  if (RE2::FullMatch(message, *field, &type, &name)) return UnknownField(type, name);
  if (RE2::PartialMatch(message, *value, &name)) return UnknownValue(name);
  if (absl::StartsWith(message, "Interpreting non ascii codepoint")) {
    return " Outside texts a spec is ASCII, and quotes are \"straight\".";
  }
  if (absl::StartsWith(message, "Expected string, got: ")) {
    return " (texts are in double quotes)";
  }
  // Of a negative number, for which only signed fields have a place.
  if (message == "Expected integer, got: -") return " (a whole number of 0 or more)";
  // The end of the text is an empty token.
  if (absl::EndsWith(message, "got: ") || absl::EndsWith(message, "found \"\".")) {
    return "the end of the spec: a \"}\" may be missing";
  }
  return "";
}

// What the text is, if it is not in the text format; empty if it may be.
absl::string_view OtherFormat(absl::string_view text) {
  const absl::string_view begin = absl::StripLeadingAsciiWhitespace(text);
  if (absl::StartsWith(begin, "{")) return "this is JSON";
  if (absl::StartsWith(text, "\xff\xfe") || absl::StartsWith(text, "\xfe\xff")) {
    return "this is UTF-16, not UTF-8";
  }
  // A list's element, or a key with nothing behind it.
  static const auto* yaml = new RE2(R"((?m)^\s*- \S|^---|^\s*\w+:[ \t]*$)");
  return RE2::PartialMatch(ToStd(text), *yaml) ? "this looks like YAML" : "";
}

}  // namespace

void SpecParseErrors::AddError(int line, protobuf::io::ColumnNumber column,
                               const std::string& message) {
  lines_.push_back(
      absl::StrCat(name_, ":", line + 1, ":", column + 1, ": ", message, Hint(message)));
}

void SpecParseErrors::AddWarning(int line, protobuf::io::ColumnNumber column,
                                 const std::string& message) {
  // A pair's verdict has become one of the judge's figures, so nothing is lost without it.
  if (absl::EndsWith(message, "has no field named \"verdict_decides\".")) {
    LogWarning(absl::StrCat(name_, ":", line + 1, ":", column + 1,
                            ": verdict_decides is not read any more; the judge decides "
                            "(verification.target_precision, min_verdict_margin)"));
    return;
  }
  AddError(line, column, message);
}

absl::Status SpecParseErrors::ToStatus(absl::string_view text) const {
  if (lines_.empty()) return absl::OkStatus();
  const absl::string_view other = OtherFormat(text);
  return absl::InvalidArgumentError(absl::StrCat(
      absl::StrJoin(lines_, "\n"), other.empty() ? "" : absl::StrCat("\n", name_, ": ", other),
      other.empty() ? "" : kFormatHint));
}

}  // namespace quipu::generator
