#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Checks the thread annotations (ABSL_GUARDED_BY and the like, -Wthread-safety),
# which GCC ignores, with clang. Compiles nothing.
#
#   tools/clang_check.sh           # sources that can violate an annotation
#   tools/clang_check.sh --all     # every source
#   tools/clang_check.sh FILE...   # some sources
#
# Installs clang if it is missing, and writes compile_commands.json. Exit status:
# 0 no findings; 1 findings; 3 clang is unavailable.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

# Only these warnings; all others are the build compiler's task.
readonly WARNINGS=(-Wno-everything -Wthread-safety -Werror)

(install_packages tools/clang_packages.txt) || exit 3
tools/compile_commands.py --fresh
JOBS="${JOBS:-$(nproc)}" exec python3 tools/clang_check.py "$@" -- "${WARNINGS[@]}"
