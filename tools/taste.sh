#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Checks what reviews would otherwise say again and again; takes a second or two.
#
#   tools/taste.sh           # the whole repository
#   tools/taste.sh FILE...   # some files of it
#
# Prints each finding as file:line: text (why). A line that has a good reason to
# differ says so in a comment that contains "taste-ok". Exit status 1 if
# anything was found.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly MAX_LINES=600

if [[ $# -gt 0 ]]; then
  files=("$@")
else
  mapfile -t files < <(git ls-files --cached --others --exclude-standard)
fi

findings=0
found() {
  findings=$((findings + 1))
  printf '%s\n' "$*"
}

# scan WHY PATTERN FILE...: every line that matches an extended regular expression.
scan() {
  local why=$1 pattern=$2 line
  shift 2
  [[ $# -gt 0 ]] || return 0
  while IFS= read -r line; do
    found "$line ($why)"
  done < <(grep -HnE "$pattern" -- "$@" | grep -v 'taste-ok' || true)
}

# What each folder may include, as DESIGN's arrows say: a bar-separated list.
allowed() {
  case "$1" in
    base) echo 'base' ;;
    protos) echo 'protos' ;;
    inference) echo 'base|protos|inference' ;;
    generator) echo 'base|protos|inference|generator' ;;
    storage) echo 'base|protos|storage' ;;
    pipelines) echo 'base|protos|inference|generator|storage|pipelines' ;;
    *) echo 'base|protos|inference|generator|storage|pipelines|tests' ;;
  esac
}

readonly FOLDERS='base|protos|inference|generator|storage|pipelines|tests'

check_includes() {
  local file=$1 ok line
  ok="$(allowed "${file%%/*}")"
  [[ $file == *_test.cc ]] && ok="$ok|tests"
  while IFS= read -r line; do
    found "$file:$line (${file%%/*} may include $ok only: the arrows between the folders)"
  done < <(grep -nE "^#include \"($FOLDERS)/" -- "$file" |
    grep -vE "^[0-9]+:#include \"($ok)/" | grep -v 'taste-ok' || true)
}

cxx=() headers=() own=() text=()
for file in "${files[@]}"; do
  [[ -f $file ]] || continue
  case "$file" in
    LICENSE | tools/taste.sh) continue ;;
    *.h | *.cc)
      cxx+=("$file")
      case "$file" in
        base/status_macros.h | base/strings.h) ;; # they are what the rest must use
        *.h) headers+=("$file") ;;
      esac
      [[ $file == *_test.cc || $file == tests/* ]] || own+=("$file")
      ;;
  esac
  grep -Iq . -- "$file" && text+=("$file")
done

for file in ${cxx[@]+"${cxx[@]}"}; do
  check_includes "$file"
done
for file in ${text[@]+"${text[@]}"}; do
  case "$file" in
    *.h | *.cc | *.proto | *.bzl | *.sh | *.py) ;;
    *) continue ;;
  esac
  lines="$(wc -l <"$file")"
  if ((lines > MAX_LINES)); then
    found "$file:$lines: $lines lines (at most $MAX_LINES: split it by what it does)"
  fi
  head -n 3 -- "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
    found "$file:1: (no copyright line at the top)"
done

scan 'std::regex is slow and recurses on the input: RE2' \
  'std::(basic_)?regex|#include <regex>' ${cxx[@]+"${cxx[@]}"}
scan 'absl::optional and absl::variant are other types here: std::optional, std::variant' \
  'absl::(optional|variant|nullopt|make_optional|any\b)' ${cxx[@]+"${cxx[@]}"}
scan 'a header that uses the status macros gives them to everyone who includes it' \
  '^([^/]|/[^/])*\b(RETURN_IF_ERROR|ASSIGN_OR_RETURN)\b|status_macros\.h"' ${headers[@]+"${headers[@]}"}
scan 'absl::string_view in signatures: the two do not convert (base/strings.h does)' \
  '^([^/]|/[^/])*std::string_view' ${headers[@]+"${headers[@]}"}
scan 'libm picks variants by CPU; what touches a token or a stored score uses our own' \
  '\bstd::(exp|exp2|expm1|log|log2|log1p|log10|sin|cos|pow|tanh)f?\(' ${own[@]+"${own[@]}"}
scan 'std::hash differs between libraries: base/fingerprint.h' \
  '\bstd::hash<' ${own[@]+"${own[@]}"}
scan 'a path of somebody'\''s machine' \
  '(^|[^A-Za-z0-9_.])/(work|home|root|Users)/[A-Za-z0-9_]' ${text[@]+"${text[@]}"}
scan 'finish it, or write an issue' '\b(TODO|FIXME|XXX)\b' ${cxx[@]+"${cxx[@]}"}

if ((findings > 0)); then
  printf '%d findings\n' "$findings"
  exit 1
fi
printf 'no findings in %d files\n' "${#files[@]}"
