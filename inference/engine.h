// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The engine as its users see it: open a prefix, continue it, score text after
// it. Callers make many calls at once, and the engine builds the batches. All
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
//   engine->CompleteAsync(*prefix, request, [](absl::StatusOr<Completion> c) { Use(c); });
//
// A result depends only on the model, the prefix, the request and its seed: not
// on other calls, the number of threads, the CPU's vectors, or interruptions.
// (For a remote engine, this is up to its server.)
#ifndef QUIPU_INFERENCE_ENGINE_H_
#define QUIPU_INFERENCE_ENGINE_H_

#include <array>
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
  // not part of its value); the next literal, if any, must begin with it.
  std::string text;
  // Only for kFree. A part shorter than `min_tokens` can neither end nor begin
  // with its own end text. At `max_tokens` it is cut, and the next literal is
  // forced.
  std::string name;
  int min_tokens = 0;
  int max_tokens = 0;
  // Words that never begin in the part, at most kMaxBannedWords, in whatever tokens
  // they are spelled: the token that would complete one is not sampled, unless it
  // continues the word ("text" does not ban the one token "texture"). ASCII letters
  // are compared without case. A word that begins with an ASCII letter or digit is
  // one only at a word's beginning. The remote engine bans only what the server can
  // (inference/README.md); the scripted engine ignores them.
  std::vector<std::string> banned;

  static Slot Literal(std::string text);
  static Slot Free(std::string name, int min_tokens, int max_tokens, std::string end);
};

// What constrains the assistant's reply: literal and free parts in turn (guided
// decoding).
using ReplyTemplate = std::vector<Slot>;

struct SamplingOptions {
  // 0 is greedy: the likeliest token, lowest id on ties.
  double temperature = 0.7;
  int top_k = 40;       // 0: off.
  double top_p = 0.95;  // 1: off. Smallest set with at least this probability.
  double min_p = 0.0;   // 0: off. Least probability relative to the likeliest.
};

// What a call is for. Only counted, by EngineStats: no result depends on it.
enum class Phase { kOther, kPrefix, kGenerate, kVerify, kClosedBook, kSecondAnswer };
inline constexpr int kPhases = 6;

// A prompt's beginning that many requests share.
struct PrefixRequest {
  std::string system;      // Empty: the template's default.
  std::string user_begin;  // The beginning of the user's message.
  Phase phase = Phase::kOther;
};

// Opaque: computed, shared pages. Destroying it releases them once the last
// request on it has ended. Must not outlive its engine.
class Prefix {
 public:
  virtual ~Prefix() = default;
  // Tokens of the prefix, template included.
  virtual int num_tokens() const = 0;
};

struct CompleteRequest {
  std::string user_rest;         // The rest of the user's message.
  ReplyTemplate reply_template;  // At least one part; the last one is free.
  SamplingOptions sampling;
  Fingerprint seed;
  Phase phase = Phase::kOther;
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
  // Sum of the natural-log probabilities (temperature 1, before any filter) of
  // the sampled tokens, end included. NaN if the engine does not know it.
  double log_prob = 0;
};

struct Completion {
  std::vector<CompletedPart> parts;  // One for each free part, in order.
};

struct ScoreRequest {
  std::string user_rest;
  std::string assistant_begin;  // The given beginning of the reply; may be empty.
  // Texts to score, each directly after the same beginning. At least one; none
  // empty.
  std::vector<std::string> continuations;
  // Whether the caller uses only differences between the continuations of this
  // request. If each continuation is one token, an engine may then omit the
  // common normaliser from log_prob, which saves computing the rest of the
  // vocabulary.
  bool relative_only = false;
  // Bytes [span_begin, span_end) of user_rest whose tokens are scored in the same
  // pass: a text in the prompt, on which the continuations are a verdict. A token
  // that is partly outside belongs to the span. Empty: none. Only where
  // EngineInfo::scores_spans.
  size_t span_begin = 0;
  size_t span_end = 0;
  Phase phase = Phase::kOther;
};

struct ContinuationScore {
  // Sum over its tokens, natural log; see ScoreRequest::relative_only.
  double log_prob = 0;
  int num_tokens = 0;
  // The least of its tokens' log-probabilities: a wrong number or name in an
  // otherwise likely text. 0 where the engine does not know it, as for words of
  // which only differences are used.
  double min_log_prob = 0;
  // Tokens that were the likeliest at their place: what a greedy reply would have
  // said. 0 where the engine does not know it.
  int greedy_tokens = 0;
};

struct ScoreResult {
  std::vector<ContinuationScore> continuations;  // As requested, in order.
  ContinuationScore span{};                      // Of the request's span; empty without one.
};

