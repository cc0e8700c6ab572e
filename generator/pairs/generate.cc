// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/generate.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "generator/checks/extracted_answer.h"
#include "generator/checks/filters.h"
#include "generator/checks/question_kinds.h"
#include "generator/checks/reject.h"
#include "generator/checks/repair.h"
#include "generator/checks/second_answer.h"
#include "generator/judge/judge.h"
#include "generator/prompts/prompts.h"
#include "generator/prompts/reading.h"
#include "generator/prompts/response_parser.h"
#include "generator/text/first_sentences.h"
#include "generator/words/language.h"
#include "generator/words/stop_words.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

using inference::CompletedPart;

// Least tokens of a part: a prompt should not end in an empty pair.
constexpr int kMinQuestionTokens = 4;
constexpr int kMinShortAnswerTokens = 1;

constexpr char kQuestionOpen[] = "<question>";
constexpr char kQuestionClose[] = "</question>";
constexpr char kAnswerOpen[] = "<answer>";
constexpr char kAnswerClose[] = "</answer>";

// The beginning of the question: drawn from the task's id, asked for by its kind, or
// left to the model.
std::string OpeningOf(const v1::GenerationSpec& generation, const QuestionKind& kind,
                      const Fingerprint& task_id) {
  if (generation.question_openings().empty()) return std::string(kind.opening);
  Rng rng(task_id, "question-opening");
  const uint64_t drawn = rng.Below(generation.question_openings().size());
  // Tokens begin with their space; a space at the end here would be doubled.
  return std::string(
      absl::StripTrailingAsciiWhitespace(generation.question_openings(static_cast<int>(drawn))));
}

// Adds the words of an extracted answer, which its question must not give away.
void BanWordsOf(absl::string_view answer, Language language, std::vector<std::string>* banned) {
  for (const Word& word : SplitWords(answer)) {
    if (banned->size() >= size_t{kMaxBannedWords}) return;
    if (word.text.size() > kMaxBannedWordBytes) continue;
    if (word.number || !IsStopWord(word.folded, language)) banned->emplace_back(word.text);
  }
}

inference::CompleteRequest MakeRequest(const TaskSpec& spec, const v1::Task& task,
                                       const Fingerprint& task_id, absl::string_view chunk,
                                       absl::string_view opening, absl::string_view extracted,
                                       const std::vector<std::string>& banned) {
  const v1::GenerationSpec& generation = spec.generation;
  const v1::SamplingSpec& sampling = generation.sampling();
  const bool brief = task.form() == v1::ANSWER_FORM_SHORT;
  const int min_answer_tokens =
      brief ? kMinShortAnswerTokens : static_cast<int>(generation.min_long_answer_tokens());
  const int max_answer_tokens = static_cast<int>(brief ? generation.max_short_answer_tokens()
                                                       : generation.max_long_answer_tokens());
  inference::CompleteRequest request;
  const Language language = LanguageOfTaskCode(task.language());
  request.user_rest =
      extracted.empty()
          ? TaskInstruction(generation, language, task.form(), TargetOf(task, chunk), task.kind(),
                            SecondTargetOf(task, chunk))
          : ExtractedInstruction(generation, language, TargetOf(task, chunk), extracted);
  request.reply_template = {
      inference::Slot::Literal(absl::StrCat(kQuestionOpen, opening)),
      inference::Slot::Free("question", kMinQuestionTokens,
                            static_cast<int>(generation.max_question_tokens()), kQuestionClose)};
  if (extracted.empty()) {
    request.reply_template.push_back(
        inference::Slot::Literal(absl::StrCat(kQuestionClose, "\n", kAnswerOpen)));
    request.reply_template.push_back(
        inference::Slot::Free("answer", min_answer_tokens, max_answer_tokens, kAnswerClose));
  }
  for (inference::Slot& slot : request.reply_template) {
    if (slot.kind == inference::Slot::Kind::kFree) slot.banned = banned;
  }
  request.sampling.temperature = sampling.temperature();
  request.sampling.top_k = static_cast<int>(sampling.top_k());
  request.sampling.top_p = sampling.top_p();
  request.sampling.min_p = sampling.min_p();
  request.seed = task_id;
  request.phase = inference::Phase::kGenerate;
  return request;
}

