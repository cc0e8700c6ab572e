// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/arrow_json.h"

#include <arrow/array/util.h>
#include <arrow/extension_type.h>
#include <arrow/scalar.h>
#include <arrow/type_traits.h>
#include <arrow/util/float16.h>

#include <charconv>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/escape.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "pipelines/tables/arrow_status.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kNull = "null";

void AppendReal(double value, std::string* json) {
  if (!std::isfinite(value)) {
    json->append(kNull.data(), kNull.size());
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value);
  json->append(digits, end.ptr);
}

// Arrow keeps a half float as its bits.
double HalfOf(const arrow::Array& array, int64_t row) {
  const uint16_t bits = static_cast<const arrow::HalfFloatArray&>(array).Value(row);
  return arrow::util::Float16::FromBits(bits).ToDouble();
}

template <typename Type>
void AppendInt(const arrow::Array& array, int64_t row, std::string* json) {
  absl::StrAppend(json, static_cast<const arrow::NumericArray<Type>&>(array).Value(row));
}

// What is not text is null: pictures and the like are no part of a text's record.
void AppendBinary(std::string_view bytes, std::string* json) {
  if (FirstInvalidUtf8(ToAbsl(bytes)) < bytes.size()) {
    json->append(kNull.data(), kNull.size());
  } else {
    AppendJsonString(ToAbsl(bytes), json);
  }
}

absl::Status AppendItems(const arrow::Array& items, int64_t begin, int64_t length,
                         std::string* json) {
  json->push_back('[');
  for (int64_t i = 0; i < length; ++i) {
    if (i > 0) json->push_back(',');
    RETURN_IF_ERROR(AppendCell(items, begin + i, json));
  }
  json->push_back(']');
  return absl::OkStatus();
}

template <typename ListArray>
absl::Status AppendList(const arrow::Array& array, int64_t row, std::string* json) {
  const auto& list = static_cast<const ListArray&>(array);
  return AppendItems(*list.values(), list.value_offset(row), list.value_length(row), json);
}

absl::Status AppendStruct(const arrow::Array& array, int64_t row, std::string* json) {
  const auto& record = static_cast<const arrow::StructArray&>(array);
  json->push_back('{');
  for (int i = 0; i < record.num_fields(); ++i) {
    if (i > 0) json->push_back(',');
    AppendJsonString(record.type()->field(i)->name(), json);
    json->push_back(':');
    RETURN_IF_ERROR(AppendCell(*record.field(i), row, json));
  }
  json->push_back('}');
  return absl::OkStatus();
}

// A map of strings is an object; any other is a list of its pairs.
absl::Status AppendMap(const arrow::Array& array, int64_t row, std::string* json) {
  const auto& map = static_cast<const arrow::MapArray&>(array);
  const int64_t begin = map.value_offset(row);
  const int64_t length = map.value_length(row);
  if (map.keys()->type_id() != arrow::Type::STRING) {
    return AppendItems(*map.values(), begin, length, json);
  }
  json->push_back('{');
  for (int64_t i = begin; i < begin + length; ++i) {
    if (i > begin) json->push_back(',');
    RETURN_IF_ERROR(AppendCell(*map.keys(), i, json));
    json->push_back(':');
    RETURN_IF_ERROR(AppendCell(*map.items(), i, json));
  }
  json->push_back('}');
  return absl::OkStatus();
}

absl::Status AppendEntry(const arrow::Array& array, int64_t row, std::string* json) {
  const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
  return AppendCell(*dictionary.dictionary(), dictionary.GetValueIndex(row), json);
}

// Dates, times, decimals and all other types, as Arrow writes them.
absl::Status AppendFormatted(const arrow::Array& array, int64_t row, std::string* json) {
  auto scalar = array.GetScalar(row);
  RETURN_IF_ERROR(FromArrow(scalar.status()));
  std::string text = (*scalar)->ToString();
  if (array.type_id() == arrow::Type::TIMESTAMP) {
    // An instant has a zone, and Arrow keeps it in UTC.
    const size_t space = text.find(' ');
    if (space != std::string::npos) text[space] = 'T';
    const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
    if (!type.timezone().empty() && text.back() != 'Z') text.push_back('Z');
  }
  AppendJsonString(text, json);
  return absl::OkStatus();
}

