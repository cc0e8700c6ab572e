#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# How time, memory and size of a report grow with the run. Makes stores of runs that never ran
# (tests/report/make_store) and reports of each; prints a table.
#
#   tests/report/size.sh [FOLDER [PAIRS...]]   # default: 100000 1000000 10000000 pairs
#
# Ten million pairs need 4 GB of disk and about twelve minutes of processor time to be made. A store
# that FOLDER (default /tmp/quipu_report_size) already has is used again. Exit status 1 if a report
# takes over a minute, 512 MiB, or 5 MB of HTML: run it on an idle machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/common.sh
source tools/common.sh
folder=${1:-/tmp/quipu_report_size}
shift || true
[[ $# -gt 0 ]] || set -- 100000 1000000 10000000
mkdir -p "$folder"
is_installed time || as_root apt-get install -y --no-install-recommends time
run_bazel build //pipelines:quipu //tests/report:make_store
over=0
printf '| pairs | seconds | processor seconds | MiB | bytes of HTML |\n|---|---|---|---|---|\n'
for pairs in "$@"; do
  store="$folder/$pairs"
  if [[ ! -e $folder/$pairs.made ]]; then
    rm -rf "$store"
    bazel-bin/tests/report/make_store "$store" "$pairs" >/dev/null
    touch "$folder/$pairs.made"
  fi
  /usr/bin/time -o "$folder/time" -f '%e %U %S %M' \
    bazel-bin/pipelines/quipu report "$store" --out "$folder/$pairs.html" >/dev/null
  read -r wall user system kib <"$folder/time"
  bytes=$(stat -c %s "$folder/$pairs.html")
  awk -v p="$pairs" -v w="$wall" -v u="$user" -v s="$system" -v k="$kib" -v b="$bytes" 'BEGIN {
    printf "| %d | %.1f | %.1f | %.0f | %d |\n", p, w, u + s, k / 1024, b
    exit w > 60 || k > 512 * 1024 || b > 5e6
  }' || over=1
done
uptime
exit $over
