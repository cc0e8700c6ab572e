// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/run_status.h"

#include "base/status_macros.h"
#include "pipelines/core/names.h"
#include "pipelines/core/version.h"

namespace quipu::pipelines {
namespace {

void SetCorpus(const storage::RunCounts& counts, v1::CorpusCounts* corpus) {
  corpus->set_documents(counts.documents);
  corpus->set_document_tokens(counts.document_tokens);
  corpus->set_too_short(counts.too_short);
  corpus->set_not_kept(counts.not_kept);
  corpus->set_duplicates(counts.duplicates);
  corpus->set_duplicate_rows(counts.duplicate_rows);
  corpus->set_short_rows(counts.short_rows);
  corpus->set_rejected_rows(counts.rejected_rows);
  for (const auto& [reason, count] : counts.row_rejects_by_reason) {
    if (count > 0) (*corpus->mutable_row_rejects_by_reason())[RejectName(reason)] = count;
  }
  corpus->set_bad_records(counts.bad_records);
  corpus->set_cut_rows(counts.cut_rows);
  corpus->set_long_rows(counts.long_rows);
  corpus->set_packed_rows(counts.packed_rows);
  corpus->set_without_chunk(counts.without_chunk);
  for (const auto& [reason, count] : counts.no_chunk_by_reason) {
    (*corpus->mutable_no_chunk_by_reason())[NoChunkName(reason)] = count;
  }
}

void SetTasks(const storage::RunCounts& counts, v1::StatusReply* status) {
  v1::TaskCounts& tasks = *status->mutable_tasks();
  tasks.set_planned(counts.tasks);
  tasks.set_accepted(counts.accepted);
  tasks.set_rejected(counts.rejected);
  tasks.set_pending(counts.tasks - counts.accepted - counts.rejected);
  for (const auto& [reason, count] : counts.rejects_by_reason) {
    if (count == 0) continue;
    (*status->mutable_rejects_by_reason())[RejectName(reason)] = count;
    if (reason == v1::REJECT_REASON_QUARANTINED) tasks.set_quarantined(count);
  }
}

absl::Status SetStages(const storage::StoreView& store, v1::StatusReply* status) {
  const bool benchmarks = !store.header().spec().decontamination().benchmarks().empty();
  // Their order; not that of their numbers.
  for (const v1::Stage stage : {v1::STAGE_READ, v1::STAGE_PLAN, v1::STAGE_GENERATE,
                                v1::STAGE_DECONTAMINATE, v1::STAGE_DEDUP, v1::STAGE_PACK}) {
    if (stage == v1::STAGE_DECONTAMINATE && !benchmarks) continue;
    ASSIGN_OR_RETURN(const bool done, store.IsStageDone(stage));
    if (done) {
      status->add_done_stages(stage);
    } else if (status->stage() == v1::STAGE_UNSPECIFIED) {
      status->set_stage(stage);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::StatusReply> StatusOf(const storage::StoreView& store) {
  ASSIGN_OR_RETURN(const storage::RunCounts counts, store.Count());
  v1::StatusReply status;
  status.set_run_id(store.header().run_id());
  status.set_build(kQuipuVersion);
  *status.mutable_model() = store.header().generating_model();
  if (store.header().has_partition()) *status.mutable_partition() = store.header().partition();
  SetCorpus(counts, status.mutable_corpus());
  SetTasks(counts, &status);
  RETURN_IF_ERROR(SetStages(store, &status));
  ASSIGN_OR_RETURN(*status.mutable_work(), store.GetEngineCounters());
  return status;
}

}  // namespace quipu::pipelines
