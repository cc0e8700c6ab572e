#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Backups of a running build, some of them killed; the store destroyed, restored and
# finished, again and again. Each dataset has to have the bytes of an undisturbed run.
#
#   tests/soak/backup.sh        # 100 rounds
#   tests/soak/backup.sh 1000

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/soak/common.sh
source tests/soak/common.sh

rounds="$(number_argument "${1:-100}")"
run_soak 7200 --test_env=QUIPU_BACKUP_ROUNDS="$rounds" //tests/faults:backup_run_test