// The reply to a request for a question alone, as one text with its given answer.
std::string AssembleQuestion(const inference::Completion& completion, absl::string_view opening,
                             absl::string_view extracted) {
  if (completion.parts.size() != 1) return "";
  const absl::string_view text = completion.parts[0].text;
  // An engine that does not constrain replies returns all of it.
  const size_t close = text.find(kQuestionClose);
  const bool whole = absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), kQuestionOpen);
  if (whole && close == absl::string_view::npos) return "";
  const absl::string_view question = absl::StripAsciiWhitespace(text.substr(0, close));
  return absl::StrCat(whole ? "" : absl::StrCat(kQuestionOpen, opening),
                      whole ? question : text.substr(0, close), kQuestionClose, "\n", kAnswerOpen,
                      extracted, kAnswerClose);
}

// The reply as one text. An engine that constrains replies to the reply template
// returns its two free parts; another engine returns the whole reply as one part.
std::string AssembleReply(const inference::Completion& completion, absl::string_view opening) {
  if (completion.parts.size() == 1) return completion.parts[0].text;
  if (completion.parts.size() != 2) return "";
  return absl::StrCat(kQuestionOpen, opening, completion.parts[0].text, kQuestionClose, "\n",
                      kAnswerOpen, completion.parts[1].text, kAnswerClose);
}

// The part whose tokens were used up; null if none's were. A part that ends with the model's turn
// is complete: the engine then continues with the next part of the reply template.
const CompletedPart* CutPart(const inference::Completion& completion) {
  for (const CompletedPart& part : completion.parts) {
    if (part.end == CompletedPart::End::kMaxTokens) return &part;
  }
  return nullptr;
}

// Cuts a long-form answer to its first sentences. Of one whose tokens were used up
// (`unfinished`) the finished sentences are kept; returns whether there are any.
bool ShortenAnswer(size_t most, bool unfinished, std::string* answer) {
  absl::string_view kept = *answer;
  if (unfinished) kept = FinishedSentences(kept);
  if (kept.empty()) return false;
  *answer = std::string(FirstSentences(kept, most));
  return true;
}

// Most sentences of the task's answer; 0: any number.
size_t MostSentences(const v1::GenerationSpec& generation, const v1::Task& task) {
  return task.form() == v1::ANSWER_FORM_LONG ? generation.max_answer_sentences() : 0;
}

// Of yes over no.
double MarginOf(const std::vector<inference::ContinuationScore>& verdict) {
  return verdict[0].log_prob - verdict[1].log_prob;
}

}  // namespace

TaskRun::TaskRun(const TaskSpec& spec, const inference::EngineInfo& engine,
                 absl::string_view chunk_text, Extent extent)
    : spec_(spec),
      scores_text_(engine.scores_text),
      scores_spans_(engine.scores_spans),
      chunk_text_(chunk_text),
      extent_(extent) {}

