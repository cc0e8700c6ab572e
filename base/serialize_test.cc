// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/serialize.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"

namespace quipu {
namespace {

// The fields of a map, inserted from either end.
google::protobuf::Struct Fields(bool backwards) {
  google::protobuf::Struct message;
  for (int i = 0; i < 100; ++i) {
    const int number = backwards ? 99 - i : i;
    (*message.mutable_fields())[absl::StrCat("field ", number)].set_number_value(number);
  }
  return message;
}

TEST(SerializeDeterministic, GivesTheSameBytesForEqualMessages) {
  EXPECT_EQ(SerializeDeterministic(Fields(false)), SerializeDeterministic(Fields(true)));
}

TEST(SerializeDeterministic, GivesBytesThatAreReadBack) {
  google::protobuf::Struct read;
  ASSERT_TRUE(read.ParseFromString(SerializeDeterministic(Fields(false))));
  EXPECT_EQ(read.fields().size(), 100u);
  EXPECT_EQ(read.fields().at("field 42").number_value(), 42);
  EXPECT_EQ(SerializeDeterministic(google::protobuf::Struct()), "");
}

}  // namespace
}  // namespace quipu
