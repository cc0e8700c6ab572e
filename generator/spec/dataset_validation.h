// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The parts of a spec that say which documents are used, what must not be among the
// rows, and how they are exported (run_spec.h, ValidateRunSpec).
//
//   Faults faults;
//   CheckSelection(spec.selection(), &faults);
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_SPEC_DATASET_VALIDATION_H_
#define QUIPU_GENERATOR_SPEC_DATASET_VALIDATION_H_

#include "generator/spec/spec_faults.h"
#include "protos/run_spec.pb.h"

namespace quipu::generator {

void CheckSelection(const v1::SelectionSpec& selection, Faults* faults);
void CheckDecontamination(const v1::DecontaminationSpec& spec, Faults* faults);
void CheckExport(const v1::RunSpec& spec, Faults* faults);
// The store and the export: paths that a file system holds, and neither inside the other.
void CheckPlaces(const v1::RunSpec& spec, Faults* faults);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SPEC_DATASET_VALIDATION_H_
