#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Has clang read every source, for what GCC ignores: the thread annotations
# (ABSL_GUARDED_BY and the like, -Wthread-safety). Compiles nothing.
#
#   tools/clang_check.sh           # sources that reach an annotation or a mutex
#   tools/clang_check.sh --all     # every source
#   tools/clang_check.sh FILE...   # some sources
#
# Installs clang if it is missing, and writes compile_commands.json. Exit status
# 0 nothing was found; 1 something was; 3 clang is unavailable.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

# Warnings of a compiler that is not the build's own are left to that one.
readonly WARNINGS=(-Wno-everything -Wthread-safety -Werror)

(install_packages tools/clang_packages.txt) || exit 3
tools/compile_commands.py --fresh
JOBS="${JOBS:-$(nproc)}" exec python3 tools/clang_check.py "$@" -- "${WARNINGS[@]}"
