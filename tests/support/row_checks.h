// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks in a test what every long row promises.
//
//   CheckRow(row, document, sample, spec.instances(), target);
//   CheckRow(row, records, spec, target);
#ifndef QUIPU_TESTS_SUPPORT_ROW_CHECKS_H_
#define QUIPU_TESTS_SUPPORT_ROW_CHECKS_H_

#include "generator/prompts/prompts.h"
#include "generator/rows/row_material.h"
#include "generator/rows/target_model.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::testing {

// Fails the running test (fatally) unless the row contains the place of each
// answer, the questions and the answers, fits, trains what it should, and equals what its records
// give. REQUIRES: the spec pads to the context.
void CheckRow(const v1::TrainingRow& row, const generator::RowRecords& records,
              const generator::RowSpec& spec, const generator::TargetModel& target);
// The same for an answered row of one pair, without other documents.
void CheckRow(const v1::TrainingRow& row, const v1::Document& document, const v1::Result& sample,
              const v1::InstanceSpec& spec, const generator::TargetModel& target);

// The records of such a row.
generator::RowRecords RecordsOf(const v1::Document& document, const v1::Result& sample);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_ROW_CHECKS_H_
