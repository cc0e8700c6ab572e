// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Prints the token ids of the texts of a file, for compare.py.
//
//   token_ids MODEL TEXTS             # one line of ids for each text
//   token_ids MODEL TEXTS --passes N  # processor seconds of each of N passes
//   token_ids MODEL --template [NAME|FILE.jinja] < CONVERSATION
//                                     # ids of a conversation, trained ones with a "*"
//
// MODEL is a GGUF file or a directory; texts end in a zero byte. A conversation has a line
// "ROLE TEXT" for each message, with JSON's escapes, and "open" at its end if the answer
// is to begin.
#include <ctime>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "inference/text/hf/model_text.h"

namespace quipu {
namespace {

double ProcessorSeconds() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

absl::Status PrintIds(const inference::Tokenizer& tokenizer, absl::string_view file, int passes) {
  ASSIGN_OR_RETURN(const auto mapped, MappedFile::Open(file));
  std::vector<absl::string_view> texts = absl::StrSplit(mapped->bytes(), '\0');
  texts.pop_back();
  for (int pass = 0; pass < passes; ++pass) {
    const double begin = ProcessorSeconds();
    size_t tokens = 0;
    for (const absl::string_view text : texts) tokens += tokenizer.Encode(text, true).size();
    std::cout << ProcessorSeconds() - begin << " " << tokens << "\n";
  }
  if (passes > 0) return absl::OkStatus();
  for (const absl::string_view text : texts) {
    std::cout << absl::StrJoin(tokenizer.Encode(text, true), " ") << "\n";
  }
  return absl::OkStatus();
}

absl::Status PrintConversation(const inference::ModelText& model) {
  std::vector<inference::Message> messages;
  bool open = false;
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "open") {
      open = true;
      continue;
    }
    const size_t space = line.find(' ');
    ASSIGN_OR_RETURN(const inference::Role role, inference::ParseRole(line.substr(0, space)));
    messages.push_back(
        {role, absl::StrReplaceAll(line.substr(space + 1), {{"\\n", "\n"}, {"\\t", "\t"}})});
  }
  ASSIGN_OR_RETURN(const auto parts, model.chat_template.Render(messages, open));
  ASSIGN_OR_RETURN(const auto tokens, inference::EncodeParts(*model.tokenizer, parts));
  std::cout << model.chat_template.name() << "\n";
  for (size_t i = 0; i < tokens.ids.size(); ++i) {
    std::cout << (i == 0 ? "" : " ") << tokens.ids[i] << (tokens.trained[i] ? "*" : "");
  }
  std::cout << "\n";
  return absl::OkStatus();
}

absl::Status Run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) {
    return absl::InvalidArgumentError(
        "usage: token_ids MODEL (TEXTS [--passes N] | --template [NAME])");
  }
  if (arguments[1] == "--template") {
    ASSIGN_OR_RETURN(
        const inference::ModelText model,
        inference::LoadModelText(arguments[0], arguments.size() > 2 ? arguments[2] : ""));
    return PrintConversation(model);
  }
  int passes = 0;
  if (arguments.size() == 4 && !absl::SimpleAtoi(arguments[3], &passes)) {
    return absl::InvalidArgumentError("--passes wants a number");
  }
  ASSIGN_OR_RETURN(const auto tokenizer, inference::LoadTokenizer(arguments[0]));
  return PrintIds(*tokenizer, arguments[1], passes);
}

}  // namespace
}  // namespace quipu

int main(int argc, char** argv) {
  const absl::Status status = quipu::Run(std::vector<std::string>(argv + 1, argv + argc));
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return 1;
}
