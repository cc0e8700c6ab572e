#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""What documents and scripts tell people to type is what quipu takes.

Specs of the documents are checked by `quipu merge`, which reads and validates a
spec, and then finds no partitions. Commands are compared with their --help.
"""

import glob
import os
import re
import subprocess
import tempfile
import unittest

ROOT = os.getcwd()
QUIPU = os.path.join(ROOT, "pipelines", "quipu")
WITH_SPECS = ("README.md", "docs/manual.md", "docs/operations.md", "docs/export.md",
              "docs/decontamination.md")
COMMANDS_IN = ("README.md", "CONTRIBUTING.md", "Dockerfile", "demo", "docs/**/*.md", "deploy/**/*",
               "examples/*")
# Said to be commands and not there.
NO_COMMANDS = {"COMMAND": "any of them"}
# What a spec must have, and a part of one may leave out.
NEEDED = {"store": 'store: "out/store"', "documents": 'documents { path: "corpus.txt" }',
          "engine": "engine { kind: SCRIPTED }"}


def quipu(*arguments):
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run([QUIPU, *arguments], cwd=folder, capture_output=True, text=True,
                              timeout=600)


def text_of(path):
    with open(path) as file:
        return file.read()


def files_of(patterns):
    found = set()
    for pattern in patterns:
        found.update(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    return sorted(found)


# --- Specs.


def code_lines(text):
    """Lines of code blocks: indented ones, and fenced ones that name no language."""
    fence = None
    for line in text.split("\n"):
        if line.startswith("```"):
            fence = line[3:] if fence is None else None
            yield ""
        elif fence == "":
            yield line
        elif fence is None:
            yield line[4:] if line.startswith("    ") else ""
    yield ""


def spec_blocks(text):
    """Consecutive lines that begin like fields of a text proto, until braces are closed."""
    block, depth = [], 0
    for line in code_lines(text):
        if depth > 0 or re.match(r"[a-z_]+(: \S| \{)", line):
            block.append(line)
            code = line.split("#")[0]
            depth += code.count("{") - code.count("}")
        elif block:
            yield "\n".join(block)
            block = []


def spec_fragments(text):
    """Fields in backquotes, as `engine { kind: SCRIPTED }`."""
    return re.findall(r"`([a-z_]+ \{ [^`]*\})`", text)


def completed(spec):
    """The spec, with what it must have and does not mention."""
    fields = set(re.findall(r"^([a-z_]+)\b", spec, re.M))
    if "engine" in fields and not re.search(r"\b(kind|model):", spec):
        spec = re.sub(r"\bengine \{", 'engine { model: "model.gguf"', spec, count=1)
    return "\n".join([spec] + [line for name, line in NEEDED.items() if name not in fields])


# --- Commands.


def subcommands():
    section = quipu("--help").stdout.split("Subcommands:")[1]
    return re.findall(r"^  (\w+)", section, re.M)


def flags_of(*command):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", quipu(*command, "--help").stdout))


# The program in front of its arguments: as a word, a variable, or $0 of bash -c.
PROGRAM = re.compile(r'(?:(?<![\w./:=-])\$?quipu|"\$(?:QUIPU|quipu|0)")(?=[ \t]+[\w-])([^\n`|;&]*)')


def command_lines(text):
    """The words behind each mention of the program, to the end of the command."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for match in PROGRAM.finditer(joined):
        yield re.sub(r"\s#.*", "", match.group(1)).split()


def yaml_command_lines(text):
    """The items of lists called args or command."""
    for match in re.finditer(r"^( *)(?:args|command):[^\n]*\n((?:\1 +[^\n]*\n|\n)+)", text, re.M):
        words = re.findall(r"^ *- (.+)$", match.group(2), re.M)
        yield [word.strip("\"'") for word in words if word != "quipu"]


def parse(words):
    """(the program's own flags, the command or None, its flags)."""
    own = []
    while words and words[0].startswith("--"):
        own.append(words[0].split("=")[0])
        words = words[2:] if words[0] == "--log-format" else words[1:]
    flags = [re.match(r"[\w-]+", word).group(0)
             for word in (part.lstrip("[(") for part in words[1:]) if re.match(r"--[a-z]", word)]
    return own, (words[0].strip("'\".,") if words else None), flags


