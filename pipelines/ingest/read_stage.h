// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// READ: the corpus into the store, from wherever an earlier run left off.
#ifndef QUIPU_PIPELINES_INGEST_READ_STAGE_H_
#define QUIPU_PIPELINES_INGEST_READ_STAGE_H_

#include "absl/status/status.h"
#include "inference/text/tokenizer.h"
#include "protos/run_spec.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// Reads all inputs of `spec` that are not read yet; each batch is stored with
// how far its file is read. Of a partition's store, keeps what is that partition's. INVALID_ARGUMENT, naming the first few bad records,
// if more than `max_bad_share` of one input is bad (all is stored all the same:
// the same command with a higher share goes on). CANCELLED if a stop was
// requested.
absl::Status ReadInputs(const v1::RunSpec& spec, double max_bad_share,
                        const inference::Tokenizer& tokenizer, storage::Store* store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_READ_STAGE_H_
