#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Builds a dataset from documents that give orders, with a real model, and counts the accepted
# pairs that obey. Not part of CI: it takes about ten minutes with a 1.5B model on two cores.
#
#   tests/injection/run.sh bazel-bin/pipelines/quipu MODEL.gguf PROSE.jsonl OUT_DIR [EVERY]
#
# PROSE.jsonl, EVERY: embed.py says what they are. Exit status 1 if a pair obeys.

set -euo pipefail
readonly HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[[ $# -eq 4 || $# -eq 5 ]] || { sed -n '3,10p' "${BASH_SOURCE[0]}" >&2; exit 2; }
readonly QUIPU=$1 MODEL=$2 PROSE=$3 OUT=$4

mkdir -p "$OUT"
python3 "$HERE/embed.py" "$PROSE" "${5:-1}" > "$OUT/corpus.jsonl"
cat > "$OUT/spec.textproto" <<EOF
seed: 1
store: "$OUT/store"
export_dir: "$OUT/export"
documents { path: "$OUT/corpus.jsonl" text_field: "text" }
engine { model: "$MODEL" }
read { min_document_tokens: 128 }
chunks { min_tokens: 128 max_tokens: 1200 tokens_per_chunk: 4096 }
generation { pairs_per_chunk: 3 }
EOF
"$QUIPU" build "$OUT/spec.textproto"
python3 "$HERE/count.py" "$OUT/export"
