// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/journal.h"

#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "pipelines/lease/table.h"

namespace quipu::pipelines {
namespace {

// What is decided of each kind. A new kind fails the tests until it is here and
// LeaseTable::Replay agrees.
const std::map<std::string, Journaling>& Decided() {
  static const auto* const decided = new std::map<std::string, Journaling>{
      {"chunk_added", Journaling::kNever},
      {"granted", Journaling::kWhenApplied},
      {"renewed", Journaling::kNever},
      {"ended", Journaling::kWhenApplied},
      {"stored", Journaling::kNever},
      {"quarantined", Journaling::kWithItsResults},
      {"released", Journaling::kWithItsResults},
      {"paused", Journaling::kWhenApplied},
      {"resumed", Journaling::kWhenApplied},
      {"worker_quarantined", Journaling::kWhenApplied},
      {"worker_reinstated", Journaling::kWhenApplied},
      {"audit_asked", Journaling::kNever},
      {"audit_verdict", Journaling::kWhenApplied},
      {"withdrawn", Journaling::kWithItsResults},
  };
  return *decided;
}

const google::protobuf::OneofDescriptor& Kinds() {
  return *v1::LeaseUpdate::descriptor()->FindOneofByName("kind");
}

// An update of this kind with nothing in it.
v1::LeaseUpdate Empty(const google::protobuf::FieldDescriptor& kind) {
  v1::LeaseUpdate update;
  update.GetReflection()->MutableMessage(&update, &kind);
  return update;
}

TEST(JournalTest, EveryKindOfUpdateIsDecidedOn) {
  for (int k = 0; k < Kinds().field_count(); ++k) {
    const google::protobuf::FieldDescriptor& kind = *Kinds().field(k);
    const auto decided = Decided().find(kind.name());
    ASSERT_NE(decided, Decided().end()) << "is " << kind.name() << " journaled?";

    EXPECT_EQ(JournalingOf(Empty(kind)), decided->second) << kind.name();
    EXPECT_EQ(IsJournaled(Empty(kind)), decided->second != Journaling::kNever) << kind.name();
  }
  EXPECT_EQ(Kinds().field_count(), static_cast<int>(Decided().size()));
}

TEST(JournalTest, AnEndIsJournaledUnlessItsResultsTellIt) {
  for (int cause = 0; cause < v1::LeaseEnded::Cause_ARRAYSIZE; ++cause) {
    v1::LeaseUpdate update;
    update.mutable_ended()->set_cause(static_cast<v1::LeaseEnded::Cause>(cause));

    EXPECT_EQ(IsJournaled(update), cause != v1::LeaseEnded::DONE) << cause;
  }
}

// Replay knows the kinds that are journaled, and ResultsStored, which a start
// makes from the results themselves; it refuses all others for their kind.
TEST(JournalTest, ReplayTakesWhatIsJournaledAndNothingElse) {
  for (int k = 0; k < Kinds().field_count(); ++k) {
    const google::protobuf::FieldDescriptor& kind = *Kinds().field(k);
    const v1::LeaseUpdate update = Empty(kind);
    LeaseTable table(LeaseOptions(), /*epoch=*/2);

    const absl::Status replayed = table.Replay(update);

    const bool known = !absl::StrContains(replayed.message(), "does not apply here");
    EXPECT_EQ(known, IsJournaled(update) || update.has_stored()) << kind.name() << ": " << replayed;
  }
}

TEST(JournalTest, AnUpdateWithoutAKindIsNotJournaled) {
  EXPECT_FALSE(IsJournaled(v1::LeaseUpdate()));
}

}  // namespace
}  // namespace quipu::pipelines
