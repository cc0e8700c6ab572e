// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/reject.h"

#include <utility>

namespace quipu::generator {

v1::Reject MakeReject(v1::RejectReason reason, std::string detail) {
  v1::Reject reject;
  reject.set_reason(reason);
  reject.set_detail(std::move(detail));
  return reject;
}

}  // namespace quipu::generator
