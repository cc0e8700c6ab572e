// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/decontaminator.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/strings.h"
#include "generator/text/normalize.h"

namespace quipu::generator {
namespace {

// As documents are, so that both have the same code points. Text that cannot be
// normalised is compared as it is.
std::string Normal(absl::string_view text) {
  absl::StatusOr<std::string> normal = NormalizeDocument(text);
  return normal.ok() ? *std::move(normal) : std::string(text);
}

// DocumentPlan.contaminated_by.
constexpr size_t kMaxFoundBytes = 300;

}  // namespace

v1::DocumentPlan PlanOfContaminated(absl::string_view document_id, absl::string_view found) {
  v1::DocumentPlan plan;
  plan.set_document_id(std::string(document_id));
  plan.set_no_chunk(v1::NO_CHUNK_REASON_CONTAMINATED);
  plan.set_contaminated_by(Snippet(found, kMaxFoundBytes - 3));  // It adds "..." to a cut text.
  return plan;
}

Decontaminator::Decontaminator(const v1::DecontaminationSpec& spec)
    : least_context_(spec.max_context_overlap()),
      least_pair_(spec.max_pair_overlap()),
      items_(spec.max_pair_overlap()) {}

void Decontaminator::Add(const BenchmarkRecord& record) {
  const auto name = static_cast<uint32_t>(names_.size());
  names_.push_back(record.name);
  for (const std::string& context : record.contexts) {
    const std::optional<uint32_t> number = contexts_.Add(Normal(context));
    if (!number.has_value()) {
      ++short_contexts_;
    } else if (*number == name_of_context_.size()) {
      name_of_context_.push_back(name);
    }
  }
  for (const BenchmarkRecord::Question& question : record.questions) {
    std::vector<std::string> answers;
    for (const std::string& answer : question.answers) answers.push_back(Normal(answer));
    if (items_.Add(Normal(question.question), answers).has_value()) name_of_item_.push_back(name);
  }
}

void Decontaminator::Finish() {
  contexts_.Finish();
  items_.Finish();
}

std::optional<std::string> Decontaminator::FindDocument(absl::string_view text) const {
  const std::optional<ContextMatch> match = contexts_.Find(text, least_context_);
  if (!match.has_value()) return std::nullopt;
  return absl::StrFormat(
      "%s: %.2f of its context is in the document, %.2f of the document in it, "
      "limit %.2f",
      names_[name_of_context_[match->context]], match->of_context, match->of_document,
      least_context_);
}

std::optional<std::string> Decontaminator::FindPair(absl::string_view question,
                                                    absl::string_view answer) const {
  const std::optional<ItemMatch> match = items_.Find(Normal(question), Normal(answer));
  if (!match.has_value()) return std::nullopt;
  return absl::StrFormat("%s: %.2f of its question, %.2f of its answer, limit %.2f",
                         names_[name_of_item_[match->item]], match->of_question, match->of_answer,
                         least_pair_);
}

std::optional<std::string> Decontaminator::FindRow(const v1::ShortRow& row) const {
  std::string question;
  std::string answer;
  for (const v1::ChatMessage& message : row.messages()) {
    absl::StrAppend(message.role() == "assistant" ? &answer : &question, message.content(), "\n");
  }
  return FindPair(question, answer);
}

std::string Decontaminator::Summary() const {
  std::string not_compared;
  if (short_contexts_ > 0) {
    not_compared = absl::StrCat(" (", short_contexts_, " under 50 words not compared)");
  }
  return absl::StrFormat("%d contexts%s, %d questions, %.1f MB", contexts_.contexts(), not_compared,
                         items_.items(),
                         1e-6 * static_cast<double>(contexts_.bytes() + items_.bytes()));
}

}  // namespace quipu::generator
