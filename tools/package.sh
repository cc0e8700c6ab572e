#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Builds quipu and puts it into two packages under out/packages:
#
#   quipu_VERSION_ARCH.deb            for Debian 12; apt installs the libraries
#   quipu-VERSION-linux-ARCH.tar.gz   with its libraries, for any directory; it
#                                     needs only glibc 2.36 or newer
#
#   tools/package.sh
#   QUIPU=PROGRAM tools/package.sh    # without building it
#
# Both contain the program, its manual pages, completions for bash, zsh and fish,
# documents, examples and licences, and Apache Arrow if the program was built with
# it (60 MB of libraries). The same sources give the same bytes.
# tools/try_package.sh tries them in a bare Debian.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

readonly OUT=out/packages
readonly SUMMARY="long documents in, long-context instruction data out"
VERSION="$(cat VERSION)"
readonly VERSION
# Every system has the libraries of these packages; its glibc must be as new as
# the one built with, or newer.
readonly SYSTEM_PACKAGES='^libc6$'

build_program() {
  local program="${QUIPU:-}"
  if [[ -z $program ]]; then
    run_bazel build //pipelines:quipu
    program="$(run_bazel info bazel-bin 2>/dev/null)/pipelines/quipu"
  fi
  install -D -m 0755 "$program" "$work/quipu"
  strip "$work/quipu"
}

# manual_pages FOLDER: quipu(1), and quipu-build(1) and so on for each command.
manual_pages() {
  local command
  mkdir -p "$1"
  help2man --no-info --version-option=--version --name "$SUMMARY" \
    --output "$1/quipu.1" "$work/quipu"
  while read -r command; do
    help2man --no-info --version-string "quipu $VERSION" --help-option="$command --help" \
      --name "the command $command" --output "$1/quipu-$command.1" "$work/quipu"
    # help2man takes the page's name from the program's name.
    sed -i -e "s/^\.TH QUIPU /.TH QUIPU-${command^^} /" \
      -e "s/^quipu \\\\- the command .*/quipu-$command \\\\- command of quipu(1)/" "$1/quipu-$command.1"
  done < <("$work/quipu" --help | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) .*/\1/p')
  sed -i "s|$work/||g" "$1"/*.1
  gzip -9n "$1"/*.1
}

# completions SHARE ZSH: for the shells, ZSH in the folder that its zsh looks in.
completions() {
  mkdir -p "$1/bash-completion/completions" "$1/zsh/$2" "$1/fish/vendor_completions.d"
  "$work/quipu" completion bash >"$1/bash-completion/completions/quipu"
  "$work/quipu" completion zsh >"$1/zsh/$2/_quipu"
  "$work/quipu" completion fish >"$1/fish/vendor_completions.d/quipu.fish"
}

# documents FOLDER: the documents of both packages.
documents() {
  mkdir -p "$1/examples"
  cp README.md CHANGELOG.md SECURITY.md "$1/"
  cp -r docs "$1/"
  cp examples/* "$1/examples/"
}

copyright_file() {
  cat <<COPYRIGHT
quipu is copyright 2026 The quipu authors and under the Apache License 2.0; on
Debian systems its text is in /usr/share/common-licenses/Apache-2.0.
COPYRIGHT
}

# The Depends of a program: the packages that own its libraries. Arrow's are in the
# package itself.
depends() {
  mkdir -p "$work/shlibs/debian"
  : >"$work/shlibs/debian/control"
  (cd "$work/shlibs" && dpkg-shlibdeps -O --warnings=0 --ignore-missing-info \
    -l"$(dirname "$1")/../lib/quipu" "$@") | sed -n 's/^shlibs:Depends=//p'
}

# The libraries of Arrow that the program loads, if it was built with them; that for S3 when it
# reads from there.
arrow_libraries() {
  local path
  while read -r path; do
    echo "$path"
    path="${path/libarrow.so/libarrow_s3.so}"
    [[ $path == *libarrow_s3* && -e $path ]] && echo "$path"
  done < <(ldd "$work/quipu" | sed -nE 's/^.* => (\/\S+\/lib(arrow|parquet)\.so\.[0-9]+) .*/\1/p')
  return 0
}

# copy_arrow LIB DOC: the libraries, and their licences.
copy_arrow() {
  local path
  while read -r path; do
    install -D -m 0644 "$path" "$1/$(basename "$path")"
    mkdir -p "$2"
    cp "$(dirname "$path")/../LICENSE.txt" "$2/arrow.LICENSE.txt"
    cp "$(dirname "$path")/../NOTICE.txt" "$2/arrow.NOTICE.txt"
  done < <(arrow_libraries)
}

