// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/types.h"

namespace quipu::pipelines {

LeaseOptions LeaseOptionsOf(const v1::ServiceSpec& spec) {
  LeaseOptions options;
  options.ttl = absl::Seconds(spec.lease_ttl_s());
  options.max_attempt = absl::Minutes(spec.max_attempt_minutes());
  options.max_lost_attempts = static_cast<int>(spec.max_lost_attempts());
  options.max_failed_attempts = static_cast<int>(spec.max_failed_attempts());
  options.pause_window = static_cast<int>(spec.pause_window());
  options.pause_reject_share = spec.pause_reject_share();
  options.audit_share = spec.audit_share();
  options.max_leases_per_worker = static_cast<int>(spec.max_leases_per_worker());
  return options;
}

}  // namespace quipu::pipelines
