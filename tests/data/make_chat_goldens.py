#!/usr/bin/env python3
"""Makes chat/goldens.json: what transformers' chat templates make of messages, as text and as ids.

usage: make_chat_goldens.py   (needs transformers, gguf, the fetched demo models and `packaging/fetch-tokenizers.sh all`)

chat/*.jinja are templates as published with Qwen2.5, Qwen3, SmolLM3, Mistral-Nemo, gpt-oss (Apache-2.0) and Phi-3.5 (MIT).
`templates`: their text, and ids of the vocabulary tokens/bytes.json. `published`: ids of models and tokenizers that are
fetched, with the templates that come with them. "26 July 2024" is today for all of them.
"""

import datetime
import json
import os
import pathlib

import gguf
import tokenizers
import transformers
from tokenizers import pre_tokenizers
from transformers.utils import chat_template_utils

HERE = pathlib.Path(__file__).resolve().parent
DATA = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "sinkscope"
SMOLLM = DATA / "models/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"
MESSAGES = [("", "What is 2 + 2?"), ("", "  Grüße,\n\n<b>world</b> {{x}} \n"), ("Be brief.", "The user, my assistant."),
            ("", "snow"), ("You are a poet.\n", "It's <|im_start|> and <|end|>")]


class Day(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, tzinfo=tz)


def smollm():
    fields = gguf.GGUFReader(SMOLLM).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    types = fields["tokenizer.ggml.token_type"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    result = tokenizers.Tokenizer(tokenizers.models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    result.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    result.add_special_tokens([token for token, kind in zip(tokens, types) if kind == 3])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=result, bos_token="<|im_start|>", eos_token="<|im_end|>",
        chat_template=fields["tokenizer.chat_template"].contents())


def cases_of(tokenizer):
    cases = []
    for system, user in MESSAGES:
        messages = [{"role": "system", "content": system}] * bool(system) + [{"role": "user", "content": user}]
        text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
        cases.append({"system": system, "user": user, "text": text, "ids": list(ids)})
    return cases


def main():
    chat_template_utils.datetime = Day
    templates = {}
    for path in sorted((HERE / "chat").glob("*.jinja")):
        templates[path.name] = cases_of(transformers.PreTrainedTokenizerFast(
            tokenizer_object=tokenizers.Tokenizer.from_file(str(HERE / "tokens/bytes.json")),
            bos_token="<|im_start|>", eos_token="<|end|>", chat_template=path.read_text()))
    published = {"smollm2-135m": cases_of(smollm())}
    for name in ("gemma-3", "llama-3.1", "qwen-3"):
        published[name] = cases_of(transformers.PreTrainedTokenizerFast.from_pretrained(DATA / "tokenizers" / name))
    lines = ['"about": ' + json.dumps({"transformers": transformers.__version__, "tokenizers": tokenizers.__version__})]
    for kind, entries in (("templates", templates), ("published", published)):
        rows = [f"{json.dumps(name)}: [\n{(',' + chr(10)).join(map(json.dumps, cases))}]" for name, cases in entries.items()]
        lines.append(f'"{kind}": {{\n' + ",\n".join(rows) + "}")
    (HERE / "chat/goldens.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
