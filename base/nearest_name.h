// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The name that somebody meant who wrote another one.
//
//   const std::vector<std::string> fields = {"documents", "short_rows"};
//   const std::string meant = NearestName("documnets", fields);  // "documents"
#ifndef QUIPU_BASE_NEAREST_NAME_H_
#define QUIPU_BASE_NEAREST_NAME_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu {

// The candidate that is the fewest changes away from `name` (letters changed, added, left out, or
// two neighbours swapped; case does not count), of several the first. At most one change for each
// three letters; empty if none is as near, or if `name` has fewer than 3 or more than 64 bytes.
std::string NearestName(absl::string_view name, absl::Span<const std::string> candidates);

// " (did you mean \"build\"?)", or empty where NearestName is.
std::string DidYouMean(absl::string_view name, absl::Span<const std::string> candidates);

}  // namespace quipu

#endif  // QUIPU_BASE_NEAREST_NAME_H_