class SpecsTest(unittest.TestCase):
    def check(self, spec, where):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "spec.textproto")
            with open(path, "w") as file:
                file.write(spec + "\n")
            done = quipu("merge", path)
        self.assertEqual(done.returncode, 2, where)
        self.assertIn("no partitions of store", done.stderr,
                      "%s has a spec that is not valid:\n%s" % (where, spec))

    def test_specs_of_documents_are_valid(self):
        for path, least in zip(WITH_SPECS, (1, 2, 0, 0, 1)):
            blocks = list(spec_blocks(text_of(path)))
            self.assertGreaterEqual(len(blocks), least, path)
            for spec in blocks:
                self.check(completed(spec), path)

    def test_fields_in_the_text_are_valid(self):
        found = 0
        for path in WITH_SPECS:
            for fragment in spec_fragments(text_of(path)):
                self.check(completed(fragment), path)
                found += 1
        self.assertGreater(found, 2)

    def test_specs_to_begin_with_are_valid(self):
        paths = files_of(("examples/*.textproto", "deploy/**/*.textproto"))
        self.assertGreater(len(paths), 3)
        for path in paths:
            self.check(text_of(path), path)

    def test_a_spec_that_is_wrong_is_noticed(self):
        with self.assertRaises(AssertionError):
            self.check(completed("chunkz { }"), "nowhere")


class CommandsTest(unittest.TestCase):
    def test_commands_and_flags_are_those_of_help(self):
        own_flags = flags_of()
        flags = {name: flags_of(name) for name in subcommands()}
        seen, problems = {}, []
        for path in files_of(COMMANDS_IN):
            text = text_of(path)
            lines = list(command_lines(text))
            if path.endswith(".yaml"):
                lines += yaml_command_lines(text)
            for words in lines:
                own, command, used = parse(words)
                if command not in flags:
                    continue
                seen.setdefault(command, []).extend(used)
                problems += ["%s: quipu has no %s" % (path, flag)
                             for flag in own if flag not in own_flags]
                problems += ["%s: quipu %s has no %s" % (path, command, flag)
                             for flag in used if flag not in flags[command]]
        self.assertEqual(problems, [])
        self.assertEqual(set(seen), set(flags), "commands that no document mentions")
        self.assertIn("--chunks-in-flight", flags["work"])
        self.assertGreater(sum(map(len, seen.values())), 40, "flags are no more found")

    def test_what_is_called_a_command_is_one(self):
        names = set(subcommands())
        for path in files_of(COMMANDS_IN):
            for name in re.findall(r"`quipu ([A-Za-z]\S*?)[ `]", text_of(path)):
                self.assertTrue(name in names or name in NO_COMMANDS, (path, name))


class ProgramTest(unittest.TestCase):
    """A few command lines through a real process."""

    def test_help_of_every_command_shows_flags_and_an_example(self):
        names = subcommands()
        self.assertGreaterEqual(len(names), 10)
        for name in names:
            done = quipu(name, "--help")
            self.assertEqual(done.returncode, 0, name)
            self.assertIn("Example:\n  quipu %s " % name, done.stdout)
            self.assertEqual(done.stderr, "", name)

    def test_what_does_not_parse_exits_with_2(self):
        for arguments, says in ((["make"], "make"),
                                ([], "subcommand"),
                                (["build"], "SPEC"),
                                (["build", "s", "--max-bad-share", "1.5"], "--max-bad-share"),
                                (["show", "s", "--limit", "0"], "--limit")):
            done = quipu(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(says, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_a_spec_that_is_not_there_exits_with_2(self):
        done = quipu("build", "nowhere.textproto")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nowhere.textproto", done.stderr)


class ParseTest(unittest.TestCase):
    def test_command_lines_are_found(self):
        text = 'run `quipu show STORE --rejects`; start "$QUIPU" --log-format json build "$S" \\\n' \
               "  --threads 2\n    $quipu work a:1 --ca c & $quipu status a:1   # --no\n" \
               "quipu turns documents into data; docker run quipu:1 build\n"
        self.assertEqual([parse(words) for words in command_lines(text)],
                         [([], "show", ["--rejects"]),
                          (["--log-format"], "build", ["--threads"]),
                          ([], "work", ["--ca"]),
                          ([], "status", []),
                          ([], "turns", [])])

    def test_lists_of_yaml_are_found(self):
        text = "c:\n  args:\n    - serve\n    # why\n    - --listen\n    - a:1\n  image: quipu\n"
        self.assertEqual([parse(words) for words in yaml_command_lines(text)],
                         [([], "serve", ["--listen"])])

    def test_specs_are_found(self):
        text = "A spec\n\n    $ cat x\n    seed: 1\n    engine {\n      kind: OPENAI  # a } b\n" \
               "    }\n\n    $ ls\n\n```yaml\nseed: 2\n```\n"
        self.assertEqual(list(spec_blocks(text)),
                         ["seed: 1\nengine {\n  kind: OPENAI  # a } b\n}"])


if __name__ == "__main__":
    unittest.main()
