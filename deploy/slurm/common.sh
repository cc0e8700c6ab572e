# shellcheck shell=bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# What the batch scripts share; sourced, never run.
#
# Slurm sends SIGTERM to the batch script two minutes before the time limit
# (--signal=B:TERM@120 in the scripts) and at preemption. The script passes it on
# to the programs, which stop cleanly; then the job requeues itself and later
# resumes. scancel sends SIGTERM, too, and a job that is cancelled must not come
# back: only its state tells. A program that is killed without warning loses only
# the work in progress.

# More requeues than this count as a fault.
readonly MAX_RESTARTS=${QUIPU_MAX_RESTARTS:-1000}

# The last task of an array has the array's own id as SLURM_JOB_ID: to scontrol that
# means all its tasks.
JOB_ID=${SLURM_JOB_ID:-}
[[ -z ${SLURM_ARRAY_JOB_ID:-} ]] || JOB_ID="${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
readonly JOB_ID

children=()
step_pid= # Of the job's only srun.
stopping=0

pass_on() {
  stopping=1
  stop_step
  [[ ${#children[@]} -eq 0 ]] || kill -TERM "${children[@]}" 2>/dev/null || true
}

# SIGTERM to every task of the step. An srun that gets SIGTERM itself has its tasks killed
# at once, and then they release no lease. It gets it only if it has no step yet.
stop_step() {
  [[ -n $step_pid ]] && kill -0 "$step_pid" 2>/dev/null || return 0
  timeout 20 scancel --signal=TERM "$SLURM_JOB_ID.0" || kill -TERM "$step_pid" 2>/dev/null || true
}

# A trap runs when `wait` returns, so programs run in the background.
start() {
  "$@" &
  children+=($!)
}

# The same for the job's first and only step.
start_step() {
  srun "$@" &
  step_pid=$!
}

# wait_for PID: its exit status, whatever signals come in between.
wait_for() {
  local status=0
  while true; do
    status=0
    wait "$1" || status=$?
    kill -0 "$1" 2>/dev/null || break
  done
  # If the trap interrupts it, `wait` returns 143; a second call returns the
  # program's status.
  if ((status > 128)); then
    local again=0
    wait "$1" 2>/dev/null || again=$?
    ((again == 127)) || status=$again
  fi
  return "$status"
}

# Whether Slurm stops the job because its time is over, or is about to be: then the
# job still runs. A job that is cancelled or requeued by somebody else does not.
time_is_over() {
  local job
  job="$(scontrol show job --oneliner "$JOB_ID")" || return 1
  [[ $job == *" JobState=RUNNING "* || $job == *" Reason=TimeLimit "* ]]
}

# finish STATUS: ends the job, or requeues it if its time was over.
finish() {
  local status=$1
  if [[ $status -ne 0 && $stopping -eq 1 ]]; then
    if ! time_is_over; then
      echo "job $JOB_ID was cancelled, or requeued already: it does not requeue itself"
      exit "$status"
    fi
    if ((${SLURM_RESTART_COUNT:-0} >= MAX_RESTARTS)); then
      echo "error: requeued ${SLURM_RESTART_COUNT:-0} times already, limit $MAX_RESTARTS" >&2
      exit 1
    fi
    scontrol requeue "$JOB_ID"
  fi
  exit "$status"
}

trap pass_on TERM INT
