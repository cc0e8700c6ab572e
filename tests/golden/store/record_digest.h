// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Number and fingerprint of a store's records, for tests of golden stores.
//
//   EXPECT_EQ(DigestsOf(*one), DigestsOf(*other));
#ifndef QUIPU_TESTS_GOLDEN_STORE_RECORD_DIGEST_H_
#define QUIPU_TESTS_GOLDEN_STORE_RECORD_DIGEST_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/serialize.h"
#include "storage/store.h"

namespace quipu::testing {

// Adds messages' bytes, which no renaming of a field changes.
class RecordDigest {
 public:
  template <typename M>
  absl::Status operator()(const M& message) {
    builder_.Add(SerializeDeterministic(message));
    ++records_;
    return absl::OkStatus();
  }
  std::string Finish() { return absl::StrCat(records_, " ", builder_.Build().ToHex()); }

 private:
  FingerprintBuilder builder_{"records"};
  int records_ = 0;
};

// One line for each kind of record that decides the dataset. Fails the test if a
// record cannot be read.
std::vector<std::string> DigestsOf(const storage::Store& store);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_GOLDEN_STORE_RECORD_DIGEST_H_
