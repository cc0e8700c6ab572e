// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/reject.h"

#include <utility>

#include "base/strings.h"

namespace quipu::generator {

v1::Reject MakeReject(v1::RejectReason reason, std::string detail) {
  v1::Reject reject;
  reject.set_reason(reason);
  // It may quote a reply, or what a server said.
  reject.set_detail(Printable(detail));
  return reject;
}

bool IsRejectedLater(v1::RejectReason reason) {
  return reason == v1::REJECT_REASON_DUPLICATE_QUESTION || reason == v1::REJECT_REASON_AMBIGUOUS ||
         reason == v1::REJECT_REASON_CONTEXT_TOO_SMALL;
}

}  // namespace quipu::generator
