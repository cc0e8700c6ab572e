// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/megatron.h"

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/array_chunks.h"
#include "pipelines/export/rows/columns.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kMagic("MMIDIDX\0\0", 9);
constexpr uint8_t kInt32 = 4;  // Megatron's code of the type.
constexpr absl::string_view kParts[] = {"tokens", "labels"};

template <typename T>
void AppendNumber(T value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// The index of a file of int32 rows of these lengths, each a document.
std::string IndexOf(const std::vector<int32_t>& lengths) {
  std::string out(kMagic.data(), kMagic.size());
  AppendNumber(uint64_t{1}, &out);  // Version.
  AppendNumber(kInt32, &out);
  AppendNumber<uint64_t>(lengths.size(), &out);
  AppendNumber<uint64_t>(lengths.size() + 1, &out);
  AppendInts(lengths, &out);
  int64_t at = 0;
  for (const int32_t length : lengths) {
    AppendNumber(at, &out);
    at += int64_t{length} * static_cast<int64_t>(sizeof(int32_t));
  }
  for (int64_t i = 0; i <= static_cast<int64_t>(lengths.size()); ++i) AppendNumber(i, &out);
  return out;
}

class MegatronFormat : public ExportFormat {
 public:
  explicit MegatronFormat(const FormatContext& context) : context_(context) {}
  using ExportFormat::Add;

  absl::Status Add(Split split, const v1::TrainingRow& row) override {
    for (const Columns& columns : SegmentColumnsOf(row)) {
      SplitState& state = splits_[static_cast<int>(split)];
      const std::vector<int32_t>* const arrays[] = {&columns.input_ids, &columns.labels};
      for (int part = 0; part < 2; ++part) {
        if (state.files[part] == nullptr) {
          ASSIGN_OR_RETURN(state.files[part], context_.out->Create(NameOf(split, part, ".bin")));
        }
        std::string bytes;
        AppendInts(*arrays[part], &bytes);
        RETURN_IF_ERROR(state.files[part]->Append(bytes));
        state.files[part]->AddRows(1);
      }
      state.lengths.push_back(static_cast<int32_t>(columns.input_ids.size()));
      CountRow(split);
    }
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    for (const Split split : generator::kSplits) {
      if (!Has(split)) continue;
      SplitState& state = splits_[static_cast<int>(split)];
      const std::string index = IndexOf(state.lengths);
      for (int part = 0; part < 2; ++part) {
        RETURN_IF_ERROR(state.files[part]->Close());
        RETURN_IF_ERROR(context_.out->Write(NameOf(split, part, ".idx"), index));
      }
    }
    return absl::OkStatus();
  }

 private:
  struct SplitState {
    std::unique_ptr<OutputFile> files[2];  // Tokens, labels.
    std::vector<int32_t> lengths;
  };

  std::string NameOf(Split split, int part, absl::string_view suffix) const {
    return absl::StrCat(context_.Prefix(split), kParts[part], suffix);
  }

  const FormatContext context_;
  SplitState splits_[2];
};

// The lengths that an index has; nothing if it is not what IndexOf writes of them.
std::vector<int32_t> LengthsOf(absl::string_view index) {
  constexpr size_t kCountAt = kMagic.size() + sizeof(uint64_t) + sizeof(uint8_t);
  constexpr size_t kLengthsAt = kCountAt + 2 * sizeof(uint64_t);
  std::vector<int32_t> lengths;
  uint64_t count = 0;
  if (index.size() < kLengthsAt) return lengths;
  std::memcpy(&count, index.data() + kCountAt, sizeof(count));
  if (!ReadArray(index, kLengthsAt, count, &lengths).ok() || IndexOf(lengths) != index) {
    lengths.clear();
  }
  return lengths;
}

}  // namespace

std::unique_ptr<ExportFormat> MakeMegatron(const FormatContext& context) {
  return std::make_unique<MegatronFormat>(context);
}

absl::Status CheckMegatron(const FormatFolder& folder, Findings* findings) {
  for (const Split split : generator::kSplits) {
    const std::vector<ShardInfo> data = folder.FilesOf(split, ".bin");
    const std::vector<ShardInfo> index = folder.FilesOf(split, ".idx");
    std::vector<int32_t> lengths;
    if (data.size() == 2 && index.size() == 2) {
      // In order of name: labels, tokens. Their indices are equal.
      const auto labels = MappedFile::Open(folder.PathOf(data[0]));
      const auto tokens = MappedFile::Open(folder.PathOf(data[1]));
      const auto mapped = MappedFile::Open(folder.PathOf(index[1]));
      if (!labels.ok() || !tokens.ok() || !mapped.ok()) continue;  // Was found with its hash.
      lengths = LengthsOf((*mapped)->bytes());
      if (lengths.empty()) findings->Add({index[1].name}, "not an index of int32 rows");
      uint64_t at = 0;
      for (size_t i = 0; i < lengths.size(); ++i) {
        TokenColumns row;
        absl::Status read = ReadArray((*tokens)->bytes(), at, lengths[i], &row.input_ids);
        if (read.ok()) read = ReadArray((*labels)->bytes(), at, lengths[i], &row.labels);
        const std::string fault = read.ok() ? FaultOf(row) : std::string(read.message());
        if (!fault.empty()) findings->Add({data[1].name}, absl::StrCat("row ", i, ": ", fault));
        at += uint64_t{static_cast<uint32_t>(lengths[i])} * sizeof(int32_t);
      }
    }
    folder.CheckRows(split, lengths.size(), findings);
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
