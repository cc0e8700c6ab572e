// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The engine as its users see it: open a prefix, continue it, score text after
// it. Many calls are made at once, and the engine builds the batches. All
// continuations of a prefix share its computation.
//
//   ASSIGN_OR_RETURN(auto prefix, engine->OpenPrefix({system, chunk}));
//   CompleteRequest request;
//   request.user_rest = "\n\nWrite a question about this text and its answer.";
//   request.reply_template = {Slot::Literal("<question>"),
//                             Slot::Free("question", 4, 64, "</question>"),
//                             Slot::Literal("</question>\n<answer>"),
//                             Slot::Free("answer", 1, 200, "</answer>")};
//   request.seed = task_id;
//   ASSIGN_OR_RETURN(Completion c, engine->Complete(*prefix, request));  // Blocks, or:
//   engine->CompleteAsync(*prefix, request, [](absl::StatusOr<Completion> c) { ... });
//
// A result depends on the model, the prefix, the request and its seed alone:
// not on what else runs, how many threads, the CPU's vectors, or interruptions.
// (Of a remote engine's results its server's word is all there is.)
#ifndef QUIPU_INFERENCE_ENGINE_H_
#define QUIPU_INFERENCE_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/fingerprint.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// One part of a ReplyTemplate.
struct Slot {
  enum class Kind { kLiteral, kFree };
  Kind kind = Kind::kLiteral;
  // kLiteral: this text is forced. kFree: the text that ends the part (sampled,
  // not part of its value); must be how the next literal begins, where there is
  // one.
  std::string text;
  // kFree only. A part shorter than `min_tokens` cannot end, nor begin with its
  // own end; at `max_tokens` it is cut and the next literal forced.
  std::string name;
  int min_tokens = 0;
  int max_tokens = 0;

  static Slot Literal(std::string text);
  static Slot Free(std::string name, int min_tokens, int max_tokens, std::string end);
};

// What the assistant's reply is held to: literal and free parts in turn
// (guided decoding).
using ReplyTemplate = std::vector<Slot>;

struct SamplingOptions {
  // 0 is greedy: the likeliest token, lowest id on ties.
  double temperature = 0.7;
  int top_k = 40;       // 0: off.
  double top_p = 0.95;  // 1: off. Smallest set with at least this probability.
  double min_p = 0.0;   // 0: off. Least probability relative to the likeliest.
};

// A prompt's beginning that many requests share.
struct PrefixRequest {
  std::string system;      // Empty: the template's default.
  std::string user_begin;  // How the user's message begins.
};

// Opaque: computed, shared pages. Destroying it gives them back once the last
// request on it has ended. Must not outlive its engine.
class Prefix {
 public:
  virtual ~Prefix() = default;
  // Tokens of the prefix, template included.
  virtual int num_tokens() const = 0;
};

struct CompleteRequest {
  std::string user_rest;         // How the user's message goes on and ends.
  ReplyTemplate reply_template;  // At least one part, the last one free.
  SamplingOptions sampling;
  Fingerprint seed;
};

struct CompletedPart {
  enum class End {
    kText,       // The part's own end was sampled.
    kEndOfTurn,  // The model ended its turn.
    kMaxTokens,  // Cut by max_tokens.
  };
  std::string name;
  std::string text;  // Valid UTF-8, as sampled (not trimmed).
  int num_tokens = 0;
  End end = End::kText;
  // Sum of natural-log probabilities (temperature 1, before any filter) of the
  // sampled tokens, its end included. NaN where the engine does not know it.
  double log_prob = 0;
};

struct Completion {
  std::vector<CompletedPart> parts;  // One for each free part, in order.
};

struct ScoreRequest {
  std::string user_rest;
  std::string assistant_begin;  // Given beginning of the reply; may be empty.
  // Texts to be scored, each right after the same beginning; at least one, none
  // empty.
  std::vector<std::string> continuations;
  // Whether only differences between the continuations of this request mean
  // something to the caller. Where each of them is one token long, an engine
  // may then leave the normaliser, the same for all, out of log_prob (which
  // spares the rest of the vocabulary); it need not.
  bool relative_only = false;
};

struct ContinuationScore {
  // Sum over its tokens, natural log; see also ScoreRequest::relative_only.
  double log_prob = 0;
  int num_tokens = 0;
};

