#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# gRPC replaces an error whose message is 8 to 16 KiB long by RESOURCE_EXHAUSTED, by chance.
#
# Guess: a limit of the size of metadata is a limit: a server's error arrives as it was sent, or never does.
# Seen (grpcio 1.85.1): up to 8 KiB a FAILED_PRECONDITION arrives each time, above 16 KiB it is replaced each
# time. Between them the client draws: the same error of the same call is replaced in about a sixth of the
# calls at 9,000 bytes, half at 12,000 and most at 15,000. The code changes too, from one that must not be
# retried to one that clients retry, and a retry may show the real one. Messages that quote their input
# (a document, a list of fields, a trace) reach that size. The error that replaces it calls 8 KiB the soft
# limit and 16 KiB the hard one; gRPC's issue 37852 is about the hard one.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile grpcio==1.85.1
"$work/venv/bin/python" - <<'PYTHON'
import collections
import sys
from concurrent import futures

import grpc

CALLS = 200


class Refuses(grpc.GenericRpcHandler):
    def service(self, call):
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: context.abort(grpc.StatusCode.FAILED_PRECONDITION, "x" * int(request)))


server = grpc.server(futures.ThreadPoolExecutor(2))
server.add_generic_rpc_handlers((Refuses(),))
address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
server.start()
print("grpcio", grpc.__version__)
replaced = {}
with grpc.insecure_channel(address) as channel:
    for size in (1000, 8000, 9000, 12_000, 15_000, 17_000):
        codes = collections.Counter()
        for _ in range(CALLS):
            try:
                channel.unary_unary("/service/Submit")(str(size).encode())
            except grpc.RpcError as error:
                codes[error.code().name] += 1
        print(f"message of {size:,} bytes, {CALLS} calls: {dict(codes)}")
        replaced[size] = codes["RESOURCE_EXHAUSTED"]
server.stop(None)
always = [replaced[size] for size in (1000, 8000, 17_000)] == [0, 0, CALLS]
chance = 0 < replaced[9000] < replaced[12_000] < replaced[15_000] < CALLS
sys.exit(0 if always and chance else "gRPC does something else now")
PYTHON
