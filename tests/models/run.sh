#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Compares models with transformers, and writes the fixtures in testdata/ again. Not
# part of CI: it installs PyTorch (5 GB) into VENV the first time.
#
#   tests/models/run.sh VENV OUT [MODEL.gguf]
#
# MODEL.gguf: a llama model, e.g. the small one of ./test. compare.py says what is
# compared. Exit status 1 if something differs, or if a fixture changes.

set -euo pipefail
readonly HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[[ $# -eq 2 || $# -eq 3 ]] || { sed -n '3,12p' "${BASH_SOURCE[0]}" >&2; exit 2; }
readonly VENV=$1 OUT=$2 MODEL=${3:-}

if [[ ! -x "$VENV/bin/python" ]]; then
  python3 -m venv "$VENV"
  "$VENV/bin/pip" install -q torch==2.7.1 transformers==4.57.1 safetensors gguf==0.19.0 numpy
fi
(cd "$HERE/../.." && bazel build //tests/models:greedy)
export HF_HUB_OFFLINE=1
"$VENV/bin/python" "$HERE/make_fixtures.py" "$OUT/fixtures"
diff -rq "$OUT/fixtures" "$HERE/testdata"
"$VENV/bin/python" "$HERE/compare.py" "$HERE/../../bazel-bin/tests/models/greedy" "$OUT/random" \
  ${MODEL:+"$MODEL"}
