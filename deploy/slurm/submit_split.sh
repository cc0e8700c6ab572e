#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Submits a run that is split into N partitions: an array of N tasks, and a merge
# that starts after all of them have succeeded.
#
#   deploy/slurm/submit_split.sh run.textproto 16 [OPTION OF SBATCH...]
#
# The options are for the array and for the merge. Store, corpus and model must be on
# a file system that all nodes see. Prints both job ids. If you submit again after a
# failure, finished partitions end at once.

set -euo pipefail
if [[ $# -lt 2 || ! $2 =~ ^[1-9][0-9]{0,4}$ ]]; then
  sed -n '4,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
readonly spec=$1 count=$2
shift 2
QUIPU_SLURM_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
export QUIPU_SLURM_DIR

array="$(sbatch --parsable --array="0-$((count - 1))" "$@" "$QUIPU_SLURM_DIR/array.sbatch" "$spec")"
array=${array%%;*} # "number;cluster" where there are several
if ! merge="$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes "$@" \
  "$QUIPU_SLURM_DIR/merge.sbatch" "$spec")"; then
  scancel "$array"
  echo "error: the merge cannot be submitted; array job $array is cancelled" >&2
  exit 1
fi
echo "partitions: job $array, merge: job ${merge%%;*}"
