// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Nouns that refer to the text a pair was made from ("the passage"). Each has a list of followers
// that turn it into another term ("the text file"). Data only; source_references.h uses it.
#ifndef QUIPU_GENERATOR_SOURCE_NOUNS_H_
#define QUIPU_GENERATOR_SOURCE_NOUNS_H_

#include "absl/strings/string_view.h"

namespace quipu::generator {

struct SourceNoun {
  absl::string_view noun;       // Singular, lower case.
  absl::string_view followers;  // Lower case, separated by spaces.
};

inline constexpr SourceNoun kSourceNouns[] = {
    {"text",
     "file files editor editors mode modes console consoles terminal field fields box "
     "boxes string strings format formats based only segment processing processor "
     "processors formatting formatter encoding version message messages area interface "
     "data browser viewer widget color colour cursor input output section stream streams "
     "layout to user installer adventure type types database representation buffer "
     "manipulation utilities tool tools window of display documentation login entry"},
    {"passage", "of way through into between from"},
    {"chunk", "size sizes header headers length server type of offset boundary id"},
    {"excerpt", ""},
    {"document",
     "root roots type types format formats management processing processor class object "
     "model tree viewer viewers element conversion converter preparation formatting "
     "template templates base database markup definition camera id ids editor store"},
    {"section", "of field fields name names number numbers mark"},
    {"subsection", ""},
    {"article", "of number numbers id ids"},
    {"paragraph", "style styles format separator separators break mark tag of"},
    {"chapter", "of"},
    {"snippet", ""},
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SOURCE_NOUNS_H_
