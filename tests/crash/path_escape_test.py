#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Names and links that would lead out of where quipu writes.

Each case is named; a part of them run together. Afterwards everything around the store and
the export is as it was: names, kinds, contents and targets of links.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import unittest

QUIPU = os.path.abspath("pipelines/quipu")
STAGED = ".export.quipu-export"

# Ids of documents; {out} is a directory that nothing may write to.
IDS = {
    "up": "../../outside/id",
    "up with an end": "../../outside/id\0.jsonl",
    "absolute": "{out}/id",
    "absolute, doubled": "//{out}/id",
    "URL": "file://{out}/id",
    "dot": ".",
    "dot dot": "..",
    "nothing": "",
    "inner folders": "a/b/c",
    "up from a folder": "a/../../../outside/id",
    "backslashes": "..\\..\\outside\\id",
    "percent": "%2e%2e%2f%2e%2e%2foutside%2fid",
    "wide slashes": "..\uff0f..\uff0foutside\uff0fid",
    "division slashes": "..\u2215..\u2215outside\u2215id",
    "drive": "C:\\outside\\id",
    "home": "~/id",
    "variable": "$HOME/id",
    "command": "$(touch {out}/id)",
    "command in back quotes": "`touch {out}/id`",
    "command behind a semicolon": "x; touch {out}/id",
    "pipe": "| touch {out}/id",
    "option": "--out={out}",
    "line break": "a\n../../outside/id",
    "escape sequence": "\x1b]0;{out}/id\x07",
    "a file of the export": "messages-00000.jsonl",
    "the manifest": "MANIFEST.json",
    "hidden": ".export.quipu-export",
    "long": "../" * 330 + "outside/id",
}

# File names of a corpus' directory.
FILES = {
    "two dots": "a..jsonl",
    "option of a program": "-rf.jsonl",
    "command in a name": "$(touch id).jsonl",
    "quote": "a';touch id;'.jsonl",
    "line break in a name": "a\nb.jsonl",
    "percent in a name": "a%2f..%2f..%2foutside%2fid.jsonl",
    "not UTF-8": b"\xff\xfe..\xff.jsonl",
    "glob": "*?[a].jsonl",
}


def listing(root, leave_out=()):
    """Everything below: kind, and content or target."""
    found = {}
    for folder, folders, files in os.walk(os.fsencode(root)):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in map(os.fsencode, leave_out)]
        for name in folders + files:
            path = os.path.join(folder, name)
            if path in map(os.fsencode, leave_out):
                continue
            if os.path.islink(path):
                found[path] = ("link", os.readlink(path))
            elif os.path.isdir(path):
                found[path] = ("directory", None)
            else:
                with open(path, "rb") as text:
                    found[path] = ("file", hashlib.sha256(text.read()).hexdigest())
    return found


def text_of(who):
    return " ".join(
        f"The {who} of village {i} sold {3 * i + 2} sacks of flour in the year {1300 + i}." for i in range(30)
    )


