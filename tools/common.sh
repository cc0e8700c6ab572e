# shellcheck shell=bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# What the scripts share; sourced, never run.

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
    fail "this needs root: $* (neither root nor sudo is here; have an administrator run it)"
  fi
}

# Bazel needs a JDK that it knows; a JAVA_HOME of another version stops its server.
run_bazel() {
  env -u JAVA_HOME bazel "$@"
}
