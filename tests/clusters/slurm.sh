#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Runs the batch scripts of deploy/slurm on a real Slurm: slurmctld, munge and
# three slurmd of Debian 12 (22.05), in namespaces of this script's own, where only
# loopback exists. All datasets must have the bytes of `quipu build`.
#
#   tests/clusters/slurm.sh bazel-bin/pipelines/quipu
#   ONLY="split service" tests/clusters/slurm.sh bazel-bin/pipelines/quipu
#
# Needs root, openssl, and apt-get, from which it unpacks Slurm into a temporary
# folder; it installs nothing. Takes about ten minutes. Exit status: 0 if all passed.

set -euo pipefail
# shellcheck source=tests/clusters/common.sh
source "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/common.sh"
[[ $# -eq 1 && -x $1 ]] || { sed -n '4,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
QUIPU="$(realpath "$1")"
DEPLOY="$(realpath "$(dirname "$0")/../../deploy/slurm")"
export QUIPU
readonly DEPLOY NODES=3

# ---- Slurm, unpacked and not installed ----

unpack_slurm() {
  local deb
  mkdir -p "$work/archives/partial" "$work/slurm"
  apt-get install --download-only --yes -qq --no-install-recommends -o Debug::NoLocking=1 \
    -o APT::Sandbox::User=root -o "Dir::Cache::archives=$work/archives" \
    slurmctld slurmd slurm-client munge >"$work/apt.log" 2>&1 || fail "apt-get: $(tail -n 3 "$work/apt.log")"
  for deb in "$work"/archives/*.deb; do dpkg -x "$deb" "$work/slurm"; done
}

# Before the network is gone.
if [[ ${QUIPU_ISOLATED:-} != 1 ]]; then
  QUIPU_CLUSTER_WORK="$(mktemp -d)"
  export QUIPU_CLUSTER_WORK
  trap 'rm -rf "$QUIPU_CLUSTER_WORK"' EXIT
  work=$QUIPU_CLUSTER_WORK
  unpack_slurm
fi
isolate "$@"
work=$QUIPU_CLUSTER_WORK
readonly work
cd "$work"

export PATH="$work/slurm/usr/bin:$work/slurm/usr/sbin:$PATH"
readonly LIBRARIES="$work/slurm/usr/lib/x86_64-linux-gnu"
export LD_LIBRARY_PATH="$LIBRARIES:$LIBRARIES/slurm-wlm"
export SLURM_CONF="$work/slurm.conf"

write_slurm_conf() {
  local i
  cat >slurm.conf <<CONF
ClusterName=quipu
SlurmctldHost=head(10.77.0.1)
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$work/munge/socket,cred_expire=20
PluginDir=$LIBRARIES/slurm-wlm
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool.%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
EnforcePartLimits=NO
DefMemPerNode=100
MinJobAge=3600
CONF
  for ((i = 1; i <= NODES; ++i)); do
    echo "NodeName=n$i NodeHostname=n$i NodeAddr=10.77.0.1$i Port=1700$i CPUs=4 RealMemory=64000"
    echo "10.77.0.1$i n$i" >>hosts
    ip address add "10.77.0.1$i/24" dev lo
  done >>slurm.conf
  echo "PartitionName=cpu Nodes=n[1-$NODES] Default=YES MaxTime=INFINITE State=UP" >>slurm.conf
}

start_slurm() {
  local i
  # Slurm resolves no name where 127.0.0.1 is the only address.
  ip link set lo up
  ip address add 10.77.0.1/24 dev lo
  hostname head
  printf "127.0.0.1 localhost\n10.77.0.1 head\n" >hosts
  write_slurm_conf
  mount --bind hosts /etc/hosts
  mkdir -m 755 state munge
  chmod 755 .
  head -c 128 /dev/urandom >munge/key
  chmod 600 munge/key
  munged --foreground --key-file="$work/munge/key" --socket="$work/munge/socket" --num-threads=1 \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" --force >munged.log 2>&1 &
  await 30 test -S munge/socket
  slurmctld-wlm -D >slurmctld.out 2>&1 &
  for ((i = 1; i <= NODES; ++i)); do
    slurmd-wlm -D -N "n$i" -d "$work/slurm/usr/sbin/slurmstepd-wlm" >"slurmd.n$i.out" 2>&1 &
  done
  await 15 bash -c "[[ \"\$(timeout 5 sinfo -h -t idle -o %D 2>/dev/null)\" == $NODES ]]"
}

# ---- What jobs do ----

# Jobs that these tests submit take one CPU and little memory.
readonly SMALL=(--cpus-per-task=1 --mem=100)

# submit_split NAME PARTITIONS OPTION...: sets `array` and `merge`.
submit_split() {
  local name=$1 count=$2 said
  shift 2
  said="$("$DEPLOY/submit_split.sh" "$name.textproto" "$count" "${SMALL[@]}" "$@")" || fail "submit_split.sh: $said"
  [[ $said =~ ^"partitions: job "([0-9]+)", merge: job "([0-9]+)$ ]] || fail "submit_split.sh said: $said"
  array=${BASH_REMATCH[1]} merge=${BASH_REMATCH[2]}
}

# submit_service NAME PORT OPTION...: sets `job`.
submit_service() {
  local name=$1 port=$2
  shift 2
  job="$(QUIPU_SLURM_DIR="$DEPLOY" QUIPU_PORT="$port" sbatch --parsable --nodes=2 --mem=100 \
    --cpus-per-task=2 "$@" "$DEPLOY/service.sbatch" "$name.textproto")" || fail "sbatch"
}

# field JOB NAME: of `scontrol show job`.
field() {
  timeout 10 scontrol show job --oneliner "$1" | tr ' ' '\n' | sed -n "s/^$2=//p"
}

in_state() {
  [[ "$(field "$1" JobState)" == "$2" ]]
}

has_restarted() {
  [[ "$(field "$1" Restarts)" -ge ${2:-1} ]]
}

# Whether a job has written a plan, so that its stop is one in the middle of the work.
is_working() {
  grep -qss '"planned ' "$1" || grep -qs 'planned [0-9]* pairs' "$1"
}

# ---- Split runs ----

test_split() {
  make_spec split 0
  submit_split split 3
  await 120 in_state "$merge" COMPLETED
  same_dataset split
  passed "three partitions and a merge make one machine's dataset"
}

# Somebody requeues an element: Slurm sends SIGTERM to all its processes.
test_requeue_by_an_operator() {
  make_spec requeued 3000
  submit_split requeued 2
  await 60 is_working "quipu-partition-${array}_0.log"
  scontrol requeue "${array}_0"
  make_spec requeued 0
  await 200 in_state "$merge" COMPLETED
  has_restarted "${array}_0" || fail "element 0 was not requeued"
  [[ "$(field "${array}_0" Restarts)" == 1 ]] || fail "element 0 was requeued twice"
  same_dataset requeued
  passed "an element that an operator requeues resumes, and is requeued once"
}

# The limit is two minutes, and the warning comes a minute before.
test_time_limit() {
  make_spec limited 5000
  submit_split limited 2 --time=2 --signal=B:TERM@60
  local began
  await 60 is_working "quipu-partition-${array}_0.log"
  began=$(now)
  await 150 has_restarted "${array}_0"
  echo "  SIGTERM to the script $(($(now) - began)) s after the plan, with --time=2 --signal=B:TERM@60"
  make_spec limited 0
  await 200 in_state "$merge" COMPLETED
  grep -qs 'stopped' "quipu-partition-${array}_0.log" || fail "element 0 did not stop cleanly"
  same_dataset limited
  passed "an element that nears its time limit stops, requeues itself and resumes"
}

# A limit without a warning (SIGCONT warns nobody): SIGTERM to all processes at the limit.
# The element is requeued and completes, but it was in state TIMEOUT for a moment, and for
# Slurm a dependency of kind afterok has failed then: the merge is cancelled.
test_time_limit_without_warning() {
  make_spec late 5000
  submit_split late 2 --time=1 --signal=B:CONT@5
  await 60 is_working "quipu-partition-${array}_0.log"
  local began
  began=$(now)
  await 150 has_restarted "${array}_0"
  echo "  SIGTERM $(($(now) - began)) s after the plan, with --time=1"
  make_spec late 0
  await 200 in_state "${array}_0" COMPLETED
  await 200 in_state "${array}_1" COMPLETED
  await 60 in_state "$merge" CANCELLED
  submit_split late 2
  await 120 in_state "$merge" COMPLETED
  same_dataset late
  passed "an element that reaches its time limit without a warning resumes; the merge is submitted again"
}

test_scancel_of_an_element() {
  make_spec cancelled 3000
  submit_split cancelled 3
  await 60 is_working "quipu-partition-${array}_1.log"
  scancel "${array}_1"
  await 60 in_state "${array}_1" CANCELLED
  make_spec cancelled 0
  await 60 in_state "$merge" CANCELLED
  [[ ! -e cancelled/export ]] || fail "merged without element 1"
  ! has_restarted "${array}_1" || fail "a cancelled element came back"
  local first=$array
  await 120 bash -c "! squeue --noheader --job $array --states=PENDING,RUNNING,COMPLETING | grep -qs ."
  submit_split cancelled 3
  await 120 in_state "$merge" COMPLETED
  grep -qs 'partition 2 of 3 is complete' "quipu-partition-${first}_2.log" || true
  same_dataset cancelled
  passed "an element that is cancelled stays so, no merge runs, and a second submission completes the run"
}

test_the_options_are_the_merges_too() {
  make_spec optioned 0
  submit_split optioned 1 --nice=77
  [[ "$(field "$merge" Nice)" == 77 ]] || fail "the merge has nice $(field "$merge" Nice)"
  await 120 in_state "$merge" COMPLETED
  passed "the merge has the options of submit_split.sh"
}

# ---- A coordinator and workers ----

test_service() {
  make_spec served 200
  submit_service served 7450
  await 60 in_state "$job" RUNNING
  await 60 grep -qs 'workers/.*-1' "quipu-service-$job.log"
  timeout 10 scontrol show step "$job.0" >step.log
  grep -qs 'CPUs=4 Tasks=2' step.log || fail "a worker has not its two CPUs: $(cat step.log)"
  await 200 in_state "$job" COMPLETED
  same_dataset served
  [[ -z "$(ls quipu-certs)" ]] || fail "keys were left: $(ls quipu-certs)"
  passed "a coordinator and workers on two nodes make one machine's dataset, over TLS"
}

test_requeue_of_a_service() {
  make_spec moved 600
  submit_service moved 7451
  await 100 grep -qs 'workers/.*-1' "quipu-service-$job.log"
  scontrol requeue "$job"
  await 400 in_state "$job" COMPLETED
  [[ "$(field "$job" Restarts)" == 1 ]] || fail "the service was requeued $(field "$job" Restarts) times"
  same_dataset moved
  passed "a service that is requeued resumes"
}

test_time_limit_of_a_service() {
  make_spec overdue 5000
  submit_service overdue 7452 --time=2 --signal=B:TERM@60
  await 200 has_restarted "$job"
  [[ "$(grep -c 'stopped; other workers take over' "quipu-service-$job.log")" == 2 ]] ||
    fail "a worker was killed, not stopped: $(grep -v '"level":"info"' "quipu-service-$job.log")"
  make_spec overdue 0
  await 300 in_state "$job" COMPLETED
  same_dataset overdue
  passed "a service that nears its time limit stops with its workers, requeues itself and resumes"
}

test_scancel_of_a_service() {
  make_spec ended 600
  submit_service ended 7453
  await 100 grep -qs 'workers/.*-1' "quipu-service-$job.log"
  scancel "$job"
  await 60 in_state "$job" CANCELLED
  sleep 5 # taste-ok: the job must not come back
  in_state "$job" CANCELLED || fail "a cancelled service came back: $(field "$job" JobState)"
  submit_service ended 7453
  await 200 in_state "$job" COMPLETED
  same_dataset ended
  passed "a service that is cancelled stays so, and a second submission completes the run"
}

start_slurm
echo "$(sinfo --version), $NODES nodes"
make_corpus 7
make_reference
for test in ${ONLY:-split the_options_are_the_merges_too service scancel_of_a_service scancel_of_an_element \
  requeue_by_an_operator requeue_of_a_service time_limit time_limit_without_warning \
  time_limit_of_a_service}; do
  "test_$test"
done
