// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/hmac.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace quipu {
namespace {

// RFC 4231, section 4; case 5 gives only the first 128 bits.
TEST(HmacSha256, GivesTheVectorsOfRfc4231) {
  struct Case {
    std::string key;
    std::string message;
    std::string mac;
  };
  const std::vector<Case> cases = {
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {absl::HexStringToBytes("0102030405060708090a0b0c0d0e0f10111213141516171819"),
       std::string(50, '\xcd'), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {std::string(20, '\x0c'), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than "
       "block-size data. The key needs to be hashed before being used by the "
       "HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const Case& c : cases) {
    const std::string mac = HmacSha256(c.key, c.message);
    ASSERT_EQ(mac.size(), kHmacBytes);
    EXPECT_EQ(absl::BytesToHexString(mac).substr(0, c.mac.size()), c.mac) << c.message;
  }
}

TEST(HmacSha256, TakesAnEmptyKeyAndAnEmptyMessage) {
  const std::string before = HmacSha256("another key", "message");
  // From Python's hmac.new(b"", b"", "sha256").
  EXPECT_EQ(absl::BytesToHexString(HmacSha256(absl::string_view(), absl::string_view())),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_NE(HmacSha256("", "message"), before);
}

TEST(ConstantTimeEqual, TellsEveryFlippedBitAndEveryLength) {
  const std::string bytes = HmacSha256("any", "bytes");
  EXPECT_TRUE(ConstantTimeEqual(bytes, std::string(bytes)));
  EXPECT_TRUE(ConstantTimeEqual("", ""));
  for (int bit = 0; bit < 32 * 8; ++bit) {
    std::string other = bytes;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(ConstantTimeEqual(bytes, other)) << bit;
  }
  EXPECT_FALSE(ConstantTimeEqual(bytes, bytes.substr(0, 31)));
  EXPECT_FALSE(ConstantTimeEqual(bytes, bytes + '\0'));
  EXPECT_FALSE(ConstantTimeEqual("", bytes));
}

}  // namespace
}  // namespace quipu
