// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks in a test what every long row promises.
//
//   CheckRow(row, document, sample, spec.instances(), target);
#ifndef QUIPU_TESTS_SUPPORT_ROW_CHECKS_H_
#define QUIPU_TESTS_SUPPORT_ROW_CHECKS_H_

#include "generator/instance_builder.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::testing {

// Fails the running test (fatally) unless the row contains its chunk, question
// and answer, fits, trains what it should, and equals what LongMessages
// returns. REQUIRES: the spec pads to the context.
void CheckRow(const v1::TrainingRow& row, const v1::Document& document, const v1::Result& sample,
              const v1::InstanceSpec& spec, const generator::TargetModel& target);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_ROW_CHECKS_H_
