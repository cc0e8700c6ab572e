#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# The deterministic simulation of coordinator and workers over a lossy network,
# for many seeds in one thread.
#
#   tests/soak/simulation.sh          # 2,000 seeds
#   tests/soak/simulation.sh 200000
#
# Takes six hours at most.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/soak/common.sh
source tests/soak/common.sh

seeds="$(number_argument "${1:-2000}")"
run_soak 21600 --test_env=QUIPU_SIM_SEEDS="$seeds" //tests/simulation:simulation_test
