#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Runs clang or clang-tidy on sources of compile_commands.json, in parallel.

  tools/clang_check.py [--all | FILE...] -- WARNING...   # clang -fsyntax-only
  tools/clang_check.py --tidy FILE...                    # clang-tidy

Without files it checks the sources that can violate a thread annotation: those
that name a mutex or an annotation, include a header that does (what it guards is
private to its class), or reach a function that demands or excludes a lock. Of the
tests, only those that name one themselves: what a test calls is public. A header
is checked through the first sources that include it. Called by
tools/clang_check.sh and tools/presubmit; the environment variable JOBS says how
many run at a time.
"""

import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys

DATABASE = "compile_commands.json"
# It implements parts of Abseil's mutexes, where the annotations do not apply.
UNCHECKED = "third_party/"
ANNOTATED = re.compile(r"\bABSL_(GUARDED_BY|PT_GUARDED_BY|\w*LOCKS?_\w+)|absl::(Reader|Writer)?Mutex")
# A caller can violate these; the others, only a member of the class.
DEMANDS = re.compile(r"\bABSL_\w*LOCKS?_(REQUIRED|EXCLUDED)")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
# A header is checked through this many sources.
USERS_OF_HEADER = 2


class Includes:
    """Which of our files a file includes, directly or indirectly."""

    def __init__(self):
        self._text = {}
        self._reach = {}

    def text(self, path):
        if path not in self._text:
            try:
                with open(path, encoding="utf-8") as file:
                    self._text[path] = file.read()
            except OSError:  # Generated, or the system's.
                self._text[path] = ""
        return self._text[path]

    def reach(self, path):
        """The file and all files that it includes."""
        if path not in self._reach:
            seen, todo = set(), [path]
            while todo:
                file = todo.pop()
                if file not in seen:
                    seen.add(file)
                    todo += INCLUDE.findall(self.text(file))
            self._reach[path] = seen
        return self._reach[path]

    def can_violate(self, path):
        """Whether the source can violate a thread annotation."""
        if ANNOTATED.search(self.text(path)):
            return True
        if path.endswith("_test.cc"):
            return False
        direct = INCLUDE.findall(self.text(path))
        return (any(ANNOTATED.search(self.text(file)) for file in direct)
                or any(DEMANDS.search(self.text(file)) for file in self.reach(path)))


def with_users(files, sources, includes):
    """Sources among `files`, and some of those that include its headers."""
    chosen = collections.OrderedDict()
    for file in files:
        if file in sources:
            chosen[file] = True
        elif file.endswith(".h"):
            users = [path for path in sources if file in includes.reach(path)]
            # Its own source first; then those with the fewest includes, the quickest.
            users.sort(key=lambda path: (path[:-3] != file[:-2], len(includes.reach(path))))
            chosen.update((path, True) for path in users[:USERS_OF_HEADER])
    return list(chosen)


def command_of(entry, tidy, warnings):
    if tidy:
        return ["clang-tidy", "--quiet", "-p", ".", entry["file"]]
    return entry["arguments"] + ["-fsyntax-only", *warnings]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def check(entries, tidy, warnings):
    """Prints findings and returns how many sources have some."""
    failed, seen = 0, set()
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        commands = [command_of(entry, tidy, warnings) for entry in entries]
        for entry, (status, text) in zip(entries, pool.map(run, commands)):
            if status == 0:
                continue
            failed += 1
            if text not in seen:  # A header's finding is repeated by each user.
                seen.add(text)
                print("%s:\n%s" % (entry["file"], text.rstrip()), flush=True)
    return failed


def main(argv):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    cut = argv.index("--") if "--" in argv else len(argv)
    options, warnings = argv[:cut], argv[cut + 1:]
    files = [path for path in options if not path.startswith("--")]
    with open(DATABASE, encoding="utf-8") as file:
        entries = {entry["file"]: entry for entry in json.load(file)
                   if not entry["file"].startswith(UNCHECKED)}
    includes = Includes()
    if files:
        chosen = with_users(files, entries, includes)
    elif "--all" in options:
        chosen = list(entries)
    else:
        chosen = [path for path in entries if includes.can_violate(path)]
    failed = check([entries[path] for path in chosen], "--tidy" in options, warnings)
    print("%s: %d of %d sources have findings"
          % ("clang-tidy" if "--tidy" in options else "clang", failed, len(chosen)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
