// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The entry points of libFuzzer (run.sh). QUIPU_FUZZ_TARGET names the target; with
// QUIPU_FUZZ_SEEDS it writes that target's seeds into that directory and ends.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "tests/fuzz/targets.h"

namespace {

const quipu::fuzz::Target* target = nullptr;

void WriteSeeds(const char* directory) {
  int number = 0;
  const quipu::fuzz::Seeds seeds = target->seeds();
  for (const std::vector<std::string>* some : {&seeds.valid, &seeds.refused}) {
    for (const std::string& seed : *some) {
      std::ofstream out(absl::StrCat(directory, "/seed-", number++), std::ios::binary);
      out.write(seed.data(), static_cast<std::streamsize>(seed.size()));
      QUIPU_CHECK(out.good()) << "cannot write into " << directory;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* name = std::getenv("QUIPU_FUZZ_TARGET");
  target = name == nullptr ? nullptr : quipu::fuzz::FindTarget(name);
  if (target == nullptr) {
    std::fprintf(stderr, "QUIPU_FUZZ_TARGET has to be one of:\n");
    for (const auto& known : quipu::fuzz::Targets()) std::fprintf(stderr, "%s\n", known.name);
    std::exit(2);
  }
  quipu::SetLogLevel(quipu::LogLevel::kError);
  const char* seeds = std::getenv("QUIPU_FUZZ_SEEDS");
  if (seeds != nullptr) {
    WriteSeeds(seeds);
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  target->run(absl::string_view(reinterpret_cast<const char*>(data), size)).IgnoreError();
  return 0;
}
