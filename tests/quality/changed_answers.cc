// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Adds wrong answers to right pairs, to measure a judge on public data:
//
//   changed_answers gold.jsonl > pairs.jsonl
//
// Reads given pairs (as of `quipu score`) that are all right, those of a chunk in a
// row. Writes each with the label "gold", and then its corruptions with their names
// (generator/judge/corruptions.h). The same file gives the same bytes.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/json_writer.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "generator/judge/corruptions.h"
#include "inference/text/byte_tokenizer.h"
#include "pipelines/score/score.h"

namespace quipu::pipelines {
namespace {

absl::Status Write(const GivenPair& pair, absl::string_view answer, absl::string_view label) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Key("id").String(absl::StrCat(pair.id, "-", label));
  json.Key("chunk").String(pair.chunk);
  json.Key("question").String(pair.question);
  json.Key("answer").String(answer);
  json.Key("form").String(pair.form == v1::ANSWER_FORM_SHORT ? "short" : "long");
  json.Key("label").String(label);
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  std::cout << line << "\n";
  return absl::OkStatus();
}

absl::Status WriteChanged(const std::vector<GivenPair>& pairs, size_t index) {
  const GivenPair& pair = pairs[index];
  std::vector<std::string> same_chunk;
  std::vector<std::string> other_chunks;
  for (const GivenPair& other : pairs) {
    if (&other == &pair) continue;
    (other.chunk == pair.chunk ? same_chunk : other_chunks).push_back(other.answer);
  }
  Rng rng(FingerprintBuilder("changed").Add(pair.question).Add(index).Build(), "corruptions");
  RETURN_IF_ERROR(Write(pair, pair.answer, "gold"));
  for (const generator::WrongAnswer& wrong :
       generator::CorruptAnswer({pair.answer, pair.chunk}, same_chunk, other_chunks, &rng)) {
    RETURN_IF_ERROR(Write(pair, wrong.text, generator::CorruptionName(wrong.kind)));
  }
  return absl::OkStatus();
}

absl::Status Run(absl::string_view path) {
  v1::RunSpec any_length;
  any_length.mutable_chunks()->set_max_tokens(1 << 30);
  const auto tokenizer = inference::CreateByteTokenizer();
  ASSIGN_OR_RETURN(const std::unique_ptr<PairReader> reader,
                   PairReader::Open(path, any_length, *tokenizer));
  std::vector<GivenPair> pairs;
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<PairEntry> entry, reader->Next());
    if (!entry.has_value()) break;
    RETURN_IF_ERROR(entry->status);
    pairs.push_back(entry->pair);
  }
  for (size_t i = 0; i < pairs.size(); ++i) RETURN_IF_ERROR(WriteChanged(pairs, i));
  return absl::OkStatus();
}

}  // namespace
}  // namespace quipu::pipelines

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: changed_answers PAIRS.jsonl\n";
    return 2;
  }
  const absl::Status status = quipu::pipelines::Run(argv[1]);
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return 1;
}
