#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Puts the demo's documents (tools/demo_docs.txt) into .cache/demo-docs as
# .txt.gz files. They are extracted from Debian packages that are downloaded but
# not installed: installed packages may lack them (minimal images leave out
# /usr/share/doc), and this way the system is not changed.
#
# Exit status: 0 all documents exist; 1 one is unavailable.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

readonly LIST=tools/demo_docs.txt
readonly DOCS=.cache/demo-docs

entries() {
  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$LIST"
}

# A text is renamed when it is complete; gzip detects later damage.
is_whole() {
  [[ -s "$1" ]] && gzip -t "$1" 2>/dev/null
}

# Downloads a package into the current directory.
download() {
  apt-get download "$1" && return 0
  if [[ -z "${updated:-}" ]]; then
    updated=1
    say "demo documents: the package lists may be missing or old; refreshing them"
    as_root apt-get update
    apt-get download "$1" && return 0
  fi
  fail "the Debian package $1 could not be downloaded (apt-get's own message is above)"
}

command -v apt-get >/dev/null || fail "apt-get was not found: the demo's documents are in Debian packages"

declare -A wanted=()
total=0
while read -r package _ name _; do
  total=$((total + 1))
  is_whole "$DOCS/$name.txt.gz" || wanted[$package]=1
done < <(entries)
if [[ ${#wanted[@]} -eq 0 ]]; then
  say "demo documents: all $total are in $DOCS"
  exit 0
fi

mkdir -p "$DOCS"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# apt-get may download as another user, which must reach the directory.
chmod 755 "$work"
for package in $(printf '%s\n' "${!wanted[@]}" | sort); do
  say "demo documents: downloading $package"
  mkdir "$work/$package"
  if [[ "$(id -u)" -eq 0 ]] && id _apt >/dev/null 2>&1; then
    chown _apt "$work/$package"
  fi
  pushd "$work/$package" >/dev/null
  download "$package"
  dpkg-deb -x ./*.deb files
  popd >/dev/null
done

while read -r package file name sha256; do
  [[ -n "${wanted[$package]:-}" ]] || continue
  source_file="$work/$package/files/$file"
  is_whole "$source_file" || fail "$file is not in the Debian package $package (or damaged)"
  if [[ "$(sha256sum "$source_file" | cut -d' ' -f1)" != "$sha256" ]]; then
    say "demo documents: $name is from another version of $package than the one listed in $LIST;" \
      "the dataset will differ"
  fi
  cp "$source_file" "$DOCS/.$name.tmp"
  chmod 644 "$DOCS/.$name.tmp"
  mv "$DOCS/.$name.tmp" "$DOCS/$name.txt.gz"
done < <(entries)
say "demo documents: all $total are in $DOCS"
