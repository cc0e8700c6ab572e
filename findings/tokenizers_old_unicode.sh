#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# The NFC of the library tokenizers is of an old Unicode: combining marks that were added since keep
# the order that they were written in.
#
# Guess: normalizers.NFC() gives the NFC of the Unicode of the day, as Python's unicodedata does.
# Seen (tokenizers 0.23.3): with marks such as U+07FD (Unicode 11) or U+0898 (Unicode 14), two texts that
# are canonically equivalent get different ids from a tokenizer with NFC (Qwen2's), and a normal form
# that any other library changes again. Python 3.11's Unicode 14 knows about a hundred such marks.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
"$work/venv/bin/python" - <<'PYTHON'
import sys
import unicodedata

from tokenizers import normalizers

nfc = normalizers.NFC()
text = "x\u0301\u07fd"  # An acute accent (class 230), then a mark below (220): in the wrong order.
old = "x\u0301\u0316"   # The same with a mark of Unicode 1.1.
print("U+0316:", [hex(ord(c)) for c in nfc.normalize_str(old)])
print("U+07FD:", [hex(ord(c)) for c in nfc.normalize_str(text)])
print("Python:", [hex(ord(c)) for c in unicodedata.normalize("NFC", text)])
unknown = [c for c in range(0x300, 0x20000) if unicodedata.combining(chr(c)) not in (0, 230)
           and nfc.normalize_str("x\u0301" + chr(c)) != unicodedata.normalize("NFC", "x\u0301" + chr(c))]
print("marks not put in order:", len(unknown))
same = nfc.normalize_str(old) == unicodedata.normalize("NFC", old)
sys.exit(0 if same and unknown and 0x7FD in unknown else 1)
PYTHON
