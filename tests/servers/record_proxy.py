#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Passes requests on to a server and writes down each with what it used.

  python record_proxy.py PORT SERVER_PORT OUT.jsonl SERVER_PID

One line for each answered request, in the order of the replies: path, body, when it was
sent and answered, by the clock and by the server's processor time, status, and the reply's
usage.
"""

import http.client
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def cpu_seconds(pid):
    """The processor time of a process, its threads included."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_port = 0
    server_pid = 0
    out = None
    lock = threading.Lock()

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sent = time.time()
        cpu_sent = cpu_seconds(self.server_pid)
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
                "answered": time.time(), "cpu_sent": cpu_sent,
                "cpu_answered": cpu_seconds(self.server_pid), "status": reply.status,
                "usage": usage}
        with self.lock:
            self.out.write(json.dumps(line) + "\n")
            self.out.flush()

    do_GET = do_POST = forward

    def log_message(self, *_):
        pass


def main():
    Proxy.server_port, Proxy.server_pid = int(sys.argv[2]), int(sys.argv[4])
    with open(sys.argv[3], "w", encoding="utf-8") as Proxy.out:
        ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Proxy).serve_forever()


if __name__ == "__main__":
    main()
