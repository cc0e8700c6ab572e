#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes compile_commands.json, for clangd, clang-tidy and tools/clang_check.sh.

  tools/compile_commands.py            # from Bazel's actions
  tools/compile_commands.py --fresh    # only if a build file is newer

Uses `bazel aquery`, so nothing is compiled; protoc's headers are generated
first, because clang must read them. Takes some seconds. The file is for this
checkout only, and git ignores it.
"""

import json
import os
import subprocess
import sys

OUTPUT = "compile_commands.json"
# Options that clang does not know, and options that only name outputs.
DROPPED = ("-fno-canonical-system-headers", "-Wno-free-nonheap-object",
           "-Wunused-but-set-parameter", "-fno-omit-frame-pointer", "-MD")
DROPPED_WITH_VALUE = ("-MF", "-o")
BUILD_FILES = ("BUILD.bazel", "WORKSPACE", ".bazelrc", "user.bazelrc", "*.bzl", "*.proto")


def bazel(*arguments):
    environment = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}
    done = subprocess.run(["bazel", *arguments], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("error: bazel %s: %s" % (arguments[0], done.stderr[-2000:]))
    return done.stdout


def is_fresh():
    if not os.path.exists(OUTPUT):
        return False
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *BUILD_FILES,
         *("*/" + name for name in BUILD_FILES)],
        capture_output=True, text=True, check=True).stdout.split("\n")
    written = os.path.getmtime(OUTPUT)
    return all(os.path.getmtime(path) < written for path in listed if os.path.exists(path))


def generate_headers():
    """Generates protoc's headers; compiles nothing."""
    targets = bazel("query", "kind(genrule, //...)").split()
    bazel("build", "--", *targets)


def clang_arguments(arguments, externals):
    """The compiler's arguments, adapted for clang; external/ is in the folder `externals`."""
    kept, skip = ["clang++"], False
    for argument in arguments[1:]:
        if skip or argument in DROPPED_WITH_VALUE:
            skip = not skip
        elif argument.startswith("external/"):
            kept.append(os.path.join(externals, argument))
        elif argument not in DROPPED:
            kept.append(argument)
    return kept


def commands():
    found = {}
    externals = bazel("info", "output_base").strip()
    graph = json.loads(bazel("aquery", "--output=jsonproto", "--include_artifacts=false",
                             "mnemonic(CppCompile, //...)"))
    for action in graph.get("actions", ()):
        arguments = action["arguments"]
        source = arguments[arguments.index("-c") + 1]
        if os.path.isfile(source) and not source.startswith(("bazel-out/", "external/")):
            found[source] = clang_arguments(arguments, externals)
    return [{"directory": os.getcwd(), "file": source, "arguments": arguments}
            for source, arguments in sorted(found.items())]


def main(argv):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    if "--fresh" in argv and is_fresh():
        return 0
    generate_headers()
    entries = commands()
    with open(OUTPUT + ".part", "w", encoding="utf-8") as out:
        json.dump(entries, out, indent=1)
        out.write("\n")
    os.replace(OUTPUT + ".part", OUTPUT)
    print("%s: %d files" % (OUTPUT, len(entries)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
