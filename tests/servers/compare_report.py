#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Rounds of a run and of a bare client on the same requests, compared.

  python compare_report.py QUIPU-1.jsonl BARE-1.jsonl QUIPU-2.jsonl BARE-2.jsonl ...

Records are of record_proxy.py. Prints lines for run.sh's table, a name and a figure each, with a
tab between: tokens (of prompts, cached ones included, and sampled) per second by the clock
and per second of the server's processor, of both in each round, and the ratio with its median and
spread; then what the server's cache had.
"""

import statistics
import sys

from record_report import read, report


def tokens(total):
    return total["prompt"] + total["sampled"]


def ratios(rounds, per):
    """Quipu's tokens per `per` as a share of the bare client's, by round."""
    return [tokens(q) / q[per] / (tokens(b) / b[per]) for q, b in rounds]


def speeds(rounds, per):
    return "; ".join(f"{tokens(q) / q[per]:.1f} and {tokens(b) / b[per]:.1f}" for q, b in rounds)


def spread(shares):
    middle = statistics.median(shares)
    return f"{100 * middle:.1f} % ({100 * min(shares):.1f} to {100 * max(shares):.1f})"


def mean_share(rounds, side, part):
    return 100 * sum(r[side][part] for r in rounds) / sum(r[side]["prompt"] for r in rounds)


def main():
    totals = [report(read(path)) for path in sys.argv[1:]]
    rounds = list(zip(totals[::2], totals[1::2]))
    for quipu, bare in rounds:
        if quipu["requests"] != bare["requests"]:
            sys.exit(f"the bare client sent {bare['requests']} of {quipu['requests']} requests")
    lines = [
        ("requests in each round", ", ".join(str(q["requests"]) for q, _ in rounds)),
        ("in flight, quipu; bare client",
         "; ".join(f"{q['in_flight']:.2f} and {b['in_flight']:.2f}" for q, b in rounds)),
        ("tokens/s, quipu and bare client", speeds(rounds, "seconds")),
        ("tokens per CPU s of the server", speeds(rounds, "cpu")),
        ("quipu of bare, by the clock", spread(ratios(rounds, "seconds"))),
        ("quipu of bare, by the server's CPU", spread(ratios(rounds, "cpu"))),
        ("prompt tokens cached, quipu; bare",
         f"{mean_share(rounds, 0, 'cached'):.1f} %; {mean_share(rounds, 1, 'cached'):.1f} % "
         f"(possible {mean_share(rounds, 0, 'possible'):.1f} %, one by one "
         f"{mean_share(rounds, 0, 'best'):.1f} %)"),
    ]
    for name, figure in lines:
        print(f"{name}\t{figure}")


if __name__ == "__main__":
    main()
