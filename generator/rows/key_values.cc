// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/key_values.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/rng.h"

namespace quipu::generator {
namespace {

// {"<36 bytes>": "<36 bytes>"}
constexpr uint64_t kEntryBytes = 80;

// 128 random bits in the form of a UUID.
std::string DrawUuid(Rng* rng) {
  const uint64_t high = rng->Next();
  const uint64_t low = rng->Next();
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32, (high >> 16) & 0xffff,
                         high & 0xffff, low >> 48, low & 0xffffffffffff);
}

}  // namespace

const absl::string_view kKeyValuePattern =
    "Each line below is a JSON object with one key and its value. Read them and answer the "
    "question "
    "that follows them.\n\n{document}\n\nQuestion: {question}";

KeyValues::Entry KeyValues::EntryOf(uint64_t number) const {
  Rng rng(row_id_, "key-values");
  rng.Seek(4 * number);
  Entry entry;
  entry.key = DrawUuid(&rng);
  entry.value = DrawUuid(&rng);
  return entry;
}

std::string KeyValues::Text(uint64_t entries) const {
  std::string text;
  text.reserve(BytesOf(entries));
  for (uint64_t i = 0; i < entries; ++i) {
    const Entry entry = EntryOf(i);
    absl::StrAppend(&text, i == 0 ? "" : "\n", "{\"", entry.key, "\": \"", entry.value, "\"}");
  }
  return text;
}

uint64_t KeyValues::BytesOf(uint64_t entries) {
  return entries == 0 ? 0 : entries * (kEntryBytes + 1) - 1;
}

TextRange KeyValues::RangeOf(uint64_t entry) {
  return {entry * (kEntryBytes + 1), entry * (kEntryBytes + 1) + kEntryBytes};
}

std::vector<uint64_t> KeyValues::DrawQuestions(uint64_t entries, uint32_t questions) const {
  Rng rng(row_id_, "key-value questions");
  std::vector<uint64_t> drawn;
  while (drawn.size() < std::min<uint64_t>(questions, entries)) {
    const uint64_t entry = rng.Below(entries);
    if (std::find(drawn.begin(), drawn.end(), entry) == drawn.end()) drawn.push_back(entry);
  }
  return drawn;
}

uint32_t KeyValues::DrawCount(uint32_t most) const {
  return 1 + static_cast<uint32_t>(Rng(row_id_, "key-value count").Below(std::max(most, 1u)));
}

std::string KeyValues::Question(uint64_t entry) const {
  return absl::StrCat("What is the value of the key \"", EntryOf(entry).key, "\"?");
}

std::string KeyValues::Answer(uint64_t entry) const {
  const Entry found = EntryOf(entry);
  return absl::StrCat("The value of the key \"", found.key, "\" is \"", found.value, "\".");
}

}  // namespace quipu::generator
