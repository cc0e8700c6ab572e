#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Takes the picture of a report that opens the README, and keeps it small.

  picture.py REPORT.html PICTURE.png

What a reader wants first: the numbers at a glance and why pairs were rejected, the funnel of pairs, and
three scores. 1,140 pixels wide, 64 colours.
"""

import io
import os
import sys

from PIL import Image
from playwright.sync_api import sync_playwright

# What is left out of the picture.
HIDE = """
document.querySelectorAll('main > section').forEach(function (section) {
  section.hidden = ['glance', 'funnel', 'scores'].indexOf(section.id) < 0;
});
document.querySelector('#funnel .wide').hidden = true;  // That of documents.
document.querySelectorAll('#funnel > p, #scores details').forEach(function (e) { e.hidden = true; });
document.querySelector('nav').hidden = true;
document.querySelectorAll('#scores figure').forEach(function (figure, i) { figure.hidden = i > 2; });
document.querySelector('footer').hidden = true;
"""


def main():
    report, picture = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1140, "height": 900}, color_scheme="light")
        page.goto("file://" + os.path.abspath(report))
        page.evaluate(HIDE)
        taken = page.screenshot(full_page=True)
        browser.close()
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    image.quantize(colors=64, dither=Image.Dither.NONE).save(picture, optimize=True)
    print(f"{picture}: {image.width} x {image.height}, {os.path.getsize(picture) // 1024} KiB")


if __name__ == "__main__":
    main()
