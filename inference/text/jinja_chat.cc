// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/jinja_chat.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/text/jinja/python_strip.h"
#include "inference/text/thoughts.h"

namespace quipu::inference {
namespace {

using jinja::Value;

// Stands for the content of message `i` when the template's own text is looked for.
// Letters that no template treats in its own way, between two of Unicode's private ones.
constexpr absl::string_view kMarkBegin = "\xEE\x80\x80quipu", kMarkEnd = "\xEE\x80\x81";
std::string MarkOf(size_t i) { return absl::StrCat(kMarkBegin, i, kMarkEnd); }

Message Say(Role role, absl::string_view content) { return {role, std::string(content)}; }

// What templates are seen to do to a content, and may.
std::vector<std::string> Variants(absl::string_view content) {
  absl::string_view after_thought = content;
  const size_t thought = content.rfind(kThoughtEnd);
  if (thought != absl::string_view::npos && !LosesAroundThoughts(content)) {
    after_thought.remove_prefix(thought + kThoughtEnd.size());
  }
  absl::string_view no_breaks = after_thought;
  while (absl::ConsumePrefix(&no_breaks, "\n")) {
  }
  std::vector<std::string> variants;
  for (const absl::string_view variant :
       {content, PythonStrip(content), PythonStripLeft(content), PythonStripRight(content),
        after_thought, no_breaks, PythonStrip(after_thought)}) {
    if (std::find(variants.begin(), variants.end(), variant) == variants.end()) {
      variants.emplace_back(variant);
    }
  }
  return variants;
}

// More than a conversation of kMaxMessagesPerRow messages needs.
constexpr int kMaxSteps = 100'000;

// Finds contents between literals. Tries the variants in order, and goes back where the
// next literal does not follow.
class Fitter {
 public:
  Fitter(absl::string_view text, const std::vector<std::string>& literals,
         std::vector<std::vector<std::string>> variants)
      : text_(text), literals_(literals), variants_(std::move(variants)) {}

  bool Fit() { return FitFrom(0, 0); }
  std::vector<std::string> Take() { return std::move(found_); }

 private:
  bool FitFrom(size_t index, size_t at) {
    if (++steps_ > kMaxSteps) return false;
    if (!absl::StartsWith(text_.substr(at), literals_[index])) return false;
    at += literals_[index].size();
    if (index == variants_.size()) return at == text_.size();
    for (const std::string& variant : variants_[index]) {
      if (!absl::StartsWith(text_.substr(at), variant)) continue;
      found_.push_back(variant);
      if (FitFrom(index + 1, at + variant.size())) return true;
      found_.pop_back();
    }
    return false;
  }

