#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Reads a corpus from a server of S3 and exports to it; run.sh starts the server.

  check.py QUIPU FOLDER KILLS

- A corpus of JSON lines (plain, gzip), Parquet, HTML and short rows gives the bytes from objects that it
  gives from files, and a pattern with "**" names the same ones.
- A build that is killed while it reads an object continues.
- A store that fails for a moment loses nothing; one that fails for longer ends the build, and the same
  command then gives the same bytes.
- Objects whose names have characters of patterns are read, and of a directory of save_to_disk only its rows.
- An export's objects are the local export's files. Uploads are killed at random moments, half of them
  while objects are copied to their names; after each, no object has other bytes than the local file
  of that name, and if the manifest is there, everything is. The same command then publishes the export.
- What is not an export is left alone.
"""

import gzip
import hashlib
import http.client
import http.server
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time

import boto3
import botocore.exceptions
import pyarrow
import pyarrow.ipc
import pyarrow.parquet

QUIPU, WORK, KILLS = sys.argv[1], sys.argv[2], int(sys.argv[3])
WORDS = ("keeper gate water river spring mill ledger timber railway cargo culvert winter harbour "
         "captain letter market bridge").split()


def text(seed, sentences=80):
    draw = random.Random(seed)
    return " ".join(f"The {draw.choice(WORDS)} of the {draw.choice(WORDS)} has {draw.randrange(900)} "
                    f"{draw.choice(WORDS)}s near the {draw.choice(WORDS)}." for _ in range(sentences))


def write_corpus(folder):
    os.makedirs(os.path.join(folder, "deep", "er"))
    lines = [json.dumps({"id": i, "text": text(i)}) + "\n" for i in range(60)]
    with open(os.path.join(folder, "a.jsonl"), "w") as file:
        file.writelines(lines[:20])
    with gzip.open(os.path.join(folder, "deep", "b.jsonl.gz"), "wt") as file:
        file.writelines(lines[20:40])
    table = pyarrow.table({"id": [str(i) for i in range(400, 700)],
                           "text": [text(i) for i in range(400, 700)]})
    pyarrow.parquet.write_table(table, os.path.join(folder, "deep", "er", "c.parquet"),
                                row_group_size=50)
    with open(os.path.join(folder, "d.html"), "w") as file:
        file.write(f"<html><body><p>{text(99)}</p></body></html>")
    with open(os.path.join(folder, "short.json"), "w") as file:
        json.dump([{"prompt": f"What is {i} plus {i}?", "completion": str(2 * i)}
                   for i in range(30)], file)


def write_saved(folder):
    """As datasets' save_to_disk, with a cache beside the rows."""
    os.makedirs(folder)
    for name, first in (("data-00000-of-00001.arrow", 1000), ("cache-0a1b.arrow", 2000)):
        table = pyarrow.table({"text": [text(i) for i in range(first, first + 5)]})
        with pyarrow.ipc.new_stream(os.path.join(folder, name), table.schema) as out:
            out.write_table(table)
    with open(os.path.join(folder, "state.json"), "w") as file:
        json.dump({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}, file)
    with open(os.path.join(folder, "dataset_info.json"), "w") as file:
        json.dump({"features": {}}, file)


class Proxy(http.server.BaseHTTPRequestHandler):
    """In front of the server: answers reads of objects whose names have `fails_at` with an error, after
    `good` that are answered, `bad` times. The error is one that the library for S3 does not retry."""

    protocol_version = "HTTP/1.1"
    fails_at, good, bad = None, 0, 0
    failed = 0
    lock = threading.Lock()

    def log_message(self, *_):
        pass

    @classmethod
    def fail(cls, name, good, bad):
        cls.fails_at, cls.good, cls.bad, cls.failed = name, good, bad, 0

    @classmethod
    def takes_failure(cls, path):
        with cls.lock:
            if cls.fails_at is None or cls.fails_at not in path:
                return False
            if cls.good > 0:
                cls.good -= 1
                return False
            cls.bad -= 1
            cls.failed += cls.bad >= 0
            return cls.bad >= 0

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("connection", "transfer-encoding", "server", "date"):
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        if self.command == "GET" and self.takes_failure(self.path):
            body = b"<Error><Code>ExpiredToken</Code><Message>injected</Message></Error>"
            self.answer(400, [("Content-Type", "application/xml"),
                              ("Content-Length", str(len(body)))], body)
            return
        server = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
        connection = http.client.HTTPConnection(server)
        connection.request(self.command, self.path, headers=dict(self.headers))
        response = connection.getresponse()
        self.answer(response.status, response.getheaders(), response.read())
        connection.close()

    do_HEAD = do_GET


