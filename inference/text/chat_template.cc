// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/chat_template.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/text/jinja/python_strip.h"
#include "inference/text/thoughts.h"

namespace quipu::inference {
namespace {

using Kind = ChatTemplate::Kind;

struct KindName {
  Kind kind;
  absl::string_view name;
};

constexpr KindName kKinds[] = {
    {Kind::kLlama2, "llama2"},
    {Kind::kLlama3, "llama3"},
    {Kind::kLlama31, "llama3.1"},
    {Kind::kMistralV1, "mistral-v1"},
    {Kind::kMistralV3, "mistral-v3"},
    {Kind::kMistralTekken, "mistral-tekken"},
    {Kind::kMistralV7Tekken, "mistral-v7-tekken"},
    {Kind::kChatMl, "chatml"},
    {Kind::kQwen3, "qwen3"},
    {Kind::kPhi4, "phi4"},
};

struct System {
  absl::string_view text;
  int message = -1;
};

// Writes the parts of one conversation, turn by turn. Contents are already
// trimmed as the Strip...() functions of each kind say.
class Writer {
 public:
  Writer(Kind kind, absl::string_view bos) : kind_(kind), bos_(bos) {}

  // Everything before the first user turn.
  void Begin(const std::optional<System>& system) {
    switch (kind_) {
      case Kind::kLlama2:
      case Kind::kJinja:  // jinja_chat.h does it.
        return;
      case Kind::kMistralV1:
      case Kind::kMistralV3:
      case Kind::kMistralTekken:
        return Control("<s>");
      case Kind::kMistralV7Tekken:
        Control("<s>");
        if (!system) return;
        Control("[SYSTEM_PROMPT]");
        Text(system->text, system->message);
        return Control("[/SYSTEM_PROMPT]");
      case Kind::kLlama3:
        Control("<|begin_of_text|>");
        if (!system) return;
        Header("system");
        Text(PythonStrip(system->text), system->message);
        return Control("<|eot_id|>");
      case Kind::kLlama31:
        Control("<|begin_of_text|>");
        Header("system");
        Text(
            "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul "
            "2024\n\n");
        if (system) Text(PythonStrip(system->text), system->message);
        return Control("<|eot_id|>");
      case Kind::kChatMl:
        if (!bos_.empty()) Control(bos_);
        [[fallthrough]];
      case Kind::kQwen3:
      case Kind::kPhi4:
        if (!system) return;
        OpenImTurn("system");
        Text(system->text, system->message);
        return CloseImTurn(/*trained=*/false);
    }
  }

  // `system` if this turn includes it.
  void OpenUser(const std::optional<System>& system) {
    switch (kind_) {
      case Kind::kLlama2:
        Control("<s>");
        Text("[INST] ");
        if (!system) return;
        Text("<<SYS>>\n");
        Text(system->text, system->message);
        return Text("\n<</SYS>>\n\n");
      case Kind::kMistralV1:
        Text(" [INST] ");
        break;
      case Kind::kMistralV3:
        Control("[INST]");
        Text(" ");
        break;
      case Kind::kMistralTekken:
        Control("[INST]");
        break;
      case Kind::kMistralV7Tekken:
        return Control("[INST]");
      case Kind::kJinja:
        return;
      case Kind::kLlama3:
      case Kind::kLlama31:
        return Header("user");
      case Kind::kChatMl:
      case Kind::kQwen3:
      case Kind::kPhi4:
        return OpenImTurn("user");
    }
    if (!system) return;
    Text(system->text, system->message);
    Text("\n\n");
  }

  void CloseUser() {
    switch (kind_) {
      case Kind::kLlama2:
      case Kind::kMistralV1:
        return Text(" [/INST]");
      case Kind::kMistralV3:
      case Kind::kMistralTekken:
      case Kind::kMistralV7Tekken:
        return Control("[/INST]");
      case Kind::kJinja:
        return;
      case Kind::kLlama3:
      case Kind::kLlama31:
        return Control("<|eot_id|>");
      case Kind::kChatMl:
      case Kind::kQwen3:
      case Kind::kPhi4:
        return CloseImTurn(/*trained=*/false);
    }
  }

  // The space before an answer belongs to the answer: a model writes its own.
  void OpenAssistant(bool with_content) {
    switch (kind_) {
      case Kind::kLlama2:
      case Kind::kMistralV1:
      case Kind::kMistralV3:
        if (with_content) Text(" ", -1, /*trained=*/true);
        return;
      case Kind::kMistralTekken:
      case Kind::kMistralV7Tekken:
      case Kind::kJinja:
        return;
      case Kind::kLlama3:
      case Kind::kLlama31:
        return Header("assistant");
      case Kind::kChatMl:
      case Kind::kQwen3:
      case Kind::kPhi4:
        return OpenImTurn("assistant");
    }
  }

