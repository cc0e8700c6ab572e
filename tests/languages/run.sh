#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# How many documents of 512 tokens or more give a chunk, in 29 languages: the help of
# LibreOffice, as its Debian packages have it (100 MB of downloads, MPL-2.0), without its parts on
# programming and formulas, which are code. README.md has the figures.
#
#   tests/languages/run.sh                         # with bazel-bin/pipelines/quipu
#   tests/languages/run.sh QUIPU FOLDER LANGUAGE...
#
# Packages are unpacked in FOLDER, not installed. Needs apt-get and QUIPU_MODEL_DIR (default:
# .cache/models) with the large model, whose tokenizer counts. Exit status 1: in a language more
# than 1 % of the documents give none.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
quipu="$(realpath "${1:-bazel-bin/pipelines/quipu}")"
folder="$(realpath -m "${2:-/tmp/quipu_languages}")"
shift $(($# < 2 ? $# : 2))
languages=("$@")
[ ${#languages[@]} -gt 0 ] ||
  languages=(ca cs da de dz el en-US es et eu fi fr gl hi hu id it ja km ko nl pl pt ru sl sv tr vi zh-CN)
model="$(realpath "${QUIPU_MODEL_DIR:-.cache/models}")/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
# Help that is not translated is in English: only pages in these languages' own scripts count.
declare -A letters=([dz]='\\p{Tibetan}' [el]='\\p{Greek}' [hi]='\\p{Devanagari}'
  [ja]='[\\p{Han}\\p{Hiragana}\\p{Katakana}]' [km]='\\p{Khmer}' [ko]='\\p{Hangul}'
  [ru]='\\p{Cyrillic}' [zh-CN]='\\p{Han}')

mkdir -p "$folder/packages"
fetch() {
  local package="libreoffice-help-${1,,}"
  [ -d "$folder/usr/share/libreoffice/help/$1" ] && return
  (cd "$folder/packages" && apt-get download -q "$package" >/dev/null)
  dpkg -x "$folder/packages/${package}"_*.deb "$folder"
}

keep_if() {
  local letter="${letters[$1]:-}"
  [ -z "$letter" ] || printf 'keep_if { pattern: "(?s)(%s.{0,3}){60}" }' "$letter"
}

status=0
echo "| language | documents | without a chunk | why |"
echo "|---|---|---|---|"
for language in "${languages[@]}"; do
  fetch "$language"
  run="$folder/run-$language"
  rm -rf "$run"
  mkdir -p "$run"
  cat >"$run/spec.textproto" <<SPEC
seed: 1
store: "$run/store"
documents {
  path: "$folder/usr/share/libreoffice/help/$language/text/{shared,swriter,simpress,sdraw}/**/*.html"
  $(keep_if "$language")
}
read { min_document_tokens: 512 }
selection { sample_documents: 200 }
generation { pairs_per_chunk: 1 }
engine { kind: SCRIPTED model: "$model" }
SPEC
  "$quipu" build "$run/spec.textproto" >"$run/log" 2>&1 ||
    { tail -5 "$run/log" >&2; echo "$language: the build failed" >&2; exit 2; }
  "$quipu" status --json "$run/store" | python3 tests/languages/count.py "$language" || status=1
done
exit "$status"
