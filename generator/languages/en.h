// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// English. Data only; table.h says what the fields mean. Its references to the source are in
// source_references.cc, its refusals in filters.cc: they are finer than those of the others.
#ifndef QUIPU_GENERATOR_LANGUAGES_EN_H_
#define QUIPU_GENERATOR_LANGUAGES_EN_H_

#include "generator/languages/table.h"

namespace quipu::generator {

constexpr LanguageTable EnglishTable() {
  LanguageTable table;
  table.language = Language::kEnglish;
  table.code = "en";
  table.name = "English";
  table.own_name = "English";
  table.capitals_are_names = true;
  table.stemmer = "english";
  table.stop_words =
      "a about above after again all also although am among an and any are as at be because "
      "been before being below between both but by can cannot could did do does doing done "
      "during each either etc for from further had has have having he her here hers him his "
      "how however i if in into is isn't it it's its itself just let may me might more most "
      "much must my neither no nor not of off on once only onto or other others our out over "
      "own per rather same shall she should since so some such than that the their theirs "
      "them then there these they this those though through thus to too under until up upon "
      "us very via was we were what what's when where whereas whether which while who whom "
      "whose why will with within without would yes yet you your yours yourself doesn't "
      "don't isn aren't wasn't won't";
  table.number_words =
      "zero one two three four five six seven eight nine ten eleven twelve thirteen "
      "fourteen fifteen sixteen seventeen eighteen nineteen twenty";
  table.asking_verbs =
      "is are was were do does did can could should would will may might must shall has have "
      "had isn't aren't doesn't don't didn't explain describe name list define compare "
      "summarize summarise tell state";
  table.question_words = "what what's which who who's whom whose when where why how whether";
  table.affirmations = "yes no";
  table.alternatives = "or whether";
  // What a sentence must have is in question_kinds.cc.
  table.kinds.what = "What";
  table.kinds.who = "Who";
  table.kinds.when = "When|In which year";
  table.kinds.where = "Where";
  table.kinds.which = "Which";
  table.kinds.why = "Why";
  table.kinds.how = "How";
  table.kinds.how_many = "How many|How much";
  table.kinds.compare = "What is the difference between|In what way does";
  table.kinds.list = "What are the|List the";
  table.kinds.yes_no = "Is|Does|Can|Did";
  table.summary_requests =
      "Summarise the document.\nWrite a summary of the document in a few sentences.\nWhat is the "
      "document about, and what are its most important points?\nWhat are the main points of the "
      "document? Sum them up.";
  return table;
}

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_EN_H_
