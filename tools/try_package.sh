#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Tries the packages of tools/package.sh in a bare Debian 12, which debootstrap
# unpacks in a temporary folder: the .deb, installed by apt; then, in a second
# such system, the tarball, with nothing installed. In each it runs `quipu
# --version`, a build with the scripted engine, and `quipu check`.
#
#   tools/try_package.sh
#
# Needs root, and apt's package mirror. Exit status: 0 both work; 1 one does not; 3
# a bare Debian is unavailable.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

VERSION="$(cat VERSION)"
ARCH="$(dpkg --print-architecture)"
readonly VERSION ARCH
readonly DEB="quipu_${VERSION}_$ARCH.deb" TARBALL="quipu-$VERSION-linux-$ARCH"

# The mirror of bookworm's main archive that apt uses.
mirror() {
  apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' |
    awk '$2 == "bookworm" && $3 == "main" { print $1; exit }'
}

make_roots() {
  local site
  site="$(mirror)"
  [[ -n $site ]] || { say "apt has no mirror of Debian 12"; return 1; }
  debootstrap --variant=minbase bookworm "$work/deb" "$site" >"$work/log" 2>&1 ||
    { tail -n 5 "$work/log"; return 1; }
  # The same sources and proxy as here.
  cp -r /etc/apt/. "$work/deb/etc/apt/"
  cp -a "$work/deb" "$work/tarball"
  # The loader finds the tarball's libraries by /proc/self/exe.
  mount --bind /proc "$work/deb/proc" && mount --bind /proc "$work/tarball/proc"
}

finish() {
  umount "$work/deb/proc" "$work/tarball/proc" 2>/dev/null || true
  rm -rf --one-file-system "$work"
}

in_root() {
  local root=$1
  shift
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"
}

# use ROOT PROGRAM: version, a build without a model, and its check.
use() {
  local root=$1 program=$2
  mkdir -p "$root/try/docs"
  cp docs/*.md "$root/try/docs/"
  cp examples/short_rows.jsonl "$root/try/"
  cat >"$root/try/spec.textproto" <<SPEC
seed: 1
store: "store"
export_dir: "export"
documents { path: "docs/*.md" }
short_rows { path: "short_rows.jsonl" }
engine { kind: SCRIPTED }
SPEC
  [[ "$(in_root "$root" "$program" --version)" == "quipu $VERSION" ]] || return 1
  in_root "$root" sh -c "cd /try && $program --quiet build spec.textproto && $program check store" || return 1
  [[ -s $root/try/export/MANIFEST.json ]]
}

# has_shell_files SHARE: a manual page and a completion that bash accepts.
has_shell_files() {
  zcat "$1/man/man1/quipu-report.1.gz" | grep -q seed || return 1
  bash -n "$1/bash-completion/completions/quipu"
}

try_deb() {
  cp "out/packages/$DEB" "$work/deb/"
  in_root "$work/deb" apt-get update >"$work/log" 2>&1 || return 1
  if ! in_root "$work/deb" apt-get install -y --no-install-recommends "/$DEB" >"$work/log" 2>&1; then
    tail -n 5 "$work/log"
    return 1
  fi
  has_shell_files "$work/deb/usr/share" || return 1
  use "$work/deb" /usr/bin/quipu
}

try_tarball() {
  tar --extract --gzip --file "out/packages/$TARBALL.tar.gz" --directory "$work/tarball/opt"
  has_shell_files "$work/tarball/opt/$TARBALL/share" || return 1
  use "$work/tarball" "/opt/$TARBALL/bin/quipu"
}

[[ "$(id -u)" -eq 0 ]] || fail "this needs root: debootstrap and chroot"
[[ -f out/packages/$DEB ]] || fail "out/packages/$DEB does not exist: run tools/package.sh"
work="$(mktemp -d)"
trap finish EXIT
(is_installed debootstrap || as_root apt-get install -y --no-install-recommends debootstrap) || exit 3
make_roots || exit 3
status=0
for kind in deb tarball; do
  if "try_$kind"; then
    say "$kind: works in a bare Debian 12"
  else
    say "$kind: does not work in a bare Debian 12"
    status=1
  fi
done
exit "$status"