  absl::string_view text_;
  const std::vector<std::string>& literals_;
  std::vector<std::vector<std::string>> variants_;
  std::vector<std::string> found_;
  int steps_ = 0;
};

// A template without system messages: it goes in front of the user's first one.
std::vector<Message> WithoutSystem(absl::Span<const Message> messages) {
  std::vector<Message> rest(messages.begin() + 1, messages.end());
  rest[0].content = absl::StrCat(messages[0].content, "\n\n", rest[0].content);
  return rest;
}

}  // namespace

Value::Entries JinjaContext(absl::Span<const Message> messages, bool open_assistant,
                            absl::string_view bos, absl::string_view eos) {
  Value::Items items;
  for (const Message& message : messages) {
    items.push_back(Value::Dict(
        {{"role", Value(RoleName(message.role))}, {"content", Value(message.content)}}));
  }
  Value::Entries context = {{"messages", Value::List(std::move(items))},
                            {"tools", Value::MakeNone()},
                            {"documents", Value::MakeNone()},
                            {"add_generation_prompt", Value(open_assistant)},
                            {"enable_thinking", Value(false)}};
  if (!bos.empty()) context.emplace_back("bos_token", Value(bos));
  if (!eos.empty()) context.emplace_back("eos_token", Value(eos));
  return context;
}

absl::StatusOr<std::shared_ptr<const JinjaChat>> JinjaChat::Create(absl::string_view source,
                                                                   const Tokenizer& tokenizer) {
  ASSIGN_OR_RETURN(jinja::Template program, jinja::Template::Parse(source));
  std::shared_ptr<JinjaChat> chat(new JinjaChat(std::move(program)));
  chat->source_ = std::string(source);
  chat->AddControls(tokenizer);
  RETURN_IF_ERROR(chat->Probe());
  return std::shared_ptr<const JinjaChat>(std::move(chat));
}

void JinjaChat::AddControls(const Tokenizer& tokenizer) {
  const auto spelling = [&tokenizer](std::optional<TokenId> id) {
    return id ? std::string(tokenizer.ControlSpelling(*id)) : std::string();
  };
  bos_ = spelling(tokenizer.bos());
  eos_ = spelling(tokenizer.eos());
  for (TokenId id = 0; id < tokenizer.vocab_size(); ++id) {
    const absl::string_view text = tokenizer.ControlSpelling(id);
    if (text.empty()) continue;
    controls_.Add(text, id);
    if (tokenizer.IsEndOfTurn(id)) ends_.push_back(id);
  }
}

absl::StatusOr<std::string> JinjaChat::Text(absl::Span<const Message> messages,
                                            bool open_assistant) const {
  absl::StatusOr<std::string> text =
      program_.Render(JinjaContext(messages, open_assistant, bos_, eos_));
  if (text.ok()) return text;
  return absl::InvalidArgumentError(absl::StrCat("the chat template refuses the conversation: ",
                                                 Snippet(text.status().message(), 200)));
}

absl::StatusOr<JinjaChat::Shape> JinjaChat::ShapeOf(absl::Span<const Message> messages,
                                                    bool open_assistant) const {
  std::vector<Message> marked(messages.begin(), messages.end());
  for (size_t i = 0; i < marked.size(); ++i) marked[i].content = MarkOf(i);
  ASSIGN_OR_RETURN(const std::string rendered, Text(marked, open_assistant));
  const absl::string_view text = rendered;
  std::vector<std::pair<size_t, size_t>> places;  // Where each mark is, and whose it is.
  std::vector<int> seen(marked.size(), 0);
  for (size_t at = text.find(kMarkBegin); at != absl::string_view::npos;
       at = text.find(kMarkBegin, at + 1)) {
    // Longer than any number of a message, so that a text of many beginnings costs no more.
    constexpr size_t kLongestNumber = 12;
    const absl::string_view rest = text.substr(at + kMarkBegin.size(), kLongestNumber);
    const size_t end = rest.find(kMarkEnd);
    size_t message = 0;
    if (end == absl::string_view::npos || !absl::SimpleAtoi(rest.substr(0, end), &message) ||
        message >= marked.size() || !absl::StartsWith(text.substr(at), marked[message].content)) {
      continue;
    }
    ++seen[message];
    places.emplace_back(at, message);
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] == 1) continue;
    return absl::InvalidArgumentError(absl::StrCat("the chat template does not show message ", i,
                                                   " (", RoleName(marked[i].role),
                                                   ") exactly once"));
  }
  Shape shape;
  size_t at = 0;
  for (const auto& [place, message] : places) {
    shape.literals.emplace_back(text.substr(at, place - at));
    shape.contents.push_back(message);
    at = place + marked[message].content.size();
  }
  shape.literals.emplace_back(text.substr(at));
  return shape;
}

absl::StatusOr<std::vector<std::string>> JinjaChat::Contents(
    absl::string_view text, const Shape& shape, absl::Span<const Message> messages) const {
  std::vector<std::vector<std::string>> variants;
  for (const size_t message : shape.contents) {
    variants.push_back(Variants(messages[message].content));
  }
  Fitter fitter(text, shape.literals, std::move(variants));
  if (fitter.Fit()) return fitter.Take();
  for (const Message& message : messages) {
    if (message.role == Role::kAssistant && LosesAroundThoughts(message.content)) {
      return absl::InvalidArgumentError(kLosesAroundThoughts);
    }
  }
  return absl::InvalidArgumentError(
      "the chat template changes a message in a way that is not known, so which text is the "
      "template's own cannot be told");
}

