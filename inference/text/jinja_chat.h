// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A chat format by its Jinja template alone, for templates of no known format. The
// template is rendered with the conversation, and with marks in place of the contents:
// that shows which text is the template's own. Only there control tokens are read from
// text, never in a content.
//
//   ASSIGN_OR_RETURN(auto chat, JinjaChat::Create(source, tokenizer));
//   ASSIGN_OR_RETURN(auto parts, chat->Render(messages, /*open_assistant=*/true));
//
// Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_TEXT_JINJA_CHAT_H_
#define QUIPU_INFERENCE_TEXT_JINJA_CHAT_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "inference/text/jinja/template.h"
#include "inference/text/message.h"
#include "inference/text/template_encoder.h"
#include "inference/text/text_tokens.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// The context of a chat template, as transformers passes it; a thinking model writes
// without thinking.
jinja::Value::Entries JinjaContext(absl::Span<const Message> messages, bool open_assistant,
                                   absl::string_view bos, absl::string_view eos);

class JinjaChat {
 public:
  // Renders probe conversations. Returns INVALID_ARGUMENT or UNIMPLEMENTED for no Jinja,
  // and INVALID_ARGUMENT, with the reason, for a template that does not show each message
  // once or does not end an answer with a token that ends a turn.
  static absl::StatusOr<std::shared_ptr<const JinjaChat>> Create(absl::string_view source,
                                                                 const Tokenizer& tokenizer);

  // Of ChatTemplate. Render also returns INVALID_ARGUMENT if the template changes a
  // content in a way that is not known (white space at its ends removed is, and thoughts), or refuses
  // the conversation. A template without system messages gets it in front of the user's
  // first one, with a blank line between.
  absl::StatusOr<std::vector<TemplatePart>> Render(absl::Span<const Message> messages,
                                                   bool open_assistant) const;
  std::vector<TemplatePart> RenderPrefix(absl::string_view system,
                                         absl::string_view user_begin) const;
  std::vector<TemplatePart> RenderContinuation(absl::string_view user_rest,
                                               absl::string_view assistant_begin) const;

  const std::string& default_system() const { return default_system_; }
  void AddTo(FingerprintBuilder* builder) const;

 private:
  // A rendering: texts of the template, and between them contents, by message.
  struct Shape {
    std::vector<std::string> literals;  // One more than contents.
    std::vector<size_t> contents;
  };

  explicit JinjaChat(jinja::Template program) : program_(std::move(program)) {}
  void AddControls(const Tokenizer& tokenizer);
  absl::Status Probe();
  absl::StatusOr<std::string> Text(absl::Span<const Message> messages, bool open_assistant) const;
  absl::StatusOr<Shape> ShapeOf(absl::Span<const Message> messages, bool open_assistant) const;
  // The contents as they are in the text; INVALID_ARGUMENT if they do not fit.
  absl::StatusOr<std::vector<std::string>> Contents(absl::string_view text, const Shape& shape,
                                                    absl::Span<const Message> messages) const;
  // How much of the literal before an answer the model would be given.
  absl::StatusOr<size_t> GivenBytes(absl::Span<const Message> messages, size_t answer,
                                    absl::string_view literal) const;
  // Appends the template's text; `trained_from` bytes on it is trained.
  void AddLiteral(absl::string_view text, size_t trained_from,
                  std::vector<TemplatePart>* parts) const;
  // The same for the text after an answer: trained up to the token that ends the turn.
  // Returns false if there is none.
  bool AddAfterAnswer(absl::string_view text, std::vector<TemplatePart>* parts) const;

  jinja::Template program_;
  std::string source_;
  std::string bos_;
  std::string eos_;
  TextTokens controls_;
  std::vector<TokenId> ends_;
  bool takes_system_ = true;
  bool strips_user_left_ = false;
  bool strips_user_right_ = false;
  bool strips_answer_left_ = false;
  std::string default_system_;
  Shape open_with_system_;     // Of a system message, a user's, and the answer begun.
  Shape open_;                 // The same without a system message.
  std::string before_answer_;  // What is between the open answer and its content.
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_JINJA_CHAT_H_