struct ScoreResult {
  std::vector<ContinuationScore> continuations;  // As requested, in order.
};

// What identifies results; part of every task's id.
struct EngineInfo {
  std::string engine;        // "native", "scripted", "openai".
  std::string model_name;    // general.name or the file's name.
  std::string architecture;  // "llama", "qwen2", "qwen3".
  std::string model_sha256;  // Of the file; empty if there is none.
  std::string math;          // "float" or "int8".
  int context_tokens = 0;    // Longest prefix + continuation.
  // Whether Score can measure any text. false: only requests with `relative_only`
  // whose continuations are single words (a server that offers no log-probs of
  // given text).
  bool scores_text = true;
};

// Counters since the engine was made.
struct EngineStats {
  int64_t prompt_tokens_computed = 0;  // Prefix and continuation tokens run through the model.
  // The same if each distinct prefix is computed once. (Of those computed long
  // ago and opened again, some may have been forgotten and count as new.)
  int64_t prompt_tokens_needed = 0;
  int64_t sampled_tokens = 0;
  int64_t drafted_tokens = 0;   // Guessed tokens run through the model.
  int64_t accepted_drafts = 0;  // Those that were what was then sampled.
  int64_t steps = 0;
  int64_t step_tokens = 0;  // Of all kinds: columns that steps had.
  int64_t evictions = 0;    // Prefixes whose pages were taken for others.
  double busy_seconds = 0;  // Time inside steps.
};

// Every call has two forms: one that blocks, and one that is given `done`, to be
// called with the result. For the second form:
//
// - `done` is called exactly once for each call: by a thread of the engine, or,
//   where nothing has to be waited for (a request that is refused, say), by the
//   caller's own before the call returns. So the caller holds no lock that `done`
//   takes.
// - `done` must not block, for all other calls wait meanwhile. It may call the
//   engine, destroy prefixes and start or destroy anything else but the engine.
// - Calls end in any order.
// - The request is the engine's from the call on; the prefix must live until
//   `done` is called.
// - After Shutdown each call that has not ended gets CANCELLED. The destructor
//   shuts the engine down and returns when the last `done` has returned.
//
// The engine keeps no thread for a call, however many are in progress.
// Thread-safe.
class Engine {
 public:
  using PrefixDone = std::function<void(absl::StatusOr<std::unique_ptr<Prefix>>)>;
  using CompleteDone = std::function<void(absl::StatusOr<Completion>)>;
  using ScoreDone = std::function<void(absl::StatusOr<ScoreResult>)>;

  virtual ~Engine() = default;

  virtual const EngineInfo& info() const = 0;
  virtual std::shared_ptr<const Tokenizer> tokenizer() const = 0;
  virtual const ChatTemplate& chat_template() const = 0;

  // Computes a prefix, once there is room for it in memory. Returns
  // RESOURCE_EXHAUSTED, with limit and actual, if it can never fit, and CANCELLED
  // after Shutdown.
  virtual void OpenPrefixAsync(PrefixRequest request, PrefixDone done) = 0;
  absl::StatusOr<std::unique_ptr<Prefix>> OpenPrefix(const PrefixRequest& request);

  // Continues `prefix` (of this engine) with the user's rest and samples the
  // reply. INVALID_ARGUMENT for a malformed reply template or options out of range;
  // RESOURCE_EXHAUSTED if it cannot fit the context; CANCELLED after Shutdown.
  virtual void CompleteAsync(const Prefix& prefix, CompleteRequest request, CompleteDone done) = 0;
  absl::StatusOr<Completion> Complete(const Prefix& prefix, const CompleteRequest& request);

  // Scores texts after `prefix`. Errors as Complete.
  virtual void ScoreAsync(const Prefix& prefix, ScoreRequest request, ScoreDone done) = 0;
  absl::StatusOr<ScoreResult> Score(const Prefix& prefix, const ScoreRequest& request);

  virtual EngineStats stats() const = 0;

  // Ends all calls in progress with CANCELLED and refuses new ones. Does not wait
  // for them.
  virtual void Shutdown() = 0;
};

// Checks what every engine must refuse alike: reply template shape, sampling ranges.
absl::Status ValidateRequest(const CompleteRequest& request);
absl::Status ValidateRequest(const ScoreRequest& request);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_ENGINE_H_