build_deb() {
  local root="$work/deb" needed
  install -D -m 0755 "$work/quipu" "$root/usr/bin/quipu"
  manual_pages "$root/usr/share/man/man1"
  completions "$root/usr/share" vendor-completions
  documents "$root/usr/share/doc/quipu"
  copyright_file >"$root/usr/share/doc/quipu/copyright"
  copy_arrow "$root/usr/lib/quipu" "$root/usr/share/doc/quipu/libraries"
  # Not the path of the machine that built it.
  patchelf --set-rpath '$ORIGIN/../lib/quipu' "$root/usr/bin/quipu"
  needed="$(depends "$root/usr/bin/quipu")"
  [[ -n $needed ]] || fail "dpkg-shlibdeps found no libraries"
  mkdir -p "$root/DEBIAN"
  cat >"$root/DEBIAN/control" <<CONTROL
Package: quipu
Version: $VERSION
Architecture: $ARCH
Maintainer: The quipu authors <quipu@localhost>
Section: science
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: $needed
Recommends: ca-certificates
Description: $SUMMARY
 quipu chunks long documents, has an embedded LLaMA engine write and verify
 question-answer pairs, and writes a tokenised dataset that trainers load,
 after the recipe of LLaMA 2 Long.
CONTROL
  finish_tree "$root"
  dpkg-deb --root-owner-group --build "$root" "$OUT/quipu_${VERSION}_$ARCH.deb" >/dev/null
}

# The paths of the libraries that a program loads, without the system's.
private_libraries() {
  local path package
  while read -r path; do
    [[ $path =~ /lib(arrow|parquet)\.so\. ]] && continue
    package="$(owner_of "$path")"
    [[ $package =~ $SYSTEM_PACKAGES ]] || printf '%s %s\n' "$package" "$path"
  done < <(ldd "$1" | sed -nE 's/^.* => (\/\S+) .*/\1/p' | sort -u)
}

# The package that owns a library; with /usr merged, either path may be listed.
owner_of() {
  local name
  name="$(dpkg-query --search "$1" "/usr$1" "$(realpath "$1")" 2>/dev/null | head -n 1)" || true
  [[ -n $name ]] || fail "no package owns $1"
  printf '%s\n' "${name%%:*}"
}

# With the licence of each library, as most licences require.
copy_libraries() {
  local root=$1 package path
  mkdir -p "$root/lib" "$root/share/doc/quipu/libraries"
  while read -r package path; do
    install -m 0644 "$path" "$root/lib/$(basename "$path")"
    patchelf --set-rpath '$ORIGIN' "$root/lib/$(basename "$path")"
    cp -L "/usr/share/doc/$package/copyright" "$root/share/doc/quipu/libraries/$package.copyright"
    dpkg-query --show --showformat '${Package} ${Version} (source: ${source:Package} ${source:Version})\n' \
      "$package" >>"$work/versions"
  done < <(private_libraries "$work/quipu")
  sort -u "$work/versions" >"$root/share/doc/quipu/libraries/VERSIONS"
}

build_tarball() {
  local name="quipu-$VERSION-linux-$ARCH" root
  root="$work/$name"
  install -D -m 0755 "$work/quipu" "$root/bin/quipu"
  copy_libraries "$root"
  copy_arrow "$root/lib" "$root/share/doc/quipu/libraries"
  patchelf --set-rpath '$ORIGIN/../lib' "$root/bin/quipu"
  manual_pages "$root/share/man/man1"
  completions "$root/share" site-functions
  documents "$root/share/doc/quipu"
  cp LICENSE "$root/"
  finish_tree "$root"
  tar --create --sort=name --owner=0 --group=0 --numeric-owner --directory "$work" "$name" |
    gzip -9n >"$OUT/$name.tar.gz"
}

# The same times and permissions on every machine.
finish_tree() {
  chmod -R u=rwX,go=rX "$1"
  find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

tools/setup.sh
install_packages tools/package_packages.txt
ARCH="$(dpkg --print-architecture)"
readonly ARCH
SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$OUT"
build_program
build_deb
build_tarball
say "packages:"
ls -l "$OUT/quipu_${VERSION}_$ARCH.deb" "$OUT/quipu-$VERSION-linux-$ARCH.tar.gz"
