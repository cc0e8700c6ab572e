// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/lease_ticket.h"

#include <string>

#include "absl/status/status.h"
#include "base/hmac.h"
#include "base/limits.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;

const char kSecret[] = "0123456789abcdef0123456789abcdef";
const char kRun[] = "run-id-of-16-by.";

v1::LeaseTicket Ticket() {
  v1::LeaseTicket ticket;
  ticket.set_run_id(kRun);
  ticket.set_document_id("document-16-byte");
  ticket.set_chunk_index(3);
  ticket.set_worker("worker-1/7");
  ticket.set_token((uint64_t{5} << 32) | 9);
  ticket.set_ttl_ms(60000);
  return ticket;
}

TEST(LeaseTicketTest, ComesBackAsItWasSigned) {
  const v1::SignedTicket signed_ticket = SignTicket(kSecret, Ticket());

  ASSERT_OK_AND_ASSIGN(const v1::LeaseTicket ticket,
                       CheckTicket(kSecret, kRun, "worker-1/7", signed_ticket));

  EXPECT_EQ(ticket.SerializeAsString(), Ticket().SerializeAsString());
  EXPECT_EQ(signed_ticket.hmac().size(), 32u);
  EXPECT_LE(signed_ticket.ticket().size(), kMaxTicketBytes);
}

TEST(LeaseTicketTest, RefusesEverySingleFlippedBit) {
  const v1::SignedTicket good = SignTicket(kSecret, Ticket());
  for (size_t bit = 0; bit < good.ticket().size() * 8; ++bit) {
    v1::SignedTicket bad = good;
    (*bad.mutable_ticket())[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_THAT(CheckTicket(kSecret, kRun, "worker-1/7", bad),
                StatusIs(absl::StatusCode::kInvalidArgument, "not signed"))
        << "ticket, bit " << bit;
  }
  for (size_t bit = 0; bit < good.hmac().size() * 8; ++bit) {
    v1::SignedTicket bad = good;
    (*bad.mutable_hmac())[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_THAT(CheckTicket(kSecret, kRun, "worker-1/7", bad),
                StatusIs(absl::StatusCode::kInvalidArgument, "not signed"))
        << "hmac, bit " << bit;
  }
}

TEST(LeaseTicketTest, RefusesAnotherSecretRunAndWorker) {
  const v1::SignedTicket good = SignTicket(kSecret, Ticket());
  EXPECT_THAT(CheckTicket("another secret of thirty-two by.", kRun, "worker-1/7", good),
              StatusIs(absl::StatusCode::kInvalidArgument, "not signed"));
  EXPECT_THAT(CheckTicket(kSecret, "another run", "worker-1/7", good),
              StatusIs(absl::StatusCode::kInvalidArgument, "another run"));
  EXPECT_THAT(CheckTicket(kSecret, kRun, "worker-1", good),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       "a ticket of worker worker-1/7, presented by worker-1"));
  EXPECT_THAT(CheckTicket(kSecret, kRun, "", good), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(LeaseTicketTest, BoundsWhatItLooksAt) {
  v1::SignedTicket at_limit;
  // Field 99, unknown, of the length that fills the ticket up.
  std::string filler = SignTicket(kSecret, Ticket()).ticket();
  const size_t rest = kMaxTicketBytes - filler.size() - 4;
  filler += std::string("\x9a\x06", 2) + static_cast<char>(0x80 | (rest & 0x7f)) +
            static_cast<char>(rest >> 7) + std::string(rest, 'x');
  ASSERT_EQ(filler.size(), kMaxTicketBytes);
  at_limit.set_ticket(filler);
  at_limit.set_hmac(HmacSha256(kSecret, filler));
  EXPECT_OK(CheckTicket(kSecret, kRun, "worker-1/7", at_limit));

  v1::SignedTicket over = at_limit;
  over.mutable_ticket()->push_back('x');
  over.set_hmac(HmacSha256(kSecret, over.ticket()));
  EXPECT_THAT(CheckTicket(kSecret, kRun, "worker-1/7", over),
              StatusIs(absl::StatusCode::kInvalidArgument, "513 bytes, limit 512"));

  for (const size_t size : {0, 31, 33}) {
    v1::SignedTicket bad = at_limit;
    bad.mutable_hmac()->resize(size);
    EXPECT_THAT(CheckTicket(kSecret, kRun, "worker-1/7", bad),
                StatusIs(absl::StatusCode::kInvalidArgument, "want 32"));
  }
  v1::SignedTicket no_message;
  no_message.set_ticket("\xff\xff");
  no_message.set_hmac(HmacSha256(kSecret, no_message.ticket()));
  EXPECT_THAT(CheckTicket(kSecret, kRun, "worker-1/7", no_message),
              StatusIs(absl::StatusCode::kInvalidArgument, "does not parse"));
}

}  // namespace
}  // namespace quipu::pipelines
