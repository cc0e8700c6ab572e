#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Prints a line of run.sh's table from `quipu status --json`.

  quipu status --json STORE | count.py LANGUAGE

Exit status 1 if more than 1 % of the documents give no chunk.
"""

import json
import sys

MOST = 0.01


def main():
    status = json.load(sys.stdin)
    # Those that were not drawn were not asked for a chunk.
    reasons = {key: n for key, n in status["no_chunk"].items() if key != "not_sampled"}
    documents = status["documents"] - status["no_chunk"].get("not_sampled", 0)
    without = sum(reasons.values())
    why = ", ".join(f"{key} {n}" for key, n in reasons.items())
    print(f"| {sys.argv[1]} | {documents} | {without} | {why} |", flush=True)
    sys.exit(1 if documents == 0 or without > MOST * documents else 0)


if __name__ == "__main__":
    main()
