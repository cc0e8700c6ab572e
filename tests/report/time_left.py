#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Compares the time left that quipu tells with the time that a run then takes.

  time_left.py QUIPU SPEC [--serve]   # SPEC: of a run without a store

Without --serve: `quipu build` on a terminal, whose line says the time left. With it: `quipu serve`
with one worker of this machine, asked by `quipu status ADDRESS --json`. Prints a table: at each
share of the work, the time left as told, the time that the pairs then took, their ratio; with
--serve also the share by tokens, which other load on the machine does not change. Exit status 1 if
at 10 % of the work the told time (or, with --serve, the work that was left by tokens) is off by
more than a quarter.
"""

import argparse
import json
import os
import pty
import re
import subprocess
import sys
import threading
import time

SHARES = (5, 10, 25, 50, 75, 90)
LINE = re.compile(r"(\d+)/(\d+) pairs  (\d+) % of the work.*?  (\S+) left")
UNITS = {"h": 3600, "m": 60, "s": 1}


def seconds_of(text):
    """Of "1h2m3s"."""
    return sum(float(number) * UNITS[unit] for number, unit in re.findall(r"([\d.]+)([hms])", text))


def read_terminal(quipu, spec):
    """(time, share, seconds left) of each line that build writes on a terminal, and when it was at 100 %."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(quipu, [quipu, "build", spec])
    readings, end, text = [], None, ""
    while True:
        try:
            read = os.read(terminal, 65536)
        except OSError:  # It ended.
            break
        text += read.decode("utf-8", "replace")
        *lines, text = re.split(r"[\r\n]", text)
        for line in lines + [text]:
            found = LINE.search(line)
            if found:
                readings.append((time.monotonic(), float(found[3]), seconds_of(found[4]), None))
            elif end is None and re.search(r"pairs  100 %", line):
                end = time.monotonic()
    if os.waitpid(pid, 0)[1] != 0 or end is None:
        sys.exit("the build failed: " + text[-500:])
    return readings, end, None


def tokens_of(status):
    return status["engine"]["prompt_tokens_computed"] + status["engine"]["sampled_tokens"]


class Coordinator:
    """quipu serve; its log says where it listens and when all pairs are made."""

    def __init__(self, quipu, spec):
        self.process = subprocess.Popen([quipu, "serve", spec, "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.address = self.end = None
        for line in self.process.stderr:
            found = re.search(r"serving on (\S+)", line)
            if found:
                self.address = found[1]
                break
        if self.address is None:
            sys.exit("quipu serve ended")
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            if self.end is None and re.search(r"pairs  100 %", line):
                self.end = time.monotonic()


def read_service(quipu, spec):
    """The same of status ADDRESS, with tokens, and the tokens of the whole run."""
    coordinator = Coordinator(quipu, spec)
    worker = subprocess.Popen([quipu, "work", coordinator.address],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    readings = []
    while coordinator.process.poll() is None:
        asked = subprocess.run([quipu, "status", coordinator.address, "--json"],
                               capture_output=True, text=True, check=False)
        now = time.monotonic()
        status = json.loads(asked.stdout) if asked.returncode == 0 else {}
        if status.get("seconds_left", 0) > 0:
            readings.append((now, 100 * status["work_share"], status["seconds_left"], tokens_of(status)))
        time.sleep(0.5)
    worker.wait()
    coordinator.reader.join()
    if coordinator.process.returncode != 0 or coordinator.end is None:
        sys.exit("quipu serve failed")
    store = re.search(r'^store: *"(.*)"', open(spec, encoding="utf-8").read(), re.MULTILINE)[1]
    asked = subprocess.run([quipu, "status", store, "--json"], capture_output=True, text=True, check=True)
    return readings, coordinator.end, tokens_of(json.loads(asked.stdout))


def table(readings, end, all_tokens):
    print("| work done, % | told left, s | taken, s | ratio |" + (" left by tokens |" if all_tokens else ""))
    print("|---|---|---|---|" + ("---|" if all_tokens else ""))
    ratios = {}
    for wanted in SHARES:
        reading = next((one for one in readings if one[1] >= wanted), None)
        if reading is None:
            continue
        when, share, left, tokens = reading
        ratio = left / max(end - when, 1e-9)
        row = f"| {share:.0f} | {left:.0f} | {end - when:.0f} | {ratio:.2f} |"
        if all_tokens:
            # What was told to be left, in tokens, to what was left.
            told = tokens * (100 / share - 1)
            ratio = told / max(all_tokens - tokens, 1)
            row += f" {ratio:.2f} |"
        ratios[wanted] = ratio
        print(row)
    return ratios.get(10)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quipu")
    parser.add_argument("spec")
    parser.add_argument("--serve", action="store_true")
    args = parser.parse_args()
    began = time.monotonic()
    readings, end, all_tokens = (read_service if args.serve else read_terminal)(args.quipu, args.spec)
    at_ten = table(readings, end, all_tokens)
    load = os.getloadavg()[0]
    print(f"{end - began:.0f} s in all; load {load:.1f} on {os.cpu_count()} cores")
    return 0 if at_ten is not None and 0.75 <= at_ten <= 1.25 else 1


if __name__ == "__main__":
    sys.exit(main())
