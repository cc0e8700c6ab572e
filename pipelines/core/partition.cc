// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/partition.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kMark = ".partition-";
constexpr absl::string_view kOf = "-of-";
// An id's last 8 bytes select the partition: its first bytes order the keys.
constexpr size_t kIdBytes = 16;

bool InRange(const v1::Partition& partition) {
  return partition.count() <= kMaxPartitions && partition.index() < partition.count();
}

// "2<separator>7", digits alone: no sign, no space.
bool ParsePair(absl::string_view text, absl::string_view separator, v1::Partition* partition) {
  const size_t at = text.find(separator);
  if (at == absl::string_view::npos) return false;
  const absl::string_view parts[] = {text.substr(0, at), text.substr(at + separator.size())};
  uint32_t numbers[2] = {};
  for (int i = 0; i < 2; ++i) {
    if (parts[i].find_first_not_of("0123456789") != absl::string_view::npos ||
        !absl::SimpleAtoi(parts[i], &numbers[i])) {
      return false;
    }
  }
  partition->set_index(numbers[0]);
  partition->set_count(numbers[1]);
  return true;
}

std::string WithoutSlashes(absl::string_view path) {
  while (path.size() > 1 && absl::EndsWith(path, "/")) path.remove_suffix(1);
  return std::string(path);
}

}  // namespace

absl::StatusOr<v1::Partition> ParsePartitionFlag(absl::string_view text) {
  v1::Partition partition;
  if (ParsePair(text, "/", &partition) && InRange(partition)) return partition;
  return absl::InvalidArgumentError(absl::StrCat(
      "partition \"", Snippet(text, 40), "\", want i/n with 0 <= i < n <= ", kMaxPartitions));
}

absl::Status CheckPartition(const v1::Partition& partition, absl::string_view name) {
  if (InRange(partition)) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(name, " claims to be ", PartitionName(partition),
                                          ", want 0 to count - 1, and a count of 1 to ",
                                          kMaxPartitions));
}

bool InPartition(const v1::Partition& partition, absl::string_view id) {
  if (partition.count() == 0) return true;
  uint64_t number = 0;
  for (const char c : id.substr(std::min(id.size(), kIdBytes / 2))) {
    number = number << 8 | static_cast<uint8_t>(c);
  }
  return number % partition.count() == partition.index();
}

std::string PartitionName(const v1::Partition& partition) {
  return absl::StrCat("partition ", partition.index(), " of ", partition.count());
}

std::string PartitionStorePath(absl::string_view store, const v1::Partition& partition) {
  return absl::StrCat(WithoutSlashes(store), kMark, partition.index(), kOf, partition.count());
}

absl::StatusOr<std::vector<std::string>> FindPartitionStores(absl::string_view store) {
  const std::string path = WithoutSlashes(store);
  const size_t slash = path.find_last_of('/');
  const std::string dir = slash == std::string::npos ? "."
                          : slash == 0               ? "/"
                                                     : path.substr(0, slash);
  const std::string prefix = absl::StrCat(path.substr(slash + 1), kMark);
  std::vector<std::tuple<uint32_t, uint32_t, std::string>> found;
  if (!IsDirectory(dir)) return std::vector<std::string>();
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(dir));
  for (absl::string_view name : names) {
    v1::Partition partition;
    if (!absl::ConsumePrefix(&name, prefix) || !ParsePair(name, kOf, &partition)) continue;
    found.emplace_back(partition.count(), partition.index(), PartitionStorePath(path, partition));
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> paths;
  for (auto& [count, index, place] : found) paths.push_back(std::move(place));
  return paths;
}

}  // namespace quipu::pipelines
