# shellcheck shell=bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Functions that the scripts share; sourced, never run.

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

can_be_root() {
  [[ "$(id -u)" -eq 0 ]] || command -v sudo >/dev/null
}

# Runs a command as root: directly or by sudo.
as_root() {
  if [[ "$(id -u)" -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "this needs root: $* (this user is not root and has no sudo; ask an administrator to run it)"
  fi
}

# Bazel needs a JDK that it knows; a JAVA_HOME of another version stops its server.
run_bazel() {
  env -u JAVA_HOME bazel "$@"
}

# The Debian packages that a file lists: one per line, comments after #.
listed_packages() {
  sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$1"
}

# Installs the missing packages of a file.
install_packages() {
  local -a wanted=() missing=()
  local package
  mapfile -t wanted < <(listed_packages "$1")
  for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  if [[ ${#missing[@]} -eq 0 ]]; then
    say "set-up: all ${#wanted[@]} Debian packages are installed"
    return 0
  fi
  can_be_root || fail "these Debian packages are missing, and without root or sudo this user cannot install" \
    "them; have an administrator run: apt-get install ${missing[*]}"
  say "set-up: installing ${#missing[@]} of ${#wanted[@]} Debian packages: ${missing[*]}"
  if ! as_root apt-get update; then
    say "set-up: apt-get update failed; using the old package lists"
  fi
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"; then
    fail "these packages could not be installed: ${missing[*]} (apt-get's own message is above)"
  fi
  for package in "${missing[@]}"; do
    is_installed "$package" || fail "$package is still missing after apt-get install"
  done
}

is_installed() {
  [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}
