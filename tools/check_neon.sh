#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Checks 64-bit ARM (NEON) on an x86-64 machine with Debian 12: compiles with
# Debian's cross compiler, runs under qemu-user, and
#   1. compares the results of kernels and tiny models from fixed seeds with those
#      of x86, fingerprint by fingerprint (bits_fingerprint_test), on the first
#      64-bit ARM processor and on one with all extensions;
#   2. runs tests.
#
#   tools/check_neon.sh           # tests of kernels, block formats, tiny models
#   tools/check_neon.sh --quick   # without the tiny models' test, which takes
#                                 # a quarter of an hour; what .ci/run runs
#   tools/check_neon.sh //base/... //inference/...    # other tests
#
# Sets up what is missing: installs the cross compiler and qemu (which needs root
# or sudo), and unpacks ARM libraries in .cache/arm64-root, apart from this
# machine's libraries.
#
# Exit status: 0 all bits are equal and all tests pass; 1 something differs or
# fails; 2 wrong usage; 3 the compiler, qemu or the libraries are unavailable.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

readonly ROOT="$PWD/.cache/arm64-root"
readonly BITS=tests/integration/bits_fingerprint_test
readonly CPUS=(cortex-a53 max)
# Keeps bazel-bin from pointing at another processor's programs.
readonly CROSS=(--config=neon --experimental_convenience_symlinks=ignore)

tests=()
quick=0
for argument in "$@"; do
  case "$argument" in
    --quick) quick=1 ;;
    //*) tests+=("$argument") ;;
    *)
      sed -n '4,24s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
done
if [[ ${#tests[@]} -eq 0 ]]; then
  tests=(//base:exact_math_test //base:rng_test //inference/kernels/...
    //inference/gguf:quants_test //inference/model:rope_table_test //inference/batching:sampler_test)
  [[ $quick -eq 1 ]] || tests+=(//inference/model:same_bits_test)
fi

# Unpacks the ARM libraries. apt uses a separate state, as on an ARM machine with
# nothing installed, and needs no root.
fetch_root() {
  local -a packages
  mapfile -t packages < <(listed_packages tools/neon_libraries.txt)
  if [[ "$(cat "$ROOT/packages" 2>/dev/null)" == "${packages[*]}" ]]; then
    say "set-up: the libraries of 64-bit ARM are unpacked"
    return 0
  fi
  say "set-up: unpacking the libraries of 64-bit ARM in ${ROOT#"$PWD"/}"
  local state="$ROOT.apt"
  rm -rf "$ROOT" "$ROOT.part" "$state"
  mkdir -p "$ROOT.part" "$state/lists/partial" "$state/archives/partial"
  : >"$state/status"
  local -a apt=(apt-get -q -y -o Debug::NoLocking=true -o APT::Sandbox::User=root
    -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Dir::State="$state"
    -o Dir::State::lists="$state/lists" -o Dir::State::status="$state/status" -o Dir::Cache="$state")
  "${apt[@]}" update >"$state/log" 2>&1 || say "set-up: apt-get update failed in part: $(tail -n 1 "$state/log")"
  "${apt[@]}" install --no-install-recommends --download-only "${packages[@]}" >"$state/log" 2>&1 ||
    fail "the libraries of 64-bit ARM are unavailable: $(tail -n 3 "$state/log")"
  local archive
  for archive in "$state"/archives/*.deb; do
    dpkg-deb --extract "$archive" "$ROOT.part"
  done
  make_links_relative "$ROOT.part"
  printf '%s\n' "${packages[*]}" >"$ROOT.part/packages"
  mv "$ROOT.part" "$ROOT"
  rm -rf "$state"
}

# Absolute links (/lib/...) would lead out of the folder.
make_links_relative() {
  local link
  while IFS= read -r link; do
    ln -sfn "$(realpath -m --no-symlinks --relative-to="$(dirname "$link")" "$1$(readlink "$link")")" "$link"
  done < <(find "$1" -type l -lname '/*')
}

# bits FILE OPTION... -- COMMAND...: writes the fingerprints that a build with
# these options prints when COMMAND runs it.
bits() {
  local file=$1 program
  local -a options=()
  shift
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  run_bazel build "${options[@]}" "//${BITS%/*}:${BITS##*/}" || fail "$BITS cannot be built"
  program="$(run_bazel info "${options[@]}" bazel-bin 2>/dev/null)/$BITS"
  "$@" "$program" --gtest_brief=1 >"$work/log" || fail "$* $BITS failed: $(cat "$work/log")"
  grep '^bits ' "$work/log" | sort >"$file"
  [[ -s $file ]] || fail "$* $BITS printed no fingerprints: $(cat "$work/log")"
}

compare_bits() {
  local cpu status=0
  bits "$work/x86" -- env
  for cpu in "${CPUS[@]}"; do
    bits "$work/$cpu" "${CROSS[@]}" -- qemu-aarch64 -cpu "$cpu" -L "$ROOT"
    if diff "$work/x86" "$work/$cpu" >"$work/diff"; then
      say "bits: all $(wc -l <"$work/x86") fingerprints of $cpu equal those of x86"
    else
      say "bits: $(grep -c '^>' "$work/diff") fingerprints of $cpu differ from those of x86:"
      cat "$work/diff"
      status=1
    fi
  done
  return "$status"
}

# Processes under qemu are slow, most of all those with many threads.
run_tests() {
  local status=0
  run_bazel test "${CROSS[@]}" --keep_going --run_under="qemu-aarch64 -L $ROOT" --test_timeout=1800 \
    --build_event_json_file="$work/events" -- "$@" || status=$?
  python3 tools/test_summary.py "$work/events" "$status"
}

work="$(mktemp -d)"
ready=0
finish() {
  local status=$?
  rm -rf "$work"
  [[ $status -eq 0 || $ready -eq 1 ]] || exit 3
}
trap finish EXIT
tools/setup.sh
install_packages tools/neon_packages.txt
fetch_root
ready=1
status=0
compare_bits || status=1
run_tests "${tests[@]}" || status=1
if [[ $status -eq 0 ]]; then
  say "64-bit ARM: the bits equal those of x86, and the tests pass"
else
  say "64-bit ARM: bits differ or tests fail, see above"
fi
exit "$status"
