// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/arrow_type.h"

#include <arrow/array/builder_nested.h>
#include <arrow/array/builder_primitive.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/tables/arrow_status.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

using DataTypePtr = std::shared_ptr<arrow::DataType>;

const struct {
  absl::string_view name;
  const DataTypePtr& (*type)();
} kPlainTypes[] = {
    {"bool", arrow::boolean},   {"int8", arrow::int8},     {"int16", arrow::int16},
    {"int32", arrow::int32},    {"int64", arrow::int64},   {"uint8", arrow::uint8},
    {"uint16", arrow::uint16},  {"uint32", arrow::uint32}, {"float", arrow::float32},
    {"double", arrow::float64}, {"string", arrow::utf8},
};

// The parts between commas that are in no inner "<>".
std::vector<absl::string_view> SplitFields(absl::string_view text) {
  std::vector<absl::string_view> fields;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != ',') {
      depth += text[i] == '<' ? 1 : text[i] == '>' ? -1 : 0;
    } else if (i == text.size() || depth == 0) {
      fields.push_back(absl::StripAsciiWhitespace(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  return fields;
}

absl::Status WrongValue(absl::string_view column, const dom::element& value,
                        const arrow::DataType& type) {
  return absl::InvalidArgumentError(absl::StrCat("column \"", Snippet(column),
                                                 "\": ", JsonTypeName(value),
                                                 " is not of the type ", type.ToString()));
}

template <typename Type>
absl::Status AppendInt(const dom::element& value, const arrow::DataType& type,
                       absl::string_view column, arrow::ArrayBuilder* builder) {
  using Value = typename Type::c_type;
  int64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS) return WrongValue(column, value, type);
  if (number < static_cast<int64_t>(std::numeric_limits<Value>::min()) ||
      number > static_cast<int64_t>(std::numeric_limits<Value>::max())) {
    return absl::InvalidArgumentError(
        absl::StrCat("column \"", Snippet(column), "\": ", number, " is out of range"));
  }
  return FromArrow(
      static_cast<arrow::NumericBuilder<Type>*>(builder)->Append(static_cast<Value>(number)));
}

template <typename Type>
absl::Status AppendReal(const dom::element& value, const arrow::DataType& type,
                        absl::string_view column, arrow::ArrayBuilder* builder) {
  double number = 0;
  if (value.get(number) != simdjson::SUCCESS) return WrongValue(column, value, type);
  return FromArrow(static_cast<arrow::NumericBuilder<Type>*>(builder)->Append(
      static_cast<typename Type::c_type>(number)));
}

absl::Status AppendBool(const dom::element& value, const arrow::DataType& type,
                        absl::string_view column, arrow::ArrayBuilder* builder) {
  bool truth = false;
  if (value.get(truth) != simdjson::SUCCESS) return WrongValue(column, value, type);
  return FromArrow(static_cast<arrow::BooleanBuilder*>(builder)->Append(truth));
}

absl::Status AppendString(const dom::element& value, const arrow::DataType& type,
                          absl::string_view column, arrow::ArrayBuilder* builder) {
  if (!value.is_string()) return WrongValue(column, value, type);
  ASSIGN_OR_RETURN(const absl::string_view text, AsString(value, column));
  return FromArrow(static_cast<arrow::StringBuilder*>(builder)->Append(
      std::string_view(text.data(), text.size())));
}

absl::Status AppendList(const dom::element& value, const arrow::DataType& type,
                        absl::string_view column, arrow::ArrayBuilder* builder) {
  dom::array items;
  if (value.get(items) != simdjson::SUCCESS) return WrongValue(column, value, type);
  auto* list = static_cast<arrow::ListBuilder*>(builder);
  RETURN_IF_ERROR(FromArrow(list->Append()));
  for (const dom::element item : items) {
    RETURN_IF_ERROR(AppendJson(item, *type.field(0)->type(), column, list->value_builder()));
  }
  return absl::OkStatus();
}

absl::Status AppendStruct(const dom::element& value, const arrow::DataType& type,
                          absl::string_view column, arrow::ArrayBuilder* builder) {
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return WrongValue(column, value, type);
  auto* record = static_cast<arrow::StructBuilder*>(builder);
  RETURN_IF_ERROR(FromArrow(record->Append()));
  for (int i = 0; i < type.num_fields(); ++i) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> field, Find(object, type.field(i)->name()));
    if (!field.has_value()) {
      RETURN_IF_ERROR(FromArrow(record->field_builder(i)->AppendNull()));
    } else {
      RETURN_IF_ERROR(AppendJson(*field, *type.field(i)->type(), column, record->field_builder(i)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DataTypePtr> TypeOf(absl::string_view name) {
  for (const auto& plain : kPlainTypes) {
    if (name == plain.name) return plain.type();
  }
  absl::string_view inner = name;
  if (absl::ConsumePrefix(&inner, "list<") && absl::ConsumeSuffix(&inner, ">")) {
    ASSIGN_OR_RETURN(DataTypePtr item, TypeOf(inner));
    return arrow::list(std::move(item));
  }
  inner = name;
  if (absl::ConsumePrefix(&inner, "struct<") && absl::ConsumeSuffix(&inner, ">")) {
    arrow::FieldVector fields;
    for (const absl::string_view field : SplitFields(inner)) {
      const size_t colon = field.find(':');
      if (colon == 0 || colon == absl::string_view::npos) {
        return absl::InvalidArgumentError(absl::StrCat("no name and type: ", Snippet(field)));
      }
      ASSIGN_OR_RETURN(DataTypePtr type,
                       TypeOf(absl::StripAsciiWhitespace(field.substr(colon + 1))));
      fields.push_back(arrow::field(std::string(field.substr(0, colon)), std::move(type)));
    }
    return arrow::struct_(std::move(fields));
  }
  return absl::InvalidArgumentError(absl::StrCat("not a type of columns: ", Snippet(name)));
}

absl::Status AppendJson(const dom::element& value, const arrow::DataType& type,
                        absl::string_view column, arrow::ArrayBuilder* builder) {
  if (value.is_null()) return FromArrow(builder->AppendNull());
  switch (type.id()) {
    case arrow::Type::BOOL:
      return AppendBool(value, type, column, builder);
    case arrow::Type::INT8:
      return AppendInt<arrow::Int8Type>(value, type, column, builder);
    case arrow::Type::INT16:
      return AppendInt<arrow::Int16Type>(value, type, column, builder);
    case arrow::Type::INT32:
      return AppendInt<arrow::Int32Type>(value, type, column, builder);
    case arrow::Type::INT64:
      return AppendInt<arrow::Int64Type>(value, type, column, builder);
    case arrow::Type::UINT8:
      return AppendInt<arrow::UInt8Type>(value, type, column, builder);
    case arrow::Type::UINT16:
      return AppendInt<arrow::UInt16Type>(value, type, column, builder);
    case arrow::Type::UINT32:
      return AppendInt<arrow::UInt32Type>(value, type, column, builder);
    case arrow::Type::FLOAT:
      return AppendReal<arrow::FloatType>(value, type, column, builder);
    case arrow::Type::DOUBLE:
      return AppendReal<arrow::DoubleType>(value, type, column, builder);
    case arrow::Type::STRING:
      return AppendString(value, type, column, builder);
    case arrow::Type::LIST:
      return AppendList(value, type, column, builder);
    default:
      return AppendStruct(value, type, column, builder);
  }
}

namespace {

absl::Status WrongCell(absl::string_view column, const arrow::DataType& type) {
  return absl::InvalidArgumentError(absl::StrCat(
      "column \"", Snippet(column), "\": a value that is not of the type ", type.ToString()));
}

// Numbers to the builder of a list's values.
absl::Status AppendNumbers(absl::Span<const int32_t> numbers, const arrow::DataType& type,
                           absl::string_view column, arrow::ArrayBuilder* values) {
  if (type.id() == arrow::Type::INT32) {
    return FromArrow(static_cast<arrow::Int32Builder*>(values)->AppendValues(
        numbers.data(), static_cast<int64_t>(numbers.size())));
  }
  if (type.id() != arrow::Type::INT8) return WrongCell(column, type);
  std::vector<int8_t> bytes;
  bytes.reserve(numbers.size());
  for (const int32_t number : numbers) {
    if (number < INT8_MIN || number > INT8_MAX) {
      return absl::InvalidArgumentError(
          absl::StrCat("column \"", Snippet(column), "\": ", number, " is out of range"));
    }
    bytes.push_back(static_cast<int8_t>(number));
  }
  return FromArrow(static_cast<arrow::Int8Builder*>(values)->AppendValues(
      bytes.data(), static_cast<int64_t>(bytes.size())));
}

absl::Status AppendListCell(const TableCell& cell, const arrow::DataType& item,
                            absl::string_view column, arrow::ArrayBuilder* values) {
  if (const auto* numbers = std::get_if<absl::Span<const int32_t>>(&cell)) {
    return AppendNumbers(*numbers, item, column, values);
  }
  if (const auto* numbers = std::get_if<absl::Span<const double>>(&cell)) {
    if (item.id() != arrow::Type::DOUBLE) return WrongCell(column, item);
    return FromArrow(static_cast<arrow::DoubleBuilder*>(values)->AppendValues(
        numbers->data(), static_cast<int64_t>(numbers->size())));
  }
  const auto* texts = std::get_if<absl::Span<const std::string>>(&cell);
  if (texts == nullptr || item.id() != arrow::Type::STRING) return WrongCell(column, item);
  for (const std::string& text : *texts) {
    RETURN_IF_ERROR(FromArrow(static_cast<arrow::StringBuilder*>(values)->Append(text)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AppendCell(const TableCell& cell, const arrow::DataType& type,
                        absl::string_view column, arrow::ArrayBuilder* builder) {
  if (const auto* text = std::get_if<absl::string_view>(&cell)) {
    if (type.id() != arrow::Type::STRING) return WrongCell(column, type);
    return FromArrow(static_cast<arrow::StringBuilder*>(builder)->Append(
        std::string_view(text->data(), text->size())));
  }
  if (type.id() != arrow::Type::LIST) return WrongCell(column, type);
  auto* list = static_cast<arrow::ListBuilder*>(builder);
  RETURN_IF_ERROR(FromArrow(list->Append()));
  return AppendListCell(cell, *type.field(0)->type(), column, list->value_builder());
}

}  // namespace quipu::pipelines
