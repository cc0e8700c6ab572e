// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/mds.h"

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/array_chunks.h"
#include "pipelines/export/formats/chunk_check.h"
#include "pipelines/export/formats/chunk_format.h"
#include "pipelines/export/rows/columns.h"

namespace quipu::pipelines {
namespace {

// Of all shards, in the key order of MosaicML's writer.
constexpr char kColumns[] =
    R"("column_encodings": ["ndarray:int32", "ndarray:int32", "ndarray:int32"], )"
    R"("column_names": ["input_ids", "labels", "seq_lengths"], )"
    R"("column_sizes": [null, null, null], "compression": null, "format": "mds", "hashes": [])";
constexpr size_t kNumColumns = 3;

std::string Header() {
  return absl::StrCat("{", kColumns, ", \"size_limit\": ", kChunkBytes, ", \"version\": 2}");
}

// An int32 array of one dimension: a byte that says so and how long its length is, the
// length, the numbers.
std::string EncodeArray(const std::vector<int32_t>& values) {
  constexpr uint8_t kOneDimension = 1 << 2;
  const uint32_t size = static_cast<uint32_t>(values.size());
  const int log_bytes = size < (1u << 8) ? 0 : size < (1u << 16) ? 1 : 2;
  std::string out(1, static_cast<char>(kOneDimension | log_bytes));
  out.append(reinterpret_cast<const char*>(&size), size_t{1} << log_bytes);
  AppendInts(values, &out);
  return out;
}

// The reverse; false if the bytes are no such array.
bool DecodeArray(absl::string_view bytes, std::vector<int32_t>* values) {
  if (bytes.empty() || (bytes[0] >> 2) != 1 || (bytes[0] & 3) > 2) return false;
  const size_t length_bytes = size_t{1} << (bytes[0] & 3);
  uint32_t size = 0;
  if (bytes.size() < 1 + length_bytes) return false;
  std::memcpy(&size, bytes.data() + 1, length_bytes);
  if (bytes.size() != 1 + length_bytes + uint64_t{size} * sizeof(int32_t)) return false;
  return ReadArray(bytes, 1 + length_bytes, size, values).ok();
}

class MdsFormat : public ChunkFormat {
 public:
  explicit MdsFormat(const FormatContext& context) : ChunkFormat(context, Header()) {}

 private:
  std::string Encode(const Columns& columns) const override {
    const std::string arrays[kNumColumns] = {EncodeArray(columns.input_ids),
                                             EncodeArray(columns.labels),
                                             EncodeArray(columns.seq_lengths)};
    std::string sample;
    for (const std::string& array : arrays) AppendUint32(array.size(), &sample);
    for (const std::string& array : arrays) sample += array;
    return sample;
  }
  std::string FileName(int number) const override {
    return absl::StrFormat("shard.%05d.mds", number);
  }
  std::string Entry(absl::string_view file, size_t bytes, uint64_t rows) const override {
    return absl::StrCat("{", kColumns, ", \"raw_data\": {\"basename\": \"", file,
                        "\", \"bytes\": ", bytes, ", \"hashes\": {}}, \"samples\": ", rows,
                        ", \"size_limit\": ", kChunkBytes, ", \"version\": 2, \"zip_data\": null}");
  }
  std::string Index(absl::string_view entries) const override {
    return absl::StrCat("{\"shards\": [", entries, "], \"version\": 2}");
  }
};

std::string FaultOfSample(absl::string_view sample) {
  uint32_t sizes[kNumColumns];
  if (sample.size() < sizeof(sizes)) return "a row without the sizes of its columns";
  std::memcpy(sizes, sample.data(), sizeof(sizes));
  TokenColumns columns;
  std::vector<int32_t>* const arrays[kNumColumns] = {&columns.input_ids, &columns.labels,
                                                     &columns.seq_lengths};
  uint64_t at = sizeof(sizes);
  for (size_t i = 0; i < kNumColumns; ++i) {
    if (at + sizes[i] > sample.size()) return "a column ends behind its row";
    if (!DecodeArray(sample.substr(at, sizes[i]), arrays[i])) return "a column is no int32 array";
    at += sizes[i];
  }
  if (at != sample.size()) return "a row is longer than its columns";
  return columns.seq_lengths.empty() ? "no seq_lengths" : FaultOf(columns);
}

}  // namespace

std::unique_ptr<ExportFormat> MakeMds(const FormatContext& context) {
  return std::make_unique<MdsFormat>(context);
}

absl::Status CheckMds(const FormatFolder& folder, Findings* findings) {
  CheckChunks(folder, ".mds", Header(), FaultOfSample, findings);
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
