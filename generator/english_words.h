// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// English words that the filters treat specially. Data only; stop_words.h looks them up.
// Case-folded, with plain apostrophes. Another language needs another such file.
#ifndef QUIPU_GENERATOR_ENGLISH_WORDS_H_
#define QUIPU_GENERATOR_ENGLISH_WORDS_H_

#include <array>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// Words without content.
inline constexpr std::array<absl::string_view, 156> kEnglishStopWords = {
    "a",      "about",   "above",  "after", "again",   "all",      "also",    "although", "am",
    "among",  "an",      "and",    "any",   "are",     "as",       "at",      "be",       "because",
    "been",   "before",  "being",  "below", "between", "both",     "but",     "by",       "can",
    "cannot", "could",   "did",    "do",    "does",    "doing",    "done",    "during",   "each",
    "either", "etc",     "for",    "from",  "further", "had",      "has",     "have",     "having",
    "he",     "her",     "here",   "hers",  "him",     "his",      "how",     "however",  "i",
    "if",     "in",      "into",   "is",    "isn't",   "it",       "it's",    "its",      "itself",
    "just",   "let",     "may",    "me",    "might",   "more",     "most",    "much",     "must",
    "my",     "neither", "no",     "nor",   "not",     "of",       "off",     "on",       "once",
    "only",   "onto",    "or",     "other", "others",  "our",      "out",     "over",     "own",
    "per",    "rather",  "same",   "shall", "she",     "should",   "since",   "so",       "some",
    "such",   "than",    "that",   "the",   "their",   "theirs",   "them",    "then",     "there",
    "these",  "they",    "this",   "those", "though",  "through",  "thus",    "to",       "too",
    "under",  "until",   "up",     "upon",  "us",      "very",     "via",     "was",      "we",
    "were",   "what",    "what's", "when",  "where",   "whereas",  "whether", "which",    "while",
    "who",    "whom",    "whose",  "why",   "will",    "with",     "within",  "without",  "would",
    "yes",    "yet",     "you",    "your",  "yours",   "yourself", "doesn't", "don't",    "isn",
    "aren't", "wasn't",  "won't"};

// Words for 0, 1, 2, ...
inline constexpr std::array<absl::string_view, 21> kEnglishNumberWords = {
    "zero",     "one",     "two",     "three",     "four",     "five",     "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ENGLISH_WORDS_H_
