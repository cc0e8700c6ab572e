#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Shares of accepted pairs of two runs: by a server, and by the embedded engine.

  for store in SERVED EMBEDDED; do quipu status $store --json; done | accepted_report.py

Exit status 1 if the shares differ by more than three standard errors.
"""

import json
import math
import sys


def share(status):
    pairs = status["accepted"] + status["rejected"]
    if pairs == 0:
        raise SystemExit("a run made no pairs")
    return status["accepted"], pairs


def line(accepted, pairs, rejects):
    part = accepted / pairs
    error = math.sqrt(part * (1 - part) / pairs)
    reasons = ", ".join(f"{name} {count}" for name, count in sorted(rejects.items()) if count)
    return (f"{accepted} of {pairs}, {100 * part:.0f} % \u00b1 {100 * error:.0f} "
            f"(rejects: {reasons or 'none'})")


def main():
    served, embedded = (json.loads(text) for text in sys.stdin)
    (a, n), (b, m) = share(served), share(embedded)
    both = (a + b) / (n + m)
    error = math.sqrt(both * (1 - both) * (1 / n + 1 / m))
    apart = abs(a / n - b / m) / error if error > 0 else 0.0
    print(f"accepted, server\t{line(a, n, served.get('rejects', {}))}")
    print(f"accepted, embedded\t{line(b, m, embedded.get('rejects', {}))}")
    print(f"standard errors apart\t{apart:.1f}")
    return apart > 3


if __name__ == "__main__":
    sys.exit(main())
