// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/summary_run.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "generator/checks/reject.h"
#include "generator/chunks/task_chunks.h"
#include "generator/judge/judge.h"
#include "generator/pairs/summary_text.h"
#include "generator/prompts/prompts.h"
#include "generator/prompts/reading.h"
#include "generator/words/language.h"

namespace quipu::generator {
namespace {

constexpr char kOpen[] = "<summary>";
constexpr char kClose[] = "</summary>";
constexpr int kMinTokens = 8;

// The summary in a reply. An engine that does not constrain replies returns all of it.
absl::string_view SummaryIn(const inference::Completion& completion) {
  if (completion.parts.size() != 1) return "";
  absl::string_view text = completion.parts[0].text;
  const size_t open = text.find(kOpen);
  if (open != absl::string_view::npos) text.remove_prefix(open + sizeof(kOpen) - 1);
  return absl::StripAsciiWhitespace(text.substr(0, text.find(kClose)));
}

}  // namespace

SummaryRun::SummaryRun(const TaskSpec& spec, const inference::EngineInfo& engine,
                       absl::string_view text, const Fingerprint& task_id,
                       std::vector<absl::string_view> parts, v1::Task task)
    : spec_(spec),
      scores_text_(engine.scores_text),
      scores_spans_(engine.scores_spans),
      source_(text),
      task_id_(task_id),
      parts_(std::move(parts)),
      language_(LanguageOfTaskCode(task.language())) {
  *result_.mutable_task() = std::move(task);
}

absl::StatusOr<std::unique_ptr<SummaryRun>> SummaryRun::Create(const TaskSpec& spec,
                                                               const inference::EngineInfo& engine,
                                                               absl::string_view text,
                                                               v1::Task task) {
  ASSIGN_OR_RETURN(const Fingerprint task_id, Fingerprint::FromBytes(task.id()));
  ASSIGN_OR_RETURN(std::vector<absl::string_view> parts, SplitChunks(task, text));
  std::unique_ptr<SummaryRun> run(
      new SummaryRun(spec, engine, text, task_id, std::move(parts), std::move(task)));
  if (run->parts_.size() == 1) {
    // Nothing to join: the summary is written from the text itself.
    run->written_from_ = std::string(text);
    run->AskWhole();
  } else {
    run->AskPart();
  }
  return run;
}

absl::string_view SummaryRun::passage() const {
  if (next_ == Next::kClosedBook) return "";
  return next_ == Next::kPart ? parts_[part_] : absl::string_view(written_from_);
}

void SummaryRun::AskPart() {
  Ask(Next::kPart, PartInstruction(spec_.generation, language_), kMaxPartSummaryTokens);
}

void SummaryRun::AskWhole() {
  Ask(Next::kWhole,
      InstructionOf(spec_.generation, language_, v1::ANSWER_FORM_LONG, v1::TASK_KIND_SUMMARY),
      kMaxSummaryTokens);
}

// Greedy: of one summary the likeliest is wanted, not another one each time.
void SummaryRun::Ask(Next next, std::string instruction, uint32_t max_tokens) {
  next_ = next;
  completion_ = inference::CompleteRequest();
  completion_.user_rest = std::move(instruction);
  completion_.reply_template = {
      inference::Slot::Literal(kOpen),
      inference::Slot::Free("summary", kMinTokens, static_cast<int>(max_tokens), kClose)};
  completion_.reply_template[1].banned = BannedWordsOf(spec_.generation, language_, source_);
  completion_.sampling.temperature = 0;
  completion_.seed =
      FingerprintBuilder("summary-step").Add(task_id_).Add(uint64_t{notes_.size()}).Build();
  completion_.phase = inference::Phase::kGenerate;
}

void SummaryRun::OnCompletion(const absl::StatusOr<inference::Completion>& completion) {
  QUIPU_CHECK(completes()) << "a task takes a completion that it did not ask for";
  if (!completion.ok()) return Fail(completion.status());
  uint32_t sampled = result_.sampled_tokens();
  for (const inference::CompletedPart& part : completion->parts) sampled += part.num_tokens;
  result_.set_sampled_tokens(sampled);
  if (next_ == Next::kPart) {
    OnPart(SummaryIn(*completion));
  } else {
    OnWhole(SummaryIn(*completion));
  }
}

// A note must be supported by its own part: a wrong one would be repeated in the summary.
void SummaryRun::OnPart(absl::string_view reply) {
  std::string note = SupportedSentences(reply, parts_[part_], language_, spec_.filters);
  if (!note.empty()) notes_.push_back(std::move(note));
  if (++part_ < parts_.size()) return AskPart();
  const size_t least = (parts_.size() + 1) / 2;
  if (notes_.size() < least) {
    Refuses(MakeReject(v1::REJECT_REASON_MALFORMED,
                       absl::StrCat(notes_.size(), " of ", parts_.size(),
                                    " parts have a summary that they support, least ", least)));
    return;
  }
  written_from_ = absl::StrJoin(notes_, "\n\n");
  AskWhole();
}

void SummaryRun::OnWhole(absl::string_view reply) {
  result_.set_question(SummaryRequest(language_, task_id_));
  RepairedSummary repaired = RepairSummary(reply, source_, language_, spec_.filters);
  result_.set_answer(std::move(repaired.text));
  result_.set_repaired(repaired.shortened);
  v1::Scores* const scores = result_.mutable_scores();
  const PairView summary{result_.question(), result_.answer(), source_, v1::ANSWER_FORM_LONG,
                         language_};
  if (Refuses(FilterSummary(summary, completion_.user_rest, spec_.filters, scores))) return;
  if (!spec_.verification.enabled()) {
    next_ = Next::kEnd;
    return;
  }
  score_ = ReadingRequest(spec_.generation, spec_.verification, language_, result_.question(),
                          result_.answer(), scores_spans_);
  next_ = Next::kRead;
}

void SummaryRun::OnScore(const absl::StatusOr<inference::ScoreResult>& scored) {
  QUIPU_CHECK(!ended() && !completes()) << "a task takes a score that it did not ask for";
  const absl::Status checked = CheckScored(score_, scored);
  if (!checked.ok()) return Fail(checked);
  if (next_ == Next::kRead) {
    OnReading(*scored);
  } else if (next_ == Next::kEcho) {
    OnAnswer(AnswerOf(score_, *scored));
  } else {
    OnClosedBook(AnswerOf(score_, *scored));
  }
}

void SummaryRun::OnReading(const inference::ScoreResult& scored) {
  v1::Scores& scores = *result_.mutable_scores();
  scores.set_verdict_margin(scored.continuations[0].log_prob - scored.continuations[1].log_prob);
  scores.set_scored(true);
  if (scores_spans_) StoreAnswer(scored.span, &scores);
  if (Refuses(RejectByVerdict(scores, spec_.verification))) return;
  if (scores_spans_) return OnAnswer(scored.span);
  if (!scores_text_) {
    scores.set_verdict_only(true);
    next_ = Next::kEnd;
    return;
  }
  score_ = EchoRequest(spec_.generation, spec_.verification, language_, result_.question(),
                       result_.answer());
  next_ = Next::kEcho;
}

void SummaryRun::OnAnswer(const inference::ContinuationScore& answer) {
  v1::Scores& scores = *result_.mutable_scores();
  StoreAnswer(answer, &scores);
  if (Refuses(RejectByLikelihood(scores, v1::ANSWER_FORM_LONG, spec_.verification))) return;
  score_.phase = inference::Phase::kClosedBook;
  next_ = Next::kClosedBook;
}

void SummaryRun::OnClosedBook(const inference::ContinuationScore& answer) {
  v1::Scores& scores = *result_.mutable_scores();
  scores.set_closed_book(true);
  scores.set_closed_book_log_prob(LogProbPerToken(answer));
  scores.set_gain(scores.answer_log_prob() - scores.closed_book_log_prob());
  Refuses(RejectByGain(scores, spec_.verification));
  next_ = Next::kEnd;
}

bool SummaryRun::Refuses(std::optional<v1::Reject> reject) {
  if (!reject.has_value()) return false;
  *result_.mutable_reject() = *std::move(reject);
  next_ = Next::kEnd;
  return true;
}

void SummaryRun::Fail(const absl::Status& status) {
  next_ = Next::kEnd;
  if (absl::IsResourceExhausted(status)) {
    Refuses(MakeReject(v1::REJECT_REASON_ENGINE_LIMIT, std::string(status.message())));
  } else {
    status_ = status;
  }
}

absl::StatusOr<v1::Result> SummaryRun::TakeResult() {
  QUIPU_CHECK(ended()) << "the result of a task that has not ended";
  if (!status_.ok()) return status_;
  return std::move(result_);
}

}  // namespace quipu::generator