// The value of the run that the row is in.
absl::Status AppendRun(const arrow::Array& array, int64_t row, std::string* json) {
  const auto scalar = array.GetScalar(row);
  RETURN_IF_ERROR(FromArrow(scalar.status()));
  const auto& run = static_cast<const arrow::RunEndEncodedScalar&>(**scalar);
  const auto value = arrow::MakeArrayFromScalar(*run.value, 1);
  RETURN_IF_ERROR(FromArrow(value.status()));
  return AppendCell(**value, 0, json);
}

// The value of the one array among several that the row is in.
absl::Status AppendMember(const arrow::Array& array, int64_t row, std::string* json) {
  const auto& members = static_cast<const arrow::UnionArray&>(array);
  const bool dense = array.type_id() == arrow::Type::DENSE_UNION;
  const int64_t at =
      dense ? static_cast<const arrow::DenseUnionArray&>(array).value_offset(row) : row;
  return AppendCell(*members.field(members.child_id(row)), at, json);
}

absl::Status AppendNested(const arrow::Array& array, int64_t row, std::string* json) {
  switch (array.type_id()) {
    case arrow::Type::LIST:
      return AppendList<arrow::ListArray>(array, row, json);
    case arrow::Type::LARGE_LIST:
      return AppendList<arrow::LargeListArray>(array, row, json);
    case arrow::Type::FIXED_SIZE_LIST:
      return AppendList<arrow::FixedSizeListArray>(array, row, json);
    case arrow::Type::LIST_VIEW:
      return AppendList<arrow::ListViewArray>(array, row, json);
    case arrow::Type::LARGE_LIST_VIEW:
      return AppendList<arrow::LargeListViewArray>(array, row, json);
    case arrow::Type::STRUCT:
      return AppendStruct(array, row, json);
    case arrow::Type::MAP:
      return AppendMap(array, row, json);
    case arrow::Type::RUN_END_ENCODED:
      return AppendRun(array, row, json);
    case arrow::Type::SPARSE_UNION:
    case arrow::Type::DENSE_UNION:
      return AppendMember(array, row, json);
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("values of the type ", array.type()->ToString(), " are not read"));
  }
}

// Numbers, bytes, and what refers to another array.
absl::Status AppendPlain(const arrow::Array& array, int64_t row, std::string* json) {
  switch (array.type_id()) {
    case arrow::Type::INT8:
      AppendInt<arrow::Int8Type>(array, row, json);
      return absl::OkStatus();
    case arrow::Type::INT16:
      AppendInt<arrow::Int16Type>(array, row, json);
      return absl::OkStatus();
    case arrow::Type::INT32:
      AppendInt<arrow::Int32Type>(array, row, json);
      return absl::OkStatus();
    case arrow::Type::INT64:
      AppendInt<arrow::Int64Type>(array, row, json);
      return absl::OkStatus();
    case arrow::Type::UINT8:
      AppendInt<arrow::UInt8Type>(array, row, json);
      return absl::OkStatus();
    case arrow::Type::UINT16:
      AppendInt<arrow::UInt16Type>(array, row, json);
      return absl::OkStatus();
    case arrow::Type::UINT32:
      AppendInt<arrow::UInt32Type>(array, row, json);
      return absl::OkStatus();
    case arrow::Type::UINT64:
      AppendInt<arrow::UInt64Type>(array, row, json);
      return absl::OkStatus();
    case arrow::Type::HALF_FLOAT:
      AppendReal(HalfOf(array, row), json);
      return absl::OkStatus();
    case arrow::Type::FLOAT:
      AppendReal(static_cast<const arrow::FloatArray&>(array).Value(row), json);
      return absl::OkStatus();
    case arrow::Type::DOUBLE:
      AppendReal(static_cast<const arrow::DoubleArray&>(array).Value(row), json);
      return absl::OkStatus();
    case arrow::Type::BINARY:
      AppendBinary(static_cast<const arrow::BinaryArray&>(array).GetView(row), json);
      return absl::OkStatus();
    case arrow::Type::LARGE_BINARY:
      AppendBinary(static_cast<const arrow::LargeBinaryArray&>(array).GetView(row), json);
      return absl::OkStatus();
    case arrow::Type::BINARY_VIEW:
      AppendBinary(static_cast<const arrow::BinaryViewArray&>(array).GetView(row), json);
      return absl::OkStatus();
    case arrow::Type::DICTIONARY:
      return AppendEntry(array, row, json);
    case arrow::Type::EXTENSION:
      return AppendCell(*static_cast<const arrow::ExtensionArray&>(array).storage(), row, json);
    default:
      return AppendFormatted(array, row, json);
  }
}

