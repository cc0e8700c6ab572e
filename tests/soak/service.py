# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""A long service: does its memory grow, and how soon does it answer after a kill?

    service.py drift QUIPU SECONDS [RATE]     # memory and descriptors of a coordinator
    service.py restart QUIPU RESULTS [TASKS]  # seconds from a restart to the first answer

Both serve a run with the scripted engine in a temporary directory.

`drift`: three workers work as fast as they can; one of them is killed every few seconds
and started again. The run has tasks for RATE results a second (5,000). Prints the figures
of each minute; SIGINT ends it early. Fails if the coordinator's memory grows by 1 MiB per
minute or more over the second half, or its descriptors do.

`restart`: TASKS (100,000) or more; the coordinator is killed with this many results, and
started again five times. Fails if it takes more than 10 s of processor time to answer, with
a million tasks 20 s (the clock of a busy machine measures the machine).
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

WORKERS = 3
KILL_EVERY_S = 5
SAMPLE_EVERY_S = 2
MOST_MIB_PER_MINUTE = 1.0
MOST_RESTART_S = 10
MANY_TASKS = 1_000_000
MOST_RESTART_WITH_MANY_S = 20
RESTARTS = 5
SENTENCES = 400
# A document has more tasks than this; three workers do fewer of them a second.
TASKS_PER_DOCUMENT = 200
RATE = 5000
PRINT_EVERY_S = 60
PLAN_POLL_S = 2


class Service:
    """A spec with so many documents, its coordinator and its workers."""

    def __init__(self, quipu, directory, documents):
        self.quipu = quipu
        self.directory = directory
        self.address = f"unix:{directory}/s"
        self.log = open(f"{directory}/log", "ab")
        self.coordinator = None
        write_corpus(f"{directory}/corpus.jsonl", documents)
        with open(f"{directory}/spec.textproto", "w", encoding="utf-8") as out:
            out.write(
                f'seed: 7 store: "{directory}/store" documents {{ path: "{directory}/corpus.jsonl" }}\n'
                "engine { kind: SCRIPTED }\n"
                "chunks { min_tokens: 100 max_tokens: 200 tokens_per_chunk: 200 max_per_document: 40 }\n"
                # Nineteen of twenty scripted pairs are rejects: that is no reason to stop.
                "service { pause_reject_share: 2 audit_share: 0 lease_ttl_s: 5 max_lost_attempts: 100 }\n"
            )

    def _start(self, *arguments):
        return subprocess.Popen([self.quipu, *arguments], stdout=self.log, stderr=self.log)

    def start_coordinator(self):
        self.coordinator = self._start(
            "serve", f"{self.directory}/spec.textproto", "--listen", self.address
        )

    def start_worker(self, name):
        return self._start("work", self.address, "--name", name)

    def status(self):
        """The coordinator's answer, or None while it does not answer."""
        asked = subprocess.run(
            [self.quipu, "status", self.address, "--json"], capture_output=True, check=False
        )
        return json.loads(asked.stdout) if asked.returncode == 0 else None

    def wait_for(self, condition, pause_s=0.05):
        """Asks until the answer satisfies the condition."""
        while True:
            if self.coordinator.poll() is not None:
                sys.exit(f"the coordinator ended with {self.coordinator.returncode}: {self.tail()}")
            status = self.status()
            if status is not None and condition(status):
                return status
            time.sleep(pause_s)

    def tail(self):
        with open(f"{self.directory}/log", "rb") as text:
            return text.read()[-800:].decode("utf-8", "replace")


def write_corpus(path, documents):
    draw = random.Random(1)
    who = ["keeper", "traveller", "captain", "weaver", "clerk", "miller"]
    did = ["counted", "found", "sold", "painted", "carried"]
    what = ["knotted cords", "silver coins", "river stones", "wax candles", "paper maps"]
    sentences = [
        f"The {draw.choice(who)} {draw.choice(did)} {draw.randrange(2, 900)} {draw.choice(what)} "
        f"before the year {draw.randrange(1000, 2000)} was over."
        for _ in range(20_000)
    ]
    with open(path, "w", encoding="utf-8") as out:
        for _ in range(documents):
            out.write(json.dumps({"text": " ".join(draw.choices(sentences, k=SENTENCES))}) + "\n")


