#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes inference/text/hf/testdata: small tokenizers, and what the libraries make of texts.

  make_fixtures.py FOLDER

Trained on this project's README.md by tokenizers 0.23.3 and sentencepiece 0.2.3. Each tokenizer has a
directory, and a file ids.txt with a line of ids for each line of texts.txt (a JSON string).
"""

import base64
import io
import json
import os
import sys

import sentencepiece
import tiktoken
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TEXTS = [
    "", " ", "a", "The quipu's knots weren't letters.", "  two  spaces  ", "\n\n\ntabs\t\tand\r\nbreaks \n ",
    "1234567 and 3.14", "caf\u00e9 cafe\u0301 \uac00 \u1100\u1161", "IT'S WE'LL camelCaseHTTP",
    "\u65e5\u672c\u8a9e\u3068\u6f22\u5b57\u3001\u0440\u0443\u0441\u0441\u043a\u0438\u0439 \u0e44\u0e17\u0e22", "\U0001f600 emoji \u2581 mark", "x\n\ny  z\n\n\nw",
    "snake_case(x) == y; // 100%", "\u3000wide\u00a0space", "The ABC and the abc: \ufb01ne \u00c5",
]
DEEPSEEK = [
    r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
    "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"]
OTHER = r"\s?\p{L}+|\d{1,2}|[^\s\p{L}\d]+|\s+(?!\S)|\s+"
TEKKEN = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
          r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
          r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def isolated(pattern):
    return pre_tokenizers.Split(Regex(pattern), behavior="isolated")


def byte_level(steps, size=420, use_regex=False):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        steps + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.train([os.path.join(ROOT, "README.md")], trainer)
    return tokenizer


def characters(normalizer, pre_tokenizer):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    specials = ["<unk>", "<s>", "</s>"] + ["<0x%02X>" % byte for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=600, show_progress=False, special_tokens=specials)
    tokenizer.train([os.path.join(ROOT, "README.md")], trainer)
    # Bytes are tokens of the model, not added ones.
    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = [token for token in data["added_tokens"] if token["id"] < 3]
    return Tokenizer.from_str(json.dumps(data))


def write(folder, name, tokenizer, config=None):
    path = os.path.join(folder, name)
    os.makedirs(path, exist_ok=True)
    # Pairs in one file, strings in the others: both are published.
    data = json.loads(tokenizer.to_str())
    if name != "qwen2":
        data["model"]["merges"] = [" ".join(pair) for pair in data["model"]["merges"]]
    save(os.path.join(path, "tokenizer.json"), json.dumps(data, ensure_ascii=False))
    if config:
        save(os.path.join(path, "tokenizer_config.json"), json.dumps(config))
    ids(path, lambda text: tokenizer.encode(text, add_special_tokens=False).ids)


def save(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def ids(path, encode):
    save(os.path.join(path, "ids.txt"), "\n".join(" ".join(map(str, encode(text))) for text in TEXTS))


def tekken(folder):
    path = os.path.join(folder, "tekken")
    os.makedirs(path, exist_ok=True)
    trained = json.loads(byte_level([isolated(TEKKEN)]).to_str())["model"]["vocab"]
    from compare import ALPHABET
    back = {letter: byte for byte, letter in ALPHABET.items()}
    longer = [bytes(back[c] for c in token) for token in trained if not token.startswith("<|")]
    tokens = [bytes([byte]) for byte in range(256)] + [token for token in longer if len(token) > 1]
    ranks = {token: rank for rank, token in enumerate(tokens)}
    data = {"config": {"pattern": TEKKEN, "num_vocab_tokens": len(tokens), "default_vocab_size": 24 + len(tokens) - 2,
                       "default_num_special_tokens": 24, "version": "v3"},
            "vocab": [{"rank": rank, "token_bytes": base64.b64encode(token).decode(), "token_str": None}
                      for token, rank in ranks.items()]}
    save(os.path.join(path, "tekken.json"), json.dumps(data))
    kept = {token: rank for token, rank in ranks.items() if rank < len(tokens) - 2}
    encoding = tiktoken.Encoding("x", pat_str=TEKKEN, mergeable_ranks=kept, special_tokens={})
    ids(path, lambda text: [24 + rank for rank in encoding.encode_ordinary(text)])


def sentence_piece(folder):
    path = os.path.join(folder, "sentencepiece")
    os.makedirs(path, exist_ok=True)
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(open(os.path.join(ROOT, "README.md"), encoding="utf-8")), model_writer=model,
        model_type="bpe", vocab_size=500, byte_fallback=True, normalization_rule_name="identity",
        remove_extra_whitespaces=False, user_defined_symbols=["\n\n"], minloglevel=2,
        character_coverage=1.0)
    with open(os.path.join(path, "tokenizer.model"), "wb") as file:
        file.write(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    ids(path, processor.encode)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    save(os.path.join(folder, "texts.txt"), "\n".join(json.dumps(text) for text in TEXTS))
    write(folder, "gpt2", byte_level([], use_regex=True))
    write(folder, "smollm", byte_level([pre_tokenizers.Digits(individual_digits=True)], use_regex=True))
    write(folder, "deepseek", byte_level([isolated(pattern) for pattern in DEEPSEEK]))
    write(folder, "pattern", byte_level([isolated(OTHER)]))
    qwen2 = byte_level([isolated(
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
        r"|\s*[\r\n]+|\s+(?!\S)|\s+")])
    qwen2.normalizer = normalizers.NFC()
    qwen2.add_tokens(["\n\n\n", "ABC"])
    write(folder, "qwen2", qwen2, {"eos_token": "<|im_end|>", "bos_token": None, "add_bos_token": False,
                                   "pad_token": {"content": "<|endoftext|>", "lstrip": False}})
    lower = byte_level([], use_regex=True)
    lower.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(),
                                             normalizers.Replace("quipu", "knots"), normalizers.Strip()])
    write(folder, "normalizers", lower)
    llama2 = characters(normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]),
                        None)
    llama2.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    write(folder, "llama2", llama2)
    write(folder, "gemma", characters(normalizers.Replace(" ", "\u2581"),
                                      pre_tokenizers.Split(" ", "merged_with_previous")))
    for scheme in ("always", "never"):
        write(folder, "metaspace-" + scheme, characters(None, pre_tokenizers.Metaspace(prepend_scheme=scheme)))
    tekken(folder)
    sentence_piece(folder)


if __name__ == "__main__":
    main()
