#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""How near random tests come to their bounds, over many seeds.

    bazel build //inference/model:model_test
    tests/tolerances.py --seeds 1000 bazel-bin/inference/model/model_test --gtest_filter='*Agrees*'

Runs a test with the seeds 1, 2, ... and prints, for each label of
tests/support/tolerance.h, the quantiles of the largest error / bound of a run.
A bound is good if the largest of 1,000 runs is well below 1, and says something
if it is not far below. A signal INT ends it with what it has so far. Exit status 1
if a run failed.
"""

import argparse
import collections
import sys

import seeds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2, help="how many run at a time")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the test and its flags")
    args = parser.parse_args()
    ratios = collections.defaultdict(list)
    failed, done = [], 0
    chosen = range(args.first, args.first + args.seeds)
    try:
        for run in seeds.run_all(args.command, chosen, args.jobs):
            done += 1
            if not run.passed:
                failed.append(run.seed)
            for line in run.tolerances:
                label, ratio = line.split("\t")
                ratios[label].append((float(ratio), run.seed))
    except KeyboardInterrupt:
        print(f"interrupted after the seeds {args.first} to {args.first + done - 1}")
    print(f"{'error / bound of the worst of a run':50} {'median':>8} {'99 %':>8} {'largest':>8}  seed")
    for label, values in sorted(ratios.items()):
        values.sort()
        at = lambda share: values[min(len(values) - 1, int(share * len(values)))][0]
        print(f"{label:50} {at(0.5):8.4f} {at(0.99):8.4f} {values[-1][0]:8.4f}  {values[-1][1]}")
    print(f"{done} seeds, {len(failed)} failed {failed[:20]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
