// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Nouns that refer to the text a pair was made from ("the passage"), or to the work or the event
// that it is or tells of ("this paper", "the meeting"). Each has a list of followers that turn it
// into another term ("the text file", "the paper mill"). Data only; source_references.h uses it.
#ifndef QUIPU_GENERATOR_CHECKS_SOURCE_NOUNS_H_
#define QUIPU_GENERATOR_CHECKS_SOURCE_NOUNS_H_

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

// Only questions are refused for these, and "this", "the present", "the current" in answers too:
// "the meeting" in an answer refers to the question's. Any of the followers below makes the noun
// one among others ("the report of the commission"), and so does a name in front of it ("the Paris
// Agreement").
inline constexpr absl::string_view kFollowersOfWorks =
    "of between with by on to that which who whose from for at in against signed reached called "
    "entitled titled published released issued concerning about regarding under known named";

inline constexpr SourceNoun kSourceWorks[] = {
    {"paper",
     "mill mills money clip clips industry trail tray feed size sizes jam jams currency tape towel "
     "towels product products bag bags company cup cups machine machines factory work works and"},
    {"study",
     "group groups area areas abroad hall halls room material materials skills program "
     "programs course courses plan time period"},
    {"report", "card cards button buttons file files generator writer format builder"},
    {"agreement", ""},
    {"contract", "law laws killer work worker workers type theory bridge"},
    {"meeting", "room rooms place places point points house houses hall halls"},
    {"transcript", ""},
    {"invention", ""},
    {"lecture", "hall halls series theatre theater room rooms"},
    {"patent", "office offices law laws system systems application applications"},
    {"judgment", "day seat"},
    {"judgement", "day seat"},
    {"authors", "name field guild"},
};

// People whom only the text knows: "the speaker to ask" is still nobody.
inline constexpr absl::string_view kFollowersOfPeople =
    "of from at who whom whose named called elected representing";

inline constexpr SourceNoun kSourcePeople[] = {
    {"speaker", "system systems cable cables output outputs driver drivers"},
    {"speakers", ""},
    {"lecturer", ""},
    {"narrator", ""},
    {"author", "field fields name names tag tags line lines id ids"},
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_SOURCE_NOUNS_H_