// What identifies results; part of every task id.
struct EngineInfo {
  std::string engine;        // "native", "scripted", "openai".
  std::string model_name;    // general.name or the file's name.
  std::string architecture;  // "llama", "qwen2", "qwen3".
  std::string model_sha256;  // Of the file; empty without one.
  std::string math;          // "float" or "int8".
  int context_tokens = 0;    // Longest prefix + continuation.
  // What decides no result: the longest prefix + continuation that memory holds (0: as
  // long as the context), and the memory for each token of it.
  int64_t memory_tokens = 0;
  int64_t bytes_per_token = 0;
  // Whether Score can measure any text. false: only requests with
  // `relative_only` whose continuations are single words (the server offers no
  // log-probabilities of a given text).
  bool scores_text = true;
  // Whether Score can measure a span of the prompt in the same pass.
  bool scores_spans = true;
};

// The tokens of one phase's calls, and its part of EngineStats::busy_seconds.
struct PhaseTokens {
  int64_t prompt = 0;  // Run through the model; a server's count has the prefix too.
  int64_t sampled = 0;
  // A step's time is divided among its calls as its columns are. 0 of a server: it works on many
  // calls at once and does not say what each cost.
  double seconds = 0;
};

// Counters since the engine was made.
struct EngineStats {
  int64_t prompt_tokens_computed = 0;  // Prefix and continuation tokens run through the model.
  // The same, if each distinct prefix is computed once. (Prefixes computed long
  // ago and opened again may have been forgotten and then count as new.)
  int64_t prompt_tokens_needed = 0;
  int64_t sampled_tokens = 0;
  // prompt_tokens_computed, sampled_tokens and busy_seconds by phase.
  std::array<PhaseTokens, kPhases> phases = {};
  PhaseTokens& of(Phase phase) { return phases[static_cast<size_t>(phase)]; }
  const PhaseTokens& of(Phase phase) const { return phases[static_cast<size_t>(phase)]; }
  int64_t drafted_tokens = 0;   // Guessed tokens run through the model.
  int64_t accepted_drafts = 0;  // Those that matched the sampled token.
  int64_t steps = 0;
  int64_t step_tokens = 0;  // Of all kinds: columns that steps had.
  int64_t evictions = 0;    // Prefixes that lost their pages to others.
  double busy_seconds = 0;  // Time inside steps.
};

// Every call has two forms: one blocks, the other takes `done`, which is called
// with the result. For the second form:
//
// - `done` is called exactly once per call: by a thread of the engine or, if there
//   is nothing to wait for (say, the request is refused), by the caller's own
//   thread before the call returns. So the caller must not hold a lock that
//   `done` takes.
// - `done` must not block, because all other calls would wait. It may call the
//   engine, destroy prefixes, and start or destroy anything except the engine.
// - Calls end in any order.
// - From the call on, the engine owns the request; the prefix must live until
//   `done` is called.
// - After Shutdown, each call that has not ended gets CANCELLED. The destructor
//   shuts the engine down and returns when the last `done` has returned.
//
// The engine holds no thread per call, however many are in progress.
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

  // Computes a prefix once memory has room for it. Returns RESOURCE_EXHAUSTED,
  // with limit and actual, if it does not fit the context, FAILED_PRECONDITION if
  // the memory for keys and values can never hold it, and CANCELLED after Shutdown.
  virtual void OpenPrefixAsync(PrefixRequest request, PrefixDone done) = 0;
  absl::StatusOr<std::unique_ptr<Prefix>> OpenPrefix(const PrefixRequest& request);

  // Continues `prefix` (of this engine) with the rest of the user's message and
  // samples the reply. INVALID_ARGUMENT for a malformed reply template or
  // options out of range; RESOURCE_EXHAUSTED if it cannot fit the context;
  // FAILED_PRECONDITION if it can never fit the memory; CANCELLED after Shutdown.
  virtual void CompleteAsync(const Prefix& prefix, CompleteRequest request, CompleteDone done) = 0;
  absl::StatusOr<Completion> Complete(const Prefix& prefix, const CompleteRequest& request);

  // Scores texts after `prefix`. Errors as for Complete.
  virtual void ScoreAsync(const Prefix& prefix, ScoreRequest request, ScoreDone done) = 0;
  absl::StatusOr<ScoreResult> Score(const Prefix& prefix, const ScoreRequest& request);

  virtual EngineStats stats() const = 0;

  // Ends all calls in progress with CANCELLED and refuses new ones. Does not wait
  // for them.
  virtual void Shutdown() = 0;
};

// Checks what every engine must refuse: reply template shape, sampling ranges.
absl::Status ValidateRequest(const CompleteRequest& request);
absl::Status ValidateRequest(const ScoreRequest& request);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_ENGINE_H_
