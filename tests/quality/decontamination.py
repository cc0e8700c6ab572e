#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Measures what `decontamination` catches, and what it should not, on public benchmarks.

  decontamination.py QUIPU LEVAL_DIR QMSUM_DIR XQUAD_DIR

LEVAL_DIR has L-Eval's *.jsonl, QMSUM_DIR QMSum's meetings as *.json (all splits), XQUAD_DIR
xquad.*.json. Builds each case with the scripted engine, in a temporary directory, and
prints one line for each: how many documents or short rows there are, and how many of them
are contaminated. Takes about a minute.
"""

import glob
import json
import os
import random
import subprocess
import sys
import tempfile

WORDS = "river table green seven quick stone paper under winter glass".split()


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def write(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


class Bench:
    def __init__(self, quipu, directory):
        self.quipu, self.directory, self.number = quipu, directory, 0

    def case(self, name, benchmarks, documents=None, rows=None):
        """Builds from documents (texts) or short rows, and prints what is contaminated."""
        self.number += 1
        here = os.path.join(self.directory, str(self.number))
        os.mkdir(here)
        if documents is not None:
            data = write(here + "/in.jsonl", [{"text": text} for text in documents])
            given = f'documents {{ path: "{data}" }}'
        else:
            data = write(here + "/in.jsonl",
                         [{"prompt": q, "completion": a or "-"} for q, a in rows])
            given = f'short_rows {{ path: "{data}" }}'
        spec = here + "/spec.textproto"
        with open(spec, "w", encoding="utf-8") as file:
            file.write(f'seed: 1 store: "{here}/store" {given} engine {{ kind: SCRIPTED }} '
                       "read { min_document_tokens: 64 } generation { pairs_per_chunk: 1 } "
                       "chunks { tokens_per_chunk: 1000000 } decontamination { "
                       + " ".join(f'benchmarks: "{path}"' for path in benchmarks) + " }\n")
        # A run from which everything was left out fails; its store has the counts.
        subprocess.run([self.quipu, "build", spec], capture_output=True, check=False)
        status = json.loads(subprocess.run(
            [self.quipu, "status", here + "/store", "--json"], capture_output=True, check=True,
            text=True).stdout)
        if documents is not None:
            found, of = status["no_chunk"].get("contaminated", 0), status["documents"]
        else:
            found, of = status["row_rejects"].get("contaminated", 0), status["short_rows"]
        print(f"{name:66} {found:5} of {of}", flush=True)


def squad(path):
    """(article number, context, question, answer) of each question."""
    with open(path, encoding="utf-8") as file:
        for number, article in enumerate(json.load(file)["data"]):
            for paragraph in article["paragraphs"]:
                for qa in paragraph["qas"]:
                    yield number, paragraph["context"], qa["question"], qa["answers"][0]["text"]


def articles(path):
    texts = {}
    for number, context, _, _ in squad(path):
        texts.setdefault(number, {})[context] = True
    return ["\n\n".join(contexts) for contexts in texts.values()]


def documents(bench, leval, qmsum, xquad):
    files = sorted(glob.glob(leval + "/*.jsonl"))
    meetings = [row["input"] for row in lines(leval + "/meeting_summ.jsonl")]
    others = [row["input"] for path in files if "meeting_summ" not in path for row in lines(path)]
    bench.case("L-Eval's documents, benchmark L-Eval", files, documents=meetings + others)
    bench.case("L-Eval's meetings, benchmark QMSum", [qmsum], documents=meetings)
    bench.case("L-Eval's other documents, benchmark QMSum", [qmsum], documents=others)
    english = xquad + "/xquad.en.json"
    bench.case("XQuAD's articles in English, benchmark XQuAD in English", [english],
               documents=articles(english))
    rest = [path for path in sorted(glob.glob(xquad + "/*.json")) if path != english]
    bench.case("XQuAD's articles in the other languages, the same benchmark", [english],
               documents=[text for path in rest for text in articles(path)])


def changed(question, drop):
    words = question.split()
    place = random.randrange(len(words))
    words[place:place + 1] = [] if drop else [random.choice(WORDS)]
    return " ".join(words)


def rows(bench, leval, qmsum, xquad):
    english = xquad + "/xquad.en.json"
    items = list(squad(english))
    bench.case("XQuAD's pairs as short rows, benchmark XQuAD", [english],
               rows=[(q, a) for _, _, q, a in items])
    bench.case("the same, the context before the question", [english],
               rows=[(f"{c}\n\nAnswer from the text: {q}", f"The answer is {a}.")
                     for _, c, q, a in items])
    bench.case("the same, one word of the question replaced", [english],
               rows=[(changed(q, False), a) for _, _, q, a in items])
    bench.case("the same, one word of the question left out", [english],
               rows=[(changed(q, True), a) for _, _, q, a in items])
    even = os.path.join(bench.directory, "even.json")
    with open(english, encoding="utf-8") as file:
        data = json.load(file)["data"]
    with open(even, "w", encoding="utf-8") as file:
        json.dump({"data": data[::2]}, file)
    bench.case("pairs of every other article, benchmark the other articles", [even],
               rows=[(q, a) for number, _, q, a in items if number % 2])
    german = xquad + "/xquad.de.json"
    bench.case("XQuAD's pairs in German, benchmark XQuAD in English", [english],
               rows=[(q, a) for _, _, q, a in squad(german)])
    pairs = {True: [], False: []}
    for path in sorted(glob.glob(leval + "/*.jsonl")):
        for row in lines(path):
            pairs["meeting_summ" in path] += zip(row["instructions"], row["outputs"])
    bench.case("L-Eval's pairs about meetings, benchmark QMSum", [qmsum], rows=pairs[True])
    bench.case("L-Eval's other pairs, benchmark QMSum", [qmsum], rows=pairs[False])
    bench.case("L-Eval's pairs, benchmark XQuAD", [english], rows=pairs[True] + pairs[False])


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    random.seed(1)
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(os.path.abspath(sys.argv[1]), directory)
        documents(bench, *sys.argv[2:])
        rows(bench, *sys.argv[2:])


if __name__ == "__main__":
    main()
