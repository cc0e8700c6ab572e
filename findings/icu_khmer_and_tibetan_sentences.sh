#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# ICU ends no sentence at the full stops of Khmer (U+17D4, khan) and Tibetan (U+0F0D, shad).
#
# Guess: createSentenceInstance finds three sentences in three, in every language whose script has a
# full stop, above all with that language's locale.
# Seen (ICU 72.1 of Debian 12, Unicode 15.0, PyICU 2.13.1): Hindi and Burmese 3 of 3; Khmer and Tibetan
# 1 of 3, with the language's locale and with the root's. Neither sign has the property
# Sentence_Terminal in Unicode 15.0, which the rules go by; the danda (U+0964) and the Burmese section
# sign (U+104B) have it. So a splitter that trusts ICU sees a whole Khmer paragraph as one sentence.
#
# Needs python3 with venv, a C++ compiler and libicu-dev. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet PyICU==2.13.1
"$work/venv/bin/python" - <<'PYTHON'
import sys

import icu

TEXTS = {
    "km": "ភ្នំពេញជារាជធានីនៃប្រទេសកម្ពុជា។ ទីក្រុងនេះស្ថិតនៅលើមាត់ទន្លេសាប។ មនុស្សជាច្រើនរស់នៅទីនោះ។",
    "bo": "བོད་ཡིག་ནི་སྐད་ཡིག་ཅིག་ཡིན། དེ་ནི་རྙིང་པ་ཡིན། མི་མང་པོས་བེད་སྤྱོད་བྱེད།",
    "hi": "दिल्ली भारत की राजधानी है। यह यमुना के किनारे है। यहाँ बहुत लोग रहते हैं।",
    "my": "ရန်ကုန်သည် မြို့ကြီးဖြစ်သည်။ မြစ်ဘေးတွင် ရှိသည်။ လူများစွာ နေထိုင်သည်။",
}
WANT = {"km": 1, "bo": 1, "hi": 3, "my": 3}
TERMINAL = {0x17D4: False, 0x0F0D: False, 0x0964: True, 0x104B: True}


def sentences(text, locale):
    iterator = icu.BreakIterator.createSentenceInstance(icu.Locale(locale))
    iterator.setText(text)
    return len(list(iterator))


print("ICU", icu.ICU_VERSION, "Unicode", icu.UNICODE_VERSION, "PyICU", icu.VERSION)
same = True
for language, text in TEXTS.items():
    for locale in (language, "root"):
        found = sentences(text, locale)
        print(f"{language}, locale {locale}: {found} of 3 sentences")
        same = same and found == WANT[language]
for sign, wanted in TERMINAL.items():
    terminal = icu.Char.hasBinaryProperty(sign, icu.UProperty.S_TERM)
    print(f"U+{sign:04X} Sentence_Terminal: {terminal}")
    same = same and terminal == wanted
sys.exit(0 if same else "ICU does something else now")
PYTHON
