#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Sends recorded requests again, as fast as the server takes them.

  python bare_client.py RECORD.jsonl http://127.0.0.1:8000 CONCURRENCY

The requests are those of a run (record_proxy.py), in the order in which they were sent,
with nothing between a reply and the next request. Prints one line of JSON: requests,
seconds, and the tokens of prompts, of them cached, and sampled.
"""

import json
import sys
import threading
import time
import urllib.request


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        requests = [json.loads(line) for line in lines]
    requests = [r for r in requests if r["status"] == 200]
    requests.sort(key=lambda r: r["sent"])
    requests.reverse()  # Taken from the end.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    lock = threading.Lock()
    total = {"requests": 0, "prompt": 0, "cached": 0, "sampled": 0}

    def work():
        while True:
            with lock:
                if not requests:
                    return
                request = requests.pop()
            reply = opener.open(urllib.request.Request(
                sys.argv[2] + request["path"], json.dumps(request["body"]).encode(),
                {"Content-Type": "application/json"}), timeout=600)
            usage = json.loads(reply.read())["usage"]
            with lock:
                total["requests"] += 1
                total["prompt"] += usage["prompt_tokens"]
                total["sampled"] += usage["completion_tokens"]
                total["cached"] += (usage.get("prompt_tokens_details") or {}).get(
                    "cached_tokens", 0)

    begin = time.time()
    threads = [threading.Thread(target=work) for _ in range(int(sys.argv[3]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total["seconds"] = round(time.time() - begin, 3)
    print(json.dumps(total))


if __name__ == "__main__":
    main()