absl::Status JinjaChat::Probe() {
  const Message system = Say(Role::kSystem, "Be brief."), user = Say(Role::kUser, "Hi");
  const Message answer = Say(Role::kAssistant, "Hello.");
  ASSIGN_OR_RETURN(open_, ShapeOf({user}, true));
  // What quipu cannot do is no refusal of the template's.
  const absl::Status given =
      program_.Render(JinjaContext({system, user}, true, bos_, eos_)).status();
  if (absl::IsUnimplemented(given) || absl::IsResourceExhausted(given)) {
    return Annotate(given, "the chat template with a system message");
  }
  absl::StatusOr<Shape> with_system = ShapeOf({system, user}, true);
  takes_system_ = with_system.ok();
  open_with_system_ = takes_system_ ? *with_system : open_;
  if (takes_system_ && open_with_system_.contents != std::vector<size_t>{0, 1}) {
    return absl::InvalidArgumentError("the chat template has the system message after the user's");
  }
  if (open_with_system_.literals.back() != open_.literals.back()) {
    return absl::InvalidArgumentError(
        "what the chat template has after a user's message depends on the system message");
  }
  ASSIGN_OR_RETURN(const Shape answered, ShapeOf({user, answer}, false));
  const absl::string_view between = answered.literals[1];
  if (absl::StartsWith(between, open_.literals.back())) {
    before_answer_ = std::string(between.substr(open_.literals.back().size()));
  }
  std::vector<TemplatePart> after;
  if (!AddAfterAnswer(answered.literals.back(), &after)) {
    return absl::InvalidArgumentError(
        "the chat template ends an answer with no token that ends a turn");
  }
  const std::vector<Message> spaced = {Say(Role::kUser, " \n Hi \n "),
                                       Say(Role::kAssistant, " \n Hello. \n ")};
  ASSIGN_OR_RETURN(const std::string text, Text(spaced, false));
  ASSIGN_OR_RETURN(const std::vector<std::string> contents, Contents(text, answered, spaced));
  strips_user_left_ = contents[0][0] != ' ';
  strips_user_right_ = contents[0].back() != ' ';
  strips_answer_left_ = contents[1][0] != ' ';
  if (!takes_system_) return absl::OkStatus();
  // A system message of the template's own is where a given one would be.
  const std::string& before = open_with_system_.literals[0];
  const std::string& behind = open_with_system_.literals[1];
  absl::string_view own = open_.literals[0];
  if (own.size() > before.size() + behind.size() && absl::ConsumePrefix(&own, before) &&
      absl::ConsumeSuffix(&own, behind)) {
    default_system_ = std::string(own);
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> JinjaChat::GivenBytes(absl::Span<const Message> messages, size_t answer,
                                             absl::string_view literal) const {
  ASSIGN_OR_RETURN(const Shape before, ShapeOf(messages.subspan(0, answer), true));
  const std::string& given = before.literals.back();
  return absl::StartsWith(literal, given) ? given.size() : literal.size();
}

void JinjaChat::AddLiteral(absl::string_view text, size_t trained_from,
                           std::vector<TemplatePart>* parts) const {
  for (size_t at = 0; at < text.size();) {
    const std::optional<TextTokens::Found> found = controls_.Find(text, at);
    const size_t end = found ? found->begin : text.size();
    // Text is cut where training begins.
    for (const size_t cut : {std::min(std::max(trained_from, at), end), end}) {
      if (cut <= at) continue;
      parts->push_back({false, std::string(text.substr(at, cut - at)), at >= trained_from, -1});
      at = cut;
    }
    if (!found) return;
    parts->push_back(
        {true, std::string(text.substr(end, found->end - end)), end >= trained_from, -1});
    at = found->end;
  }
}

bool JinjaChat::AddAfterAnswer(absl::string_view text, std::vector<TemplatePart>* parts) const {
  for (auto found = controls_.Find(text, 0); found; found = controls_.Find(text, found->end)) {
    if (std::find(ends_.begin(), ends_.end(), found->id) == ends_.end()) continue;
    AddLiteral(text.substr(0, found->end), 0, parts);
    AddLiteral(text.substr(found->end), text.size(), parts);
    return true;
  }
  AddLiteral(text, text.size(), parts);
  return false;
}

absl::StatusOr<std::vector<TemplatePart>> JinjaChat::Render(absl::Span<const Message> given,
                                                            bool open_assistant) const {
  std::vector<Message> folded;
  absl::Span<const Message> messages = given;
  if (!takes_system_ && given[0].role == Role::kSystem) {
    folded = WithoutSystem(given);
    messages = folded;
  }
  const int shift = static_cast<int>(given.size() - messages.size());
  ASSIGN_OR_RETURN(const std::string text, Text(messages, open_assistant));
  ASSIGN_OR_RETURN(const Shape shape, ShapeOf(messages, open_assistant));
  ASSIGN_OR_RETURN(std::vector<std::string> contents, Contents(text, shape, messages));
  std::vector<TemplatePart> parts;
  bool after_answer = false;
  for (size_t i = 0; i <= shape.contents.size(); ++i) {
    const std::string& literal = shape.literals[i];
    const bool last = i == shape.contents.size();
    const bool answer = !last && messages[shape.contents[i]].role == Role::kAssistant;
    size_t trained_from = literal.size();
    if (answer) {
      ASSIGN_OR_RETURN(trained_from, GivenBytes(messages, shape.contents[i], literal));
    }
    if (after_answer) {
      AddAfterAnswer(literal, &parts);
    } else {
      AddLiteral(literal, trained_from, &parts);
    }
    if (last) break;
    if (!contents[i].empty()) {
      parts.push_back(
          {false, std::move(contents[i]), answer, static_cast<int>(shape.contents[i]) + shift});
    }
    after_answer = answer;
  }
  return parts;
}

std::vector<TemplatePart> JinjaChat::RenderPrefix(absl::string_view system,
                                                  absl::string_view user_begin) const {
  std::vector<TemplatePart> parts;
  const auto add = [&parts](absl::string_view content, int message) {
    if (!content.empty()) parts.push_back({false, std::string(content), false, message});
  };
  const Shape& shape = system.empty() ? open_ : open_with_system_;
  AddLiteral(shape.literals[0], shape.literals[0].size(), &parts);
  if (!system.empty() && takes_system_) {
    const Message message = Say(Role::kSystem, system);
    const auto text = Text({message, Say(Role::kUser, MarkOf(1))}, true);
    // As the template changes it; as it is where that cannot be told.
    add(text.ok() && absl::StrContains(*text, system) ? system : PythonStrip(system), 0);
    AddLiteral(shape.literals[1], shape.literals[1].size(), &parts);
  } else if (!system.empty()) {
    add(absl::StrCat(strips_user_left_ ? PythonStripLeft(system) : system, "\n\n"), 0);
  }
  const bool first = system.empty() || takes_system_;
  add(first && strips_user_left_ ? PythonStripLeft(user_begin) : user_begin, 1);
  return parts;
}

std::vector<TemplatePart> JinjaChat::RenderContinuation(absl::string_view user_rest,
                                                        absl::string_view assistant_begin) const {
  std::vector<TemplatePart> parts;
  if (strips_user_right_) user_rest = PythonStripRight(user_rest);
  if (!user_rest.empty()) parts.push_back({false, std::string(user_rest), false, 1});
  const std::string& literal = open_.literals.back();
  AddLiteral(literal, literal.size(), &parts);
  if (assistant_begin.empty()) return parts;
  AddLiteral(before_answer_, 0, &parts);
  if (strips_answer_left_) assistant_begin = PythonStripLeft(assistant_begin);
  if (!assistant_begin.empty()) {
    parts.push_back({false, std::string(assistant_begin), true, 2});
  }
  return parts;
}

void JinjaChat::AddTo(FingerprintBuilder* builder) const {
  builder->Add(source_).Add(bos_).Add(eos_);
}

}  // namespace quipu::inference
