// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What tests of whole runs look at: is the dataset sound, has it the same bytes.
//
//   EXPECT_THAT(CheckDataset(spec), IsEmpty());
//   EXPECT_EQ(DirDigest(ExportDirOf(one)), DirDigest(ExportDirOf(two)));
//
// Thread-safe.
#ifndef QUIPU_TESTS_SUPPORT_DATASET_CHECKS_H_
#define QUIPU_TESTS_SUPPORT_DATASET_CHECKS_H_

#include <string>
#include <vector>

#include "protos/run_spec.pb.h"

namespace quipu::testing {

// The findings of `quipu check` on a finished run: its store and its export. A step
// that fails fails the running test.
std::vector<std::string> CheckDataset(const v1::RunSpec& spec);

// Names and hashes of all files of a directory, a line each.
std::string DirDigest(const std::string& dir);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_DATASET_CHECKS_H_
