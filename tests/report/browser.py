#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Opens quipu's pages in headless Chromium and checks them as a reader meets them.

  browser.py QUIPU PICTURES STORE...

Of each store: the report at 1,280 and 390 pixels, light and dark: every count of the page is that of
`status --json`, nothing is wider than the window, nothing was fetched, no script failed, axe-core
finds nothing; filters; keyboard. Of the first store also: the review page by clicks and keys, with
two raters and with tokens, and the labels in its file; the page of a diff; the live page of a run
of the scripted engine. Pictures go to PICTURES. Exit status 1 if anything was found.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import axe_playwright_python
from playwright.sync_api import Error, sync_playwright

AXE = open(os.path.join(os.path.dirname(axe_playwright_python.__file__), "axe.min.js")).read()
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
WAIT_MS = 60000
TOKEN = "t" * 40

findings = []


def check(right, what):
    if not right:
        findings.append(what)
        print("WRONG", what, flush=True)


def run(*args):
    return subprocess.run(args, check=True, capture_output=True, text=True).stdout


def value_at(status, key):
    for part in key.split("."):
        status = status[part]
    return status


def wait_for(page, expression, arg=None, seconds=120):
    """Until it is true. Not by the page's own timers: its content policy forbids what they would run."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if page.evaluate(expression, arg):
                return
        except Error:
            pass  # The page was reloaded meanwhile.
        page.wait_for_timeout(200)
    raise SystemExit(f"{page.url}: never {expression}")


def check_counts(page, status, where):
    counts = page.eval_on_selector_all(
        "data[data-count]", "all => all.map(e => [e.dataset.count, e.value, e.textContent])")
    check(len(counts) > 10, f"{where}: only {len(counts)} counts")
    for key, value, text in counts:
        check(int(value) == value_at(status, key), f"{where}: {key} is {value} on the page")
        check(text.replace(",", "") == value, f"{where}: {key} is shown as {text}")
    shown = {key for key, _, _ in counts}
    for group in ("rejects", "row_rejects", "no_chunk"):
        for reason in status[group]:
            check(f"{group}.{reason}" in shown, f"{where}: no count of {group}.{reason}")


def check_axe(page, where):
    page.evaluate(AXE)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for violation in result["violations"]:
        nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        check(False, f"{where}: axe {violation['id']}: {violation['help']}: {nodes}")


def check_layout(page, where):
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
    check(wide <= 0, f"{where}: {wide} pixels wider than the window")


def check_filters(page, where):
    all_samples = page.locator(".sample").count()
    rejected = page.locator(".sample.rejected").count()
    if not page.locator("#filters select[name=outcome]").count():
        return
    page.select_option("#filters select[name=outcome]", "rejected")
    check(page.locator(".sample:visible").count() == rejected, f"{where}: the filter by outcome")
    check(page.locator("#shown").text_content() == f"{rejected} of {all_samples} samples",
          f"{where}: the count of filtered samples")
    page.click("#filters button[type=reset]")
    wait_for(page, "n => document.querySelectorAll('.sample:not([hidden])').length === n", all_samples)


def check_keyboard(page, where):
    page.reload()  # Else Tab continues from what was clicked last.
    page.keyboard.press("Tab")
    check(page.evaluate("document.activeElement.className") == "skip", f"{where}: no skip link first")
    page.keyboard.press("Enter")
    check(page.evaluate("location.hash") == "#main", f"{where}: the skip link leads nowhere")
    reached = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        name = page.evaluate("(e => e.tagName + '.' + (e.name || e.className))(document.activeElement)")
        reached.add(name.split()[0])
    for wanted in ("SUMMARY", "SELECT.outcome", "INPUT.text", "DIV.text"):
        check(any(name.startswith(wanted) for name in reached), f"{where}: Tab never reaches {wanted}")


class Pages:
    """Pages of one browser; each records what it fetched and what its scripts said."""

    def __init__(self, browser, pictures):
        self.browser = browser
        self.pictures = pictures

    def open(self, url, width, scheme):
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, ignore_https_errors=True)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.fetched = []
        page.server_ended = False
        page.on("request", lambda request: page.fetched.append(request.url))
        page.on("pageerror", lambda error: check(False, f"{url}: a script failed: {error}"))
        page.on("console", lambda message: check(
            message.type != "error" or "401" in message.text or page.server_ended, f"{url}: {message.text}"))
        page.goto(url)
        return page

    def picture(self, page, name, full=False):
        path = os.path.join(self.pictures, name + ".png")
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=path, full_page=full)


def test_report(pages, quipu, store, name):
    report = os.path.join(pages.pictures, name + ".html")
    run(quipu, "report", store, "--out", report)
    status = json.loads(run(quipu, "status", store, "--json"))
    check(os.path.getsize(report) < 5 << 20, f"{name}: {os.path.getsize(report)} bytes")
    for width in WIDTHS:
        for scheme in SCHEMES:
            where = f"{name} {width} {scheme}"
            page = pages.open("file://" + report, width, scheme)
            check(page.fetched == ["file://" + report], f"{where}: fetched {page.fetched}")
            check_counts(page, status, where)
            check_layout(page, where)
            check_axe(page, where)
            check_filters(page, where)
            pages.picture(page, f"{name}-{width}-{scheme}", full=True)
            if (width, scheme) == (WIDTHS[0], "light"):
                check_keyboard(page, where)
            page.context.close()


class Server:
    """A quipu command that serves until it is stopped."""

    def __init__(self, *args):
        self.process = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []

    def wait_for(self, pattern):
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(pattern, line)
            if found:
                return found.group(1)
        raise SystemExit("it ended: " + "".join(self.lines[-5:]))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.read()
        self.process.wait()


def label_all(page, labels):
    """Labels the first pairs, some by click and some by key."""
    for i, label in enumerate(labels):
        wait_for(page, "n => document.getElementById('said').textContent.startsWith('pair ' + n)", i + 1)
        if label == "bad":
            page.keyboard.press("2")
        if i % 2:
            page.keyboard.press(label[0])
        else:
            page.click(f"button[data-label={label}]")
    wait_for(page, "n => document.getElementById('known').textContent.includes(n)", f"{len(labels)} of ")


def read_labels(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def test_review(pages, quipu, store, folder):
    labels = os.path.join(folder, "labels.jsonl")
    said = {"ann": ["good", "bad", "usable", "bad", "good", "good"],
            "bob": ["good", "bad", "bad", "bad", "usable", "good"]}
    for rater, given in said.items():
        server = Server(quipu, "review", store, "--listen", "127.0.0.1:0", "--labels", labels, "--rater", rater)
        page = pages.open(server.wait_for(r"review +(\S+)"), 1280 if rater == "ann" else 390, "light")
        wait_for(page, "document.getElementById('known').textContent.includes('labelled')")
        label_all(page, given)
        check_layout(page, f"review of {rater}")
        check_axe(page, f"review of {rater}")
        pages.picture(page, f"review-{rater}", full=True)
        if rater == "bob":
            row = page.locator("#agreement tbody tr").first.inner_text().split("\t")
            # Both right of 3, both bad of 2, one differs: 0.833 alike, chance 0.5.
            check(row[:4] == ["ann and bob", "6", "5", "0.67"], f"the agreement is {row}")
        page.context.close()
        server.stop()
    stored = read_labels(labels)
    for rater, given in said.items():
        mine = [line for line in stored if line["rater"] == rater]
        check(sorted(line["label"] for line in mine) == sorted(given), f"{rater}'s labels in the file")
        check(all(line.get("fault") == ("wrong" if line["label"] == "bad" else None) for line in mine),
              f"{rater}'s faults in the file")


def test_tokens(pages, quipu, store, folder):
    tokens = os.path.join(folder, "tokens")
    with open(os.open(tokens, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"viewer carol {TOKEN}\n")
    labels = os.path.join(folder, "token_labels.jsonl")
    server = Server(quipu, "review", store, "--listen", "127.0.0.1:0", "--labels", labels, "--token-file", tokens)
    url = server.wait_for(r"review +(\S+)\?token=")
    page = pages.open(url, 1280, "dark")
    check("a token is needed" in page.content(), "a review with tokens needs none")
    page.goto(url + "?token=" + TOKEN)
    check(page.url == url, f"the token stays in the address: {page.url}")
    wait_for(page, "document.getElementById('known').textContent.includes('labelled')")
    label_all(page, ["good"])
    page.context.close()
    server.stop()
    check([line["rater"] for line in read_labels(labels)] == ["carol"], "the token's name is the rater")


def test_diff(pages, quipu, store, folder):
    html = os.path.join(folder, "diff.html")
    run(quipu, "diff", store, store, "--html", html)
    for width in WIDTHS:
        page = pages.open("file://" + html, width, "dark" if width == 390 else "light")
        check_layout(page, f"diff {width}")
        check_axe(page, f"diff {width}")
        pages.picture(page, f"diff-{width}", full=True)
        page.context.close()


SPEC = """
store: "STORE"
export_dir: "STORE.export"
documents { path: "CORPUS" }
engine { kind: SCRIPTED }
performance { scripted_latency_ms: 150 chunks_in_flight: 1 }
"""


def write_live_spec(folder):
    """Of more work than the test waits for."""
    corpus = os.path.join(folder, "corpus")
    os.mkdir(corpus)
    for number in range(60):
        with open(os.path.join(corpus, f"{number}.txt"), "w") as file:
            for i in range(600):
                file.write(f"The miller of village {number}-{i} sold {3 * i + 2} sacks of flour in the year "
                           f"{1300 + i % 500}." + ("\n\n" if i % 5 == 4 else " "))
    spec = os.path.join(folder, "live.textproto")
    with open(spec, "w") as file:
        file.write(SPEC.replace("STORE", os.path.join(folder, "live")).replace("CORPUS", corpus))
    return spec


def test_live(pages, quipu, folder):
    serve = Server(quipu, "serve", write_live_spec(folder), "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0")
    address = serve.wait_for(r"serving on (\S+)")
    url = serve.wait_for(r"the run's page is (\S+)")
    worker = Server(quipu, "work", address, "--name", "miller-1")
    page = pages.open(url, 1280, "light")
    page.wait_for_selector("#workers tbody tr")
    check("miller-1" in page.locator("#workers").inner_text(), "the live page shows no worker")
    page.wait_for_selector("#glance")
    wait_for(page, "document.getElementById('live-now').textContent.includes(' left')")
    first = page.evaluate("document.body.dataset.version") or "0"
    status = json.loads(run(quipu, "status", address, "--json"))
    check(status["seconds_left"] > 0 and 0 < status["work_share"] < 1,
          f"status tells {status['seconds_left']} s left, {status['work_share']} of the work")
    accepted = "Number((document.querySelector('[data-count=accepted]') || {}).value || 0)"
    before = page.evaluate(accepted)
    wait_for(page, f"n => {accepted} > n", before)
    check_layout(page, "the live page")
    check_axe(page, "the live page")
    pages.picture(page, "live")
    phone = pages.open(url, 390, "dark")
    phone.wait_for_selector("#workers tbody tr")
    check_layout(phone, "the live page on a phone")
    pages.picture(phone, "live-phone")
    check(all(request.startswith(url) for request in page.fetched), f"fetched elsewhere: {first}")
    worker.stop()
    page.server_ended = phone.server_ended = True
    serve.stop()
    wait_for(page, "document.getElementById('live-note').textContent.includes('does not answer')")


def main():
    quipu, pictures, *stores = sys.argv[1:]
    pictures = os.path.abspath(pictures)
    os.makedirs(pictures, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
        pages = Pages(browser, pictures)
        for number, store in enumerate(stores):
            test_report(pages, quipu, store, f"report{number}")
            print("report of", store, flush=True)
        for test in (test_review, test_tokens, test_diff):
            test(pages, quipu, stores[0], folder)
            print(test.__name__, flush=True)
        test_live(pages, quipu, folder)
        print("test_live", flush=True)
        browser.close()
    print(len(findings), "findings; pictures in", pictures)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
