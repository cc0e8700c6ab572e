#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Runs built tests with many seeds and reports what failed. tools/flakes.sh calls it.

Runs bazel-bin/FOLDER/NAME for each target //FOLDER:NAME, with the environment
that Bazel gives a test. Exit status 1 if a run failed.
"""

import argparse
import os
import re
import sys
import time

import seeds

# The simulation makes 1,000 runs, from its seed on.
STEP = 1000
TAIL = 30  # Lines of a failure that are shown.
FAILED = re.compile(r"^\[  FAILED  \] ([\w./]+)(?:,| \(|$)", re.M)
STARTED = re.compile(r"^\[ RUN      \] ([\w./]+)$", re.M)


def binary_of(target):
    return os.path.join(os.getcwd(), "bazel-bin", target[2:].replace(":", "/"))


def environment(target, binary):
    """What Bazel's test runner sets, and no settings of the caller's but QUIPU_*."""
    env = {name: value for name, value in os.environ.items()
           if name.startswith("QUIPU_") or name in ("PATH", "HOME", "USER", "LANG")}
    return dict(env, TEST_SRCDIR=binary + ".runfiles", RUNFILES_DIR=binary + ".runfiles",
                TEST_WORKSPACE="quipu", TEST_TARGET=target, TZ="UTC")


def cases_of(run):
    """The test cases that failed, or that the process ended in."""
    failed = sorted(set(FAILED.findall(run.output)))
    if failed:
        return failed
    return STARTED.findall(run.output)[-1:] or ["(before the first case)"]


def report(target, run):
    cases = cases_of(run)
    print(f"FAILED {target} seed={run.seed} ({run.why}): {' '.join(cases)}")
    for line in run.output.splitlines()[-TAIL:]:
        print("    " + line)
    print(f"  repeat: bazel test {target} --test_env=QUIPU_TEST_SEED={run.seed}"
          f" --test_filter={':'.join(cases)} --test_output=all", flush=True)
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, required=True)
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--jobs", type=int, default=2, help="how many run at a time")
    parser.add_argument("--limit", type=float, default=600, help="seconds that a run may take")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        help="more for the tests' environment")
    parser.add_argument("targets", nargs="+")
    args = parser.parse_args()
    chosen = range(args.first, args.first + STEP * args.seeds, STEP)
    found = {}
    for target in args.targets:
        binary = binary_of(target)
        env = dict(environment(target, binary), **dict(one.split("=", 1) for one in args.set))
        began, slowest = time.monotonic(), 0.0
        for run in seeds.run_all([binary], chosen, args.jobs, limit=args.limit, env=env,
                                 directory=os.path.join(binary + ".runfiles", "quipu")):
            slowest = max(slowest, run.seconds)
            if not run.passed:
                found.setdefault(target, []).append((run.seed, report(target, run)))
        print(f"{target}: {len(found.get(target, []))} of {args.seeds} failed"
              f" ({time.monotonic() - began:.0f} s, the slowest run {slowest:.1f} s)", flush=True)
    print(f"{len(args.targets)} tests, {args.seeds} seeds from {args.first}, every {STEP}th:"
          f" {sum(map(len, found.values()))} failures")
    for target, failures in found.items():
        for seed, cases in failures:
            print(f"  {target} seed={seed} {' '.join(cases)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
