// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/calibrate.h"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "generator/judge/corruptions.h"
#include "generator/judge/judge_fit.h"
#include "pipelines/score/corpus_sample.h"
#include "pipelines/score/labels.h"
#include "pipelines/score/pair_scorer.h"
#include "pipelines/score/pair_writer.h"
#include "pipelines/score/rated_pairs.h"
#include "pipelines/score/score.h"
#include "pipelines/score/step_progress.h"

namespace quipu::pipelines {
namespace {

using generator::FormFit;
using generator::JudgedPair;

// Where wrong answers are made from right ones, which are copied from the chunk and about as long,
// these figures would say how the pairs were made, and not whether they are right.
const absl::string_view kMadeSignals[] = {"copied_share", "log_answer_tokens", "question_named",
                                          "log_question_words"};

// Wrong answers are taken from pairs this near in order: several chunks before and after.
constexpr size_t kNeighbours = 32;

// The right and wrong pairs made of the written ones, in order.
class PairMaker {
 public:
  PairMaker(absl::Span<const std::string> chunks, absl::Span<const WrittenPair> written)
      : chunks_(chunks), written_(written) {}

  // The next pair; nothing at the end.
  std::optional<PairEntry> Next() {
    while (ready_.empty()) {
      if (next_ == written_.size()) return std::nullopt;
      Make(next_++);
    }
    PairEntry entry = std::move(ready_.front());
    ready_.pop_front();
    questions_.push_back(next_);
    entry.line = questions_.size();
    return entry;
  }

  // How many questions the pairs up to this one, counted from 1, are about.
  size_t QuestionsUpTo(uint64_t pair) const { return questions_[pair - 1]; }

 private:
  void Add(const WrittenPair& written, std::string answer, absl::string_view label) {
    PairEntry entry;
    entry.pair.chunk = chunks_[written.chunk];
    entry.pair.question = written.question;
    entry.pair.answer = std::move(answer);
    entry.pair.form = written.extract.form;
    entry.pair.label = std::string(label);
    ready_.push_back(std::move(entry));
  }

  void Make(size_t index) {
    const WrittenPair& written = written_[index];
    std::vector<std::string> same_chunk;
    std::vector<std::string> other_chunks;
    const size_t first = index - std::min(index, kNeighbours);
    for (const WrittenPair& other : written_.subspan(first, 2 * kNeighbours + 1)) {
      if (other.extract.form != written.extract.form || &other == &written) continue;
      (other.chunk == written.chunk ? same_chunk : other_chunks).push_back(other.extract.answer);
    }
    Rng rng(FingerprintBuilder("corrupt").Add(written.question).Add(index).Build(), "corruptions");
    std::vector<std::string> right = {written.extract.answer};
    if (!written.greedy_answer.empty()) right.push_back(written.greedy_answer);
    for (const std::string& answer : right) {
      Add(written, answer, &answer == &right[0] ? "gold" : "greedy");
      for (generator::WrongAnswer& wrong : generator::CorruptAnswer(
               {answer, chunks_[written.chunk]}, same_chunk, other_chunks, &rng)) {
        Add(written, std::move(wrong.text), generator::CorruptionName(wrong.kind));
      }
    }
  }

