// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/scripted_run.h"

#include <algorithm>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/exact_math.h"
#include "base/fingerprint.h"

namespace quipu::simulation {
namespace {

constexpr int kMaxChunkTasks = 8;
constexpr int kMaxDocumentChunks = 6;

// One in this many tasks has a sample, the others are malformed: rejects are
// cheaper to check, and a minute has to suffice for thousands of runs.
constexpr uint64_t kSampleEvery = 20;

// Content words of a sample's question: "keeper", "count", "row" and the number.
constexpr double kQuestionWords = 4;

v1::Result MakeResult(const v1::Task& task, absl::string_view salt) {
  v1::Result result;
  *result.mutable_task() = task;
  const Fingerprint drawn = FingerprintBuilder("scripted result").Add(task.id()).Add(salt).Build();
  if (drawn.low % kSampleEvery == 0) {
    result.set_question(absl::StrCat("What does the keeper count in row ", drawn.high % 1000, "?"));
    result.set_answer("The keeper counts knots.");
    result.mutable_scores()->set_grounded_share(1);
    result.mutable_scores()->set_longest_copy(4);
    result.mutable_scores()->set_question_named(1);
    result.mutable_scores()->set_log_question_words(ExactLog(1 + kQuestionWords));
  } else {
    result.mutable_reject()->set_reason(v1::REJECT_REASON_MALFORMED);
    result.mutable_reject()->set_detail(drawn.ToHex());
  }
  return result;
}

}  // namespace

v1::RunHeader ScriptedHeader() {
  v1::RunHeader header;
  header.set_run_id(FingerprintOf("simulated run").ToBytes());
  header.mutable_spec()->mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
  header.mutable_spec()->mutable_verification()->set_enabled(false);
  // Results have no question kind.
  header.mutable_spec()->mutable_generation()->add_question_openings("");
  header.mutable_generating_model()->set_engine("scripted");
  header.mutable_generating_model()->set_name("simulated");
  return header;
}

std::vector<PlannedChunk> ScriptedPlan(Rng& rng, int tasks) {
  std::vector<std::string> documents;
  for (int n = 0; n < tasks; ++n) {
    documents.push_back(FingerprintBuilder("simulated document").Add(rng.Next()).Build().ToBytes());
  }
  std::sort(documents.begin(), documents.end());
  std::vector<PlannedChunk> chunks;
  for (const std::string& document : documents) {
    uint32_t index = 0;
    const uint64_t here = 1 + rng.Below(kMaxDocumentChunks);
    for (uint32_t n = 0; n < here && tasks > 0; ++n) {
      PlannedChunk& chunk = chunks.emplace_back();
      chunk.id.set_document_id(document);
      chunk.id.set_chunk_index(n);
      chunk.content.text = "The keeper counts knots. One row follows another.";
      const int size = std::min<int>(tasks, 1 + rng.Below(kMaxChunkTasks));
      tasks -= size;
      for (int k = 0; k < size; ++k) {
        v1::Task& task = chunk.content.tasks.emplace_back();
        task.set_document_id(document);
        task.set_index(index++);
        task.set_chunk_index(n);
        task.mutable_chunk()->set_end(chunk.content.text.size());
        task.set_form(v1::ANSWER_FORM_LONG);
        task.set_id(
            FingerprintBuilder("task").Add(document).Add(uint64_t{task.index()}).Build().ToBytes());
      }
    }
  }
  return chunks;
}

v1::Result RightResult(const pipelines::ChunkContent& chunk, int task) {
  return MakeResult(chunk.tasks[task], "right");
}

v1::Result LyingResult(const pipelines::ChunkContent& chunk, int task) {
  return MakeResult(chunk.tasks[task], "lie");
}

}  // namespace quipu::simulation
