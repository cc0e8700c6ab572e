// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/golden/store/record_digest.h"

#include <functional>

#include "tests/support/status_matchers.h"

namespace quipu::testing {

std::vector<std::string> DigestsOf(const storage::Store& store) {
  RecordDigest documents, rows, bad, plans, results, long_rows, packs, rejected;
  EXPECT_OK(store.ForEachDocument(std::ref(documents)));
  EXPECT_OK(store.ForEachShortRow(std::ref(rows)));
  EXPECT_OK(store.ForEachBadRecord(std::ref(bad)));
  EXPECT_OK(store.ForEachPlan(std::ref(plans)));
  EXPECT_OK(store.ForEachResult(std::ref(results)));
  EXPECT_OK(store.ForEachTrainingRow(v1::TrainingRow::KIND_LONG, std::ref(long_rows)));
  EXPECT_OK(store.ForEachTrainingRow(v1::TrainingRow::KIND_PACKED, std::ref(packs)));
  EXPECT_OK(store.ForEachRejectedRow(std::ref(rejected)));
  return {"documents " + documents.Finish(),
          "short rows " + rows.Finish(),
          "bad " + bad.Finish(),
          "plans " + plans.Finish(),
          "results " + results.Finish(),
          "long rows " + long_rows.Finish(),
          "packs " + packs.Finish(),
          "rejected rows " + rejected.Finish()};
}

}  // namespace quipu::testing
