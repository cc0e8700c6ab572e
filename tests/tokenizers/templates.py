#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Compares the tokens of conversations with those that transformers would make: the template by
Python's jinja2, its text by the library "tokenizers" with control tokens.

  templates.py TOKEN_IDS DIR

Templates: the families of inference/text/jinja/make_vectors.py, in the publishers' way, and the more of
MORE. The vocabulary is a byte-level one with all their control tokens. Exit status 1 if an id differs.
"""

import json
import os
import subprocess
import sys

from tokenizers import AddedToken, Tokenizer

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "inference", "text", "jinja"))
import make_vectors  # noqa: E402

MORE = {
    "gemma": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}"
             "{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
             "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
             "{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}"
             "{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}"
             "{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}",
    "deepseek": "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}"
                "{% set ns = namespace(is_first=false, system_prompt='') %}{%- for message in messages %}"
                "{%- if message['role'] == 'system' %}{% set ns.system_prompt = message['content'] %}{%- endif %}"
                "{%- endfor %}{{bos_token}}{{ns.system_prompt}}{%- for message in messages %}"
                "{%- if message['role'] == 'user' %}{{'<\uff5cUser\uff5c>' + message['content']}}{%- endif %}"
                "{%- if message['role'] == 'assistant' %}{% set content = message['content'] %}"
                "{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}"
                "{{'<\uff5cAssistant\uff5c>' + content + '<\uff5cend\u2581of\u2581sentence\uff5c>'}}{%- endif %}{%- endfor %}"
                "{% if add_generation_prompt %}{{'<\uff5cAssistant\uff5c>'}}{% endif %}",
    "smollm3-like": "{% set today = strftime_now('%d %B %Y') %}{% if messages[0]['role'] == 'system' %}"
                    "{% set given = messages[0]['content'] %}{% set rest = messages[1:] %}{% else %}"
                    "{% set given = 'You are a helpful AI assistant named SmolLM.' %}{% set rest = messages %}{% endif %}"
                    "{{ '<|im_start|>system\n## Metadata\n\nToday Date: ' + today + '\n\n## Custom Instructions\n\n' }}"
                    "{{ given + '<|im_end|>\n' }}{% for m in rest %}{% if m['role'] == 'user' %}"
                    "{{ '<|im_start|>user\n' + m['content'] + '<|im_end|>\n' }}{% else %}"
                    "{% generation %}{{ '<|im_start|>assistant\n' + '<think>\n\n</think>\n' + m['content'].lstrip('\n') + '<|im_end|>\n' }}"
                    "{% endgeneration %}{% endif %}{% endfor %}"
                    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n<think>\n\n</think>\n' }}{% endif %}",
    "mistral-v7-tekken": "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'system' %}"
                         "{{ '[SYSTEM_PROMPT]' + m['content'] + '[/SYSTEM_PROMPT]' }}{% elif m['role'] == 'user' %}"
                         "{{ '[INST]' + m['content'] + '[/INST]' }}{% else %}{{ m['content'] + eos_token }}{% endif %}{% endfor %}",
}
CONTROLS = ["<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|im_sep|>", "<s>", "</s>",
            "[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "<think>", "</think>", "<start_of_turn>",
            "<end_of_turn>", "<\uff5cUser\uff5c>", "<\uff5cAssistant\uff5c>", "<\uff5cend\u2581of\u2581sentence\uff5c>"]


def vocabulary(folder, name, bos, eos):
    # Quipu reads no control token from a message; so only Qwen3's, whose template removes thoughts, are
    # tokens. Llama 2 and Mistral v1 have "[INST]" as text.
    left_out = [] if name == "qwen3" else ["<think>", "</think>"]
    left_out += ["[INST]", "[/INST]"] if name in ("llama2", "mistral-v1") else []
    data = os.path.join(ROOT, "inference", "text", "hf", "testdata", "qwen2", "tokenizer.json")
    tokenizer = Tokenizer.from_file(data)
    tokenizer.add_special_tokens([AddedToken(text, normalized=False) for text in CONTROLS if text not in left_out])
    os.makedirs(folder, exist_ok=True)
    tokenizer.save(os.path.join(folder, "tokenizer.json"))
    with open(os.path.join(folder, "tokenizer_config.json"), "w", encoding="utf-8") as file:
        json.dump({"bos_token": bos, "eos_token": eos}, file)
    return tokenizer


def specials(name):
    if name.startswith("llama3"):
        return "<|begin_of_text|>", "<|eot_id|>"
    if name == "chatml-bos":
        return "<|begin_of_text|>", "<|im_end|>"
    if name == "deepseek":
        return "<s>", "<\uff5cend\u2581of\u2581sentence\uff5c>"
    return "<s>", "</s>"


def escaped(text):
    return text.replace("\n", "\\n").replace("\t", "\\t")


def ours(program, folder, template, messages, opens):
    lines = ["%s %s" % (m["role"], escaped(m["content"])) for m in messages] + (["open"] if opens else [])
    run = subprocess.run([program, folder, "--template", template], input="\n".join(lines) + "\n",
                         capture_output=True, text=True)
    if run.returncode != 0:
        return "refused", run.stderr.strip()
    name, ids = run.stdout.splitlines()
    return name, [int(word.rstrip("*")) for word in ids.split()]


def main():
    program, folder = sys.argv[1:3]
    env = make_vectors.environment()
    # quipu's one date.
    env.globals["strftime_now"] = lambda form: __import__("datetime").date(2024, 7, 26).strftime(form)
    differing = 0
    for name, source in (make_vectors.FAMILIES | MORE).items():
        bos, eos = specials(name)
        model = os.path.join(folder, name.replace("/", "-"))
        tokenizer = vocabulary(model, name, bos, eos)
        template = os.path.join(model, "x.jinja")
        with open(template, "w", encoding="utf-8") as file:
            file.write(source)
        same, refused, recognised = 0, [], set()
        for messages in make_vectors.CONVERSATIONS:
            opens = messages[-1]["role"] == "user"
            try:
                text = env.from_string(source).render(
                    messages=messages, tools=None, documents=None, bos_token=bos, eos_token=eos,
                    add_generation_prompt=opens, enable_thinking=False)
            except Exception as error:  # The template refuses it.
                refused.append(str(error)[:40])
                continue
            want = tokenizer.encode(text, add_special_tokens=False).ids
            known, got = ours(program, model, template, messages, opens)
            recognised.add(known)
            if got == want:
                same += 1
                continue
            differing += 1
            print("%s: differs: %r\n  want %s\n  got  %s" % (name, text[:200], want[:60], got if known == "refused" else got[:60]))
        print("%-20s as %s: %d conversations the same%s" % (name, "/".join(sorted(recognised)), same,
              ", %d refused by the template" % len(refused) if refused else ""))
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
