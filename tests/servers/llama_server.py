#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""llama.cpp's server, out of the wheel xllamacpp, until it is stopped.

  python llama_server.py MODEL PORT [--slots 4] [--context 0] [--key K] [--threads 2]

Its slots share one cache, as those of llama-server do by default. `--context 0` is
the model's own.
"""

import argparse
import signal

import xllamacpp


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("port", type=int)
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--context", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--key", default="")
    args = parser.parse_args()

    params = xllamacpp.CommonParams()
    params.model.path = args.model
    params.model_alias = {"m"}
    params.hostnames = ["127.0.0.1"]
    params.port = args.port
    params.n_parallel = args.slots
    params.kv_unified = True
    params.n_ctx = args.context
    params.cpuparams.n_threads = args.threads
    params.warmup = False
    if args.key:
        params.api_keys = [args.key]
    server = xllamacpp.Server(params)
    print("serving", server.listening_address, flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
