// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/task_planner.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/language.h"
#include "generator/languages/tables.h"
#include "generator/targets.h"

namespace quipu::generator {
namespace {

// Spreads short forms evenly: of any n tasks in a row, n * share (rounded down
// or up) are short. The phase is random, so that a small share is also kept over
// many documents with few tasks each.
class Forms {
 public:
  Forms(double short_share, double phase) : share_(short_share), sum_(phase) {}

  v1::AnswerForm Next() {
    const double before = std::floor(sum_);
    sum_ += share_;
    return std::floor(sum_) > before ? v1::ANSWER_FORM_SHORT : v1::ANSWER_FORM_LONG;
  }

 private:
  double share_;
  double sum_;
};

Fingerprint TaskId(const Fingerprint& run_id, const Fingerprint& document_id,
                   const v1::Task& task) {
  return FingerprintBuilder("task")
      .Add(run_id)
      .Add(document_id)
      .Add(task.chunk().begin())
      .Add(task.chunk().end())
      .Add(static_cast<uint64_t>(task.form()))
      .Add(uint64_t{task.index()})
      .Add(task.target().begin())
      .Add(task.target().end())
      .Add(task.language())
      .Build();
}

}  // namespace

absl::StatusOr<v1::DocumentPlan> TaskPlanner::Plan(const v1::Document& document,
                                                   absl::Span<const uint32_t> token_begins) const {
  absl::StatusOr<Fingerprint> document_id = Fingerprint::FromBytes(document.id());
  if (!document_id.ok()) return Annotate(document_id.status(), "document id");
  const size_t invalid = FirstInvalidUtf8(document.text());
  if (invalid < document.text().size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("document ", document_id->ToHex(), ": invalid UTF-8 at byte ", invalid));
  }
  v1::DocumentPlan plan;
  plan.set_document_id(document.id());
  const Fingerprint key = FingerprintBuilder("chunks").Add(run_id_).Add(*document_id).Build();
  const Chunks picked = PickChunks(document.text(), token_begins, chunks_, tokenizer_, key);
  plan.set_no_chunk(picked.no_chunk);
  AddTasks(document, *document_id, picked.chunks, key, &plan);
  return plan;
}

std::string TaskPlanner::LanguageOf(const v1::Document& document) const {
  if (generation_.language() != kDetectedLanguage) return generation_.language();
  return DetectLanguageCode(document.text());
}

void TaskPlanner::AddTasks(const v1::Document& document, const Fingerprint& document_id,
                           absl::Span<const Chunk> chunks, const Fingerprint& key,
                           v1::DocumentPlan* plan) const {
  const absl::string_view text = document.text();
  const std::string code = LanguageOf(document);
  const Language language = LanguageOfTaskCode(code);
  Forms forms(generation_.short_share(), Rng(key, "forms").Uniform());
  uint32_t index = 0;
  for (size_t c = 0; c < chunks.size(); ++c) {
    const Chunk& chunk = chunks[c];
    const std::vector<Target> targets = ChooseTargets(
        text.substr(chunk.begin, chunk.end - chunk.begin), generation_.pairs_per_chunk(), language,
        FingerprintBuilder("targets").Add(key).Add(uint64_t{chunk.begin}).Build());
    for (uint32_t pair = 0; pair < generation_.pairs_per_chunk(); ++pair) {
      v1::Task& task = *plan->add_tasks();
      task.set_document_id(plan->document_id());
      task.set_index(index++);
      task.set_chunk_index(static_cast<uint32_t>(c));
      task.mutable_chunk()->set_begin(chunk.begin);
      task.mutable_chunk()->set_end(chunk.end);
      task.set_form(forms.Next());
      task.set_language(code);
      if (!targets.empty()) {
        task.mutable_target()->set_begin(chunk.begin + targets[pair].begin);
        task.mutable_target()->set_end(chunk.begin + targets[pair].end);
      }
      task.set_id(TaskId(run_id_, document_id, task).ToBytes());
    }
  }
}

absl::StatusOr<v1::DocumentPlan> TaskPlanner::Plan(const v1::Document& document) const {
  const inference::Encoding encoding =
      tokenizer_.EncodeWithOffsets(document.text(), /*fragment_start=*/false);
  return Plan(document, encoding.begins);
}

}  // namespace quipu::generator
