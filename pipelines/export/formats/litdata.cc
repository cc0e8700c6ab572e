// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/litdata.h"

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/array_chunks.h"
#include "pipelines/export/formats/chunk_check.h"
#include "pipelines/export/formats/chunk_format.h"
#include "pipelines/export/rows/columns.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kNumColumns = 3;

// A dictionary of three int32 tensors of one dimension (type 16), and its shape as torch's
// pytree writes it. The time is fixed: an export has the same bytes whenever it is made.
constexpr char kConfig[] =
    R"("config": {"chunk_bytes": 67108864, "chunk_size": null, "compression": null, )"
    R"("compression_batch_size": null, "compression_level": null, )"
    R"("data_format": ["no_header_tensor:16", "no_header_tensor:16", "no_header_tensor:16"], )"
    R"("data_spec": "[1, {\"type\": \"builtins.dict\", )"
    R"(\"context\": \"[\\\"input_ids\\\", \\\"labels\\\", \\\"seq_lengths\\\"]\", )"
    R"(\"children_spec\": [{\"type\": null, \"context\": null, \"children_spec\": []}, )"
    R"({\"type\": null, \"context\": null, \"children_spec\": []}, )"
    R"({\"type\": null, \"context\": null, \"children_spec\": []}]}]", )"
    R"("encryption": null, "ipc_compression": null, "item_loader": "PyTreeLoader", )"
    R"("types": {"input_ids": "tensor", "labels": "tensor", "seq_lengths": "tensor"}}, )"
    R"("updated_at": "0.0")";

class LitdataFormat : public ChunkFormat {
 public:
  explicit LitdataFormat(const FormatContext& context) : ChunkFormat(context, /*header=*/"") {}

 private:
  std::string Encode(const Columns& columns) const override {
    const std::vector<int32_t>* const arrays[kNumColumns] = {&columns.input_ids, &columns.labels,
                                                             &columns.seq_lengths};
    std::string item;
    for (const auto* array : arrays) AppendUint32(array->size() * sizeof(int32_t), &item);
    for (const auto* array : arrays) AppendInts(*array, &item);
    return item;
  }
  std::string FileName(int number) const override {
    return absl::StrCat("chunk-0-", number, ".bin");
  }
  std::string Entry(absl::string_view file, size_t bytes, uint64_t rows) const override {
    return absl::StrCat("{\"chunk_bytes\": ", bytes, ", \"chunk_size\": ", rows,
                        ", \"dim\": null, \"filename\": \"", file, "\"}");
  }
  std::string Index(absl::string_view entries) const override {
    return absl::StrCat("{\"chunks\": [", entries, "], ", kConfig, "}");
  }
};

std::string FaultOfItem(absl::string_view item) {
  uint32_t sizes[kNumColumns];
  if (item.size() < sizeof(sizes)) return "a row without the sizes of its columns";
  std::memcpy(sizes, item.data(), sizeof(sizes));
  TokenColumns columns;
  std::vector<int32_t>* const arrays[kNumColumns] = {&columns.input_ids, &columns.labels,
                                                     &columns.seq_lengths};
  uint64_t at = sizeof(sizes);
  for (size_t i = 0; i < kNumColumns; ++i) {
    const absl::Status read = ReadArray(item, at, sizes[i] / sizeof(int32_t), arrays[i]);
    if (!read.ok()) return std::string(read.message());
    at += sizes[i];
  }
  if (at != item.size()) return "a row's length differs from that of its columns";
  return columns.seq_lengths.empty() ? "no seq_lengths" : FaultOf(columns);
}

}  // namespace

std::unique_ptr<ExportFormat> MakeLitdata(const FormatContext& context) {
  return std::make_unique<LitdataFormat>(context);
}

absl::Status CheckLitdata(const FormatFolder& folder, Findings* findings) {
  CheckChunks(folder, ".bin", /*header=*/std::nullopt, FaultOfItem, findings);
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
