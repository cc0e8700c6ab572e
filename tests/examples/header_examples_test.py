#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Every example of a header is compiled, or listed as no code.

That those which are compiled do compile is what building this test shows.
"""

import os
import runpy
import unittest

TOOL = runpy.run_path("tools/header_examples.py")
LIST = "tests/examples/header_examples.txt"
# Fewer mean that something has stopped to find them.
LEAST = 190


def product_headers():
    for folder, _, files in os.walk("."):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), ".")
            if name.endswith(".h") and not path.startswith(TOOL["NOT_PRODUCT"]):
                yield path


class ExtractTest(unittest.TestCase):
    def blocks(self, *comment):
        return TOOL["blocks_of"]("\n".join(comment) + "\n#ifndef X\n//\n//   Not.Here();\n")

    def test_a_block_is_between_empty_lines(self):
        self.assertEqual(self.blocks("// Copyright", "//", "// What.", "//", "//   int a;",
                                     "//     b;", "//", "// More."), [(5, ["int a;", "  b;"])])

    def test_a_block_may_end_the_comment(self):
        self.assertEqual(self.blocks("// What.", "//", "//   int a;"), [(3, ["int a;"])])

    def test_an_indented_line_of_prose_is_no_example(self):
        self.assertEqual(self.blocks("// - a list", "//   that continues", "//", "// More."), [])

    def test_each_block_has_a_name(self):
        text = "// What.\n//\n//   int a;\n//\n// And.\n//\n//   int b;\n"
        self.assertEqual([name for name, _, _ in TOOL["examples_of"]("x.h", text)],
                         ["x.h", "x.h:2"])

    def test_ellipses_are_where_a_reader_writes(self):
        for line, code in (("... do more ...", ""),
                           ("  ...", ""),
                           ("f([] { ... });", "f([] { });"),
                           ("f([] { g(); ... });", "f([] { g(); });"),
                           ("if (a) ...", "if (a) {}"),
                           ("if (a) ...  // Why.", "if (a) {}  // Why."),
                           ('f("a. ...");', 'f("a. ...");')):
            self.assertEqual(TOOL["without_ellipses"](line), code, line)

    def test_the_namespace_is_the_first(self):
        text = "namespace quipu::storage {\nnamespace internal {\n"
        self.assertEqual(TOOL["namespace_of"](text), "quipu::storage")
        self.assertEqual(TOOL["namespace_of"]("#define X"), "quipu")

    def test_a_stale_entry_of_the_table_is_told(self):
        table = {"PARAMETERS": {"gone.h": "int a"}, "RETURNS": {}, "NOT_CODE": {"x.h": ""}}
        self.assertEqual(TOOL["check_table"](table, {"x.h"}),
                         ["PARAMETERS: gone.h has no such example",
                          "x.h: NOT_CODE needs a reason"])


class ListTest(unittest.TestCase):
    def test_every_example_is_compiled_or_no_code(self):
        with open(LIST) as file:
            listed = dict(reversed(line.split()) for line in file)
        found = set()
        for header in product_headers():
            with open(header) as file:
                found.update(name for name, _, _ in TOOL["examples_of"](header, file.read()))
        self.assertEqual(sorted(listed), sorted(found))
        compiled = [name for name, how in listed.items() if how == "compiled"]
        self.assertGreaterEqual(len(compiled), LEAST)


if __name__ == "__main__":
    unittest.main()
