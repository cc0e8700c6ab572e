#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Slurm runs a job whose --dependency=afterok names a job that failed, once it has forgotten that job.
#
# Guess: afterok of a job that has failed is never met, whenever it is asked for, and a job number that the controller
# does not know is an error.
# Seen (Debian's slurm-wlm 22.05.8): that is so while the controller remembers the job. MinJobAge after its end (300
# seconds unless set; here 2) it does not, and then sbatch accepts the dependency, says nothing, and the job
# runs at once. So does a job with afternotok of the same number, and one with afterok of a number that no job ever had. A merge that is
# submitted by hand five minutes after a failed array works on what is there. A job that
# was submitted before stays "DependencyNeverSatisfied". An array is remembered, with its failures, until its last
# task has ended.
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
MinJobAge=2
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
for ((i = 0; i < 60; ++i)); do [[ "$(timeout 5 sinfo -h -t idle -o %D)" == 1 ]] && break; sleep 1; done

submit() { # Name of the job, its --dependency or nothing: the job's number.
  sbatch --parsable --job-name="$1" --output="$1.log" ${2:+"--dependency=$2"} "$1.sh"
}
printf '#!/bin/bash\nexit 3\n' >partitions.sh
for name in early late notok unknown; do printf '#!/bin/bash\necho ran\n' >"$name.sh"; done
failed="$(submit partitions)"
submit early "afterok:$failed"
for ((i = 0; i < 120; ++i)); do scontrol show job "$failed" >/dev/null 2>&1 || break; sleep 1; done
submit late "afterok:$failed"
submit notok "afternotok:$failed"
submit unknown afterok:4711
for ((i = 0; i < 120; ++i)); do [[ -s late.log && -s notok.log && -s unknown.log ]] && break; sleep 1; done
sinfo --version
squeue --format='%i %j %T %r'
for name in early late notok unknown; do echo "$name: $(cat "$name.log" 2>/dev/null || echo 'did not run')"; done
[[ ! -e early.log && "$(cat late.log notok.log unknown.log)" == $'ran\nran\nran' ]] || exit 1
[[ "$(squeue --noheader --format='%j %r')" == 'early DependencyNeverSatisfied' ]]