class Place:
    """A directory in which quipu runs, and its surroundings."""

    def lay_out(self, root):
        """root/work/here is where quipu runs; root/outside is precious."""
        self.root = root
        self.work = os.path.join(root, "work", "here")
        self.outside = os.path.join(root, "outside")
        os.makedirs(self.work)
        os.mkdir(self.outside)
        with open(os.path.join(self.outside, "precious"), "w", encoding="utf-8") as out:
            out.write("precious\n")

    def path(self, name):
        return os.path.join(self.work, name)

    def write_corpus(self, ids):
        with open(self.path("corpus.jsonl"), "w", encoding="utf-8") as out:
            for number, text in enumerate(ids):
                out.write(json.dumps({"id": text, "text": text_of(f"miller {number}")}) + "\n")
        self.write_spec("corpus.jsonl", self.path("export"))

    def write_spec(self, documents, export, store="store"):
        with open(self.path("spec.textproto"), "w", encoding="utf-8") as out:
            out.write(
                f"store: {json.dumps(store)} export_dir: {json.dumps(export)}\n"
                f"documents {{ path: {json.dumps(documents)} }} engine {{ kind: SCRIPTED }}\n"
                "chunks { min_tokens: 100 max_tokens: 200 tokens_per_chunk: 2000 }\n"
            )

    def run_quipu(self, *arguments):
        done = subprocess.run(
            [QUIPU, *arguments], cwd=self.work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        return done.returncode, done.stdout.decode("utf-8", "replace")


class PathEscape(Place, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A finished run, of documents with plain ids, for all cases of exports and copies."""
        cls.built = Place()
        cls.built.lay_out(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.built.write_corpus([str(i) for i in range(len(IDS))])
        for command in (["build", "spec.textproto"], ["backup", "store", "--out", "backup"]):
            code, log = cls.built.run_quipu(*command)
            assert code == 0, log

    def setUp(self):
        self.lay_out(self.enterContext(tempfile.TemporaryDirectory()))

    def take_the_built_store(self):
        for name in ("store", "backup"):
            shutil.copytree(self.built.path(name), self.path(name))

    def makes(self, *places):
        """What the command may make or change."""
        return [self.path(place) for place in places]

    def expect(self, arguments, code, allowed, message=""):
        before = listing(self.root, allowed)
        got, log = self.run_quipu(*arguments)
        self.assertEqual(got, code, log)
        self.assertIn(message, log)
        self.assertEqual(listing(self.root, allowed), before)
        return log

    # ---- What strangers write.

    def test_ids_name_no_file(self):
        self.write_corpus([text.replace("{out}", self.outside) for text in IDS.values()])
        log = self.expect(["build", "spec.textproto"], 0, self.makes("store", "export"))
        self.assertRegex(log, rf"read {len(IDS)} documents .* 0 bad records")
        self.expect(["export", "store", "--format", "all"], 0, self.makes("store", "export"))
        names = {path[len(self.work):] for path in map(os.fsdecode, listing(self.path("export")))}
        # Those of a run with plain ids.
        shutil.copytree(self.built.path("store"), self.path("plain"))
        self.expect(["export", "plain", "--out", "other", "--format", "all"], 0, self.makes("plain", "other"))
        plain = {path[len(self.work):] for path in map(os.fsdecode, listing(self.path("other")))}
        self.assertEqual(names, {path.replace("/other", "/export", 1) for path in plain})

    def test_file_names_name_no_other_file(self):
        os.mkdir(self.path("corpus"))
        for number, name in enumerate(FILES.values()):
            path = os.path.join(os.fsencode(self.path("corpus")), os.fsencode(name))
            with open(path, "w", encoding="utf-8") as out:
                out.write(json.dumps({"text": text_of(f"weaver {number}")}) + "\n")
        self.write_spec("corpus", self.path("export"))
        log = self.expect(["build", "spec.textproto"], 0, self.makes("store", "export"))
        self.assertRegex(log, rf"read {len(FILES)} documents")

    def test_a_list_of_a_backup_names_no_other_file(self):
        self.take_the_built_store()
        with open(self.path("backup/BACKUP.json"), encoding="utf-8") as text:
            original = json.load(text)
        for case, name in {
            "up": "../../../outside/precious",
            "absolute": os.path.join(self.outside, "precious"),
            "a folder": "folder/file",
            "dot dot": "..",
        }.items():
            with self.subTest(case):
                listed = json.loads(json.dumps(original))
                listed["files"][0]["name"] = name
                with open(self.path("backup/BACKUP.json"), "w", encoding="utf-8") as out:
                    json.dump(listed, out)
                wanted = "Is a directory" if name == ".." else "BACKUP.json names a path"
                self.expect(["restore", "backup", "--out", "restored"], 2 if name == ".." else 3, [], wanted)

    # ---- What is in the place of the export, the store, a copy.

    def export_over(self, make, code, message=""):
        self.take_the_built_store()
        make()
        self.expect(["export", "store", "--out", "export"], code, self.makes("store", "export"), message)

    def link(self, target, name):
        os.symlink(target, self.path(name))

    def test_export_over_a_link_to_a_directory_of_others(self):
        self.export_over(lambda: self.link(self.outside, "export"), 2, "is not replaced")

    def test_export_over_a_link_to_a_file(self):
        self.export_over(lambda: self.link(self.outside + "/precious", "export"), 2, "is not replaced")

    def test_export_over_a_link_to_nothing(self):
        self.export_over(lambda: self.link(self.outside + "/new", "export"), 2, "is not replaced")

    def test_export_over_a_link_to_itself(self):
        self.export_over(lambda: self.link("export", "export"), 2, "is not replaced")

    def test_staging_place_is_a_link_to_a_directory_of_others(self):
        self.export_over(lambda: self.link(self.outside, STAGED), 2, "cannot open")

    def test_staging_place_is_a_link_to_nothing(self):
        self.export_over(lambda: self.link(self.outside + "/new", STAGED), 2, "cannot create directory")

    def test_staging_place_is_a_link_to_a_file(self):
        self.export_over(lambda: self.link(self.outside + "/precious", STAGED), 2, "cannot create directory")

    def test_staging_place_has_links(self):
        self.take_the_built_store()
        os.mkdir(self.path(STAGED))
        self.link(self.outside, STAGED + "/directory")
        self.link(self.outside + "/precious", STAGED + "/messages-00000.jsonl")
        self.expect(["export", "store", "--out", "export"], 0, self.makes("store", "export", STAGED))

    def replace_in_export(self, name, target):
        self.take_the_built_store()
        shutil.copytree(self.built.path("export"), self.path("export"))
        place = self.path("export/" + name)
        if os.path.isdir(place):
            shutil.rmtree(place)
        elif os.path.exists(place):
            os.remove(place)
        os.symlink(target, place)
        before = listing(self.outside)
        self.run_quipu("export", "store", "--out", "export")  # Refused or replaced, and nothing else.
        self.assertEqual(listing(self.outside), before)

    def test_a_file_of_an_earlier_export_is_a_link(self):
        self.replace_in_export("messages-00000.jsonl", self.outside + "/precious")

    def test_the_manifest_of_an_earlier_export_is_a_link(self):
        self.replace_in_export("MANIFEST.json", self.outside + "/precious")

    def test_an_earlier_export_has_a_link_to_a_directory(self):
        self.replace_in_export("folder", self.outside)

    def test_store_is_a_link_to_a_directory_of_others(self):
        self.write_corpus(["1"])
        self.link(self.outside, "store")
        self.expect(["build", "spec.textproto"], 2, [])

    def test_backup_over_a_link_to_a_directory_of_others(self):
        self.take_the_built_store()
        self.link(self.outside, "copy")
        self.expect(["backup", "store", "--out", "copy"], 2, [], "is not replaced")

    def test_restore_over_a_link_to_a_directory_of_others(self):
        self.take_the_built_store()
        self.link(self.outside, "copy")
        self.expect(["restore", "backup", "--out", "copy"], 2, [], "is not replaced")

    def test_restore_staged_in_a_link(self):
        self.take_the_built_store()
        self.link(self.outside, ".copy.quipu-restore")
        self.expect(["restore", "backup", "--out", "copy"], 2, [], "cannot open")

    # ---- Places that a spec must not name.

    def test_export_directories_that_have_something_else(self):
        for case, place in {
            "the directory above": "..",
            "where the corpus is": ".",
            "the root": "/",
            "up to others": "../../outside",
            "others by an absolute path": self.outside,
            "a file": "corpus.jsonl",
        }.items():
            with self.subTest(case):
                self.write_corpus(["1"])
                self.write_spec("corpus.jsonl", place, f"store-{case}")
                self.expect(["build", "spec.textproto"], 2, self.makes(f"store-{case}"))


if __name__ == "__main__":
    unittest.main()
