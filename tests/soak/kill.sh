#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# SIGKILL at random moments against whole programs, with the scripted engine:
# the coordinator, workers, build, build --partition, merge, export, backup,
# restore. After each run the export has to have the bytes of an undisturbed run,
# and `quipu check` has to find nothing.
#
#   tests/soak/kill.sh        # 200 kills each
#   tests/soak/kill.sh 1000
#
# Takes an hour at most. Exit status 0 only if all kills hit and no fault was
# found.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/soak/common.sh
source tests/soak/common.sh

kills="$(number_argument "${1:-200}")"
run_soak 3600 --test_env=QUIPU_KILLS="$kills" \
  //tests/crash:service_kill_test \
  //tests/crash:cli_kill_test \
  //tests/crash:build_kill_test --test_filter='-*SmallModel*'
