#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# The long form of tests/faults and of the damage test: power loss at every sync,
# a full disk at every operation, every failpoint with every action, failed
# allocations, damaged files.
#
#   tests/soak/faults.sh           # all
#   tests/soak/faults.sh power     # one of: power disk failpoints memory damage
#
# Takes an hour at most each; on two idle cores a few minutes.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/soak/common.sh
source tests/soak/common.sh

one() {
  case "$1" in
  power) run_soak 3600 --test_env=QUIPU_POWER_LOSSES=all //tests/faults:power_loss_test ;;
  disk) run_soak 3600 --test_env=QUIPU_FULL_DISKS=all //tests/faults:full_disk_test ;;
  failpoints) run_soak 3600 --test_env=QUIPU_FAILPOINTS=all //tests/faults:failpoint_test ;;
  memory) run_soak 3600 --test_env=QUIPU_ALLOCATION_FAILURES=200 //tests/faults:memory_test ;;
  damage) run_soak 7200 --test_env=QUIPU_DAMAGES=420 //storage:store_bit_flips_test ;;
  *) fail "\"$1\" is none of: power disk failpoints memory damage" ;;
  esac
}

if [[ $# -gt 0 ]]; then
  one "$1"
else
  for each in power disk failpoints memory damage; do one "$each"; done
fi
