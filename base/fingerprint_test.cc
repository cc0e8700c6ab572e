// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/fingerprint.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::IsOkAndHolds;
using testing::StatusIs;

TEST(Fingerprint, BytesAndHexAreBigEndian) {
  const Fingerprint value{0x0102030405060708, 0x090a0b0c0d0e0fff};

  EXPECT_EQ(value.ToHex(), "0102030405060708090a0b0c0d0e0fff");
  EXPECT_EQ(value.ToBytes(), "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\xff");
}

TEST(Fingerprint, ComesBackFromBytesAndHex) {
  const Fingerprint value = FingerprintOf("anything");

  EXPECT_THAT(Fingerprint::FromBytes(value.ToBytes()), IsOkAndHolds(value));
  EXPECT_THAT(Fingerprint::FromHex(value.ToHex()), IsOkAndHolds(value));
  EXPECT_THAT(Fingerprint::FromHex("ABCDEF00000000000000000000000001"),
              IsOkAndHolds(Fingerprint{0xabcdef0000000000, 1}));
}

TEST(Fingerprint, RefusesOtherLengthsAndDigits) {
  const std::string hex = FingerprintOf("anything").ToHex();

  EXPECT_THAT(Fingerprint::FromBytes("15 bytes of it."),
              StatusIs(absl::StatusCode::kInvalidArgument, "16 bytes, not 15"));
  EXPECT_THAT(Fingerprint::FromBytes(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Fingerprint::FromHex(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Fingerprint::FromHex(hex.substr(1)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Fingerprint::FromHex(hex + "0"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Fingerprint::FromHex("g" + hex.substr(1)),
              StatusIs(absl::StatusCode::kInvalidArgument, "hexadecimal"));
}

TEST(Fingerprint, OrdersAsItsBytesDo) {
  const Fingerprint values[] = {{0, 0}, {0, 1}, {0, ~0ull}, {1, 0}, {1ull << 63, 0}, {~0ull, 5}};
  for (const Fingerprint& a : values) {
    for (const Fingerprint& b : values) {
      EXPECT_EQ(a < b, a.ToBytes() < b.ToBytes()) << a.ToHex() << " " << b.ToHex();
      EXPECT_EQ(a == b, a.ToBytes() == b.ToBytes());
      EXPECT_EQ(a != b, a.ToBytes() != b.ToBytes());
    }
  }
}

// Computed by another implementation, from the words of the header.
TEST(FingerprintBuilder, ValuesNeverChange) {
  EXPECT_EQ(FingerprintOf("hello").ToHex(), "68b4f387d6203b24b0f608af93c254d5");
  EXPECT_EQ(FingerprintBuilder("task").Add("ab").Add(7).Add(Fingerprint{1, 2}).Build().ToHex(),
            "422efb36d2641b3dc48857734dc413b5");
}

TEST(FingerprintBuilder, KeepsDifferentSequencesApart) {
  std::set<Fingerprint> seen = {
      FingerprintBuilder("x").Build(),
      FingerprintBuilder("y").Build(),
      FingerprintBuilder("x").Add("").Build(),
      FingerprintBuilder("x").Add("").Add("").Build(),
      FingerprintBuilder("x").Add("abc").Build(),
      FingerprintBuilder("x").Add("ab").Add("c").Build(),
      FingerprintBuilder("x").Add("a").Add("bc").Build(),
      FingerprintBuilder("xabc").Build(),
      FingerprintBuilder("x").Add(uint64_t{0}).Build(),
      FingerprintBuilder("x").Add(std::string(8, '\0')).Build(),
      FingerprintBuilder("x").Add(uint64_t{0}).Add(uint64_t{0}).Build(),
      FingerprintBuilder("x").Add(Fingerprint{0, 0}).Build(),
      FingerprintBuilder("x").Add(std::string(16, '\0')).Build(),
  };

  EXPECT_EQ(seen.size(), 13u);
}

TEST(FingerprintBuilderDeathTest, BuildsOnce) {
  FingerprintBuilder builder("x");
  builder.Build();

  EXPECT_DEATH(builder.Build(), "finished twice");
  EXPECT_DEATH(builder.Add("late"), "after it was finished");
}

TEST(FingerprintOf, IsABuilderOfOneField) {
  EXPECT_EQ(FingerprintOf("abc"), FingerprintBuilder("bytes").Add("abc").Build());
}

}  // namespace
}  // namespace quipu
