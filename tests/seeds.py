# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Runs a test with many seeds, a few at a time (tests/tolerances.py, tests/flakes.py)."""

import collections
import concurrent.futures
import os
import signal
import subprocess
import tempfile
import time

HUNG = "ran too long"

# passed: whether the exit status was 0. why: how it ended, as text. output:
# stdout and stderr. tolerances: the lines of tests/support/tolerance.h.
Run = collections.namedtuple("Run", "seed passed why output tolerances seconds")


def run(command, seed, limit=None, env=None, directory=None):
    """Runs a test with one seed; a limit in seconds ends it with all its processes."""
    with tempfile.TemporaryDirectory(prefix="quipu_seed_") as scratch:
        noted = os.path.join(scratch, "tolerances")
        env = dict(os.environ if env is None else env, QUIPU_TEST_SEED=str(seed),
                   QUIPU_TOLERANCES=noted, TEST_TMPDIR=scratch)
        began = time.monotonic()
        child = subprocess.Popen(command, env=env, cwd=directory, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 start_new_session=True)
        try:
            output, _ = child.communicate(timeout=limit)
            why = f"exit status {child.returncode}" if child.returncode >= 0 else \
                signal.Signals(-child.returncode).name
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            output, _ = child.communicate()
            why = f"{HUNG}: {limit} s"
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        lines = []
        if os.path.exists(noted):
            with open(noted, encoding="utf-8") as file:
                lines = file.read().splitlines()
        return Run(seed, child.returncode == 0, why, output.decode(errors="replace"), lines,
                   time.monotonic() - began)


def run_all(command, seeds, jobs, **options):
    """Yields a Run for each seed, in order, with up to `jobs` at a time."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        try:
            yield from pool.map(lambda seed: run(command, seed, **options), seeds)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
