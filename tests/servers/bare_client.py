#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Sends recorded requests again, as fast as the server takes them.

  python bare_client.py RECORD.jsonl http://127.0.0.1:8000 CONCURRENCY

The requests are those of a run (record_proxy.py), in the order in which they were sent,
with nothing between a reply and the next request, over connections that stay open. Prints
one line of JSON: requests, seconds, and the tokens of prompts, of them cached, and sampled.
"""

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit


async def read_reply(reader):
    """The status and body of one reply of HTTP/1.1."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split()[1])
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
    if headers.get("transfer-encoding") != "chunked":
        return status, await reader.readexactly(int(headers["content-length"]))
    body = b""
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        body += (await reader.readexactly(size + 2))[:size]
        if size == 0:
            return status, body


async def work(requests, url, total):
    """One of the clients: takes the next request when it has its reply."""
    reader = writer = None
    while requests:
        request = requests.pop()
        body = json.dumps(request["body"]).encode()
        head = (f"POST {request['path']} HTTP/1.1\r\nHost: {url.netloc}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
        if writer is None or reader.at_eof():
            reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(head.encode() + body)
        status, reply = await asyncio.wait_for(read_reply(reader), 3600)
        if status != 200:
            sys.exit(f"{request['path']}: HTTP {status}: {reply[:300]!r}")
        usage = json.loads(reply)["usage"]
        total["requests"] += 1
        total["prompt"] += usage["prompt_tokens"]
        total["sampled"] += usage["completion_tokens"]
        total["cached"] += (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
    if writer is not None:
        writer.close()


async def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        requests = [json.loads(line) for line in lines]
    requests = [r for r in requests if r["status"] == 200]
    requests.sort(key=lambda r: r["sent"], reverse=True)  # Taken from the end.
    total = {"requests": 0, "prompt": 0, "cached": 0, "sampled": 0}
    url = urlsplit(sys.argv[2])
    begin = time.monotonic()
    await asyncio.gather(*(work(requests, url, total) for _ in range(int(sys.argv[3]))))
    total["seconds"] = round(time.monotonic() - begin, 3)
    print(json.dumps(total))


if __name__ == "__main__":
    asyncio.run(main())
