#!/usr/bin/env python3
"""Makes collapse/NAME.waking.safetensors: what wakes the demo models' heads, by Hugging Face transformers.

usage: make_waking_goldens.py [NAME ...]      (needs what make_model_goldens.py needs)

The first prompts of resources/prompts/waking.txt with <bos> first, whole attention maps (float32, eager), means in
float64. Of every query from 2 on, with the previous token named by "id" (the most frequent one with an apostrophe):
  id, count, all      the token, how many queries follow it, how many there are
  awake, overall      [L, H] mean of 1 - A[i, 0] after it, and over all queries
  previous, overallPrevious   [L, H] mean of A[i, i - 1], likewise
  variance            [L, H] sample variance of 1 - A[i, 0] after it
"""

import collections
import pathlib
import sys

import gguf
import numpy as np
import safetensors.numpy
import torch
import transformers

import make_model_goldens as models

HERE = pathlib.Path(__file__).resolve().parent
PROMPTS = 8


def make(name):
    path = models.DATA / name / models.MODELS[name]
    model = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager").eval()
    if name == "smollm2-135m":
        reader = gguf.GGUFReader(path)
        pieces = reader.fields["tokenizer.ggml.tokens"].contents()
        encode, bos = models.smollm_tokenizer(reader), 1
    else:
        hf = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        pieces = hf.convert_ids_to_tokens(range(len(hf)))
        encode, bos = (lambda text: hf(text, add_special_tokens=False)["input_ids"]), hf.bos_token_id
    prompts = (HERE.parents[1] / "resources/prompts/waking.txt").read_text().splitlines()[:PROMPTS]
    before, awake, previous = [], [], []
    for prompt in prompts:
        ids = [bos] + encode(prompt)
        assert len(ids) <= 64
        with torch.no_grad():
            out = model.model(torch.tensor([ids]), output_attentions=True, use_cache=False)
        weights = np.stack([a[0].double().numpy() for a in out.attentions])  # [L, H, T, T]
        for i in range(2, len(ids)):
            before.append(ids[i - 1])
            awake.append(1.0 - weights[:, :, i, 0])
            previous.append(weights[:, :, i, i - 1])
    before, awake, previous = np.array(before), np.array(awake), np.array(previous)
    chosen = next(i for i, _ in collections.Counter(before.tolist()).most_common() if "'" in pieces[i])
    those = before == chosen
    print(name, "token", chosen, repr(pieces[chosen]), "count", those.sum(), "of", len(before))
    tensors = {"id": chosen, "count": those.sum(), "all": len(before), "awake": awake[those].mean(0),
               "overall": awake.mean(0), "previous": previous[those].mean(0), "overallPrevious": previous.mean(0),
               "variance": awake[those].var(0, ddof=1)}
    target = HERE / "collapse" / f"{name}.waking.safetensors"
    about = {"torch": torch.__version__, "transformers": transformers.__version__, "prompts": str(PROMPTS)}
    safetensors.numpy.save_file({k: np.atleast_1d(np.float32(v)) for k, v in tensors.items()}, target, about)
    target.chmod(0o644)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for wanted in sys.argv[1:] or models.MODELS:
        make(wanted)
