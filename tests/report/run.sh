#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Opens quipu's pages (report, review, diff, live) in headless Chromium and checks them: counts,
# layout, accessibility, keyboard, clicks. Not part of the tests: installs Chromium and Python
# packages. Some minutes.
#
#   tests/report/run.sh [FOLDER [STORE]]   # STORE: of a finished run (default: ./demo's)
#
# A second store, of 100,000 pairs, is made. FOLDER (default /tmp/quipu_report) then has pictures of
# all pages, to be looked at.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/common.sh
source tools/common.sh
folder=${1:-/tmp/quipu_report}
store=${2:-out/demo/store}
[[ -d $store ]] || fail "$store does not exist: run ./demo, or name a store"
mkdir -p "$folder"
is_installed chromium || as_root apt-get install -y --no-install-recommends chromium
[[ -d $folder/venv ]] || python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install -r tests/report/requirements.txt
run_bazel build //pipelines:quipu //tests/report:make_store
rm -rf "$folder/large"
bazel-bin/tests/report/make_store "$folder/large" 100000
exec "$folder/venv/bin/python" tests/report/browser.py bazel-bin/pipelines/quipu "$folder/pictures" \
  "$store" "$folder/large"
