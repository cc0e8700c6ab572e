// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What repair.h cuts, by language. RE2 patterns, in order; "{noun}" is replaced
// with the language's nouns for the source. Data only. Another language needs
// another RepairRules in kRepairRules.
#ifndef QUIPU_GENERATOR_CHECKS_REPAIR_RULES_H_
#define QUIPU_GENERATOR_CHECKS_REPAIR_RULES_H_

#include "absl/strings/string_view.h"

namespace quipu::generator {

struct RepairRules {
  // The source: "the excerpt", "this given text".
  absl::string_view noun;
  // At the beginning of a sentence; what follows becomes its beginning.
  absl::string_view lead_in;
  // In front of the end of a clause.
  absl::string_view ending;
  // The word in front of an ending that says that the ending is needed ("What is |
  // in the text?"): nothing is cut.
  absl::string_view needs_ending;
  // In front of a participle ("is the tool | described in the text"), in questions.
  absl::string_view needs_participle;
  // The participles that an ending may begin with.
  absl::string_view participle;
  // Words after an ending with a participle that continue the clause ("the tools
  // described in the text | are ...").
  absl::string_view continues;
};

inline constexpr RepairRules kEnglishRepairs = {
    R"((?:the|this)\s+(?:given\s+|provided\s+|above\s+)?(?:text\s+)?)"
    R"((?:excerpt|passage|text|document|article|paragraph|section|snippet|sentence|)"
    R"(information|definition)(?:\s+(?:provided|given|above))?)",

    R"((?:(?:according\s+to|based\s+on|as\s+per|in|from|within|per)\s+{noun}\s*,\s*)"
    R"(|(?:according\s+to|based\s+on|as\s+per)\s+{noun}\s+)"
    R"(|as\s+(?:\w+ed|stated|shown|given|noted|per)\s+(?:in|by)\s+{noun}\s*,\s*)"
    R"(|(?:it\s+is\s+(?:stated|mentioned|said|noted|described)\s+in\s+)?{noun}(?:\s+also)?\s+)"
    R"((?:states?|says|explains|mentions|notes|indicates|suggests|tells\s+us|shows|reveals|)"
    R"(reports|specifies|emphasizes|highlights)\s+that\s+)"
    R"(|(?:excerpt|passage|text|document|article)\s+(?:states|says|explains|mentions|notes|)"
    R"(indicates|suggests)\s+that\s+)"
    R"(|(?:answer|question)\s*:\s*))",

    R"((?:,?\s+(?:as|which\s+(?:is|are|was|were)|that\s+(?:is|are|was|were)))?)"
    R"((?:,?\s+(?P<participle>{participle}))?,?\s+)"
    R"((?:(?:in|by|from|within|throughout|according\s+to|based\s+on|as\s+per|per)\s+{noun}))",

    R"((?i)is|are|was|were|be|been|being|am|has|have|had|do|does|did|what|who|whom|which|how|why|)"
    R"(where|when|and|or|but|the|a|an|of|to|not|as|say|says|said|it|used)",

    R"((?i)(?:\b(?:how|where|when|why)\s+(?:is|are|was|were)\b[^,.;]*)"
    R"(|.*\b(?:is|are|was|were|be|been|being)\s*))",

    R"(mentioned|described|stated|discussed|listed|given|provided|shown|specified|outlined|)"
    R"(referenced|presented|explained|noted|quoted|cited|defined|introduced|found|used|written)",

    "is|are|was|were|has|have|had|can|could|does|do|did|will|would|should|may|might|must",
};

inline constexpr const RepairRules* kRepairRules[] = {&kEnglishRepairs};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_REPAIR_RULES_H_
