#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Runs deploy/ray on a real Ray cluster of four raylets (ray 2.60.0), in namespaces of
# this script's own, where only loopback exists. While the run works, one raylet is
# killed and one is drained; the dataset must have the bytes of `quipu build`.
#
#   tests/clusters/ray.sh bazel-bin/pipelines/quipu
#
# Needs root, and PyPI, from which it installs Ray into .cache/ray-venv of the current
# folder, or $QUIPU_RAY_VENV. Takes about two minutes. Exit status: 0 if all passed.

set -euo pipefail
# shellcheck source=tests/clusters/common.sh
source "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/common.sh"
[[ $# -eq 1 && -x $1 ]] || { sed -n '4,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
QUIPU="$(realpath "$1")"
HERE="$(dirname "$(realpath "$0")")"
readonly QUIPU HERE

if [[ ${QUIPU_ISOLATED:-} != 1 ]]; then
  QUIPU_RAY_VENV="$(realpath -m "${QUIPU_RAY_VENV:-.cache/ray-venv}")"
  QUIPU_CLUSTER_WORK="$(mktemp -d)"
  export QUIPU_RAY_VENV QUIPU_CLUSTER_WORK
  trap 'rm -rf "$QUIPU_CLUSTER_WORK"' EXIT
  [[ -x $QUIPU_RAY_VENV/bin/python ]] || python3 -m venv "$QUIPU_RAY_VENV"
  "$QUIPU_RAY_VENV/bin/pip" install --quiet ray==2.60.0
fi
isolate "$@"
cd "$QUIPU_CLUSTER_WORK"

# Ray's own folder is long enough to break the limit of 107 bytes for a socket's path.
ip link set lo up
ip address add 10.77.0.1/24 dev lo
export RAY_TMPDIR="$QUIPU_CLUSTER_WORK" RAY_USAGE_STATS_ENABLED=0
mount -t tmpfs tmpfs /dev/shm

make_corpus 7
make_reference
make_spec run 700
"$QUIPU" serve run.textproto --listen 127.0.0.1:7447 >serve.log 2>&1 &
serve=$!
await 60 grep -q 'planned' serve.log
timeout 300 "$QUIPU_RAY_VENV/bin/python" "$HERE/ray_cluster.py" "$HERE/../../deploy/ray/run_workers.py" \
  "$QUIPU" 127.0.0.1:7447 >ray.log 2>&1 || fail "ray_cluster.py ended with $?"
grep '^ray_cluster:' ray.log
wait "$serve" || fail "the coordinator ended with $?"
same_dataset run
passed "workers on Ray, one raylet killed and one drained, make one machine's dataset"
