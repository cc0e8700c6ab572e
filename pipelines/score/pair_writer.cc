// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/pair_writer.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/pairs/generate.h"
#include "generator/words/language.h"

namespace quipu::pipelines {
namespace {

using inference::CompleteRequest;
using inference::Completion;
using inference::Prefix;
using inference::Slot;

// Chunks at once: enough to fill the engine's steps.
constexpr size_t kChunksAtOnce = 16;
constexpr int kMinQuestionTokens = 4;

// A pair in progress, with the engine's last reply.
struct Draft {
  WrittenPair pair;
  const Prefix* prefix = nullptr;
  absl::StatusOr<Completion> reply = absl::UnknownError("not asked");
};

CompleteRequest GreedyRequest(std::string user_rest, inference::ReplyTemplate reply) {
  CompleteRequest request;
  request.user_rest = std::move(user_rest);
  request.reply_template = std::move(reply);
  request.sampling.temperature = 0;
  return request;
}

CompleteRequest AskForQuestion(const v1::GenerationSpec& spec, const generator::Extract& extract) {
  const bool brief = extract.form == v1::ANSWER_FORM_SHORT;
  std::string ask = absl::StrCat(
      brief ? "This sentence is from the text above: "
            : "Write the question that this sentence answers: ",
      extract.sentence, "\n",
      brief ? absl::StrCat("Write a question about it whose answer is \"", extract.answer, "\". ")
            : "",
      "A reader who sees only the question must understand it: name its subject. "
      "Reply as <answer>...</answer> <question>...</question>.");
  return GreedyRequest(
      std::move(ask),
      {Slot::Literal(absl::StrCat("<answer>", extract.answer, "</answer>\n<question>")),
       Slot::Free("question", kMinQuestionTokens, static_cast<int>(spec.max_question_tokens()),
                  "</question>")});
}

CompleteRequest AskForAnswer(const v1::GenerationSpec& spec, const WrittenPair& pair) {
  const bool brief = pair.extract.form == v1::ANSWER_FORM_SHORT;
  return GreedyRequest(
      absl::StrCat("Answer this question from the text above ",
                   brief ? "in a few words" : "in one or two full sentences", ": ", pair.question),
      {Slot::Literal("<answer>"),
       Slot::Free(
           "answer", 1,
           static_cast<int>(brief ? spec.max_short_answer_tokens() : spec.max_long_answer_tokens()),
           "</answer>")});
}

// Makes all requests at once and waits for the replies.
template <typename MakeRequest>
void CompleteAll(inference::Engine* engine, std::vector<Draft>* drafts, const MakeRequest& make) {
  absl::BlockingCounter left(static_cast<int>(drafts->size()));
  for (Draft& draft : *drafts) {
    engine->CompleteAsync(*draft.prefix, make(draft.pair),
                          [&draft, &left](absl::StatusOr<Completion> reply) {
                            draft.reply = std::move(reply);
                            left.DecrementCount();
                          });
  }
  left.Wait();
}

// The reply's text; empty if it was cut or is too large for the engine.
absl::StatusOr<std::string> TextOf(const absl::StatusOr<Completion>& reply) {
  if (absl::IsResourceExhausted(reply.status())) return std::string();
  if (!reply.ok()) return reply.status();
  // A server that does not constrain replies may return another number of parts.
  if (reply->parts.size() != 1) return std::string();
  const inference::CompletedPart& part = reply->parts[0];
  if (part.end == inference::CompletedPart::End::kMaxTokens) return std::string();
  return std::string(absl::StripAsciiWhitespace(part.text));
}

// The chunks' prefixes; null for those too large for the engine.
absl::StatusOr<std::vector<std::unique_ptr<Prefix>>> OpenAll(inference::Engine* engine,
                                                             const v1::RunSpec& spec,
                                                             absl::Span<const std::string> chunks) {
  std::vector<absl::StatusOr<std::unique_ptr<Prefix>>> opened(chunks.size());
  absl::BlockingCounter left(static_cast<int>(chunks.size()));
  for (size_t i = 0; i < chunks.size(); ++i) {
    engine->OpenPrefixAsync(
        generator::ChunkPrefixRequest(spec, generator::DetectLanguage(chunks[i]), chunks[i]),
        [&slot = opened[i], &left](absl::StatusOr<std::unique_ptr<Prefix>> prefix) {
          slot = std::move(prefix);
          left.DecrementCount();
        });
  }
  left.Wait();
  std::vector<std::unique_ptr<Prefix>> prefixes(chunks.size());
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (absl::IsResourceExhausted(opened[i].status())) continue;
    if (!opened[i].ok()) return opened[i].status();
    prefixes[i] = *std::move(opened[i]);
  }
  return prefixes;
}

// Takes the questions, and drops the drafts without a usable one.
absl::Status TakeQuestions(std::vector<Draft>* drafts) {
  std::vector<Draft> usable;
  for (Draft& draft : *drafts) {
    ASSIGN_OR_RETURN(draft.pair.question, TextOf(draft.reply));
    if (draft.pair.question.empty() ||
        absl::StrContains(absl::AsciiStrToLower(draft.pair.question),
                          absl::AsciiStrToLower(draft.pair.extract.answer))) {
      continue;
    }
    usable.push_back(std::move(draft));
  }
  *drafts = std::move(usable);
  return absl::OkStatus();
}

absl::Status TakeAnswers(std::vector<Draft>* drafts) {
  for (Draft& draft : *drafts) {
    ASSIGN_OR_RETURN(std::string answer, TextOf(draft.reply));
    if (answer == draft.pair.extract.answer) continue;  // Nothing new.
    if (generator::SaysExtract(answer, draft.pair.extract)) {
      draft.pair.greedy_answer = std::move(answer);
    }
  }
  return absl::OkStatus();
}

absl::Status WriteSome(inference::Engine* engine, const v1::RunSpec& spec,
                       absl::Span<const std::string> chunks, size_t first,
                       std::vector<WrittenPair>* pairs) {
  ASSIGN_OR_RETURN(const std::vector<std::unique_ptr<Prefix>> prefixes,
                   OpenAll(engine, spec, chunks));
  std::vector<Draft> drafts;
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (prefixes[i] == nullptr) continue;
    Rng rng(FingerprintOf(chunks[i]), "extracts");
    for (generator::Extract& extract :
         generator::PickExtracts(chunks[i], kExtractsOfEachForm, &rng)) {
      Draft draft;
      draft.pair.chunk = first + i;
      draft.pair.extract = std::move(extract);
      draft.prefix = prefixes[i].get();
      drafts.push_back(std::move(draft));
    }
  }
  const v1::GenerationSpec& generation = spec.generation();
  CompleteAll(engine, &drafts, [&generation](const WrittenPair& pair) {
    return AskForQuestion(generation, pair.extract);
  });
  RETURN_IF_ERROR(TakeQuestions(&drafts));
  CompleteAll(engine, &drafts,
              [&generation](const WrittenPair& pair) { return AskForAnswer(generation, pair); });
  RETURN_IF_ERROR(TakeAnswers(&drafts));
  for (Draft& draft : drafts) pairs->push_back(std::move(draft.pair));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<WrittenPair>> WritePairs(
    inference::Engine* engine, const v1::RunSpec& spec, absl::Span<const std::string> chunks,
    const std::function<void(size_t)>& on_progress) {
  std::vector<WrittenPair> pairs;
  for (size_t first = 0; first < chunks.size(); first += kChunksAtOnce) {
    if (StopRequested()) return absl::CancelledError("stopped while writing questions");
    RETURN_IF_ERROR(WriteSome(engine, spec, chunks.subspan(first, kChunksAtOnce), first, &pairs));
    if (on_progress) on_progress(std::min(first + kChunksAtOnce, chunks.size()));
  }
  return pairs;
}

}  // namespace quipu::pipelines
