// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/served_model.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::inference {
namespace {

// A BOS that a server adds twice or not at all is the server's own affair.
constexpr int64_t kSpareTemplateTokens = 1;
// Where text meets the template, one vocabulary may cut in two ways.
constexpr int64_t kSpareTextTokens = 2;

absl::Status Differs(absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, "; engine.model must be the model that the server has"));
}

}  // namespace

absl::string_view ShortProbe() { return "Reply with yes or no. Is snow white?"; }

absl::string_view LongProbe() {
  return "Count 1234567890 and 3.14159; if (x_1 != NULL) { return foo->bar[7]; } "
         "Straßenbahnhaltestelle, encyclopédie, мысль изреченная есть ложь, "
         "ὁ δὲ ἀνεξέταστος βίος, 吾輩は猫である。名前はまだ無い。 "
         "아름다운 우리나라, संस्कृत, ภาษาไทย, العربية. Is snow white?";
}

absl::StatusOr<int64_t> PromptTokens(const Tokenizer& tokenizer, const ChatTemplate& chat_template,
                                     absl::string_view user) {
  // As prompts are made: two parts, neither of which is blank.
  const size_t half = user.find(' ');
  std::vector<TemplatePart> parts = chat_template.RenderPrefix("", user.substr(0, half));
  for (TemplatePart& part : chat_template.RenderContinuation(user.substr(half), "")) {
    parts.push_back(std::move(part));
  }
  ASSIGN_OR_RETURN(const RenderedTokens tokens, EncodeParts(tokenizer, parts));
  return static_cast<int64_t>(tokens.ids.size());
}

absl::Status CheckServedModel(const Tokenizer& tokenizer, const ChatTemplate& chat_template,
                              const ServedModelFacts& facts) {
  if (facts.vocab_size > 0 && facts.vocab_size != tokenizer.vocab_size()) {
    return Differs(absl::StrCat("the server's vocabulary has ", facts.vocab_size,
                                " tokens, that of engine.model (", tokenizer.description(), ") ",
                                tokenizer.vocab_size()));
  }
  if (!facts.short_prompt.has_value() || !facts.long_prompt.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t short_prompt,
                   PromptTokens(tokenizer, chat_template, ShortProbe()));
  ASSIGN_OR_RETURN(const int64_t long_prompt, PromptTokens(tokenizer, chat_template, LongProbe()));
  const int64_t theirs = *facts.long_prompt - *facts.short_prompt;
  const int64_t ours = long_prompt - short_prompt;
  if (std::abs(theirs - ours) > kSpareTextTokens) {
    return Differs(absl::StrCat("the server's tokenizer makes ", *facts.long_prompt,
                                " tokens of a prompt of which that of engine.model (",
                                tokenizer.description(), ") makes ", long_prompt));
  }
  if (std::abs(*facts.short_prompt - short_prompt) > kSpareTemplateTokens) {
    return Differs(absl::StrCat("the server's chat template makes a prompt of ",
                                *facts.short_prompt, " tokens of a message, that of engine.model (",
                                chat_template.name(), ") one of ", short_prompt));
  }
  return absl::OkStatus();
}

}  // namespace quipu::inference
