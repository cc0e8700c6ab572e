#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Bad networks between workers and coordinator: delay, trickle, black hole,
# reset, cut inside a message, half-close either way, refused connections, in a
# random order, during the work; and workers that freeze past their leases.
#
#   tests/soak/partitions.sh      # 20 rounds of all faults, 50 late submits
#   tests/soak/partitions.sh 100
#
# Takes two hours at most.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/soak/common.sh
source tests/soak/common.sh

rounds="$(number_argument "${1:-20}")"
run_soak 7200 --test_env=QUIPU_PARTITION_ROUNDS="$rounds" --test_env=QUIPU_STOPS=50 \
  //tests/crash:service_partition_test //tests/crash:service_faults_test
