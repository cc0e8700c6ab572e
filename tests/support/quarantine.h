// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Quarantines chunks of a run that is made, as a coordinator does in place of their results.
//
//   ASSERT_OK_AND_ASSIGN(const uint64_t pairs, QuarantineHalf(store.get()));
//   ASSERT_OK(Build(spec, {}).status());  // The dataset lacks these pairs.
#ifndef QUIPU_TESTS_SUPPORT_QUARANTINE_H_
#define QUIPU_TESTS_SUPPORT_QUARANTINE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace quipu::testing {

// Reopens the generation of pairs, undoes what later stages rejected, and quarantines every
// second chunk, from the first. Returns the number of its pairs.
absl::StatusOr<uint64_t> QuarantineHalf(storage::Store* store);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_QUARANTINE_H_
