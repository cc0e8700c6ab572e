#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Checks what reviews would otherwise repeat, the words of docs/words.md included.
# Takes about two seconds.
#
#   tools/taste.sh                     # the whole repository
#   tools/taste.sh FILE...             # some files
#   tools/taste.sh --words [FILE...]   # the words alone
#
# Prints each finding as file:line: text (why). A line with a good reason to
# differ has a comment that contains "taste-ok". Exit status 1 if anything was
# found.

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
        base/status_macros.h | base/strings.h) ;; # the rest must use these
        *.h) headers+=("$file") ;;
      esac
      [[ $file == *_test.cc || $file == tests/* ]] || own+=("$file")
      ;;
  esac
done

findings="$(mktemp)"
trap 'rm -f "$findings"' EXIT

# scan WHY PATTERN FILE...: finds lines that match an extended regular expression.
scan() {
  local why=$1 pattern=$2
  shift 2
  [[ $# -gt 0 ]] || return 0
  { grep -IHnE "$pattern" -- "$@" || true; } | sed -e '/taste-ok/d' -e "s|\$| ($why)|" >>"$findings"
}

# Compares includes between top folders with the arrows of docs/design.md.
# tools/rooms.py checks the folders below, from the build files.
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

# The words that docs/words.md replaces.
check_words() {
  [[ $# -gt 0 ]] || return 0
  local found
  if found="$(python3 tools/words.py "$@")"; then return 0; fi
  if [[ -n $found ]]; then
    sed '$d' <<<"$found" >>"$findings" # without its last line, the count
  else
    echo "tools/words.py:1: (failed, see above)" >>"$findings"
  fi
}

check_includes ${cxx[@]+"${cxx[@]}"}
check_shape ${code[@]+"${code[@]}"}
check_words ${present[@]+"${present[@]}"}
scan 'std::regex is slow and recurses on the input: RE2' \
  'std::(basic_)?regex|#include <regex>' ${cxx[@]+"${cxx[@]}"}
scan 'Debian'\''s absl::optional and absl::variant are separate types: std::optional, std::variant' \
  'absl::(optional|variant|nullopt|make_optional|any\b)' ${cxx[@]+"${cxx[@]}"}
scan 'a header that uses the status macros gives them to everyone who includes it' \
  '^([^/]|/[^/])*\b(RETURN_IF_ERROR|ASSIGN_OR_RETURN)\b|status_macros\.h"' ${headers[@]+"${headers[@]}"}
scan 'absl::string_view in signatures: the two do not convert (see base/strings.h)' \
  '^([^/]|/[^/])*std::string_view' ${headers[@]+"${headers[@]}"}
scan 'libm picks variants by CPU: base/exact_math.h for tokens and stored scores' \
  '\bstd::(exp|exp2|expm1|log|log2|log1p|log10|sin|cos|pow|tanh)f?\(' ${own[@]+"${own[@]}"}
scan 'std::hash differs between libraries: base/fingerprint.h' \
  '\bstd::hash<' ${own[@]+"${own[@]}"}
scan 'a path of one machine' \
  '(^|[^A-Za-z0-9_.])/(work|home|root|Users)/[A-Za-z0-9_]' ${present[@]+"${present[@]}"}
scan 'finish it, or write an issue' '\b(TODO|FIXME|XXX)\b' ${cxx[@]+"${cxx[@]}"}

if [[ -s $findings ]]; then
  cat "$findings"
  printf '%d findings\n' "$(wc -l <"$findings")"
  exit 1
fi
printf 'no findings in %d files\n' "${#present[@]}"
