#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Checks the dependencies between folders, from the BUILD files.

  tools/rooms.py            # check: no two folders depend on each other, and
                            # each visibility names exactly the folder's users
  tools/rooms.py --print    # print the dependencies, one line per folder
  tools/rooms.py --write    # rewrite each visibility from the dependencies

Reads the BUILD files as text, so it needs no build and takes a tenth of a
second. Test code (cc_test, tests/) may use any folder; its dependencies count
for the visibility, but not for mutual pairs. Exit status 1 if anything was found.
"""

import ast
import collections
import os
import re
import subprocess
import sys

# Public on purpose: system libraries, and the programs.
OPEN = ("third_party", "deploy", "tests")
# Folders whose visibility this tool checks and writes.
OWNED = ("generator", "inference", "pipelines")


def build_files():
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*BUILD.bazel"],
        capture_output=True, text=True, check=True).stdout.split()
    return [path for path in out if os.path.isfile(path) and os.path.dirname(path)]


def labels_of(node):
    for item in ast.walk(node):
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            if item.value.startswith("//"):
                yield item.value


def package_of(label):
    return label[2:].split(":")[0]


def read_arrows(paths):
    """(user, used) -> whether product code has this dependency, not only a test."""
    arrows = {}
    for path in paths:
        user = os.path.dirname(path)
        shared = {}  # Named lists, used by several rules.
        for node in ast.parse(open(path).read()).body:
            if isinstance(node, ast.Assign):
                shared[node.targets[0].id] = list(labels_of(node.value))
            if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
                continue
            rule = node.value
            kind = getattr(rule.func, "id", "")
            names = {word.arg: word.value for word in rule.keywords}
            for key in ("deps", "srcs", "data", "tools", "actual"):
                if key not in names:
                    continue
                used = list(labels_of(names[key]))
                for item in ast.walk(names[key]):
                    if isinstance(item, ast.Name):
                        used += shared.get(item.id, [])
                test = kind == "cc_test" or kind == "sh_test" or user.split("/")[0] == "tests"
                for label in used:
                    arrow = (user, package_of(label))
                    if arrow[0] != arrow[1]:
                        arrows[arrow] = arrows.get(arrow, False) or not test
    return arrows


def ancestors(folder, other):
    """The folder and its parents, up to the common parent with the other."""
    parts, others = folder.split("/"), other.split("/")
    common = 0
    while common < min(len(parts), len(others)) and parts[common] == others[common]:
        common += 1
    return ["/".join(parts[:n]) for n in range(max(common, 1), len(parts) + 1)
            if "/".join(parts[:n]) != "/".join(others[:n]) or n > common]


def mutual_pairs(arrows):
    """Pairs of folders, at any depth, that depend on each other."""
    product = {arrow for arrow, is_product in arrows.items() if is_product}
    wide = collections.defaultdict(set)
    for user, used in product:
        for a in ancestors(user, used):
            for b in ancestors(used, user):
                # A folder and a folder inside it are compared only as packages.
                if a.startswith(b + "/") or b.startswith(a + "/"):
                    if (a, b) != (user, used):
                        continue
                wide[(a, b)].add((user, used))
    return sorted((a, b) for a, b in product.union(wide)
                  if a < b and ((b, a) in wide or (b, a) in product))


def wanted_visibility(package, arrows):
    users = set()
    for user, used in arrows:
        if used != package:
            continue
        users.add("//tests:__subpackages__" if user.split("/")[0] == "tests"
                  else "//%s:__pkg__" % user)
    return sorted(users)


def visibility_text(users):
    if not users:
        return 'package(default_visibility = ["//visibility:private"])'
    if len(users) == 1:
        return 'package(default_visibility = ["%s"])' % users[0]
    lines = "".join('    "%s",\n' % user for user in users)
    return "package(default_visibility = [\n%s])" % lines


PACKAGE = re.compile(r"^package\(.*?\)$", re.M | re.S)


def main(argv):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    paths = build_files()
    arrows = read_arrows(paths)
    if "--print" in argv:
        for package in sorted({user for user, _ in arrows}):
            used = sorted(b for (a, b), product in arrows.items()
                          if a == package and product and not b.startswith("third_party"))
            if used:
                print("%s -> %s" % (package, ", ".join(used)))
    findings = 0
    for a, b in mutual_pairs(arrows):
        print("%s and %s depend on each other" % (a, b))
        findings += 1
    for path in paths:
        package = os.path.dirname(path)
        if package.split("/")[0] not in OWNED or package == "pipelines":
            continue
        text = open(path).read()
        wanted = visibility_text(wanted_visibility(package, arrows))
        found = PACKAGE.search(text)
        if found and found.group(0) == wanted:
            continue
        if "--write" in argv:
            open(path, "w").write(PACKAGE.sub(wanted, text, count=1))
        else:
            print("%s: visibility does not name the users (run tools/rooms.py --write); expected:\n%s"
                  % (path, wanted))
            findings += 1
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
