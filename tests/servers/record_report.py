#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""What a record (record_proxy.py) says about a server's cache.

  python record_report.py RECORD.jsonl

Prints one line of JSON: requests, seconds from the first to the last by the clock and of the
server's processor time (`cpu`), tokens of prompts, of them cached, and sampled, and `possible`: the tokens that a server that forgets nothing
could have had in its cache, which is what each prompt has in common with one that was
answered before it was sent; by characters, so good to a percent or two. `best` is the
same if each had been sent after all those before it. `in_flight`: requests, on average over the
time until the last one was sent.
"""

import json
import os
import sys


def prompt_of(request):
    body = request["body"]
    if "prompt" in body:
        return body["prompt"]
    return "".join(f"<{m['role']}>{m['content']}" for m in body["messages"]) + "<reply>"


def common(prompt, others):
    return max((len(os.path.commonprefix([prompt, other])) for other in others), default=0)


def read(path):
    """The requests of a record."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def report(requests):
    """The figures of some requests, as a dictionary."""
    answered = sorted((r for r in requests if r["status"] == 200), key=lambda r: r["sent"])
    total = {"requests": len(answered), "failed": len(requests) - len(answered), "prompt": 0,
             "cached": 0, "sampled": 0, "possible": 0, "best": 0}
    for i, request in enumerate(answered):
        usage = request["usage"]
        prompt = prompt_of(request)
        before = answered[:i]
        done = [r for r in before if r["answered"] <= request["sent"]]
        total["prompt"] += usage["prompt_tokens"]
        total["sampled"] += usage["completion_tokens"]
        total["cached"] += (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
        for key, others in (("possible", done), ("best", before)):
            share = common(prompt, [prompt_of(r) for r in others]) / len(prompt)
            total[key] += round(share * usage["prompt_tokens"])
    if answered:
        begin, end = answered[0]["sent"], answered[-1]["sent"]
        busy = sum(min(r["answered"], end) - r["sent"] for r in answered)
        total["in_flight"] = round(busy / max(end - begin, 1e-3), 2)
        total["seconds"] = round(max(r["answered"] for r in answered) - answered[0]["sent"], 3)
        cpu = max(r["cpu_answered"] for r in answered) - answered[0]["cpu_sent"]
        total["cpu"] = round(max(cpu, 0.01), 3)  # The kernel counts in such steps.
    return total


def main():
    print(json.dumps(report(read(sys.argv[1]))))


if __name__ == "__main__":
    main()
