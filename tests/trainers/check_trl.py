# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Reads trl-packed/trl.yaml and prompt-completion/trl.yaml as `trl sft --config` does, trains
two steps with a tiny random model, and compares with quipu's rows: tokens, labels, positions;
the loss of a pack is that of its segments alone.

  python check_trl.py EXPORT [TOKENIZER_DIR]
"""

import os
import sys
import tempfile

import torch
import transformers
import trl
from trl import SFTConfig
from trl.scripts.utils import DatasetMixtureConfig, ScriptArguments, TrlParser, get_dataset

import common


def parse(config, out):
    parser = TrlParser((ScriptArguments, SFTConfig, DatasetMixtureConfig))
    return parser.parse_args_and_config(args=[
        "--config", config, "--output_dir", out, "--max_steps", "2", "--use_cpu", "true",
        "--bf16", "false", "--report_to", "none", "--logging_steps", "1",
        "--per_device_train_batch_size", "1", "--gradient_accumulation_steps", "1",
        "--save_strategy", "no"], return_remaining_strings=False)


def tiny_model(vocabulary):
    config = transformers.LlamaConfig(
        vocab_size=vocabulary, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=65536)
    torch.manual_seed(1)
    return transformers.LlamaForCausalLM(config).eval()


def loss_sum(model, ids, labels, **more):
    with torch.no_grad():
        logits = model(input_ids=ids, use_cache=False, **more).logits
    return torch.nn.functional.cross_entropy(
        logits[0, :-1], labels[0, 1:], ignore_index=common.IGNORED, reduction="sum").item()


def check_isolation(model, trainer, rows):
    """The loss of the collator's batch equals the sum over the segments alone."""
    row = max((r for r in rows if len(r["input_ids"]) < 3000), key=lambda r: len(r["seq_lengths"]))
    batch = trainer.data_collator([{k: row[k] for k in ("input_ids", "labels", "seq_lengths")}])
    assert "attention_mask" not in batch, "the collator makes a mask"
    assert batch["position_ids"][0].tolist() == row["position_ids"], "other positions"
    together = loss_sum(model, batch["input_ids"], batch["labels"],
                        position_ids=batch["position_ids"])
    alone, begin = 0.0, 0
    for length in row["seq_lengths"]:
        part = slice(begin, begin + length)
        alone += loss_sum(model, torch.tensor([row["input_ids"][part]]),
                          torch.tensor([row["labels"][part]]))
        begin += length
    print(f"trl: a pack of {len(row['seq_lengths'])} segments: loss {together:.4f}, "
          f"its segments alone {alone:.4f}")
    assert abs(together - alone) < 1e-4 * abs(alone), "the segments are not isolated"


def check_packed(export, out):
    os.chdir(os.path.join(export, "trl-packed"))
    script, config, mixture = parse("trl.yaml", out)
    assert config.max_length is None and config.padding_free and not config.packing
    data = get_dataset(mixture)["train"]
    rows = common.rows(export)
    common.expect_same("trl-packed", data, rows, ("input_ids", "labels", "seq_lengths"))
    model = tiny_model(1 + max(max(row["input_ids"]) for row in rows))
    # Short rows: a step on a full one takes minutes on a CPU.
    few = data.filter(lambda row: len(row["input_ids"]) < 3000).select(range(2))
    trainer = trl.SFTTrainer(model=model, args=config, train_dataset=few,
                             processing_class=word_tokenizer())
    check_isolation(model, trainer, rows)
    trainer.train()
    print(f"trl {trl.__version__}: trl-packed: two steps trained")


def word_tokenizer():
    """Any tokenizer: rows are tokenised already."""
    import tokenizers
    model = tokenizers.models.WordLevel({"<pad>": 0, "<eos>": 1}, unk_token="<pad>")
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizers.Tokenizer(model), pad_token="<pad>", eos_token="<eos>")


def check_prompt_completion(export, out, tokenizer_dir):
    os.chdir(os.path.join(export, "prompt-completion"))
    script, config, mixture = parse("trl.yaml", out)
    assert config.max_length is None and config.completion_only_loss
    data = get_dataset(mixture)["train"]
    print(f"trl: prompt-completion: {len(data)} rows loaded")
    if tokenizer_dir is None:
        return
    tokenizer = transformers.AutoTokenizer.from_pretrained(tokenizer_dir)
    model = tiny_model(len(tokenizer))
    trainer = trl.SFTTrainer(model=model, args=config, train_dataset=data,
                             processing_class=tokenizer)
    got = []
    for row in trainer.train_dataset:
        batch = trainer.data_collator([row])
        got.append({"input_ids": batch["input_ids"][0].tolist(),
                    "labels": batch["labels"][0].tolist()})
    want = common.conversations(export)
    compare_prompt_completion(got, want)


def compare_prompt_completion(got, want):
    """Each row is the beginning of a conversation of quipu's, and together its rows train what
    quipu trains. Behind the end of the turn TRL also trains what the template writes there."""
    covered = [set() for _ in want]
    for row in got:
        ids, labels = row["input_ids"], row["labels"]
        found = [i for i, w in enumerate(want) if w["input_ids"][:len(ids)] == ids]
        assert found, "a row is no beginning of a conversation"
        trained = {i for i, label in enumerate(labels) if label != common.IGNORED}
        for index in found:
            ours = {i for i, label in enumerate(want[index]["labels"]) if label != common.IGNORED}
            last = max(trained & ours)
            assert all(i in ours or i > last for i in trained), "a token of a prompt is trained"
            covered[index] |= trained & ours
    for index, w in enumerate(want):
        ours = {i for i, label in enumerate(w["labels"]) if label != common.IGNORED}
        assert covered[index] == ours, "a token of an answer is not trained"
    print(f"trl: prompt-completion: {len(got)} rows train the tokens of {len(want)} conversations")


def main():
    export = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as out:
        check_packed(export, out)
        check_prompt_completion(export, out, sys.argv[2] if len(sys.argv) > 2 else None)


if __name__ == "__main__":
    main()
