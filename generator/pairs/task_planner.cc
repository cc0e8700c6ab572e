// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/task_planner.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/languages/tables.h"
#include "generator/pairs/target_forms.h"
#include "generator/pairs/task_kind.h"
#include "generator/words/language.h"

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
  FingerprintBuilder builder("task");
  builder.Add(run_id)
      .Add(document_id)
      .Add(task.chunk().begin())
      .Add(task.chunk().end())
      .Add(static_cast<uint64_t>(task.form()))
      .Add(uint64_t{task.index()})
      .Add(task.target().begin())
      .Add(task.target().end())
      .Add(task.language());
  // Tasks of one chunk keep the ids that they had before there were other kinds.
  if (task.kind() != v1::TASK_KIND_PAIR) {
    builder.Add(static_cast<uint64_t>(task.kind()));
    for (const auto* spans : {&task.more_chunks(), &task.more_targets()}) {
      builder.Add(static_cast<uint64_t>(spans->size()));
      for (const v1::Span& span : *spans) builder.Add(span.begin()).Add(span.end());
    }
  }
  return builder.Build();
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
  AddTasks(document, *document_id, token_begins, picked.chunks, key, &plan);
  return plan;
}

std::string TaskPlanner::LanguageOf(const v1::Document& document) const {
  if (generation_.language() != kDetectedLanguage) return generation_.language();
  return DetectLanguageCode(document.text());
}

namespace {

// Chunk by chunk.
void MatchTargets(const PlanInput& input, absl::Span<v1::Task> tasks) {
  while (!tasks.empty()) {
    size_t count = 1;
    while (count < tasks.size() && tasks[count].chunk_index() == tasks[0].chunk_index()) ++count;
    MatchTargetsToForms(input.text, input.language, tasks.subspan(0, count));
    tasks.remove_prefix(count);
  }
}

}  // namespace

void TaskPlanner::AddTasks(const v1::Document& document, const Fingerprint& document_id,
                           absl::Span<const uint32_t> token_begins, absl::Span<const Chunk> chunks,
                           const Fingerprint& key, v1::DocumentPlan* plan) const {
  if (chunks.empty()) return;
  const std::string code = LanguageOf(document);
  PlanInput input{document.text(), token_begins, chunks,          LanguageOfTaskCode(code),
                  chunks_,         generation_,  context_tokens_, key};
  // The added kinds first: pairs of one chunk fill the places that those leave.
  std::vector<std::pair<const TaskKind*, std::vector<v1::Task>>> added;
  uint32_t leases = static_cast<uint32_t>(chunks.size());
  for (const v1::TaskKind kind : AddedKinds()) {
    added.push_back({&KindOfTask(kind), KindOfTask(kind).Draft(input)});
    std::vector<v1::Task>& tasks = added.back().second;
    for (v1::Task& task : tasks) {
      task.set_kind(kind);
      task.set_chunk_index(leases + task.chunk_index());
    }
    if (!tasks.empty()) leases = tasks.back().chunk_index() + 1;
    if (added.back().first->ReplacesPairs()) input.replaced += tasks.size();
  }
  const TaskKind& pairs = KindOfTask(v1::TASK_KIND_PAIR);
  added.insert(added.begin(), {&pairs, pairs.Draft(input)});
  Forms forms(generation_.short_share(), Rng(key, "forms").Uniform());
  for (auto& [kind, tasks] : added) {
    for (v1::Task& task : tasks) {
      const v1::AnswerForm form = kind->OnlyForm();
      task.set_form(form == v1::ANSWER_FORM_UNSPECIFIED ? forms.Next() : form);
    }
    if (kind == &pairs && generation_.short_answers() == v1::GenerationSpec::EXTRACTED) {
      MatchTargets(input, absl::MakeSpan(tasks));
    }
    for (v1::Task& task : tasks) {
      task.set_document_id(plan->document_id());
      task.set_index(static_cast<uint32_t>(plan->tasks_size()));
      task.set_language(code);
      task.set_id(TaskId(run_id_, document_id, task).ToBytes());
      *plan->add_tasks() = std::move(task);
    }
  }
}

absl::StatusOr<v1::DocumentPlan> TaskPlanner::Plan(const v1::Document& document) const {
  const inference::Encoding encoding =
      tokenizer_.EncodeWithOffsets(document.text(), /*fragment_start=*/false);
  return Plan(document, encoding.begins);
}

}  // namespace quipu::generator
