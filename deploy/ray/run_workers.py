#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Runs quipu's workers on a Ray cluster until the run is done.

    python3 run_workers.py head.example.com:7447 --workers 8 --cpus 16 --quipu /opt/quipu \
        -- --ca /certs/ca.crt --cert /certs/workers.crt --key /certs/workers.key

The coordinator (`quipu serve`) runs elsewhere. What follows `--` are options of
`quipu work`; program, model and certificates are files on every node.

Each worker is a process that an actor starts, looks at and stops. A Ray task that
waits in subprocess.run cannot do that: a drain sends no signal to its child, which
continues and keeps its CPUs, and ray.cancel ends it late or by SIGKILL. When a node
is drained its workers get SIGTERM, release their leases and start again on other
nodes. When a node, or this program, dies, the kernel sends SIGTERM to the workers it
leaves.

Exit status: 0: the run is done; 1: workers failed too often; 130: stopped.
"""

import argparse
import signal
import subprocess
import sys
import time

import ray
from ray._private.state import state as cluster_state  # No public call names draining nodes.

POLL_S = 0.5
STOP_S = 15  # A worker that is told to stop takes 5 s at most, on a machine that is not overloaded.


@ray.remote(max_restarts=0, max_task_retries=0)
class Worker:
    """One `quipu work`."""

    def __init__(self, command):
        # If this actor dies, however it dies, the worker gets SIGTERM.
        self._process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command])

    def node(self):
        return ray.get_runtime_context().get_node_id()

    def status(self):
        """The exit status; None while it runs."""
        return self._process.poll()

    def stop(self):
        """Ends it, and returns when it has released its leases."""
        self._process.terminate()
        try:
            return self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class Fleet:
    """The wanted number of workers, each on a node that is not being drained."""

    def __init__(self, options, command):
        self._options = options
        self._command = command
        self._nodes = {}  # Worker: the id of its node; None until Ray has placed it.
        self._placing = {}  # Worker: its answer to node().
        self._stopping = {}  # Worker: its answer to stop().
        self.failures = 0
        self.done = False

    def add(self):
        worker = Worker.options(num_cpus=self._options.cpus, scheduling_strategy="SPREAD").remote(
            self._command)
        self._nodes[worker] = None
        self._placing[worker] = worker.node.remote()

    def poll(self):
        """Looks at each worker once, and replaces those that are lost."""
        draining = cluster_state.get_draining_nodes()
        for worker in list(self._nodes):
            try:
                self._poll_one(worker, draining)
            except ray.exceptions.RayActorError as error:
                self._lost(worker, "its node or actor died", error)
        while not self.done and len(self._nodes) < self._options.workers:
            self.add()

    def _poll_one(self, worker, draining):
        if worker in self._placing:
            if not ray.wait([self._placing[worker]], timeout=0)[0]:
                return
            self._nodes[worker] = ray.get(self._placing.pop(worker))
            say(f"a worker runs on node {self._nodes[worker]}")
        if worker in self._stopping:
            if ray.wait([self._stopping[worker]], timeout=0)[0]:
                status = ray.get(self._stopping[worker])
                say(f"a worker on node {self._nodes[worker]} stopped with status {status}")
                self._forget(worker)
            return
        if self._nodes[worker] in draining:
            say(f"node {self._nodes[worker]} is drained: stopping its worker")
            self._stopping[worker] = worker.stop.remote()
            return
        status = ray.get(worker.status.remote(), timeout=60)
        if status == 0:
            self.done = True
            self._forget(worker)
        elif status is not None:
            self._lost(worker, f"quipu work ended with status {status}", None)

    def _lost(self, worker, why, error):
        say(f"lost the worker on node {self._nodes[worker]}: {why}")
        self.failures += 0 if error else 1  # A node that dies is no failure of quipu.
        self._forget(worker)

    def _forget(self, worker):
        del self._nodes[worker]
        self._placing.pop(worker, None)
        self._stopping.pop(worker, None)
        ray.kill(worker)

    def wait_for_last(self):
        """After the run is done: the others see it with their next request."""
        end = time.monotonic() + 60
        while self._nodes and time.monotonic() < end:
            self.poll()
            time.sleep(POLL_S)

    def stop(self):
        answers = [worker.stop.remote() for worker in self._nodes]
        ray.wait(answers, num_returns=len(answers), timeout=STOP_S + 5)


def say(text):
    print(f"run_workers: {text}", flush=True)


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("address", help="of the coordinator, as every node reaches it")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--cpus", type=int, default=1, help="of each worker")
    parser.add_argument("--quipu", default="quipu", help="the program, on every node")
    parser.add_argument("--max-failures", type=int, default=10,
                        help="so many workers may fail before the rest are stopped")
    more = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:more])
    if options.workers < 1 or options.cpus < 1:
        parser.error("--workers and --cpus are 1 or more")
    return options, arguments[more + 1:]


def main(arguments):
    options, more = options_of(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ray.init(address="auto", log_to_driver=True)
    fleet = Fleet(options, [options.quipu, "--log-format", "json", "work", options.address,
                            "--threads", str(options.cpus), *more])
    try:
        while not fleet.done:
            fleet.poll()
            if fleet.failures > options.max_failures:
                say(f"{fleet.failures} workers failed, limit {options.max_failures}")
                fleet.stop()
                return 1
            time.sleep(POLL_S)
        fleet.wait_for_last()
    except KeyboardInterrupt:
        fleet.stop()
        return 130
    say("the run is done")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
