#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Loads every format with the real libraries; README.md beside this says how.
#
#   tests/trainers/run.sh                      # all groups, with bazel-bin/pipelines/quipu
#   tests/trainers/run.sh QUIPU GROUP...   # datasets, trl, streams, nemo, llamafactory, axolotl, torchtune
#
# QUIPU_MODEL_DIR has the models of the tests (default: .cache/models). Needs python3.12.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
quipu="$(realpath "${1:-bazel-bin/pipelines/quipu}")"
shift || true
groups=("$@")
[ ${#groups[@]} -gt 0 ] || groups=(datasets trl streams nemo llamafactory axolotl torchtune)
here="$PWD/tests/trainers"
models="$(realpath "${QUIPU_MODEL_DIR:-.cache/models}")"
model="$models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
venvs="${QUIPU_TRAINERS_VENVS:-$work/venvs}"
export HF_HOME="$work/hf" HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false

# A venv for a group; datasets and trl share one. (Those of streams bring another huggingface_hub.)
venv() {
  local name="$1"
  if [ ! -x "$venvs/$name/bin/python" ]; then
    python3.12 -m venv "$venvs/$name"
    "$venvs/$name/bin/pip" install --quiet -r "$here/requirements-$name.txt"
    # What it requires needs a GPU to install.
    [ "$name" != nemo ] || "$venvs/nemo/bin/pip" install --quiet --no-deps megatron-bridge==0.6.2
  fi
}

# The scripted engine writes the pairs; tokens are those of Qwen2.5.
cat >"$work/spec.textproto" <<SPEC
seed: 5
store: "$work/store"
documents { path: "$PWD/tests/golden/export/corpus.jsonl" }
short_rows { path: "$PWD/tests/golden/export/short_rows.jsonl" }
engine { kind: SCRIPTED }
read { min_document_tokens: 50 }
chunks { min_tokens: 40 max_tokens: 200 tokens_per_chunk: 100 }
instances { context_tokens: 4096 target_model: "$model" }
packing { pack_tokens: 1024 }
export { validation_share: 0.2 dataset_name: "Trainers" license: "apache-2.0" }
SPEC
"$quipu" build "$work/spec.textproto"
"$quipu" export "$work/store" --out "$work/data" --format all
"$quipu" check "$work/store" --export "$work/data"

tokenizer="${QUIPU_TRAINERS_TOKENIZER:-$work/tokenizer}"
make_tokenizer() {
  [ -e "$tokenizer" ] && return
  venv trl
  "$venvs/trl/bin/python" - "$models" "$(basename "$model")" "$tokenizer" <<'PYTHON'
import sys
import transformers
transformers.AutoTokenizer.from_pretrained(
    sys.argv[1], gguf_file=sys.argv[2]).save_pretrained(sys.argv[3])
PYTHON
}

status=0
for group in "${groups[@]}"; do
  echo "== $group"
  case "$group" in
    datasets) venv trl; "$venvs/trl/bin/python" "$here/check_datasets.py" "$work/data" || status=1 ;;
    streams) venv streams; "$venvs/streams/bin/python" "$here/check_streams.py" "$work/data" || status=1 ;;
    trl) make_tokenizer
      "$venvs/trl/bin/python" "$here/check_trl.py" "$work/data" "$tokenizer" || status=1 ;;
    nemo | llamafactory | axolotl | torchtune) make_tokenizer; venv "$group"
      "$venvs/$group/bin/python" "$here/check_$group.py" "$work/data" "$tokenizer" || status=1 ;;
    *) echo "unknown group $group" >&2; exit 2 ;;
  esac
done
exit "$status"