# Small contexts: the server is slow. Shards of 12 MB are uploaded in two parts.
def spec(name, base):
    path = os.path.join(WORK, name + ".textproto")
    with open(path, "w") as file:
        file.write(f"""seed: 3
store: "{WORK}/{name}/store"
documents {{ path: "{base}/**/*.jsonl*" }}
documents {{ path: "{base}/deep/er/c.parquet" }}
documents {{ path: "{base}/*.html" }}
short_rows {{ path: "{base}/short.json" }}
engine {{ kind: SCRIPTED }}
chunks {{ min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 max_per_document: 1 }}
instances {{ context_tokens: 2048 }}
packing {{ pack_tokens: 2048 }}
export {{ shard_bytes: 12582912 }}
""")
    return path


def run(*command, fails=None, env=None):
    done = subprocess.run([QUIPU, *command], capture_output=True, text=True, check=False, env=env)
    output = done.stdout + done.stderr
    if fails is None:
        assert done.returncode == 0, output
    else:
        assert done.returncode != 0 and fails in output, output
    return output


def digests(folder):
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


class Bucket:
    def __init__(self, name):
        self.client, self.name = boto3.client("s3", region_name="us-east-1"), name
        for _ in range(300):
            try:
                self.client.create_bucket(Bucket=name)
                return
            except botocore.exceptions.EndpointConnectionError:
                time.sleep(0.1)  # The server is starting.
        sys.exit("the server did not start")

    def upload(self, folder, prefix):
        for name in digests(folder):
            self.client.upload_file(os.path.join(folder, name), self.name, f"{prefix}/{name}")

    def has(self, key):
        try:
            self.client.head_object(Bucket=self.name, Key=key)
            return True
        except botocore.exceptions.ClientError:
            return False

    def digests(self, prefix):
        """Of the objects under a prefix; without those that only mark a folder."""
        found = {}
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=prefix + "/")
        for page in pages:
            for item in page.get("Contents", []):
                if item["Key"].endswith("/"):
                    continue
                try:
                    body = self.client.get_object(Bucket=self.name, Key=item["Key"])["Body"].read()
                except self.client.exceptions.NoSuchKey:
                    continue  # Deleted since it was listed.
                found[item["Key"][len(prefix) + 1:]] = hashlib.sha256(body).hexdigest()
        return found


def contents(name):
    """What was read, whatever the run is called: its id differs where paths do."""
    status = json.loads(run("status", "--json", os.path.join(WORK, name, "store")))
    rows = []
    with open(os.path.join(WORK, name, "export", "messages-00000.jsonl"), encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["kind"] == "short":
                rows.append(json.dumps([row["messages"], row["line"]]))
    counts = {key: status[key] for key in ("documents", "document_tokens", "bad_records")}
    return counts, sorted(rows)


def check_reading(bucket, corpus):
    bucket.upload(corpus, "corpus")
    run("build", spec("files", corpus))
    began = time.monotonic()
    run("build", spec("objects", "s3://data/corpus"))
    took = time.monotonic() - began
    local = contents("files")
    assert local == contents("objects") and local[1], (local[0], contents("objects")[0])
    print(f"reading: the same from objects as from files: {local[0]}, {len(local[1])} short rows")
    run("build", spec("none", "s3://data/nothing"), fails="no object matches")
    run("build", spec("gone", "s3://no-such-bucket/x"), fails="no-such-bucket")
    return took


def check_killed_reading(took):
    wanted = digests(os.path.join(WORK, "objects", "export"))
    draw, inside = random.Random(1), 0
    for _ in range(60):
        shutil.rmtree(os.path.join(WORK, "again"), ignore_errors=True)
        child = subprocess.Popen([QUIPU, "build", spec("again", "s3://data/corpus")],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0, took))
        child.kill()
        child.wait()
        status = subprocess.run([QUIPU, "status", "--json", os.path.join(WORK, "again", "store")],
                                capture_output=True, text=True, check=False)
        if status.returncode != 0 or "read" in json.loads(status.stdout)["done_stages"]:
            continue
        inside += 1
        run("build", spec("again", "s3://data/corpus"))
        assert digests(os.path.join(WORK, "again", "export")) == wanted
        if inside == 2:
            break
    assert inside > 0, "no kill was inside the reading"
    print(f"reading: killed {inside} times while it read: the same bytes")


def check_failing_store():
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    env = dict(os.environ, AWS_ENDPOINT_URL=f"http://127.0.0.1:{proxy.server_port}")
    wanted = digests(os.path.join(WORK, "objects", "export"))
    for name in ("c.parquet", "a.jsonl", "b.jsonl.gz", "d.html"):
        # At first, and in the middle of the table.
        for good in (0, 3) if name == "c.parquet" else (0,):
            shutil.rmtree(os.path.join(WORK, "failing"), ignore_errors=True)
            # Fewer than the tries of a call.
            Proxy.fail(name, good, 2)
            run("build", spec("failing", "s3://data/corpus"), env=env)
            assert Proxy.failed == 2, Proxy.failed
            assert digests(os.path.join(WORK, "failing", "export")) == wanted
            shutil.rmtree(os.path.join(WORK, "failing"))
            Proxy.fail(name, good, 10**9)
            run("build", spec("failing", "s3://data/corpus"), env=env, fails="AWS Error")
            assert Proxy.failed >= 4, Proxy.failed
            Proxy.fail(None, 0, 0)
            run("build", spec("failing", "s3://data/corpus"), env=env)
            assert digests(os.path.join(WORK, "failing", "export")) == wanted
    proxy.shutdown()
    print("reading: a store that failed twice lost nothing; one that failed for longer ended the build, "
          "and the same command gave the same bytes")


