// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Dictionaries of random keys and values, for rows that train retrieval and teach no facts. An
// entry is a function of the dictionary's id and its number; all are 80 bytes long. Pure.
//
//   const KeyValues dictionary(row_id);
//   dictionary.Text(2);   // Two lines: {"<UUID>": "<UUID>"}
//   dictionary.Question(1);
//   dictionary.Answer(1);
//
// Thread-safe (immutable). The texts are persistent: rows are rebuilt from them.
#ifndef QUIPU_GENERATOR_ROWS_KEY_VALUES_H_
#define QUIPU_GENERATOR_ROWS_KEY_VALUES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "generator/chunks/document_cut.h"

namespace quipu::generator {

// The prompt of such a row, with {document} and {question}; the delimiter of its entries.
extern const absl::string_view kKeyValuePattern;
inline constexpr absl::string_view kKeyValueDelimiter = "dictionary";

class KeyValues {
 public:
  explicit KeyValues(const Fingerprint& row_id) : row_id_(row_id) {}

  // The first `entries` entries, a line each.
  std::string Text(uint64_t entries) const;
  // Bytes of the text of so many entries.
  static uint64_t BytesOf(uint64_t entries);
  // The bytes of an entry in the text.
  static TextRange RangeOf(uint64_t entry);

  // Up to `questions` different numbers below `entries`, in the order in which they are asked.
  std::vector<uint64_t> DrawQuestions(uint64_t entries, uint32_t questions) const;
  // How many questions a row has: 1 to `most`.
  uint32_t DrawCount(uint32_t most) const;

  std::string Question(uint64_t entry) const;
  std::string Answer(uint64_t entry) const;

 private:
  struct Entry {
    std::string key;
    std::string value;
  };
  Entry EntryOf(uint64_t number) const;

  const Fingerprint row_id_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_KEY_VALUES_H_
