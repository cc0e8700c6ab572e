#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# In Slurm, the last task of an array that requeues itself requeues its whole array.
#
# Guess: SLURM_JOB_ID names the running task, so `scontrol requeue $SLURM_JOB_ID`, which
# many batch scripts call when they get the signal before the time limit, requeues it.
# Seen (Debian's slurm-wlm 22.05.8): the tasks of an array get job ids of their own as they
# start, but the last one keeps the array's id, which to scontrol means all its tasks. It
# stops and restarts its neighbours, and runs again those that had completed. The
# name that fits is ${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}.
#
# Needs root, for namespaces with a loopback network, and apt-get, from which it unpacks
# Slurm; installs nothing. Exit status 0: as described; 1: it changed.
set -euo pipefail
if [[ -z ${WORK:-} ]]; then
  WORK="$(mktemp -d)"
  export WORK
  trap 'rm -rf "$WORK"' EXIT
  mkdir -p "$WORK/archives/partial" "$WORK/slurm"
  apt-get install --download-only --yes -qq --no-install-recommends -o Debug::NoLocking=1 \
    -o APT::Sandbox::User=root -o "Dir::Cache::archives=$WORK/archives" \
    slurmctld slurmd slurm-client munge >/dev/null
  for deb in "$WORK"/archives/*.deb; do dpkg -x "$deb" "$WORK/slurm"; done
  unshare --net --uts --mount --pid --fork --kill-child --mount-proc bash "$(realpath "$0")"
  exit
fi
cd "$WORK"
chmod 755 .
lib="$WORK/slurm/usr/lib/x86_64-linux-gnu"
export PATH="$WORK/slurm/usr/bin:$WORK/slurm/usr/sbin:$PATH" LD_LIBRARY_PATH="$lib:$lib/slurm-wlm"
export SLURM_CONF="$WORK/slurm.conf"
ip link set lo up
ip address add 10.77.0.1/24 dev lo # Slurm resolves no name where 127.0.0.1 is the only address.
hostname head
printf '127.0.0.1 localhost\n10.77.0.1 head\n' >hosts
mount --bind hosts /etc/hosts
mkdir state munge
cat >slurm.conf <<CONF
ClusterName=finding
SlurmctldHost=head(10.77.0.1)
SlurmUser=root
AuthInfo=socket=$WORK/munge/socket,cred_expire=20
PluginDir=$lib/slurm-wlm
StateSaveLocation=$WORK/state
SlurmdSpoolDir=$WORK/spool
SlurmctldPidFile=$WORK/slurmctld.pid
SlurmdPidFile=$WORK/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
NodeName=head NodeAddr=10.77.0.1 CPUs=4
PartitionName=cpu Nodes=head Default=YES State=UP
CONF
head -c 128 /dev/urandom >munge/key
chmod 600 munge/key
munged --foreground --key-file=munge/key --socket="$WORK/munge/socket" --pid-file="$WORK/munge/pid" \
  --log-file="$WORK/munge/log" --seed-file="$WORK/munge/seed" --force >munged.out 2>&1 &
slurmctld-wlm -D >slurmctld.out 2>&1 &
sleep 2
slurmd-wlm -D -N head -d "$WORK/slurm/usr/sbin/slurmstepd-wlm" >slurmd.out 2>&1 &

cat >job.sh <<'JOB'
#!/bin/bash
#SBATCH --requeue --open-mode=append --output=task-%a.log
echo "start $SLURM_RESTART_COUNT job $SLURM_JOB_ID of array $SLURM_ARRAY_JOB_ID"
[[ $SLURM_ARRAY_TASK_ID -ne 0 ]] || exit 0
[[ $SLURM_ARRAY_TASK_ID -ne 2 || -n ${SLURM_RESTART_COUNT:-} ]] || { sleep 5; scontrol requeue "$SLURM_JOB_ID"; }
sleep 20
JOB
for ((i = 0; i < 60; ++i)); do [[ "$(timeout 5 sinfo -h -t idle -o %D)" == 1 ]] && break; sleep 1; done
sbatch --array=0-2 job.sh
for ((i = 0; i < 120; ++i)); do [[ "$(grep -c start task-1.log 2>/dev/null)" == 2 ]] && break; sleep 1; done
sinfo --version
tail -n +1 task-?.log
# Task 2 asked for its own requeue; task 1, which was running, and task 0, which had completed, restarted too.
for task in 0 1 2; do
  [[ "$(grep -c start "task-$task.log")" == 2 ]] || { echo "task $task did something else"; exit 1; }
done
