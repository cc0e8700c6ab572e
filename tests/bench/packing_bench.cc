// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Packs rows of given lengths and joins their tokens, as tests/bench/packing.py
// has another library do it: how many rows a second, how full the packs are, and
// how much memory packing takes beside the tokens.
//
//   packing_bench LENGTHS [--capacity 16384] [--repeats 5] [--no-tokens]
//
// LENGTHS: a file of lengths, 32-bit little-endian. The last line is JSON.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "generator/rows/packer.h"

namespace quipu {
namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{1} << 33;

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

uint64_t PeakBytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Tokens {
  std::vector<uint32_t> ids;      // Of all rows.
  std::vector<uint64_t> offsets;  // Where each row begins.
};

Tokens MakeTokens(const std::vector<uint32_t>& lengths) {
  Tokens tokens;
  tokens.offsets.reserve(lengths.size() + 1);
  uint64_t sum = 0;
  for (const uint32_t length : lengths) {
    tokens.offsets.push_back(sum);
    sum += length;
  }
  tokens.ids.resize(sum);
  std::iota(tokens.ids.begin(), tokens.ids.end(), 0);
  return tokens;
}

// Joins the tokens of each pack, one pack at a time, as the PACK stage does. Returns a
// sum, so that nothing of it can be left out.
uint64_t Join(const generator::Packing& packing, const Tokens& tokens,
              const std::vector<uint32_t>& lengths, uint32_t capacity) {
  std::vector<uint32_t> ids(capacity);
  std::vector<uint32_t> row_lengths;
  uint64_t sum = 0;
  for (const std::vector<uint32_t>& bin : packing.bins) {
    row_lengths.clear();
    uint64_t at = 0;
    for (const uint32_t row : bin) {
      std::memcpy(ids.data() + at, tokens.ids.data() + tokens.offsets[row],
                  lengths[row] * sizeof(uint32_t));
      row_lengths.push_back(lengths[row]);
      at += lengths[row];
    }
    sum += ids[at - 1] + row_lengths.size();
  }
  return sum;
}

int Run(const std::string& path, uint32_t capacity, int repeats, bool with_tokens) {
  const auto bytes = ReadFile(path, kMaxFileBytes);
  if (!bytes.ok()) {
    std::cerr << bytes.status() << "\n";
    return 2;
  }
  std::vector<uint32_t> lengths(bytes->size() / sizeof(uint32_t));
  std::memcpy(lengths.data(), bytes->data(), lengths.size() * sizeof(uint32_t));
  const Tokens tokens = with_tokens ? MakeTokens(lengths) : Tokens();
  const uint64_t before = PeakBytes();
  std::vector<double> pack_seconds;
  std::vector<double> all_seconds;
  uint64_t sum = 0;
  generator::Packing packing;
  for (int i = 0; i < repeats; ++i) {
    packing = {};
    const auto begin = std::chrono::steady_clock::now();
    auto packed = generator::Pack(lengths, capacity, /*seed=*/1);
    if (!packed.ok()) {
      std::cerr << packed.status() << "\n";
      return 2;
    }
    packing = *std::move(packed);
    pack_seconds.push_back(SecondsSince(begin));
    if (with_tokens) sum += Join(packing, tokens, lengths, capacity);
    all_seconds.push_back(SecondsSince(begin));
  }
  const double rows = static_cast<double>(lengths.size());
  std::cout << absl::StrCat("{\"rows\": ", lengths.size(), ", \"packs\": ", packing.bins.size(),
                            ", \"lower_bound\": ", packing.lower_bound, ", \"fill\": ",
                            static_cast<double>(packing.packed_tokens) /
                                (static_cast<double>(packing.bins.size()) * capacity),
                            ", \"pack_seconds\": ", Median(pack_seconds),
                            ", \"seconds\": ", Median(all_seconds),
                            ", \"rows_per_s\": ", rows / Median(all_seconds),
                            ", \"packing_rows_per_s\": ", rows / Median(pack_seconds),
                            ", \"memory_mb\": ", static_cast<double>(PeakBytes() - before) / 1e6,
                            ", \"sum\": ", sum, "}\n");
  return 0;
}

}  // namespace
}  // namespace quipu

int main(int argc, char** argv) {
  CLI::App app("packs rows of given lengths", "packing_bench");
  std::string path;
  uint32_t capacity = 16384;
  int repeats = 5;
  bool no_tokens = false;
  app.add_option("LENGTHS", path)->required();
  app.add_option("--capacity", capacity);
  app.add_option("--repeats", repeats)->check(CLI::Range(1, 1000));
  app.add_flag("--no-tokens", no_tokens);
  CLI11_PARSE(app, argc, argv);
  return quipu::Run(path, capacity, repeats, !no_tokens);
}
