#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# The version is in the file VERSION. The program, its packages and the commands
# for the image read it there; this script updates the few places that cannot.
#
#   tools/version.sh            # print the version
#   tools/version.sh check      # exit status 1 if a place has another version
#   tools/version.sh set X.Y.Z  # write VERSION and those places

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

# Image tags that kubectl reads.
readonly TAGS=(deploy/kubernetes/kustomization.yaml deploy/kubernetes/split/kustomization.yaml)

check() {
  local version=$1 file status=0
  [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "VERSION must look like 1.2.3, is \"$version\""
  for file in "${TAGS[@]}"; do
    grep -qxE " *newTag: \"${version//./\\.}\"" "$file" || {
      say "$file: newTag is not $version (tools/version.sh set $version)"
      status=1
    }
  done
  grep -qE "^## (${version//./\\.}|Unreleased)( |\$)" CHANGELOG.md || {
    say "CHANGELOG.md: neither \"## $version\" nor \"## Unreleased\""
    status=1
  }
  return "$status"
}

case "${1:-}" in
  "") cat VERSION ;;
  check) check "$(cat VERSION)" ;;
  set)
    [[ ${2:-} =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "usage: tools/version.sh set X.Y.Z"
    printf '%s\n' "$2" >VERSION
    sed -i -E "s/^( *newTag: )\".*\"/\1\"$2\"/" "${TAGS[@]}"
    check "$2"
    ;;
  *) fail "usage: tools/version.sh [check | set X.Y.Z]" ;;
esac
