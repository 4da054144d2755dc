#!/usr/bin/env python3
"""Makes models/smollm2-135m.influence.json and .safetensors: what PyTorch's autograd says about transformers' SmolLM2.

usage: make_influence_goldens.py      (needs torch, transformers, accelerate, gguf, tokenizers, safetensors)

Jacobian norms ||d v_j / d v_i||_F of the last token j, one value a token i, from all 576 rows of the Jacobian (float32,
eager attention, the whole model as one graph); path sums from the same pass's attention weights, dense and in double
precision. Nothing is drawn at random. Places are counted as in the library: after l layers, 0 is the embedding.
  from0.to30       [T]      residual stream before layer 0 -> after the last layer, before the final norm
  from15.to30      [T]      after 15 layers -> after the last layer
  from27.final     [T]      after 27 layers -> after the final norm
  bound            [30, T]  log of (Abar^(29) ... Abar^(l))[j, i] for every starting layer l, Abar = sum_h A_h + I/H
  rollout          [30, T]  the same of 1/2 (mean_h A_h + I)
"""

import hashlib
import json

import gguf
import safetensors.numpy
import torch
import transformers

from make_model_goldens import DATA, HERE, MODELS, check_weights, smollm_tokenizer

NAME = "smollm2-135m"
PROMPT = "The old lighthouse keeper walked slowly down to the harbour, because the last ship of the year was late."
ROWS = 48  # of the Jacobian at a time


def norms(model, ids, start, final):
    """||d v_j / d v_i||_F for the last j and every i, from the residual stream after `start` layers."""
    kept = {}

    def make_leaf(_, args, kwargs):
        kept["leaf"] = args[0].detach().requires_grad_()
        return (kept["leaf"], *args[1:]), kwargs

    def keep_stream(_, args):
        kept["stream"] = args[0]

    hooks = [model.model.layers[start].register_forward_pre_hook(make_leaf, with_kwargs=True),
             model.model.norm.register_forward_pre_hook(keep_stream)]
    out = model.model(torch.tensor([ids]), use_cache=False)
    for hook in hooks:
        hook.remove()
    row = (out.last_hidden_state if final else kept["stream"])[0, -1]
    total = torch.zeros(len(ids), dtype=torch.double)
    unit = torch.eye(len(row))
    for rows in unit.split(ROWS):
        (gradient,) = torch.autograd.grad(row, kept["leaf"], rows, retain_graph=True, is_grads_batched=True)
        total += gradient[:, 0].double().square().sum((0, 2))
    return total.sqrt()


def path_sums(attentions, layer_matrix):
    """log of the last row of the products that end with the last layer, one for every starting layer: [L, T]."""
    product = torch.eye(attentions[0].shape[-1], dtype=torch.double)
    rows = []
    for attention in reversed(attentions):
        product = product @ layer_matrix(attention[0].double())
        rows.append(product[-1].log())
    return torch.stack(rows[::-1])


def main():
    path = DATA / NAME / MODELS[NAME]
    reader = gguf.GGUFReader(path)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager").eval()
    model.requires_grad_(False)
    check_weights(model, reader)
    ids = [1] + smollm_tokenizer(reader)(PROMPT)
    assert 20 <= len(ids) <= 25, len(ids)
    with torch.no_grad():
        attentions = model(torch.tensor([ids]), output_attentions=True, use_cache=False).attentions
    heads, identity = model.config.num_attention_heads, torch.eye(len(ids), dtype=torch.double)
    tensors = {
        "bound": path_sums(attentions, lambda a: a.sum(0) + identity / heads),
        "rollout": path_sums(attentions, lambda a: (a.mean(0) + identity) / 2),
        "from0.to30": norms(model, ids, 0, final=False),
        "from15.to30": norms(model, ids, 15, final=False),
        "from27.final": norms(model, ids, 27, final=True),
    }
    about = {"model": NAME, "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
             "torch": torch.__version__, "transformers": transformers.__version__, "gguf": "0.19.0",
             "prompt": PROMPT, "bos": True, "ids": ids}
    (HERE / "models" / f"{NAME}.influence.json").write_text(json.dumps(about, indent=1) + "\n")
    safetensors.numpy.save_file({k: v.to(torch.float32).numpy().copy() for k, v in tensors.items()},
                                HERE / "models" / f"{NAME}.influence.safetensors")
    for name, value in tensors.items():
        print(name, value[0] if value.dim() == 2 else value)


if __name__ == "__main__":
    torch.set_num_threads(2)
    main()
