// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Chat templates as lists of parts: control tokens by name, and text. Strings
// are those of the publishers' templates: Llama 2, Llama 3.x, Mistral, ChatML, Qwen3,
// Phi-4. A template of no known format is rendered by its Jinja itself (jinja_chat.h).
//
//   ASSIGN_OR_RETURN(ChatTemplate t, ChatTemplate::FromGguf(gguf, tokenizer));
//   ASSIGN_OR_RETURN(std::vector<TemplatePart> parts,
//                    t.Render({{Role::kUser, "Hi"}}, /*open_assistant=*/true));
//   ASSIGN_OR_RETURN(RenderedTokens tokens, EncodeParts(tokenizer, parts));
//
// Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_TEXT_CHAT_TEMPLATE_H_
#define QUIPU_INFERENCE_TEXT_CHAT_TEMPLATE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "inference/text/jinja_chat.h"
#include "inference/text/message.h"           // IWYU pragma: export
#include "inference/text/template_encoder.h"  // IWYU pragma: export
#include "inference/text/template_kind.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

class ChatTemplate {
 public:
  using Kind = TemplateKind;

  // Makes a template by name: "llama2", "llama3", "llama3.1", "mistral-v1",
  // "mistral-v3", "mistral-tekken", "mistral-v7-tekken", "chatml", "qwen3", "phi4";
  // INVALID_ARGUMENT, listing these, for any other. `default_system`: what ChatML adds if the first message is
  // not a system message; empty for none (INVALID_ARGUMENT if given for another
  // template). Llama 3.1's dated block is pinned to 26 Jul 2024.
  static absl::StatusOr<ChatTemplate> FromName(absl::string_view name,
                                               absl::string_view default_system = "");

  // The format of a Jinja template, by what it renders (template_recognition.cc), with its
  // default system message and, in front of ChatML, its BOS; if it renders what no known
  // format does, the template itself. `origin`: where it is from, for messages. NOT_FOUND,
  // with the advice to name one in the spec, for what quipu cannot render.
  static absl::StatusOr<ChatTemplate> FromJinja(absl::string_view source, absl::string_view origin,
                                                const Tokenizer& tokenizer);
  // The same of the file's template (tokenizer.chat_template).
  static absl::StatusOr<ChatTemplate> FromGguf(const GgufFile& gguf, const Tokenizer& tokenizer);

  // Renders a conversation: an optional system message, then user and assistant
  // in turn. `open_assistant` ends with the assistant's turn begun. Returns
  // INVALID_ARGUMENT for an empty list or roles out of order, for an answer of which a template
  // that takes out thoughts would leave out more (thoughts.h), and for what a template of
  // no known format refuses.
  absl::StatusOr<std::vector<TemplatePart>> Render(absl::Span<const Message> messages,
                                                   bool open_assistant) const;

  // The two halves of a conversation with one user message whose beginning is
  // shared: everything up to and including `user_begin`; and `user_rest`, the
  // end of the user's turn, and the assistant's turn begun with
  // `assistant_begin` (may be empty). Concatenated, they are the rendering of
  // the whole, except for where the text is cut for tokenising. If a template
  // trims, this holds only if neither part of the user's message is blank. An
  // empty `system` means no system message. TemplatePart::message is 0 for the
  // system's content, 1 for the user's, 2 for the assistant's.
  std::vector<TemplatePart> RenderPrefix(absl::string_view system,
                                         absl::string_view user_begin) const;
  std::vector<TemplatePart> RenderContinuation(absl::string_view user_rest,
                                               absl::string_view assistant_begin) const;

  Kind kind() const { return kind_; }
  // One of FromName's names, "chatml-bos", or "jinja" for a template of no known format.
  absl::string_view name() const;
  const std::string& default_system() const { return default_system_; }
  // Fingerprint of kind, default system message and BOS, and of a Jinja template.
  Fingerprint fingerprint() const;

 private:
  ChatTemplate(Kind kind, std::string default_system, std::string bos = "")
      : kind_(kind), default_system_(std::move(default_system)), bos_(std::move(bos)) {}
  explicit ChatTemplate(std::shared_ptr<const JinjaChat> jinja)
      : kind_(Kind::kJinja), default_system_(jinja->default_system()), jinja_(std::move(jinja)) {}
  static std::vector<Kind> AllKinds();

  Kind kind_;
  std::string default_system_;
  std::string bos_;                         // ChatML with a BOS in front.
  std::shared_ptr<const JinjaChat> jinja_;  // Of kJinja.
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_CHAT_TEMPLATE_H_
