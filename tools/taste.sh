#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Checks what reviews would otherwise say again and again; takes about a second.
#
#   tools/taste.sh           # the whole repository
#   tools/taste.sh FILE...   # some files of it
#   tools/taste.sh --words [FILE...]   # the words of docs/words.md instead
#
# Prints each finding as file:line: text (why). A line with a good reason to
# differ says so in a comment that contains "taste-ok". Exit status 1 if
# anything was found.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ${1:-} == --words ]]; then
  shift
  exec python3 tools/words.py "$@"
fi

readonly MAX_LINES=600

if [[ $# -gt 0 ]]; then
  files=("$@")
else
  mapfile -t files < <(git ls-files --cached --others --exclude-standard)
fi

cxx=() headers=() own=() code=() present=()
for file in "${files[@]}"; do
  [[ -f $file ]] || continue
  case "$file" in
    LICENSE | tools/taste.sh) continue ;;
  esac
  present+=("$file")
  case "$file" in
    *.h | *.cc | *.proto | *.bzl | *.sh | *.py) code+=("$file") ;;
  esac
  case "$file" in
    *.h | *.cc)
      cxx+=("$file")
      case "$file" in
        base/status_macros.h | base/strings.h) ;; # they are what the rest must use
        *.h) headers+=("$file") ;;
      esac
      [[ $file == *_test.cc || $file == tests/* ]] || own+=("$file")
      ;;
  esac
done

findings="$(mktemp)"
trap 'rm -f "$findings"' EXIT

# scan WHY PATTERN FILE...: every line that matches an extended regular expression.
scan() {
  local why=$1 pattern=$2
  shift 2
  [[ $# -gt 0 ]] || return 0
  { grep -IHnE "$pattern" -- "$@" || true; } | sed -e '/taste-ok/d' -e "s|\$| ($why)|" >>"$findings"
}

# Includes against the arrows of docs/design.md, by top folder. tools/rooms.py
# checks the folders below from the build files.
check_includes() {
  [[ $# -gt 0 ]] || return 0
  awk '
    BEGIN {
      allowed["base"] = " base "
      allowed["protos"] = " protos "
      allowed["inference"] = " base protos inference "
      allowed["generator"] = " base protos inference generator "
      allowed["storage"] = " base protos storage "
      allowed["pipelines"] = " base protos inference generator storage pipelines "
      every = " base protos inference generator storage pipelines tests "
    }
    FNR == 1 {
      folder = FILENAME
      sub(/\/.*/, "", folder)
      ok = folder in allowed ? allowed[folder] : every
      if (FILENAME ~ /_test\.cc$/) ok = ok "tests "
    }
    /^#include "/ && !/taste-ok/ {
      split($0, parts, /["\/]/)
      if (index(every, " " parts[2] " ") && !index(ok, " " parts[2] " "))
        printf "%s:%d:%s (%s may include%sonly: the arrows between the folders)\n",
          FILENAME, FNR, $0, folder, ok
    }' "$@" >>"$findings"
}

check_shape() {
  [[ $# -gt 0 ]] || return 0
  awk -v most="$MAX_LINES" '
    function leave() {
      if (lines > most)
        printf "%s:%d: %d lines (at most %d: split it by what it does)\n", name, lines, lines, most
      if (!licensed) printf "%s:1: (no copyright line at the top)\n", name
    }
    FNR == 1 { if (name) leave(); name = FILENAME; licensed = 0 }
    FNR <= 3 && /SPDX-License-Identifier: Apache-2\.0/ { licensed = 1 }
    { lines = FNR }
    END { if (name) leave() }' "$@" >>"$findings"
}

check_includes ${cxx[@]+"${cxx[@]}"}
check_shape ${code[@]+"${code[@]}"}
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
  '(^|[^A-Za-z0-9_.])/(work|home|root|Users)/[A-Za-z0-9_]' ${present[@]+"${present[@]}"}
scan 'finish it, or write an issue' '\b(TODO|FIXME|XXX)\b' ${cxx[@]+"${cxx[@]}"}

if [[ -s $findings ]]; then
  cat "$findings"
  printf '%d findings\n' "$(wc -l <"$findings")"
  exit 1
fi
printf 'no findings in %d files\n' "${#present[@]}"
