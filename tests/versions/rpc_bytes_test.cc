// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The messages of a released worker mean to today's coordinator what they meant
// then, and the reverse. rpc_v1.txt has their bytes and what they say; a line of it
// is never changed. A failure here means that workers and coordinators of two
// versions misread each other.
//
// QUIPU_WRITE_RPC=FILE writes the bytes of messages that rpc_v1.txt does not have yet.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/serialize.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/coordinator.pb.h"
#include "tests/support/coordinator_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {
namespace {

using google::protobuf::Message;
using google::protobuf::TextFormat;
using ::testing::IsEmpty;

constexpr char kRecorded[] = "tests/versions/rpc_v1.txt";

struct Recorded {
  std::string type;
  std::string bytes;
  std::string text;  // On one line.
};

std::string TextOf(const Message& message) {
  TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(message, &text);
  return std::string(absl::StripTrailingAsciiWhitespace(text));
}

std::vector<Recorded> ReadRecorded() {
  std::vector<Recorded> all;
  const auto content = ReadFile(kRecorded, 1 << 20);
  EXPECT_OK(content.status());
  if (!content.ok()) return all;
  for (const absl::string_view line : absl::StrSplit(*content, '\n', absl::SkipEmpty())) {
    if (line[0] == '#') continue;
    const std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits('\t', 2));
    EXPECT_EQ(parts.size(), 3u) << line;
    if (parts.size() == 3) all.push_back({parts[0], absl::HexStringToBytes(parts[1]), parts[2]});
  }
  return all;
}

std::unique_ptr<Message> NewMessage(const std::string& type) {
  const auto* descriptor =
      v1::HelloRequest::descriptor()->file()->pool()->FindMessageTypeByName("quipu.v1." + type);
  if (descriptor == nullptr) return nullptr;
  const Message* const prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor);
  return std::unique_ptr<Message>(prototype->New());
}

// One conversation, with every verb.
std::vector<std::unique_ptr<Message>> Conversation() {
  std::vector<std::unique_ptr<Message>> messages;
  const auto add = [&messages](const Message& message) {
    messages.emplace_back(message.New());
    messages.back()->CopyFrom(message);
  };
  CoordinatorFixture run(/*chunks=*/1, /*tasks=*/2);
  const v1::HelloRequest hello = run.HelloOf("ann");
  add(hello);
  const auto greeted = run.coordinator->Hello({}, hello);
  EXPECT_OK(greeted.status());
  add(*greeted);
  v1::LeaseRequest lease;
  lease.set_session(greeted->session());
  lease.set_max_chunks(1);
  lease.set_wait_ms(250);
  add(lease);
  const v1::LeaseReply granted = run.Lease(greeted->session(), 1);
  add(granted);
  v1::RenewRequest renew;
  renew.set_session(greeted->session());
  *renew.add_tickets() = granted.chunks(0).ticket();
  add(renew);
  const auto renewed = run.coordinator->Renew({}, renew);
  EXPECT_OK(renewed.status());
  add(*renewed);
  v1::SubmitRequest submit;
  submit.set_session(greeted->session());
  *submit.add_leases() = run.Work(granted.chunks(0));
  submit.mutable_work()->set_steps(3);
  add(submit);
  const auto sent = run.Send(greeted->session(), {run.Work(granted.chunks(0))});
  run.Commit();
  EXPECT_OK(sent->reply.status());
  add(*sent->reply);
  v1::ControlRequest control;
  control.set_verb(v1::ControlRequest::PAUSE);
  control.set_reason("a reason");
  add(control);
  add(run.coordinator->Status());
  return messages;
}

TEST(RpcBytes, OfTheFirstReleaseAreReadAsTheyWereMeant) {
  const std::vector<Recorded> recorded = ReadRecorded();
  EXPECT_GE(recorded.size(), 10u);
  for (const Recorded& r : recorded) {
    SCOPED_TRACE(r.type);
    const std::unique_ptr<Message> message = NewMessage(r.type);
    ASSERT_NE(message, nullptr) << "there is no such message any more";
    ASSERT_TRUE(message->ParseFromString(r.bytes));
    EXPECT_EQ(TextOf(*message), r.text);
    EXPECT_EQ(SerializeDeterministic(*message), r.bytes) << "fields were renumbered or dropped";
  }
}

TEST(RpcBytes, AreRecordedForEachMessageOfTheConversation) {
  std::set<std::string> types;
  for (const Recorded& r : ReadRecorded()) types.insert(r.type);
  std::string missing;
  for (const std::unique_ptr<Message>& message : Conversation()) {
    const std::string type = message->GetDescriptor()->name();
    if (types.count(type) > 0) continue;
    absl::StrAppend(&missing, type, "\t", absl::BytesToHexString(SerializeDeterministic(*message)),
                    "\t", TextOf(*message), "\n");
  }
  const char* path = std::getenv("QUIPU_WRITE_RPC");
  if (path != nullptr) {
    ASSERT_OK(WriteFileAtomic(path, missing));
  }
  EXPECT_THAT(missing, IsEmpty());
}

// A recorded worker's Hello is accepted by today's coordinator; one of another major version is
// refused, and both versions are named.
TEST(RpcBytes, OfARecordedHelloOpenASession) {
  for (const Recorded& r : ReadRecorded()) {
    if (r.type != "HelloRequest") continue;
    v1::HelloRequest hello;
    ASSERT_TRUE(hello.ParseFromString(r.bytes));
    CoordinatorFixture run(/*chunks=*/1, /*tasks=*/1);
    EXPECT_OK(run.coordinator->Hello({}, hello).status());
    hello.mutable_version()->set_minor(hello.version().minor() + 7);
    EXPECT_OK(run.coordinator->Hello({}, hello).status()) << "a newer minor version";
    hello.mutable_version()->set_major(hello.version().major() + 1);
    EXPECT_THAT(run.coordinator->Hello({}, hello).status(),
                StatusIs(absl::StatusCode::kFailedPrecondition, "version"));
  }
}

}  // namespace
}  // namespace quipu::testing