  void CloseAssistant() {
    switch (kind_) {
      case Kind::kLlama2:
        Text(" ", -1, /*trained=*/true);
        return Control("</s>", true);
      case Kind::kMistralV1:
      case Kind::kMistralV3:
      case Kind::kMistralTekken:
      case Kind::kMistralV7Tekken:
        return Control("</s>", true);
      case Kind::kJinja:
        return;
      case Kind::kLlama3:
      case Kind::kLlama31:
        return Control("<|eot_id|>", true);
      case Kind::kChatMl:
      case Kind::kQwen3:
      case Kind::kPhi4:
        return CloseImTurn(/*trained=*/true);
    }
  }

  void Text(absl::string_view text, int message = -1, bool trained = false) {
    if (!text.empty()) parts_.push_back({false, std::string(text), trained, message});
  }

  // Qwen3's, before the last answer: empty unless the answer has one.
  void Thought(absl::string_view thought, int message) {
    const bool trained = !thought.empty();
    Control(kThoughtBegin, trained);
    Text("\n", -1, trained);
    Text(thought, message, trained);
    Text("\n", -1, trained);
    Control(kThoughtEnd, trained);
    Text("\n\n", -1, trained);
  }

  // Llama 2 strips the user's text together with the system block before it.
  void DropBreaksAfterSystem() {
    if (!parts_.empty() && parts_.back().text == "\n<</SYS>>\n\n") {
      parts_.back().text = "\n<</SYS>>";
    }
  }

  std::vector<TemplatePart> Take() { return std::move(parts_); }

 private:
  void Control(absl::string_view spelling, bool trained = false) {
    parts_.push_back({true, std::string(spelling), trained, -1});
  }

  void OpenImTurn(absl::string_view role) {
    Control("<|im_start|>");
    Text(role);
    if (kind_ == Kind::kPhi4) return Control("<|im_sep|>");
    Text("\n");
  }
  void CloseImTurn(bool trained) {
    Control("<|im_end|>", trained);
    if (kind_ != Kind::kPhi4) Text("\n");
  }

  void Header(absl::string_view role) {
    Control("<|start_header_id|>");
    Text(role);
    Control("<|end_header_id|>");
    Text("\n\n");
  }