def usage_of(pid):
    """MiB of resident memory, and the number of descriptors beside the store's tables and
    blobs, which are more as it grows (at most 512, storage/options.cc)."""
    with open(f"/proc/{pid}/status", encoding="ascii") as text:
        fields = dict(line.split(":", 1) for line in text)
    descriptors = 0
    for number in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # Closed meanwhile.
            name = os.readlink(f"/proc/{pid}/fd/{number}")
            descriptors += not name.endswith((".sst", ".blob"))
    return int(fields["VmRSS"].split()[0]) / 1024, descriptors


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as text:
        fields = text.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def slope(points):
    """Least squares: y per x."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def results_of(status):
    return status["accepted"] + status["rejected"]


def print_minute(service, sample):
    status = service.status()
    done = "no answer" if status is None else f"{results_of(status)} results"
    print(f"minute {sample[0]:.1f}: {sample[1]:.1f} MiB, {sample[2]} descriptors, {done}", flush=True)


def watch(service, seconds):
    """Kills and restarts workers meanwhile, until SIGINT at the latest. [(minute, MiB,
    descriptors)], and the kills."""
    draw = random.Random(2)
    workers = [service.start_worker(f"worker{i}") for i in range(WORKERS)]
    began = time.monotonic()
    samples = []
    kills = printed = 0
    try:
        while (elapsed := time.monotonic() - began) < seconds:
            if service.coordinator.poll() is not None:
                print(f"the run ended after {elapsed:.0f} s: more tasks are needed")
                break
            samples.append((elapsed / 60, *usage_of(service.coordinator.pid)))
            if elapsed >= printed * PRINT_EVERY_S:
                print_minute(service, samples[-1])
                printed += 1
            if elapsed > (kills + 1) * KILL_EVERY_S:
                i = draw.randrange(WORKERS)
                workers[i].kill()
                workers[i].wait()
                workers[i] = service.start_worker(f"worker{i}")
                kills += 1
            time.sleep(SAMPLE_EVERY_S)
    except KeyboardInterrupt:
        print(f"ended after {samples[-1][0] * 60:.0f} s")
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return samples, kills


def drift(quipu, seconds, rate=RATE):
    with tempfile.TemporaryDirectory() as directory:
        service = Service(quipu, directory, seconds * rate // TASKS_PER_DOCUMENT)
        service.start_coordinator()
        service.wait_for(lambda status: status["stage"] == "generate", PLAN_POLL_S)
        samples, kills = watch(service, seconds)
        work = "all results"
        if (status := service.status()) is not None:
            used = processor_seconds(service.coordinator.pid)
            work = f"{results_of(status)} results, coordinator: {used:.1f} s of processors"
            service.coordinator.send_signal(signal.SIGTERM)
        code = service.coordinator.wait()
    half = samples[len(samples) // 2 :]
    growth = slope([(minute, mib) for minute, mib, _ in half])
    first = [fds for _, _, fds in samples[len(samples) // 4 : len(samples) // 2]]
    most, most_before = max(fds for _, _, fds in half), max(first)
    print(f"{samples[-1][0] * 60:.0f} s, {kills} workers killed, {work}")
    print(f"memory: {samples[0][1]:.0f} MiB at first, {half[0][1]:.0f} at half time, {half[-1][1]:.0f} at the end: "
          f"{growth:+.3f} MiB/min over the second half")
    print(f"descriptors: at most {most_before} in the second quarter, {most} in the second half; exit code {code}")
    # A worker that comes back has two connections for a moment.
    return growth < MOST_MIB_PER_MINUTE and most <= most_before + WORKERS and code == 130


def restart(quipu, results, at_least=100_000):
    most = MOST_RESTART_WITH_MANY_S if at_least >= MANY_TASKS else MOST_RESTART_S
    with tempfile.TemporaryDirectory() as directory:
        service = Service(quipu, directory, at_least // TASKS_PER_DOCUMENT)
        service.start_coordinator()
        service.wait_for(lambda status: status["stage"] == "generate", PLAN_POLL_S)
        workers = [service.start_worker(f"worker{i}") for i in range(WORKERS)]
        status = service.wait_for(lambda status: results_of(status) >= results)
        times = []
        for _ in range(RESTARTS):
            service.coordinator.kill()
            service.coordinator.wait()
            began = time.monotonic()
            service.start_coordinator()
            status = service.wait_for(lambda status: results_of(status) >= results)
            times.append((time.monotonic() - began, processor_seconds(service.coordinator.pid)))
        service.coordinator.kill()
        service.coordinator.wait()
        for worker in workers:
            worker.kill()
            worker.wait()
    tasks = status["pairs"]
    print(f"{tasks} tasks, {results_of(status)} results; first answer after a restart:")
    for wall, used in times:
        print(f"  {wall:.2f} s, {used:.2f} s of processors")
    return tasks >= at_least and max(used for _, used in times) <= most


def main():
    commands = {"drift": (drift, 2), "restart": (restart, 2)}
    command, most = commands.get(sys.argv[1] if len(sys.argv) > 1 else "", (None, 0))
    numbers = sys.argv[3:]
    if command is None or not 1 <= len(numbers) <= most or not all(map(str.isdigit, numbers)):
        print(__doc__, file=sys.stderr)
        return 2
    return 0 if command(sys.argv[2], *map(int, numbers)) else 1


if __name__ == "__main__":
    sys.exit(main())