using TypePtr = std::shared_ptr<arrow::DataType>;

TypePtr WithoutUtf8(const TypePtr& type);

std::shared_ptr<arrow::Field> WithoutUtf8(const arrow::Field& field) {
  return field.WithType(WithoutUtf8(field.type()));
}

// The type with strings as bytes, whose UTF-8 Arrow does not check, and extensions as what they are
// stored as.
TypePtr WithoutUtf8(const TypePtr& type) {
  switch (type->id()) {
    case arrow::Type::STRING:
      return arrow::binary();
    case arrow::Type::LARGE_STRING:
      return arrow::large_binary();
    case arrow::Type::STRING_VIEW:
      return arrow::binary_view();
    case arrow::Type::LIST:
      return arrow::list(WithoutUtf8(*type->field(0)));
    case arrow::Type::LARGE_LIST:
      return arrow::large_list(WithoutUtf8(*type->field(0)));
    case arrow::Type::FIXED_SIZE_LIST:
      return arrow::fixed_size_list(
          WithoutUtf8(*type->field(0)),
          static_cast<const arrow::FixedSizeListType&>(*type).list_size());
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(*type);
      return std::make_shared<arrow::MapType>(WithoutUtf8(*map.key_field()),
                                              WithoutUtf8(*map.item_field()), map.keys_sorted());
    }
    case arrow::Type::STRUCT: {
      arrow::FieldVector fields;
      for (const auto& field : type->fields()) fields.push_back(WithoutUtf8(*field));
      return arrow::struct_(std::move(fields));
    }
    case arrow::Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryType&>(*type);
      return arrow::dictionary(dictionary.index_type(), WithoutUtf8(dictionary.value_type()));
    }
    case arrow::Type::EXTENSION:
      return WithoutUtf8(static_cast<const arrow::ExtensionType&>(*type).storage_type());
    default:
      return type;
  }
}

// The same data as `type`, which is WithoutUtf8 of its own.
std::shared_ptr<arrow::ArrayData> AsType(const arrow::ArrayData& data, const TypePtr& type) {
  std::shared_ptr<arrow::ArrayData> copy = data.Copy();
  copy->type = type;
  for (size_t i = 0; i < copy->child_data.size(); ++i) {
    if (static_cast<int>(i) < type->num_fields()) {
      copy->child_data[i] = AsType(*data.child_data[i], type->field(static_cast<int>(i))->type());
    }
  }
  if (copy->dictionary != nullptr && type->id() == arrow::Type::DICTIONARY) {
    copy->dictionary =
        AsType(*data.dictionary, static_cast<const arrow::DictionaryType&>(*type).value_type());
  }
  return copy;
}

}  // namespace

void AppendJsonString(absl::string_view text, std::string* json) {
  json->push_back('"');
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!NeedsJsonEscape(c)) continue;
    json->append(text.data() + begin, i - begin);
    AppendJsonEscape(c, json);
    begin = i + 1;
  }
  json->append(text.data() + begin, text.size() - begin);
  json->push_back('"');
}

absl::Status CheckArray(const arrow::Array& array) {
  const TypePtr type = WithoutUtf8(array.type());
  return FromArrow(arrow::MakeArray(AsType(*array.data(), type))->ValidateFull());
}

absl::Status AppendCell(const arrow::Array& array, int64_t row, std::string* json) {
  if (array.IsNull(row)) {
    json->append(kNull.data(), kNull.size());
    return absl::OkStatus();
  }
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      json->append(static_cast<const arrow::BooleanArray&>(array).Value(row) ? "true" : "false");
      return absl::OkStatus();
    case arrow::Type::STRING:
      AppendJsonString(ToAbsl(static_cast<const arrow::StringArray&>(array).GetView(row)), json);
      return absl::OkStatus();
    case arrow::Type::LARGE_STRING:
      AppendJsonString(ToAbsl(static_cast<const arrow::LargeStringArray&>(array).GetView(row)),
                       json);
      return absl::OkStatus();
    case arrow::Type::STRING_VIEW:
      AppendJsonString(ToAbsl(static_cast<const arrow::StringViewArray&>(array).GetView(row)),
                       json);
      return absl::OkStatus();
    default:
      return arrow::is_nested(array.type_id()) ? AppendNested(array, row, json)
                                               : AppendPlain(array, row, json);
  }
}

}  // namespace quipu::pipelines