  const absl::Span<const std::string> chunks_;
  const absl::Span<const WrittenPair> written_;
  size_t next_ = 0;
  std::vector<size_t> questions_;  // By pair.
  std::deque<PairEntry> ready_;
};

// Whether a pair gets as far as the judge in a build. Pairs that are made here may be copied: their
// right answers are extracts of the chunk.
bool ReachesJudge(const v1::Result& result, bool made) {
  if (!result.scores().scored() || result.scores().verdict_only()) return false;
  if (!result.has_reject()) return true;
  switch (result.reject().reason()) {
    case v1::REJECT_REASON_VERDICT:
    case v1::REJECT_REASON_LIKELIHOOD:
    case v1::REJECT_REASON_GAIN:
    case v1::REJECT_REASON_PROBABILITY:
    case v1::REJECT_REASON_DISAGREES:
      return true;
    case v1::REJECT_REASON_COPIED:
      return made;
    default:
      return false;
  }
}

bool IsCorruption(absl::string_view label) {
  for (const generator::Corruption kind : generator::kCorruptions) {
    if (label == generator::CorruptionName(kind)) return true;
  }
  return false;
}

// The scored pairs, and counts for the comments.
struct Evidence {
  std::vector<JudgedPair> pairs;
  LabelTable labels;
  bool made = false;                       // Whether a wrong pair was made from a right one.
  std::map<std::string, size_t> filtered;  // By reason.
  size_t shared = 0;                       // Pairs that several raters labelled,
  size_t undecided = 0;                    // and those of them that are left out.

  absl::Status Add(const ScoredPair& scored, bool made_here) {
    RETURN_IF_ERROR(scored.entry.status);
    const GivenPair& pair = scored.entry.pair;
    if (pair.label.empty()) return absl::OkStatus();
    made = made || IsCorruption(pair.label);
    ASSIGN_OR_RETURN(const LabelKind kind, KindOfLabel(pair.label));
    if (!ReachesJudge(scored.result, made_here)) {
      ++filtered[v1::RejectReason_Name(scored.result.reject().reason())];
      return absl::OkStatus();
    }
    labels.Add(pair.label, scored.result);
    pairs.push_back(
        {pair.form, kind != LabelKind::kWrong, FingerprintOf(pair.chunk), scored.result.scores()});
    return absl::OkStatus();
  }
};

absl::Status AddMadePairs(const v1::RunSpec& spec, inference::Engine* engine,
                          const CalibrateOptions& options, PairScorer* scorer, Evidence* evidence) {
  const size_t chunk_count =
      (options.pairs + 2 * kExtractsOfEachForm - 1) / (2 * kExtractsOfEachForm);
  ASSIGN_OR_RETURN(const std::vector<std::string> chunks,
                   SampleChunks(spec, *engine->tokenizer(), chunk_count));
  StepProgress writing(options.clock, "calibrating: writing questions about chunks", chunks.size());
  ASSIGN_OR_RETURN(
      const std::vector<WrittenPair> written,
      WritePairs(engine, spec, chunks, [&writing](size_t done) { writing.Done(done); }));
  StepProgress scoring(options.clock, "calibrating: scoring right and wrong answers to questions",
                       written.size());
  PairMaker maker(chunks, written);
  return scorer->Score(
      [&maker]() -> absl::StatusOr<std::optional<PairEntry>> { return maker.Next(); },
      [&](const ScoredPair& scored) {
        scoring.Done(maker.QuestionsUpTo(scored.entry.line));
        return evidence->Add(scored, /*made_here=*/true);
      });
}

absl::Status AddLabelledPairs(const v1::RunSpec& spec, const inference::Engine& engine,
                              const std::string& path, PairScorer* scorer, Evidence* evidence) {
  const std::shared_ptr<const inference::Tokenizer> tokenizer = engine.tokenizer();
  ASSIGN_OR_RETURN(const std::unique_ptr<PairReader> reader,
                   PairReader::Open(path, spec, *tokenizer));
  RatedPairs rated([&reader] { return reader->Next(); });
  RETURN_IF_ERROR(scorer->Score(
      [&rated] { return rated.Next(); },
      [evidence](const ScoredPair& scored) { return evidence->Add(scored, /*made_here=*/false); }));
  evidence->shared = rated.shared();
  evidence->undecided = rated.undecided();
  return absl::OkStatus();
}

std::string AsComment(absl::string_view text) {
  std::string comment;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    absl::StrAppend(&comment, "# ", line, "\n");
  }
  return comment;
}

std::string Header(const inference::EngineInfo& info, const Evidence& evidence) {
  std::string text = absl::StrCat("quipu calibrate: ", info.model_name,
                                  info.math.empty() ? "" : ", ", info.math, "\n");
  if (!info.model_sha256.empty()) absl::StrAppend(&text, "model SHA-256 ", info.model_sha256, "\n");
  absl::StrAppend(&text, evidence.pairs.size(), " labelled pairs\n");
  if (evidence.shared > 0) {
    absl::StrAppend(&text, evidence.shared, " pairs are labelled by several raters; ",
                    evidence.undecided, " of them left out: as many say right as wrong\n");
  }
  for (const auto& [reason, count] : evidence.filtered) {
    absl::StrAppend(&text, count, " more never reach the judge: ", reason, "\n");
  }
  absl::StrAppend(&text, evidence.labels.ToText());
  return text;
}

// Fits the form, or says why it keeps the built-in weights.
void Fit(const Evidence& evidence, v1::AnswerForm form, double target_precision,
         Calibration* calibration) {
  generator::FitOptions options;
  options.target_precision = target_precision;
  if (evidence.made) options.left_out.assign(std::begin(kMadeSignals), std::end(kMadeSignals));
  const bool brief = form == v1::ANSWER_FORM_SHORT;
  const absl::string_view name = brief ? "short" : "long";
  const absl::StatusOr<FormFit> fit = generator::FitForm(evidence.pairs, form, options);
  if (!fit.ok()) {
    const std::string kept =
        absl::StrCat(name, " form: ", fit.status().message(), "; the built-in weights apply");
    absl::StrAppend(&calibration->report, kept, "\n");
    calibration->warnings.push_back(kept);
    return;
  }
  absl::StrAppend(&calibration->report, generator::FitText(name, *fit));
  for (std::string& warning : generator::FitWarnings(name, *fit)) {
    calibration->warnings.push_back(std::move(warning));
  }
  v1::Judge& judge = calibration->judge;
  *(brief ? judge.mutable_short_form() : judge.mutable_long_form()) = fit->weights;
}

}  // namespace

