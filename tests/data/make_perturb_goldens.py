#!/usr/bin/env python3
"""Makes perturb/NAME.safetensors: what a swapped word changes in the demo models, by two full passes of transformers.

usage: make_perturb_goldens.py [NAME ...]      (needs torch, transformers, accelerate, gguf, safetensors)

float32, eager attention; ids are taken from models/NAME.json (prompt "shakespeare"), the swap from below. For every
condition COND:
  COND.l2      [L + 2, T]  ||v' - v|| in double: embedding, after each layer (before the final norm), after the final norm
  COND.norm    [L + 2, T]  ||v||
  COND.kl      [T]         KL(p || p') of the next token, natural log
  COND.alpha0  [2, L, H]   mean over queries of A[i, 0], before and after
  bos.tv       [L, H, T]   1/2 sum_j |A - A'|
"""

import json
import pathlib
import sys

import safetensors.numpy
import torch
import transformers

from make_model_goldens import DATA, HERE, MODELS

CONDITIONS = ["bos", "no-bos", "replaced", "hidden", "zeroed", "positions-kept"]
# " greatest" becomes " best": position in the text, id of the other token.
SWAPS = {"gemma-3-270m": (4, 1791), "smollm2-135m": (4, 1450)}


def run(model, ids, condition):
    """(residual [L + 2, T, D], log-probabilities [T, V], attention [L, H, T, T]) of one pass."""
    tokens, count = torch.tensor([ids]), len(ids)
    streams, hooks = [], []
    layers = model.model.layers
    hooks.append(layers[0].register_forward_pre_hook(lambda m, a, k: streams.append((a[0] if a else k["hidden_states"])[0]), with_kwargs=True))
    for layer in layers:
        hooks.append(layer.register_forward_hook(lambda m, a, o: streams.append((o[0] if isinstance(o, tuple) else o)[0])))
        if condition == "zeroed":
            def zero(module, inputs, output):
                output = output.clone()
                output[:, 0] = 0
                return output
            hooks.append(layer.self_attn.v_proj.register_forward_hook(zero))
    hooks.append(model.model.norm.register_forward_hook(lambda m, a, o: streams.append(o[0])))
    options = {}
    if condition == "hidden":
        mask = torch.full((1, 1, count, count), torch.finfo(torch.float32).min).triu(1)
        mask[:, :, 1:, 0] = torch.finfo(torch.float32).min
        types = set(getattr(model.config, "layer_types", None) or [])
        assert count < (getattr(model.config, "sliding_window", None) or 10**9)
        options["attention_mask"] = {t: mask for t in types} if "sliding_attention" in types else mask
    if condition == "positions-kept":
        options["position_ids"] = torch.arange(1, count + 1)[None]
    with torch.no_grad():
        out = model(tokens, output_attentions=True, use_cache=False, **options)
    for hook in hooks:
        hook.remove()
    return torch.stack(streams), out.logits[0].log_softmax(-1), torch.stack([a[0] for a in out.attentions])


def make(name):
    path = DATA / name / MODELS[name]
    model = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager").eval()
    golden = json.loads((HERE / "models" / f"{name}.json").read_text())
    case = next(c for c in golden["cases"] if c["case"] == "shakespeare.bos")
    bos, text = case["ids"][0], case["ids"][1:]
    position, other = SWAPS[name]
    changed = text[:position] + [other] + text[position + 1:]
    tensors = {}
    for condition in CONDITIONS:
        first = [] if condition in ("no-bos", "positions-kept") else [text[1] if condition == "replaced" else bos]
        v, p, a = run(model, first + text, condition)
        w, q, b = run(model, first + changed, condition)
        tensors[f"{condition}.l2"] = (w.double() - v.double()).norm(dim=-1)
        tensors[f"{condition}.norm"] = v.double().norm(dim=-1)
        tensors[f"{condition}.kl"] = (p.exp() * (p - q)).sum(-1)
        tensors[f"{condition}.alpha0"] = torch.stack([x[..., 0].double().mean(-1) for x in (a, b)])
        if condition == "bos":
            tensors["bos.tv"] = (a - b).abs().sum(-1) / 2
        relative = (tensors[f"{condition}.l2"] / tensors[f"{condition}.norm"])[:, len(first) + position + 1:].mean(-1)
        print(f"{name} {condition:15} mean relative change: last layer {relative[-2]:.3f}, final norm {relative[-1]:.3f}")
    (HERE / "perturb").mkdir(exist_ok=True)
    about = {"torch": torch.__version__, "transformers": transformers.__version__, "position": str(position), "id": str(other)}
    safetensors.numpy.save_file({k: v.float().numpy().copy() for k, v in tensors.items()},
                                HERE / "perturb" / f"{name}.safetensors", about)


if __name__ == "__main__":
    torch.set_num_threads(2)
    for wanted in sys.argv[1:] or MODELS:
        make(wanted)
