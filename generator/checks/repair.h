// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Repairs a question or an answer where a cut is enough: lead-ins ("According to
// the excerpt, ...", "The text states that ...") and endings ("... described in the
// document?") that mention the source. A text that says more with the source's
// name ("How is it described in the text?") is left to the filters. Pure,
// thread-safe.
//
//   RepairText("According to the excerpt, it is old.", false);  // "It is old."
//   RepairText("How is it described in the text?", true);       // nothing
#ifndef QUIPU_GENERATOR_CHECKS_REPAIR_H_
#define QUIPU_GENERATOR_CHECKS_REPAIR_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "generator/prompts/response_parser.h"

namespace quipu::generator {

// The text after all cuts, begun with a capital letter; nothing if there is
// nothing to cut, or too little would be left.
std::optional<std::string> RepairText(absl::string_view text, bool is_question);

// Repairs both texts of a pair; returns whether one has changed.
bool RepairPair(QuestionAnswer* pair);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_REPAIR_H_
