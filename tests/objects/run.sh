#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Reads a corpus from S3 and exports to it, against moto's server. Not part of the tests: installs a
# Python package (moto, pinned).
#
#   tests/objects/run.sh                    # with bazel-bin/pipelines/quipu
#   tests/objects/run.sh QUIPU [KILLS]      # uploads that are killed (default 12)

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
quipu="$(realpath "${1:-bazel-bin/pipelines/quipu}")"
kills="${2:-12}"
here="$PWD/tests/objects"
work="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
venv="${QUIPU_OBJECTS_VENV:-$work/venv}"
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "moto[server]==5.2.5" "boto3==1.44.8" "pyarrow==26.0.1"
fi
port="$("$venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
"$venv/bin/moto_server" -H 127.0.0.1 -p "$port" >"$work/server.log" 2>&1 &
server=$!
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1
export AWS_ENDPOINT_URL="http://127.0.0.1:$port" AWS_EC2_METADATA_DISABLED=true
"$venv/bin/python" "$here/check.py" "$quipu" "$work" "$kills"