TaskRun::TaskRun(const TaskSpec& spec, const inference::EngineInfo& engine,
                 absl::string_view chunk_text, v1::Task task)
    : TaskRun(spec, engine, chunk_text, Extent::kUntilRefused) {
  *result_.mutable_task() = std::move(task);
  language_ = LanguageOfTaskCode(result_.task().language());
  const absl::StatusOr<Fingerprint> task_id = Fingerprint::FromBytes(result_.task().id());
  if (!task_id.ok()) {
    Fail(task_id.status());
    return;
  }
  const absl::string_view sentence = TargetOf(result_.task(), chunk_text_);
  kind_ = KindOf(spec_.generation, result_.task().form(), language_,
                 sentence.empty() ? chunk_text_ : sentence, *task_id);
  if (std::optional<ExtractedAnswer> answer =
          ExtractedAnswerOf(spec_.generation, result_.task(), chunk_text_)) {
    extracted_ = std::move(answer->text);
    kind_ = answer->kind;
  }
  opening_ = OpeningOf(spec_.generation, kind_, *task_id);
  std::vector<std::string> banned = BannedWordsOf(spec_.generation, language_, chunk_text_);
  BanWordsOf(extracted_, language_, &banned);
  completion_ =
      MakeRequest(spec_, result_.task(), *task_id, chunk_text_, opening_, extracted_, banned);
}

TaskRun TaskRun::ForPair(const TaskSpec& spec, const inference::EngineInfo& engine,
                         absl::string_view chunk_text, v1::Task task, std::string question,
                         std::string answer, Extent extent) {
  TaskRun run(spec, engine, chunk_text, extent);
  run.language_ = LanguageOfTaskCode(task.language());
  *run.result_.mutable_task() = std::move(task);
  run.result_.set_question(std::move(question));
  run.result_.set_answer(std::move(answer));
  run.JudgePair();
  return run;
}

void TaskRun::OnCompletion(const absl::StatusOr<inference::Completion>& completion) {
  QUIPU_CHECK(completes()) << "a task takes a reply that it did not ask for";
  if (!completion.ok()) return Fail(completion.status());
  if (next_ == Next::kSecondAnswer) return OnSecondAnswer(*completion);
  std::optional<v1::Reject> reject = TakePair(*completion);
  if (!reject.has_value()) return JudgePair();
  *result_.mutable_reject() = *std::move(reject);
  next_ = Next::kEnd;
}

std::optional<v1::Reject> TaskRun::TakePair(const inference::Completion& completion) {
  uint32_t sampled = 0;
  for (const CompletedPart& part : completion.parts) sampled += part.num_tokens;
  result_.set_sampled_tokens(sampled);

  const CompletedPart* cut = CutPart(completion);
  absl::StatusOr<QuestionAnswer> pair =
      ParseResponse(extracted_.empty() ? AssembleReply(completion, opening_)
                                       : AssembleQuestion(completion, opening_, extracted_));
  if (pair.ok()) {
    if (spec_.filters.refuse_text_mentions()) result_.set_repaired(RepairPair(&*pair));
    const size_t most = MostSentences(spec_.generation, result_.task());
    const bool answer_cut = cut != nullptr && cut == &completion.parts.back();
    if (most > 0 && (cut == nullptr || answer_cut) &&
        ShortenAnswer(most, answer_cut, &pair->answer)) {
      cut = nullptr;
    }
    result_.set_question(std::move(pair->question));
    result_.set_answer(std::move(pair->answer));
    result_.set_extracted(!extracted_.empty());
  }
  if (cut != nullptr) {
    return MakeReject(v1::REJECT_REASON_TOO_LONG,
                      absl::StrCat(cut->name, " cut at ", cut->num_tokens, " tokens"));
  }
  if (!pair.ok()) {
    return MakeReject(v1::REJECT_REASON_MALFORMED, std::string(pair.status().message()));
  }
  result_.set_question_kind(std::string(kind_.name));
  return std::nullopt;
}

void TaskRun::JudgePair() {
  const PairView pair{result_.question(), result_.answer(), chunk_text_, result_.task().form(),
                      language_};
  v1::Scores* const scores = result_.mutable_scores();
  std::optional<v1::Reject> reject =
      FilterPair(pair, InstructionOfResult(spec_.generation, result_), spec_.filters, scores);
  if (extent_ == Extent::kAll) MeasurePair(pair, scores);
  // No engine scores an empty text.
  if (Refuses(std::move(reject)) || !spec_.verification.enabled() || pair.answer.empty()) {
    next_ = Next::kEnd;
  } else {
    AskReading();
  }
}

