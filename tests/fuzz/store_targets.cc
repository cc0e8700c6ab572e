// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/store_targets.h"

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "protos/document.pb.h"
#include "protos/lease.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"
#include "protos/task.pb.h"
#include "protos/training_row.pb.h"
#include "storage/high_water.h"
#include "storage/keys.h"
#include "storage/record.h"
#include "tests/support/store_records.h"

namespace quipu::fuzz {
namespace {

using storage::Family;
using storage::RecordType;

// Parses a payload as every message that the store holds.
void ParseAsAll(absl::string_view payload) {
  v1::RunHeader header;
  v1::Document document;
  v1::ShortRow row;
  v1::DocumentPlan plan;
  v1::Result result;
  v1::TrainingRow training_row;
  v1::LeaseUpdate update;
  for (google::protobuf::MessageLite* message :
       std::initializer_list<google::protobuf::MessageLite*>{&header, &document, &row, &plan,
                                                             &result, &training_row, &update}) {
    storage::ParsePayload(payload, "key", message).IgnoreError();
  }
}

}  // namespace

// The first byte is the type that is wanted.
absl::Status FuzzRecord(absl::string_view input) {
  if (input.empty()) return Refused("no type");
  const auto type = static_cast<RecordType>(static_cast<uint8_t>(input[0]) % 21);
  const absl::string_view value = input.substr(1);
  const auto payload = storage::DecodeRecord(type, value, "key");
  if (payload.ok()) {
    QUIPU_CHECK(storage::EncodeRecord(type, *payload) == value) << "two encodings of a record";
  }
  // Mutated bytes rarely have the right checksum: so the payload is tried without.
  ParseAsAll(value);
  const auto back = storage::DecodeRecord(type, storage::EncodeRecord(type, value), "key");
  QUIPU_CHECK(back.ok() || type == RecordType{}) << back.status().ToString();
  return payload.status();
}

Seeds RecordSeeds() {
  const v1::Document document = testing::TestDocument(1);
  const v1::DocumentPlan plan = testing::TestPlan(document, 2);
  Seeds seeds;
  const auto add = [&](RecordType type, const google::protobuf::MessageLite& message) {
    seeds.valid.push_back(absl::StrCat(std::string(1, static_cast<char>(type)),
                                       storage::EncodeRecord(type, message.SerializeAsString())));
  };
  add(RecordType::kRunHeader, testing::TestHeader());
  add(RecordType::kDocument, document);
  add(RecordType::kDocumentPlan, plan);
  add(RecordType::kResult, testing::TestResult(plan.tasks(0)));
  add(RecordType::kShortRow, testing::TestRow(1));
  return seeds;
}

// The first byte is the family, the rest the key: accepted if it is a task's or an update's, the
// kinds that are taken apart.
absl::Status FuzzKey(absl::string_view input) {
  if (input.empty()) return Refused("no family");
  const auto family = static_cast<Family>(static_cast<uint8_t>(input[0]) % storage::kNumFamilies);
  const absl::string_view key = input.substr(1);
  storage::DescribeKey(family, key);
  const bool update = storage::UpdateNumberOf(key).has_value();
  const std::optional<storage::TaskPlace> place = storage::TaskPlaceOf(key);
  if (place.has_value()) {
    QUIPU_CHECK(place->document_id.size() == storage::kIdBytes);
    QUIPU_CHECK(storage::ResultKey(place->document_id, place->index).substr(1) == key.substr(1));
  }
  const std::string end = storage::EndOfPrefix(key);
  QUIPU_CHECK(end.empty() || (end > std::string(key) && !absl::StartsWith(end, key)));
  return update || place.has_value() ? absl::OkStatus() : Refused("another kind of key");
}

Seeds KeySeeds() {
  const std::string id(storage::kIdBytes, 'i');
  return {{absl::StrCat("\x03", storage::ResultKey(id, 3)),
           absl::StrCat("\x02", storage::AttemptKey(id, 1)),
           absl::StrCat("\x05", storage::UpdateKey(70000))},
          {absl::StrCat("\x01", storage::DocumentKey(id)), "\x04\xff\xff"}};
}

absl::Status FuzzRunState(absl::string_view input) {
  const auto state = storage::DecodeRunState(input, "RUN_STATE");
  if (!state.ok() || state->accepted) return state.status();
  const auto again = storage::DecodeRunState(storage::EncodeRunState(*state), "RUN_STATE");
  QUIPU_CHECK(again.ok() && again->epoch == state->epoch && again->sequence == state->sequence &&
              again->results == state->results);
  return absl::OkStatus();
}

Seeds RunStateSeeds() { return {{storage::EncodeRunState({3, 1234, 210, false}), "accept\n"}}; }

}  // namespace quipu::fuzz
