// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/template_check.h"

#include <vector>

#include "base/status_macros.h"
#include "inference/text/chat_template.h"

namespace quipu::generator {

absl::Status CheckTemplateFits(const TargetModel& target) {
  const inference::Message turns[] = {{inference::Role::kUser, "a"},
                                      {inference::Role::kAssistant, "b"}};
  ASSIGN_OR_RETURN(const std::vector<inference::TemplatePart> parts,
                   target.chat_template.Render(turns, /*open_assistant=*/false));
  return inference::EncodeParts(*target.tokenizer, parts).status();
}

}  // namespace quipu::generator