bool TaskRun::Refuses(std::optional<v1::Reject> reject) {
  if (reject.has_value() && !result_.has_reject()) *result_.mutable_reject() = *std::move(reject);
  return result_.has_reject() && extent_ == Extent::kUntilRefused;
}

// The verdict and the likelihood of the answer in the verdict's prompt.
void TaskRun::AskReading() {
  score_ = ReadingRequest(spec_.generation, spec_.verification, language_, result_.question(),
                          result_.answer(), scores_spans_);
  next_ = Next::kRead;
}

void TaskRun::AskEcho() {
  score_ = EchoRequest(spec_.generation, spec_.verification, language_, result_.question(),
                       result_.answer());
  next_ = Next::kEcho;
}

// The same request as with the chunk: only the prefix differs.
void TaskRun::AskClosedBook() {
  score_.phase = inference::Phase::kClosedBook;
  next_ = Next::kClosedBook;
}

void TaskRun::AskAgain() {
  completion_ = SecondAnswerRequest(
      SecondPrompt(spec_.generation, spec_.verification, language_, result_.question()),
      result_.task().form());
  next_ = Next::kSecondAnswer;
}

void TaskRun::OnScore(const absl::StatusOr<inference::ScoreResult>& scored) {
  QUIPU_CHECK(next_ != Next::kEnd && !completes())
      << "a task takes a score that it did not ask for";
  const absl::Status checked = CheckScored(score_, scored);
  if (!checked.ok()) return Fail(checked);
  if (next_ == Next::kRead) {
    OnReading(*scored);
  } else if (next_ == Next::kEcho) {
    OnAnswer(AnswerOf(score_, *scored));
  } else {
    OnClosedBook(AnswerOf(score_, *scored), scored->continuations);
  }
}

void TaskRun::OnReading(const inference::ScoreResult& scored) {
  v1::Scores& scores = *result_.mutable_scores();
  scores.set_verdict_margin(MarginOf(scored.continuations));
  scores.set_scored(true);
  if (scores_spans_) StoreAnswer(scored.span, &scores);
  if (Refuses(RejectByVerdict(scores, spec_.verification))) {
    next_ = Next::kEnd;
  } else if (scores_spans_) {
    OnAnswer(scored.span);
  } else if (scores_text_) {
    AskEcho();
  } else {
    scores.set_verdict_only(true);
    AskAgainOrEnd();
  }
}

// If no gain could make the pair probable enough, the gain is not measured.
void TaskRun::OnAnswer(const inference::ContinuationScore& answer) {
  v1::Scores& scores = *result_.mutable_scores();
  StoreAnswer(answer, &scores);
  if (Refuses(RejectByLikelihood(scores, result_.task().form(), spec_.verification))) {
    next_ = Next::kEnd;
    return;
  }
  const v1::JudgeWeights weights =
      WeightsOf(spec_.verification, result_.task().form(), result_.extracted());
  v1::Scores best = scores;
  best.set_probability(MostProbable(weights, scores));
  std::optional<v1::Reject> reject = RejectByProbability(best, weights);
  if (reject.has_value()) scores.set_probability(best.probability());
  if (Refuses(std::move(reject))) {
    next_ = Next::kEnd;
  } else {
    AskClosedBook();
  }
}

void TaskRun::OnClosedBook(const inference::ContinuationScore& answer,
                           const std::vector<inference::ContinuationScore>& verdict) {
  v1::Scores& scores = *result_.mutable_scores();
  scores.set_closed_book(true);
  scores.set_closed_book_log_prob(LogProbPerToken(answer));
  scores.set_gain(scores.answer_log_prob() - scores.closed_book_log_prob());
  if (scores_spans_) scores.set_closed_book_margin(MarginOf(verdict));
  const v1::JudgeWeights weights =
      WeightsOf(spec_.verification, result_.task().form(), result_.extracted());
  scores.set_probability(Probability(weights, scores));
  if (Refuses(RejectByGain(scores, spec_.verification)) ||
      Refuses(RejectByProbability(scores, weights))) {
    next_ = Next::kEnd;
  } else {
    AskAgainOrEnd();
  }
}

