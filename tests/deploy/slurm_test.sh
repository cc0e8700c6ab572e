#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Runs the batch scripts of deploy/slurm as Slurm would: sbatch, srun,
# scancel and scontrol are fake scripts, quipu is the real program with the scripted engine.
# The datasets must have the bytes of a build on one machine.

set -euo pipefail
readonly SLURM="$PWD/deploy/slurm"
export QUIPU="$PWD/pipelines/quipu"
work="$(mktemp -d "${TEST_TMPDIR:-/tmp}/slurm.XXXXXX")"
readonly work
background=()
cleanup() {
  [[ ${#background[@]} -eq 0 ]] || kill -KILL "${background[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  tail -n 40 "$work"/*.log >&2 || true
  exit 1
}

passed() {
  printf 'passed: %s\n' "$*"
}

# ---- A Slurm made of shell ----

mkdir bin
cat >bin/sbatch <<'EOF'
#!/bin/bash
# Runs the job at once, the tasks of an array one after the other; a dependency
# on a job that failed is never met.
set -euo pipefail
array="" dependency=""
while [[ ${1:-} == --* ]]; do
  case "$1" in
    --array=*) array=${1#--array=} ;;
    --dependency=afterok:*) dependency=${1#--dependency=afterok:} ;;
  esac
  shift
done
number=$(($(cat number 2>/dev/null || echo 100) + 1))
echo "$number" >number
if [[ -n $dependency ]]; then
  [[ "$(cat "status.$dependency")" == 0 ]] || { echo "$number"; exit 0; }
fi
export SLURM_JOB_ID=$number SLURM_CPUS_PER_TASK=1
status=0
if [[ -n $array ]]; then
  export SLURM_ARRAY_JOB_ID=$number SLURM_ARRAY_TASK_MIN=${array%-*} SLURM_ARRAY_TASK_MAX=${array#*-}
  export SLURM_ARRAY_TASK_COUNT=$((SLURM_ARRAY_TASK_MAX - SLURM_ARRAY_TASK_MIN + 1))
  for ((i = SLURM_ARRAY_TASK_MIN; i <= SLURM_ARRAY_TASK_MAX; ++i)); do
    SLURM_ARRAY_TASK_ID=$i "$@" >>"job-$number-$i.log" 2>&1 || status=$?
  done
else
  "$@" >>"job-$number.log" 2>&1 || status=$?
fi
echo "$status" >"status.$number"
echo "$number"
EOF
cat >bin/srun <<'EOF'
#!/bin/bash
# Runs the command on as many nodes as SRUN_TASKS says. A SIGTERM kills its tasks at once,
# as that of Slurm 22.05 does.
set -uo pipefail
while [[ ${1:-} == --* ]]; do shift; done
pids=()
for ((i = 0; i < ${SRUN_TASKS:-2}; ++i)); do
  SLURM_PROCID=$i "$@" &
  pids+=($!)
done
trap 'kill -KILL "${pids[@]}" 2>/dev/null' TERM INT
echo "${pids[@]}" >"step.$SLURM_JOB_ID.0"
status=0
for pid in "${pids[@]}"; do
  while kill -0 "$pid" 2>/dev/null; do wait "$pid" || true; done
  wait "$pid" || status=$?
done
rm "step.$SLURM_JOB_ID.0"
exit "$status"
EOF
cat >bin/scancel <<'EOF'
#!/bin/bash
# scancel --signal=TERM JOB.STEP: to every task of the step.
[[ $# -eq 2 && $1 == --signal=TERM && -s step.$2 ]] || { echo "scancel: no step: $*" >&2; exit 1; }
read -ra pids <"step.$2"
kill -TERM "${pids[@]}"
EOF
cat >bin/scontrol <<'EOF'
#!/bin/bash
# The job's state is in the file `state`; without one it runs.
if [[ $1 == show ]]; then
  echo "JobId=${!#} JobState=$(cat state 2>/dev/null || echo RUNNING Reason=None) Requeue=1"
else
  echo "$*" >>scontrol.log
fi
EOF
# As long as a host's name may be.
printf '#!/bin/bash\necho %s\n' "$(printf 'compute-%.0s' {1..8} | cut -c1-63)" >bin/hostname
chmod +x bin/*
export PATH="$work/bin:$PATH"

# ---- A small corpus, and what one machine makes of it ----

mkdir corpus
for d in 1 2 3 4 5 6 7; do
  for s in $(seq 150); do
    printf 'The miller of village %d sold %d sacks of flour to the baker in the year %d. ' \
      "$((d * 100 + s))" "$((3 * s + d))" "$((1300 + s))"
  done >"corpus/$d.txt"
done

# spec NAME LATENCY_MS
spec() {
  cat >"$1.textproto" <<EOF
seed: 5
store: "$1/store"
export_dir: "$1/export"
documents { path: "corpus" }
engine { kind: SCRIPTED }
performance { scripted_latency_ms: $2 chunks_in_flight: 2 }
service { lease_ttl_s: 5 }
EOF
}

same_dataset() {
  diff -r one/export "$1/export" >/dev/null || fail "$1/export is not what one machine makes"
}

spec one 0
"$QUIPU" build one.textproto >one.log 2>&1 || fail "the build on one machine"
[[ -s one/export/MANIFEST.json ]] || fail "the build on one machine made nothing"

# await COMMAND...: until it succeeds, for ten minutes at most.
await() {
  local i
  for ((i = 0; i < 6000; ++i)); do
    "$@" && return 0
    sleep 0.1 # taste-ok: bounded polling of real processes
  done
  fail "waited in vain for: $*"
}

# ---- Split runs ----

test_split() {
  spec split 0
  "$SLURM/submit_split.sh" split.textproto 3 --partition=cpu >submitted.log 2>&1 ||
    fail "submit_split.sh: $(cat submitted.log)"
  grep -q 'partitions: job [0-9]*, merge: job [0-9]*' submitted.log || fail "said: $(cat submitted.log)"
  same_dataset split
  passed "three partitions and a merge make one machine's dataset"
}

test_no_merge_without_all_partitions() {
  spec broken 0
  echo 'documents { path: "nothing-here-*.txt" }' >>broken.textproto
  "$SLURM/submit_split.sh" broken.textproto 2 >submitted.log 2>&1 || true
  [[ ! -e broken/export ]] || fail "merged although partitions had failed"
  passed "no merge where partitions failed"
}

export QUIPU_SLURM_DIR="$SLURM"
array_env=(env SLURM_JOB_ID=7 SLURM_ARRAY_JOB_ID=7 SLURM_CPUS_PER_TASK=1)

test_requeue_of_a_partition() {
  spec requeued 50
  local -a task=("${array_env[@]}" SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=0
    SLURM_ARRAY_TASK_COUNT=1)
  "${task[@]}" "$SLURM/array.sbatch" requeued.textproto >requeued.log 2>&1 &
  local pid=$! status=0
  background+=("$pid")
  await test -e requeued/store.partition-0-of-1/CURRENT
  kill -TERM "$pid"
  wait "$pid" || status=$?
  [[ $status -eq 130 ]] || fail "a stopped partition ended with $status, not 130"
  grep -qx 'requeue 7_0' scontrol.log || fail "a stopped partition did not requeue itself"

  spec requeued 0
  "${task[@]}" SLURM_RESTART_COUNT=1 "$SLURM/array.sbatch" requeued.textproto >>requeued.log 2>&1 ||
    fail "a requeued partition"
  "$SLURM/merge.sbatch" requeued.textproto >>requeued.log 2>&1 || fail "merge of a requeued partition"
  same_dataset requeued
  passed "a partition that is stopped requeues itself and resumes"
}

# stopped_in_state STATE: a task that gets SIGTERM while Slurm says that of the job.
stopped_in_state() {
  rm -rf ended scontrol.log
  spec ended 50
  echo "$1" >state
  "${array_env[@]}" SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=0 \
    SLURM_ARRAY_TASK_COUNT=1 "$SLURM/array.sbatch" ended.textproto >ended.log 2>&1 &
  local pid=$! status=0
  background+=("$pid")
  await test -e ended/store.partition-0-of-1/CURRENT
  kill -TERM "$pid"
  wait "$pid" || status=$?
  [[ $status -eq 130 ]] || fail "ended with $status, not 130"
  rm state
}

test_a_cancelled_job_stays_cancelled() {
  stopped_in_state "COMPLETING Reason=None"
  [[ ! -e scontrol.log ]] || fail "a cancelled job requeued itself: $(cat scontrol.log)"
  grep -q 'job 7_0 was cancelled' ended.log || fail "said nothing of the cancelling"
  stopped_in_state "COMPLETING Reason=TimeLimit"
  grep -qx 'requeue 7_0' scontrol.log || fail "a job that had reached its limit did not requeue itself"
  passed "a job that is cancelled does not come back"
}

test_no_endless_requeues() {
  spec endless 50
  : >scontrol.log
  "${array_env[@]}" SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=0 \
    SLURM_ARRAY_TASK_COUNT=1 SLURM_RESTART_COUNT=3 QUIPU_MAX_RESTARTS=3 \
    "$SLURM/array.sbatch" endless.textproto >endless.log 2>&1 &
  local pid=$! status=0
  background+=("$pid")
  await test -e endless/store.partition-0-of-1/CURRENT
  kill -TERM "$pid"
  wait "$pid" || status=$?
  [[ $status -eq 1 ]] || fail "ended with $status, not 1"
  [[ ! -s scontrol.log ]] || fail "requeued once more: $(cat scontrol.log)"
  passed "a job that was begun again too often ends"
}

test_gaps_are_refused() {
  local status=0
  "${array_env[@]}" SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4 \
    SLURM_ARRAY_TASK_COUNT=4 "$SLURM/array.sbatch" one.textproto >gaps.log 2>&1 || status=$?
  [[ $status -eq 2 ]] || fail "an array from 1 ended with $status, not 2"
  passed "an array that leaves partitions out is refused"
}

# ---- A coordinator and workers ----

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

service() {
  local restarts=$1 name=$2
  exec env SLURM_JOB_ID=9 SLURM_RESTART_COUNT="$restarts" SLURM_CPUS_PER_TASK=1 SLURMD_NODENAME=localhost \
    QUIPU_LISTEN=127.0.0.1 QUIPU_PORT="$(free_port)" "$SLURM/service.sbatch" "$name.textproto"
}

test_service() {
  spec served 0
  (service 0 served) >served.log 2>&1 || fail "the service ended with $?"
  same_dataset served
  [[ -z "$(ls quipu-certs)" ]] || fail "keys were left behind: $(ls quipu-certs)"
  passed "a coordinator and two workers make one machine's dataset"
}

test_requeue_of_a_service() {
  spec stopped 50
  : >scontrol.log
  (service 0 stopped) >stopped.log 2>&1 &
  local pid=$! status=0
  background+=("$pid")
  await bash -c '[[ $(grep -c "working as" stopped.log) == 2 ]]'
  kill -TERM "$pid"
  wait "$pid" || status=$?
  [[ $status -eq 130 ]] || fail "a stopped service ended with $status, not 130"
  grep -qx 'requeue 9' scontrol.log || fail "a stopped service did not requeue itself"
  [[ "$(grep -c 'stopped; other workers take over' stopped.log)" == 2 ]] || fail "a worker was killed"

  spec stopped 0
  (service 1 stopped) >>stopped.log 2>&1 || fail "a requeued service"
  same_dataset stopped
  passed "a service that is stopped requeues itself and resumes"
}

test_split
test_no_merge_without_all_partitions
test_requeue_of_a_partition
test_a_cancelled_job_stays_cancelled
test_no_endless_requeues
test_gaps_are_refused
test_service
test_requeue_of_a_service
