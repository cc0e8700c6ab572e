#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Installs what quipu needs on Debian 12 for building, testing and running:
# packages (tools/packages.txt), Apache Arrow (90 MB) and models. Does only what
# is missing, so it is quick the second time. Used by ./test, ./demo and .ci/run.
#
#   tools/setup.sh              # packages and Arrow
#   tools/setup.sh small        # and the small model (98 MB), for tests
#   tools/setup.sh large        # and the large model (1.1 GB), for the demo
#
# Models go to $QUIPU_MODEL_DIR, or to .cache/models if that is not set; Arrow to
# $QUIPU_ARROW_DIR or .cache/arrow. Without Arrow quipu is built all the same, and
# does not read or write Parquet and Arrow files.
#
# Exit status: 0 everything is installed; 1 packages cannot be installed; 2 wrong
# usage; 3 a model is unavailable; 4 no room for a model.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

for model in "$@"; do
  case "$model" in
    small | large) ;;
    *)
      echo "usage: tools/setup.sh [small] [large]" >&2
      exit 2
      ;;
  esac
done

check_system() {
  local id="" version=""
  if [[ -r /etc/os-release ]]; then
    id="$(. /etc/os-release && echo "${ID:-}")"
    version="$(. /etc/os-release && echo "${VERSION_ID:-}")"
  fi
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "apt-get was not found: quipu's set-up is for Debian 12 (this is ${id:-an unknown system})"
  fi
  if [[ "$id $version" != "debian 12" ]]; then
    say "set-up: this is ${id:-an unknown system} $version; quipu is built and tested on Debian 12 only"
  fi
}

# A Python that has pip: the user's first, because its pip may be configured, then
# Debian's.
find_python() {
  local python
  for python in python3 /usr/bin/python3; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null &&
      "$python" -m pip --version >/dev/null 2>&1; then
      echo "$python"
      return 0
    fi
  done
  fail "no python3 with pip was found"
}

fetch_models() {
  local python
  python="$(find_python)"
  "$python" tools/fetch_model.py --dir "${QUIPU_MODEL_DIR:-.cache/models}" "$@"
}

# Arrow is optional: no network, and set-up continues.
fetch_arrow() {
  local python folder="${QUIPU_ARROW_DIR:-.cache/arrow}" before
  before="$(cat "$folder/version" 2>/dev/null)" || true
  python="$(find_python)"
  if ! "$python" tools/fetch_arrow.py --dir "$folder"; then
    say "set-up: Apache Arrow is unavailable (see above); quipu will not read or write Parquet and Arrow files"
  elif [[ "$(cat "$folder/version")" != "$before" ]] && command -v bazel >/dev/null; then
    # A running Bazel would not see that it is there now.
    run_bazel shutdown
  fi
}

check_system
install_packages tools/packages.txt
fetch_arrow
if [[ $# -gt 0 ]]; then
  fetch_models "$@"
fi
