// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// English words that name nothing in particular: a question made of them alone
// needs its text beside it. Data only; vague_question.h uses it. Base forms,
// compared by their stems.
#ifndef QUIPU_GENERATOR_CHECKS_VAGUE_WORDS_H_
#define QUIPU_GENERATOR_CHECKS_VAGUE_WORDS_H_

#include "absl/strings/string_view.h"

namespace quipu::generator {

inline constexpr absl::string_view kVagueWords =
    // People and groups without a name.
    "person people man woman character speaker individual someone anyone everyone author writer "
    "narrator user client customer employee employer manager party parties company organization "
    "organisation firm group team member committee agency department project "
    // Places and times.
    "place location area region time date year day period moment city country "
    // Works and their parts.
    "document text article paper book story report section chapter page table figure list item "
    "entry example case scenario situation sentence word phrase term title name title topic theme "
    "subject content context detail information data statement quote passage point "
    // Abstractions.
    "thing something anything everything one two three first second third last next final main "
    "primary major key important significant specific particular certain general overall different "
    "various following previous "
    "purpose reason cause effect result outcome consequence impact influence role function use "
    "goal "
    "aim objective benefit advantage disadvantage problem issue challenge solution answer question "
    "process procedure method approach way step stage phase action event incident change "
    "difference "
    "relationship connection comparison meaning significance importance definition description "
    "explanation idea concept feature characteristic aspect factor element part type kind form "
    "number amount total value level degree rate percentage size "
    "condition requirement rule decision conclusion finding evidence effort task activity "
    // Verbs.
    "mean make take give get go come happen occur describe explain mention say state tell discuss "
    "ask refer relate concern involve include contain consist provide use do need want try help "
    "work call name know think believe feel see look show find become begin start end lead follow "
    "affect change cause play serve suggest propose consider compare differ decide "
    "determine achieve receive perform conduct take place speak talk respond reply agree disagree "
    "main new old good bad better best long short large small high low many few likely able";

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_VAGUE_WORDS_H_