def check_names(bucket):
    folder = os.path.join(WORK, "names")
    write_saved(os.path.join(folder, "saved"))
    for name in ("odd[1].jsonl", "odd1.jsonl"):
        with open(os.path.join(folder, name), "w") as file:
            file.write(json.dumps({"text": text(len(name))}) + "\n")
    bucket.upload(folder, "names")
    for name, documents in (("saved", 5), ("odd[1].jsonl", 1), ("odd[12].jsonl", 1)):
        path = os.path.join(WORK, "one.textproto")
        with open(path, "w") as file:
            file.write(f"""seed: 3
store: "{WORK}/one/store"
documents {{ path: "s3://data/names/{name}" }}
engine {{ kind: SCRIPTED }}
chunks {{ min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 max_per_document: 1 }}
instances {{ context_tokens: 2048 }}
packing {{ pack_tokens: 2048 }}
""")
        shutil.rmtree(os.path.join(WORK, "one"), ignore_errors=True)
        run("build", path)
        status = json.loads(run("status", "--json", os.path.join(WORK, "one", "store")))
        assert (status["documents"], status["bad_records"]) == (documents, 0), (name, status)
    print("reading: names with characters of patterns, and the rows of save_to_disk alone")


def wait_for_copies(bucket, child, marker):
    """Until all files are staged and are being copied to their names."""
    while child.poll() is None:
        if bucket.has(marker):
            return
        time.sleep(0.02)


def kill_upload(bucket, command, took, draw, copying):
    """At a random moment; with `copying` while objects are copied to their names."""
    marker = "out/one/.quipu-staging/PUBLISHING"
    left = bucket.has(marker)  # By an upload that was killed.
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if copying and not left:
        wait_for_copies(bucket, child, marker)
        time.sleep(draw.uniform(0, took / 20))
    else:
        time.sleep(draw.uniform(0, took))
    child.kill()
    child.wait()


def check_export(bucket):
    store = os.path.join(WORK, "objects", "store")
    local = os.path.join(WORK, "local")
    formats = ("--format", "tokens", "--format", "messages", "--format", "mds")
    run("export", store, *formats, "--out", local)
    began = time.monotonic()
    run("export", store, *formats, "--out", "s3://data/out/first")
    took = time.monotonic() - began
    wanted = digests(local)
    command = [QUIPU, "export", store, *formats, "--out", "s3://data/out/one"]
    draw, killed, parts = random.Random(2), 0, 0
    while killed < KILLS:
        kill_upload(bucket, command, took, draw, copying=killed % 2 == 0)
        killed += 1
        found = {name: digest for name, digest in bucket.digests("out/one").items()
                 if not name.startswith(".quipu-staging/")}
        different = [name for name, digest in found.items() if wanted.get(name) != digest]
        assert not different, f"objects with other bytes than the export: {different}"
        assert "MANIFEST.json" not in found or found == wanted, "a manifest, and files are missing"
        parts += 0 < len(found) < len(wanted)
    run(*command[1:])
    assert bucket.digests("out/one") == wanted
    run(*command[1:])  # Replaces it.
    assert bucket.digests("out/one") == wanted
    assert not os.path.exists(store + ".upload"), "the local files are still there"
    print(f"export: {len(wanted)} objects; {killed} uploads killed, {parts} while objects were "
          "copied to their names: never one with other bytes, a manifest only with all of them")
    bucket.client.put_object(Bucket="data", Key="mine/notes.txt", Body=b"x")
    run("export", store, "--out", "s3://data/mine", fails="notes.txt")
    bucket.client.put_object(Bucket="data", Key="out/one/notes.txt", Body=b"x")
    run("export", store, "--out", "s3://data/out/one", fails="notes.txt, which is not part")
    assert bucket.digests("mine") == {"notes.txt": hashlib.sha256(b"x").hexdigest()}
    run("check", "--export", "s3://data/out/one", fails="copy it here first")
    print("export: what is not an export is left alone")


def main():
    corpus = os.path.join(WORK, "corpus")
    write_corpus(corpus)
    bucket = Bucket("data")
    check_killed_reading(check_reading(bucket, corpus))
    check_failing_store()
    check_names(bucket)
    check_export(bucket)


if __name__ == "__main__":
    main()
