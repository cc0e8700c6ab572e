#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Writes the golden exports again, after results were changed on purpose.
# README.md in the folder above says what else such a change needs.
#
#   tests/golden/export/rewrite.sh            # with bazel-bin/pipelines/quipu
#   tests/golden/export/rewrite.sh QUIPU      # with another binary

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
quipu="${1:-bazel-bin/pipelines/quipu}"
folder=tests/golden/export
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

for spec in shuffled ordered; do
  # The store's path is not part of a run's identity.
  sed "s#/nowhere#$work/$spec/store#" "$folder/$spec.textproto" >"$work/$spec.textproto"
  "$quipu" build "$work/$spec.textproto"
  rm -rf "${folder:?}/$spec"
  mkdir "$folder/$spec"
  # The manifest has the hashes of the tokens; only readable files are kept.
  cp "$work/$spec/export/MANIFEST.json" "$work/$spec/export"/messages-*.jsonl "$folder/$spec/"
done
git --no-pager diff --stat -- "$folder"