void TaskRun::AskAgainOrEnd() {
  if (AsksAgain(spec_.verification, result_.task().form())) {
    AskAgain();
  } else {
    next_ = Next::kEnd;
  }
}

void TaskRun::OnSecondAnswer(const inference::Completion& completion) {
  v1::Scores& scores = *result_.mutable_scores();
  scores.set_second_asked(true);
  const std::string second = SecondAnswerOf(completion);
  const bool more = result_.extracted() &&
                    AddsNumberOrName(second, result_.answer(), result_.question(), language_);
  scores.set_second_overlap(more ? 0 : AnswerOverlap(result_.answer(), second, language_));
  Refuses(RejectBySecondAnswer(scores, spec_.verification));
  next_ = Next::kEnd;
}

void TaskRun::Fail(const absl::Status& status) {
  next_ = Next::kEnd;
  if (absl::IsResourceExhausted(status)) {
    Refuses(MakeReject(v1::REJECT_REASON_ENGINE_LIMIT, std::string(status.message())));
  } else {
    status_ = status;
  }
}

absl::StatusOr<v1::Result> TaskRun::TakeResult() {
  QUIPU_CHECK(next_ == Next::kEnd) << "the result of a task that has not ended";
  if (!status_.ok()) return status_;
  return std::move(result_);
}

inference::PrefixRequest ChunkPrefixRequest(const TaskSpec& spec, Language language,
                                            absl::string_view chunk_text) {
  return {spec.generation.system(), ExcerptOf(spec.generation, language, chunk_text),
          inference::Phase::kPrefix};
}

absl::StatusOr<std::shared_ptr<inference::Prefix>> OpenWithoutChunk(inference::Engine& engine,
                                                                    const TaskSpec& spec,
                                                                    Language language) {
  ASSIGN_OR_RETURN(std::unique_ptr<inference::Prefix> prefix,
                   engine.OpenPrefix(ChunkPrefixRequest(spec, language, "")));
  return std::shared_ptr<inference::Prefix>(std::move(prefix));
}

absl::StatusOr<std::unique_ptr<ChunkPrefixes>> OpenChunk(
    inference::Engine& engine, const TaskSpec& spec, absl::string_view chunk_text,
    std::shared_ptr<inference::Prefix> without_chunk, Language language) {
  auto prefixes = std::make_unique<ChunkPrefixes>();
  ASSIGN_OR_RETURN(prefixes->with_chunk,
                   engine.OpenPrefix(ChunkPrefixRequest(spec, language, chunk_text)));
  prefixes->without_chunk = std::move(without_chunk);
  return prefixes;
}

v1::Result EngineLimitResult(const v1::Task& task, const absl::Status& status) {
  v1::Result result;
  *result.mutable_task() = task;
  *result.mutable_reject() =
      MakeReject(v1::REJECT_REASON_ENGINE_LIMIT, std::string(status.message()));
  return result;
}

absl::StatusOr<v1::Result> RunTask(inference::Engine& engine, const ChunkPrefixes& prefixes,
                                   const TaskSpec& spec, absl::string_view chunk_text,
                                   const v1::Task& task) {
  TaskRun run(spec, engine.info(), chunk_text, task);
  while (run.next() != TaskRun::Next::kEnd) {
    const inference::Prefix& prefix = prefixes.For(run.next());
    if (run.completes()) {
      run.OnCompletion(engine.Complete(prefix, run.completion()));
    } else {
      run.OnScore(engine.Score(prefix, run.score()));
    }
  }
  return run.TakeResult();
}

}  // namespace quipu::generator