absl::StatusOr<Calibration> Calibrate(const v1::RunSpec& spec, inference::Engine* engine,
                                      const CalibrateOptions& options) {
  if (!engine->info().scores_text) {
    return absl::FailedPreconditionError(
        "this engine cannot score given texts: only the verdict decides, and there is nothing to "
        "calibrate");
  }
  Evidence evidence;
  {
    // The weights are fitted to all pairs that a judge may see, whatever the target.
    v1::RunSpec any_target = spec;
    any_target.mutable_verification()->set_target_precision(0);
    ASSIGN_OR_RETURN(const std::unique_ptr<PairScorer> scorer,
                     PairScorer::Create(engine, any_target));
    if (options.pairs > 0) {
      RETURN_IF_ERROR(AddMadePairs(spec, engine, options, scorer.get(), &evidence));
    }
    if (!options.labels.empty()) {
      RETURN_IF_ERROR(AddLabelledPairs(spec, *engine, options.labels, scorer.get(), &evidence));
    }
  }
  Calibration calibration;
  calibration.report = Header(engine->info(), evidence);
  for (const v1::AnswerForm form : {v1::ANSWER_FORM_LONG, v1::ANSWER_FORM_SHORT}) {
    Fit(evidence, form, spec.verification().target_precision(), &calibration);
  }
  return calibration;
}

absl::StatusOr<std::string> FragmentOf(const Calibration& calibration) {
  if (!calibration.judge.has_long_form() && !calibration.judge.has_short_form()) {
    return absl::FailedPreconditionError(
        absl::StrCat("nothing to fit\n", absl::StripTrailingAsciiWhitespace(calibration.report)));
  }
  v1::RunSpec fragment;
  *fragment.mutable_verification()->mutable_judge() = calibration.judge;
  std::string text;
  google::protobuf::TextFormat::PrintToString(fragment, &text);
  return absl::StrCat(AsComment(calibration.report), text);
}

}  // namespace quipu::pipelines
