#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""The commands inside deploy/kubernetes are commands of this program.

Each is run with its paths moved to a folder where no file is, so it has to end with
exit status 2 and the name of a missing file: an option that the program does not know
ends earlier. The published specs are read in the same way.
tools/check_deploy.sh checks the objects around them.
"""

import os
import re
import subprocess
import tempfile
import unittest

QUIPU = os.path.abspath("pipelines/quipu")
FOLDER = "deploy/kubernetes"
PLACES = ("/etc/quipu", "/inputs", "/data")
VALUES = {"POD_NAME": "quipu-worker-0", "CPUS": "1", "INDEX": "0"}


def manifests():
    for folder, _, files in os.walk(FOLDER):
        yield from (os.path.join(folder, name) for name in sorted(files) if name.endswith(".yaml"))


def commands(text):
    """The lists of `args:` and `command:`, one item a line, without aliases."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        key = re.fullmatch(r"( *)(args|command):( &\w+)?", line)
        if not key:
            continue
        items = ["quipu"] if key[2] == "args" else []
        for item in lines[number + 1:]:
            if item.strip().startswith("#"):
                continue
            entry = re.fullmatch(rf"{key[1]}  - (\S+)", item)
            if not entry:
                break
            items.append(entry[1])
        yield items


class ManifestsTest(unittest.TestCase):
    def setUp(self):
        self.empty = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))

    def moved(self, text):
        text = re.sub(r"\$\((\w+)\)", lambda name: VALUES[name[1]], text)
        for place in PLACES:
            text = re.sub(rf"(^|\")(?={place}/)", lambda start: start[0] + self.empty, text)
        return text

    def run_moved(self, command):
        self.assertEqual(command[0], "quipu")
        return subprocess.run([QUIPU] + [self.moved(item) for item in command[1:]], cwd=self.empty,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=300, check=False)

    def is_known(self, command):
        ended = self.run_moved(command)
        return ended.returncode == 2 and self.empty in ended.stderr, ended.stderr

    def test_the_program_knows_every_command(self):
        found = 0
        for path in manifests():
            with open(path, encoding="utf-8") as file:
                for command in commands(file.read()):
                    with self.subTest(manifest=path, command=" ".join(command)):
                        known, said = self.is_known(command)
                        self.assertTrue(known, said)
                        found += 1
        self.assertEqual(found, 6)  # Four containers, two probes.

    def test_an_option_that_the_program_does_not_know_is_found(self):
        for command in (["quipu", "serve", "/etc/quipu/run.textproto", "--metrics-open"],
                        ["quipu", "health", "localhost:7447", "--ca", "/etc/quipu/ca", "--wait"]):
            self.assertFalse(self.is_known(command)[0])

    def test_the_specs_are_read(self):
        for folder in (FOLDER, os.path.join(FOLDER, "split")):
            with open(os.path.join(folder, "run.textproto"), encoding="utf-8") as file:
                spec = self.moved(file.read())
            path = os.path.join(self.empty, "run.textproto")
            with open(path, "w", encoding="utf-8") as file:
                file.write(spec)
            ended = subprocess.run([QUIPU, "build", path], capture_output=True, text=True,
                                   timeout=300, check=False)
            self.assertEqual(ended.returncode, 2, ended.stderr)
            self.assertIn(self.empty + "/inputs/", ended.stderr)


if __name__ == "__main__":
    unittest.main()
