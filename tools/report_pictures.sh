#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Takes pictures of a report in headless Chromium, to be looked at: 1,280 and 390 pixels wide, light
# and dark.
#
#   tools/report_pictures.sh report.html pictures [HEIGHT]
#
# Needs Debian's chromium. HEIGHT: pixels from the top (default 4000).

set -euo pipefail
if [[ $# -lt 2 ]]; then
  sed -n '4,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
page="$(realpath "$1")"
mkdir -p "$2"
out="$(realpath "$2")"
height=${3:-4000}
frame="$(mktemp --suffix=.html)"
trap 'rm -f "$frame"' EXIT
# A window is never narrower than 500 pixels, but a frame is.
printf '<body style="margin:0"><iframe style="border:0" width="390" height="%s" src="file://%s">' \
  "$height" "$page" >"$frame"

# take NAME WIDTH URL SCHEME: 1 is light, 0 is dark.
take() {
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
    --window-size="$2,$height" --blink-settings="preferredColorScheme=$4" \
    --screenshot="$out/$1.png" "$3" >/dev/null 2>&1
  echo "$out/$1.png"
}

take desktop-light 1280 "file://$page" 1
take desktop-dark 1280 "file://$page" 0
take phone-light 500 "file://$frame" 1
take phone-dark 500 "file://$frame" 0
