# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""A Ray cluster under deploy/ray/run_workers.py: kills a raylet, drains another.

    ray_cluster.py RUN_WORKERS QUIPU COORDINATOR

Called by ray.sh. Waits for each step by the processes and lines that show it, and exits
with 1 if one does not come.
"""

import os
import subprocess
import sys
import time

from ray.cluster_utils import Cluster

RUN_WORKERS, QUIPU, COORDINATOR = sys.argv[1:]
WORKERS = 3


def say(text):
    print(f"ray_cluster: {text}", flush=True)


def workers():
    """Process ids of `quipu work`."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                arguments = file.read().split(b"\0")
        except OSError:
            continue
        if arguments[0] == QUIPU.encode() and b"work" in arguments:
            found.append(int(pid))
    return set(found)


def await_true(what, condition, seconds=60):
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            say(f"waited {seconds} s in vain until {what}")
            sys.exit(1)
        time.sleep(0.05)
    return time.monotonic() - began


def said(text):
    with open("workers.log", encoding="utf-8", errors="replace") as file:
        return [line for line in file if text in line]


def node_of(line):
    return line.split("node ")[1].split(":")[0].split()[0]


cluster = Cluster()
cluster.add_node(num_cpus=0, include_dashboard=False)
nodes = [cluster.add_node(num_cpus=1) for _ in range(WORKERS + 1)]
cluster.wait_for_nodes()
with open("workers.log", "w", encoding="utf-8") as log:
    driver = subprocess.Popen(
        [sys.executable, RUN_WORKERS, COORDINATOR, "--workers", str(WORKERS), "--quipu", QUIPU],
        env=dict(os.environ, RAY_ADDRESS=cluster.address), stdout=log, stderr=subprocess.STDOUT)
await_true("the workers run", lambda: len(workers()) == WORKERS)
await_true("they are placed", lambda: len(said("a worker runs on node")) == WORKERS)
placed = [node_of(line) for line in said("a worker runs on node")]
time.sleep(2)  # So that they hold leases.

# ---- A raylet is killed: its worker gets SIGTERM, and another takes its place.
before = workers()
began = time.monotonic()
victim = next(node for node in nodes if node.node_id == placed[0])
cluster.remove_node(victim, allow_graceful=False)
took = await_true("the killed raylet's worker ends", lambda: len(before - workers()) == 1)
say(f"the worker of the killed raylet ended {time.monotonic() - began:.1f} s after the kill")
await_true("another takes its place", lambda: len(workers()) == WORKERS)

# ---- A node is drained.
began = time.monotonic()
subprocess.run([os.path.join(os.path.dirname(sys.executable), "ray"), "drain-node", "--address",
                cluster.address, "--node-id", placed[1], "--reason", "DRAIN_NODE_REASON_PREEMPTION",
                "--reason-message", "test", "--deadline-remaining-seconds", "60"], check=True)
accepted = time.monotonic()
await_true("its worker stops", lambda: said(f"a worker on node {placed[1]} stopped with status 0"))
say(f"the drained node's worker released its leases {time.monotonic() - accepted:.1f} s after the drain")

status = driver.wait(200)
say(f"run_workers.py ended with status {status}")
cluster.shutdown()
sys.exit(status)
