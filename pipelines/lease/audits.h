// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A lease table's decisions on audits: which results another worker repeats,
// and what follows from the comparison.
//
//   LeaseUpdates updates;
//   AskNextAudit(state, i, /*adder=*/"ann", /*except=*/"", updates);
//   updates = DecideAudit(state, chunk, "bob", matches_first, matches_second, now);
//
// Only decides: nothing changes until the updates are applied. Pure.
#ifndef QUIPU_PIPELINES_LEASE_AUDITS_H_
#define QUIPU_PIPELINES_LEASE_AUDITS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pipelines/lease/ends.h"
#include "pipelines/lease/state.h"

namespace quipu::pipelines::internal {

// Requests the audit of one more part of a complete chunk, if one is due. Skips
// `except`'s part; the part that `adder` is adding to comes last.
void AskNextAudit(const LeaseState& state, uint32_t i, absl::string_view adder,
                  absl::string_view except, LeaseUpdates& updates);

// As LeaseTable::Audit and SkipAudits.
LeaseUpdates DecideAudit(const LeaseState& state, const v1::ChunkId& id, absl::string_view auditor,
                         bool matches_first, bool matches_second, absl::Duration now);
LeaseUpdates SkipImpossibleAudits(const LeaseState& state,
                                  const std::vector<std::string>& connected);

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_LEASE_AUDITS_H_
