#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Runs the containers of deploy/kubernetes as processes, without a cluster: the arguments,
# probes, users and volumes are read from the manifests. The root file system is read-only,
# each pod sees its own mounts at the manifests' paths, and works as user 10001. A worker pod
# is deleted (SIGTERM) and another is added while the run works; then the split run follows.
# All datasets must have the bytes of `quipu build`.
#
#   tests/clusters/pods.sh bazel-bin/pipelines/quipu .cache/models/smollm2-135m-instruct-q4_1.gguf
#
# The scripted engine answers, with the tokenizer of the model's file.
# Needs root, openssl, util-linux and PyPI (PyYAML, into .cache/pods-venv or $QUIPU_PODS_VENV).
# All is in namespaces of this script's own. Takes about a minute. Exit status: 0 if all passed.

set -euo pipefail
# shellcheck source=tests/clusters/common.sh
source "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/common.sh"
[[ $# -eq 2 && -x $1 && -f $2 ]] || { sed -n '4,15s/^# \{0,1\}//p' "$0" >&2; exit 2; }
QUIPU="$(realpath "$1")"
MODEL="$(realpath "$2")"
HERE="$(dirname "$(realpath "$0")")"
DEPLOY="$(realpath "$HERE/../../deploy")"
readonly QUIPU MODEL HERE DEPLOY PARTITIONS=8

if [[ ${QUIPU_ISOLATED:-} != 1 ]]; then
  QUIPU_PODS_VENV="$(realpath -m "${QUIPU_PODS_VENV:-.cache/pods-venv}")"
  QUIPU_CLUSTER_WORK="$(mktemp -d)"
  export QUIPU_PODS_VENV QUIPU_CLUSTER_WORK
  trap 'rm -rf "$QUIPU_CLUSTER_WORK"' EXIT
  [[ -x $QUIPU_PODS_VENV/bin/python ]] || python3 -m venv "$QUIPU_PODS_VENV"
  "$QUIPU_PODS_VENV/bin/pip" install --quiet PyYAML==6.0.4
fi
isolate "$@"
cd "$QUIPU_CLUSTER_WORK"
chmod 755 .
ip link set lo up
printf '127.0.0.1 localhost quipu-coordinator\n' >hosts
mount --bind hosts /etc/hosts
# The program where the image has it, and beside it the libraries that are no Debian package's.
install -D -m 755 "$QUIPU" image/bin/quipu
mkdir -p image/lib/quipu
ldd "$QUIPU" | awk '/lib(arrow|parquet)/ { print $3 }' | xargs -r cp -t image/lib/quipu

# pod FILE KIND CONTAINER PART [NAME=VALUE...]: that container's args, or the command of one of
# its probes, with $(NAME) replaced, as a process in the container's mounts.
# Its process replaces the calling one: call it in a subshell.
pod() {
  exec unshare --mount "$QUIPU_PODS_VENV/bin/python" "$HERE/pod.py" "$PWD" "$DEPLOY/kubernetes/$1" "${@:2}"
}

# volume NAME: a folder that stands for a claim, a secret or a configuration.
volume() {
  mkdir -p "volumes/$1"
  echo "volumes/$1"
}

make_corpus 7
"$DEPLOY/make_certificates.sh" certs quipu-coordinator localhost 127.0.0.1 >certs.log
cp -r corpus "$(volume quipu-inputs)/corpus"
mkdir volumes/quipu-inputs/models
ln "$MODEL" volumes/quipu-inputs/models/model.gguf 2>/dev/null || cp "$MODEL" volumes/quipu-inputs/models/model.gguf
cp -r volumes/quipu-inputs volumes/quipu-split-inputs
# A secret's files, as Kubernetes mounts them: root's, for the group.
secret() {
  local name=$1
  shift
  install -m 440 -g 10001 "$@" "$(volume "$name")"
}
secret quipu-coordinator-tls certs/{ca.crt,coordinator.crt,coordinator.key}
secret quipu-workers-tls certs/{ca.crt,workers.crt,workers.key}
secret quipu-viewer-tls certs/{viewer.crt,viewer.key}
for name in quipu-data quipu-split-data; do install -d -m 2770 -o root -g 10001 "$(volume "$name")"; done

# The published spec, but for the engine and what makes the run short or long.
# spec VOLUME FILE LATENCY_MS
spec() {
  sed -e 's/^engine {/engine { kind: SCRIPTED /' -e 's/^seed: .*/seed: 5/' "$DEPLOY/kubernetes/$2" \
    >"$(volume "$1")/run.textproto"
  echo "performance { scripted_latency_ms: $3 chunks_in_flight: 2 } service { lease_ttl_s: 10 }" \
    >>"volumes/$1/run.textproto"
}

# The reference, made at the same paths: how a spec names its corpus is part of the run.
spec quipu-split-run split/run.textproto 0
(pod split/partitions.yaml Job partition build) >one.log 2>&1 || fail "quipu build"
mkdir one
mv volumes/quipu-split-data/export one/export
rm -rf volumes/quipu-split-data/store*
[[ -s one/export/MANIFEST.json ]] || fail "quipu build made nothing"

# ---- A service.

spec quipu-run run.textproto 400
pod coordinator.yaml Job coordinator args >coordinator.log 2>&1 &
coordinator=$!
probe() {
  (pod coordinator.yaml Job coordinator "$1") >>probes.log 2>&1
}
await 60 probe startupProbe
await 60 probe readinessProbe
probe livenessProbe || fail "the liveness probe"
declare -A pid_of
add_worker() {
  pod workers.yaml Deployment worker args "POD_NAME=quipu-worker-$1" CPUS=1 METRICS_PORT="$((9465 + $1))" \
    >"worker-$1.log" 2>&1 &
  pid_of[$1]=$!
}
for i in 1 2 3; do add_worker "$i"; done
for i in 1 2 3; do await 60 grep -qs 'working as workers/quipu-worker' "worker-$i.log"; done
sleep 1 # taste-ok: it holds leases by now
kill -TERM "${pid_of[1]}"
status=0
wait "${pid_of[1]}" || status=$?
[[ $status -eq 0 ]] || fail "a worker pod that is deleted ended with $status"
add_worker 4
wait "$coordinator" || fail "the coordinator pod ended with $?"
for i in 2 3 4; do wait "${pid_of[$i]}" || fail "worker pod $i ended with $?"; done
diff -r one/export volumes/quipu-data/export >/dev/null || fail "the service's dataset differs"
passed "the pods of deploy/kubernetes make one machine's dataset, one deleted and one added"

# ---- A split run.

for ((i = 0; i < PARTITIONS; ++i)); do
  (pod split/partitions.yaml Job partition args "INDEX=$i" CPUS=1) >"partition-$i.log" 2>&1 ||
    fail "partition pod $i ended with $?"
done
(pod split/merge.yaml Job merge args) >merge.log 2>&1 || fail "the merge pod ended with $?"
diff -r one/export volumes/quipu-split-data/export >/dev/null || fail "the split run's dataset differs"
passed "the pods of deploy/kubernetes/split make one machine's dataset"