  Kind kind_;
  absl::string_view bos_;
  std::vector<TemplatePart> parts_;
};

bool StripsUser(Kind kind) {
  return kind == Kind::kLlama2 || kind == Kind::kLlama3 || kind == Kind::kLlama31;
}

bool StripsAssistant(Kind kind) { return StripsUser(kind) || kind == Kind::kMistralV3; }

bool StripsUserLeft(Kind kind, bool system_in_turn) {
  return StripsUser(kind) && !(kind == Kind::kLlama2 && system_in_turn);
}

bool PutsSystemInLastUserTurn(Kind kind) {
  return kind == Kind::kMistralV3 || kind == Kind::kMistralTekken;
}

// Qwen3 takes an answer apart: its thought, and what follows (thoughts.h).
struct ThoughtfulAnswer {
  absl::string_view thought;
  absl::string_view content;
};

absl::string_view StripLineFeeds(absl::string_view text, bool left, bool right) {
  while (left && absl::ConsumePrefix(&text, "\n")) {
  }
  while (right && absl::ConsumeSuffix(&text, "\n")) {
  }
  return text;
}

ThoughtfulAnswer TakeApart(absl::string_view content) {
  const size_t end = content.find(kThoughtEnd);
  if (end == absl::string_view::npos) return {"", content};
  absl::string_view thought = content.substr(0, end);
  const size_t begin = thought.find(kThoughtBegin);
  if (begin != absl::string_view::npos) thought.remove_prefix(begin + kThoughtBegin.size());
  content.remove_prefix(end + kThoughtEnd.size());
  return {StripLineFeeds(thought, true, true), StripLineFeeds(content, true, false)};
}

absl::Status CheckRoles(absl::Span<const Message> messages, bool open_assistant) {
  if (messages.empty()) return absl::InvalidArgumentError("conversation has no messages");
  const size_t first = messages[0].role == Role::kSystem ? 1 : 0;
  for (size_t i = first; i < messages.size(); ++i) {
    const Role want = (i - first) % 2 == 0 ? Role::kUser : Role::kAssistant;
    if (messages[i].role != want) {
      return absl::InvalidArgumentError(absl::StrCat(
          "message ", i, " has role ", RoleName(messages[i].role), ", want ", RoleName(want)));
    }
  }
  if (messages.size() == first) {
    return absl::InvalidArgumentError("conversation has no user message");
  }
  if (open_assistant && messages.back().role != Role::kUser) {
    return absl::InvalidArgumentError("the assistant's turn can only begin after a user message");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ChatTemplate> ChatTemplate::FromName(absl::string_view name,
                                                    absl::string_view default_system) {
  std::string known;
  for (const KindName& kind : kKinds) {
    if (kind.name == name) {
      if (!default_system.empty() && kind.kind != Kind::kChatMl) {
        return absl::InvalidArgumentError(
            absl::StrCat("chat template ", name, " has no default system message"));
      }
      return ChatTemplate(kind.kind, std::string(default_system));
    }
    absl::StrAppend(&known, known.empty() ? "" : ", ", kind.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("chat template \"", Snippet(name), "\" is unknown (want one of ", known, ")"));
}

std::vector<ChatTemplate::Kind> ChatTemplate::AllKinds() {
  std::vector<Kind> kinds;
  for (const KindName& kind : kKinds) kinds.push_back(kind.kind);
  return kinds;
}

absl::StatusOr<std::vector<TemplatePart>> ChatTemplate::Render(absl::Span<const Message> messages,
                                                               bool open_assistant) const {
  RETURN_IF_ERROR(CheckRoles(messages, open_assistant));
  if (jinja_ != nullptr) return jinja_->Render(messages, open_assistant);
  std::optional<System> system;
  size_t first = 0;
  if (messages[0].role == Role::kSystem) {
    system = System{messages[0].content, 0};
    first = 1;
  } else if (!default_system_.empty()) {
    system = System{default_system_, -1};
  }
  Writer writer(kind_, bos_);
  writer.Begin(system);
  for (size_t i = first; i < messages.size(); ++i) {
    const auto index = static_cast<int>(i);
    if (messages[i].role == Role::kUser) {
      const bool takes_system =
          PutsSystemInLastUserTurn(kind_) ? i + 1 == messages.size() : i == first;
      writer.OpenUser(takes_system ? system : std::nullopt);
      absl::string_view content = messages[i].content;
      if (StripsUserLeft(kind_, takes_system && system)) content = PythonStripLeft(content);
      if (StripsUser(kind_)) content = PythonStripRight(content);
      if (content.empty()) writer.DropBreaksAfterSystem();
      writer.Text(content, index);
      writer.CloseUser();
    } else {
      absl::string_view content = messages[i].content;
      if (StripsAssistant(kind_)) content = PythonStrip(content);
      writer.OpenAssistant(/*with_content=*/true);
      if (kind_ == Kind::kQwen3) {
        if (LosesAroundThoughts(content)) return absl::InvalidArgumentError(kLosesAroundThoughts);
        const ThoughtfulAnswer answer = TakeApart(content);
        const bool last = i + 1 == messages.size();
        if (last) writer.Thought(answer.thought, index);
        content = last ? StripLineFeeds(answer.content, true, false) : answer.content;
      }
      writer.Text(content, index, /*trained=*/true);
      writer.CloseAssistant();
    }
  }
  if (open_assistant) {
    writer.OpenAssistant(/*with_content=*/false);
    if (kind_ == Kind::kQwen3) writer.Thought("", -1);
  }
  return writer.Take();
}

std::vector<TemplatePart> ChatTemplate::RenderPrefix(absl::string_view system_text,
                                                     absl::string_view user_begin) const {
  if (jinja_ != nullptr) return jinja_->RenderPrefix(system_text, user_begin);
  std::optional<System> system;
  if (!system_text.empty()) {
    system = System{system_text, 0};
  } else if (!default_system_.empty()) {
    system = System{default_system_, -1};
  }
  Writer writer(kind_, bos_);
  writer.Begin(system);
  writer.OpenUser(system);
  if (StripsUserLeft(kind_, system.has_value())) user_begin = PythonStripLeft(user_begin);
  writer.Text(user_begin, 1);
  return writer.Take();
}

std::vector<TemplatePart> ChatTemplate::RenderContinuation(
    absl::string_view user_rest, absl::string_view assistant_begin) const {
  if (jinja_ != nullptr) return jinja_->RenderContinuation(user_rest, assistant_begin);
  Writer writer(kind_, bos_);
  writer.Text(StripsUser(kind_) ? PythonStripRight(user_rest) : user_rest, 1);
  writer.CloseUser();
  writer.OpenAssistant(!assistant_begin.empty());
  if (kind_ == Kind::kQwen3) writer.Thought("", -1);
  if (StripsAssistant(kind_)) assistant_begin = PythonStripLeft(assistant_begin);
  writer.Text(assistant_begin, 2, /*trained=*/true);
  return writer.Take();
}

absl::string_view ChatTemplate::name() const {
  if (jinja_ != nullptr) return "jinja";
  if (!bos_.empty()) return "chatml-bos";
  for (const KindName& kind : kKinds) {
    if (kind.kind == kind_) return kind.name;
  }
  return "";
}

Fingerprint ChatTemplate::fingerprint() const {
  FingerprintBuilder builder("chat_template");
  builder.Add(name()).Add(default_system_);
  if (!bos_.empty()) builder.Add(bos_);
  if (jinja_ != nullptr) jinja_->AddTo(&builder);
  return builder.Build();
}

}  // namespace quipu::inference
