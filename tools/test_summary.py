#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Counts test cases from Bazel's reports, for ./test.

    tools/test_summary.py EVENTS BAZEL_STATUS

EVENTS is the file of `bazel test --build_event_json_file`, BAZEL_STATUS is Bazel's
exit status. Cases are counted in each test's XML report. A target that did not
build, crashed, timed out or left no report counts as at least one failure. The
last line is "N passed, N failed[, N skipped]". Exit status 0 if Bazel's was 0,
something passed and nothing failed.
"""

import json
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree


class Counts:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0


def read_events(path):
    """Bazel writes one JSON object per line; an interrupted run ends mid-line."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                return


def count_report(path, counts):
    """Adds the cases of one XML report."""
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            counts.failed += 1
        elif (case.find("skipped") is not None or case.get("result") in ("skipped", "suppressed")
              or case.get("status") == "notrun"):
            counts.skipped += 1
        else:
            counts.passed += 1


def report_path(result):
    """The local path of a test run's XML report, or None."""
    for output in result.get("testActionOutput", []):
        uri = urllib.parse.urlparse(output.get("uri", ""))
        if output.get("name") == "test.xml" and uri.scheme == "file":
            return urllib.parse.unquote(uri.path)
    return None


def collect(events):
    """Reads the events: expected tests, reports and final states by label."""
    expected, reports, states, broken = set(), {}, {}, []
    for event in events:
        ident = event.get("id", {})
        if "targetConfigured" in ident and event.get("configured", {}).get("testSize"):
            expected.add(ident["targetConfigured"]["label"])
        elif "targetCompleted" in ident and not event.get("completed", {}).get("success"):
            broken.append(ident["targetCompleted"]["label"])
        elif "testResult" in ident:
            key = ident["testResult"]
            # Only the last attempt of a shard's run counts.
            where = (key["label"], key.get("shard", 1), key.get("run", 1))
            reports[where] = (key.get("attempt", 1), event.get("testResult", {}))
        elif "testSummary" in ident:
            states[ident["testSummary"]["label"]] = event.get("testSummary", {}).get("overallStatus")
    return expected, reports, states, broken


def summarize(events):
    """Returns the counts and the labels of the targets that did not pass."""
    expected, reports, states, broken = collect(events)
    by_label = {label: Counts() for label in expected | set(states)}
    for (label, _, _), (_, result) in sorted(reports.items()):
        counts = by_label.setdefault(label, Counts())
        try:
            count_report(report_path(result), counts)
        except (TypeError, OSError, ElementTree.ParseError):
            counts.failed += result.get("status") != "PASSED"
    failing = []
    total = Counts()
    for label, counts in sorted(by_label.items()):
        state = states.get(label, "DID NOT BUILD" if label in broken else "DID NOT RUN")
        if state not in ("PASSED", "FLAKY"):
            counts.failed = max(counts.failed, 1)
        if counts.failed:
            failing.append(f"{label} ({state})")
        total.passed += counts.passed
        total.failed += counts.failed
        total.skipped += counts.skipped
    not_tests = [label for label in broken if label not in by_label]
    return total, len(by_label), failing, not_tests


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    bazel_status = int(sys.argv[2])
    total, targets, failing, not_tests = summarize(read_events(sys.argv[1]))
    print(f"\n{targets} test targets, {len(failing)} not passed")
    for label in failing:
        print(f"  failed: {label}")
    for label in not_tests:
        print(f"  did not build: {label}")
    if total.passed + total.failed == 0:
        print("warning: no test was run")
    if bazel_status != 0:
        print(f"bazel exited with status {bazel_status}")
    line = f"{total.passed} passed, {total.failed} failed"
    if total.skipped:
        line += f", {total.skipped} skipped"
    print(line)
    return 0 if bazel_status == 0 and total.failed == 0 and total.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
