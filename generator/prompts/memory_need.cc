// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/prompts/memory_need.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "generator/languages/tables.h"
#include "generator/prompts/prompts.h"

namespace quipu::generator {
namespace {

constexpr int64_t kMiB = 1 << 20;
// The engine gives memory out in pages of so many tokens.
constexpr int64_t kPageTokens = 32;
// The summaries of 16 parts, of 96 tokens each (summary_run.cc), and the summary of these.
constexpr int64_t kPartSummaries = 16 * 96;
constexpr int64_t kSummary = 256;
// Beside what is counted: the reply template's literals, an opening, the two words of a
// verdict, the pages that continuations do not share, and texts that have more tokens
// when they are tokenised together.
constexpr int64_t kSlackTokens = 192;

int64_t TokensOf(const inference::Engine& engine, absl::string_view text) {
  return static_cast<int64_t>(engine.tokenizer()->Encode(text, /*fragment_start=*/true).size());
}

// Of the longest fixed text that follows a chunk in this language.
int64_t PromptTokens(const v1::RunSpec& spec, const inference::Engine& engine, Language language) {
  const v1::GenerationSpec& generation = spec.generation();
  const v1::VerificationSpec& verification = spec.verification();
  int64_t most = 0;
  for (const std::string& text : {TaskInstruction(generation, language, v1::ANSWER_FORM_LONG, ""),
                                  TaskInstruction(generation, language, v1::ANSWER_FORM_SHORT, ""),
                                  ExtractedInstruction(generation, language, "", ""),
                                  TaskInstruction(generation, language, v1::ANSWER_FORM_LONG, "",
                                                  v1::TASK_KIND_TWO_CHUNKS, ""),
                                  VerdictOf(generation, verification, language, "", "").prompt.text,
                                  AnswerPrompt(generation, verification, language, ""),
                                  SecondPrompt(generation, verification, language, "")}) {
    most = std::max(most, TokensOf(engine, text));
  }
  return most + TokensOf(engine, ExcerptOf(generation, language, ""));
}

}  // namespace

int64_t MostTokensOfCall(const v1::RunSpec& spec, const inference::Engine& engine) {
  int64_t prompt = 0;
  for (const LanguageTable& table : AllTables()) {
    prompt = std::max(prompt, PromptTokens(spec, engine, table.language));
  }
  const v1::GenerationSpec& generation = spec.generation();
  const int64_t chunk = spec.chunks().max_tokens();
  // The sentence that a task is about may be the whole chunk.
  int64_t chunks = chunk * (generation.two_chunk_share() > 0 ? 3 : 2);
  // A part has twice a chunk's tokens.
  if (generation.summary_share() > 0) chunks = std::max(chunks, kPartSummaries + kSummary);
  const int64_t answer =
      std::max(generation.max_long_answer_tokens(), generation.max_short_answer_tokens());
  const std::string& system =
      generation.system().empty() ? engine.chat_template().default_system() : generation.system();
  return TokensOf(engine, system) + chunks + prompt + generation.max_question_tokens() + answer +
         kSlackTokens;
}

absl::Status CheckMemory(const v1::RunSpec& spec, const inference::Engine& engine) {
  const inference::EngineInfo& info = engine.info();
  if (info.memory_tokens == 0 || info.memory_tokens >= info.context_tokens) {
    return absl::OkStatus();
  }
  const int64_t most = std::min<int64_t>(MostTokensOfCall(spec, engine), info.context_tokens);
  if (most <= info.memory_tokens) return absl::OkStatus();
  const int64_t whole_pages = (most + kPageTokens - 1) / kPageTokens * kPageTokens;
  const int64_t least = (whole_pages * info.bytes_per_token + kMiB - 1) / kMiB;
  return absl::InvalidArgumentError(
      absl::StrCat("performance.kv_mib (--kv-mib of a worker): memory for keys and values holds ",
                   info.memory_tokens, " tokens, but a call of this run may have ", most,
                   ", and results must not depend on memory; least: ", least));
}

}  // namespace quipu::generator
