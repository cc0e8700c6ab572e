#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Passes requests on to a server and writes down each with what it used.

  python record_proxy.py PORT SERVER_PORT OUT.jsonl

One line for each answered request, in the order of the replies: path, body, when it was
sent and answered, status, and the reply's usage.
"""

import http.client
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_port = 0
    out = None
    lock = threading.Lock()

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sent = time.time()
        server = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=600)
        headers = {k: v for k, v in self.headers.items()
                   if k.lower() in ("content-type", "authorization", "accept")}
        server.request(self.command, self.path, body, headers)
        reply = server.getresponse()
        text = reply.read()
        server.close()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        if not body:
            return
        try:
            usage = json.loads(text).get("usage")
        except ValueError:
            usage = None
        line = {"path": self.path, "body": json.loads(body), "sent": sent,
                "answered": time.time(), "status": reply.status, "usage": usage}
        with self.lock:
            self.out.write(json.dumps(line) + "\n")
            self.out.flush()

    do_GET = do_POST = forward

    def log_message(self, *_):
        pass


def main():
    Proxy.server_port = int(sys.argv[2])
    with open(sys.argv[3], "w", encoding="utf-8") as Proxy.out:
        ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Proxy).serve_forever()


if __name__ == "__main__":
    main()
