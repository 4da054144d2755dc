#!/usr/bin/env python3
"""Makes ablation/NAME.safetensors: what interventions do to the demo models, with an attention function of this file in
the place of transformers' own.

usage: make_ablation_goldens.py [NAME ...]      (needs torch, transformers, accelerate, gguf, safetensors)

float32; the prompt is "shakespeare" of models/NAME.json, the swap from SWAPS. For every case of CASES, number I, and for
the untouched model, "untouched":
  I.loss_at   [N]      -log p of the text's tokens, natural log
  I.kl        []       KL(untouched || changed), mean over the text's tokens
  I.alpha0    [L, H]   mean over the queries that see key 0 of A[i, 0]
  I.change    [L + 2]  mean over the tokens behind the swapped one of ||v' - v|| / ||v||: embedding, layers, final norm
  I.spread    [L + 2]  that over the swapped token's own
A bounded cache is done as its paper says: keys are put at their places in the cache, the query at the end of it, and both
are rotated anew.
"""

import json
import pathlib
import sys

import safetensors.numpy
import torch
import transformers
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from make_model_goldens import DATA, HERE, MODELS

# What is done, in the program's notation; the attention function reads the dictionary beside it.
CASES = [
    ("remove", {"remove": "zero"}),
    ("remove:3.2,5.*@4-9", {"remove": "zero", "heads": {(3, 2)} | {(5, h) for h in range(64)}, "queries": range(4, 10)}),
    ("remove=mean:2-4.1", {"remove": "mean", "heads": {(2, 1), (3, 1), (4, 1)}}),
    ("hide", {"hide": True}),
    ("hide:0-3.0,7.2", {"hide": True, "heads": {(0, 0), (1, 0), (2, 0), (3, 0), (7, 2)}}),
    ("value", {"value": 0.0}),
    ("value=0.5:*.1", {"value": 0.5, "heads": {(l, 1) for l in range(64)}}),
    ("value=mean:4-6.*@0,3", {"value": "mean", "heads": {(l, h) for l in (4, 5, 6) for h in range(64)}, "tokens": [0, 3]}),
    ("off-by-one", {"off_by_one": True}),
    ("off-by-one:6.0", {"off_by_one": True, "heads": {(6, 0)}}),
    ("window=6", {"last": 6, "sinks": 0}),
    ("window=6+2", {"last": 6, "sinks": 2}),
    ("first= and", {"first": " and"}),
    ("prepend= and", {"prepend": " and"}),
]
# Position in the text of the swapped token, and the id that takes its place.
SWAPS = {"gemma-3-270m": (10, 541), "smollm2-135m": (10, 329)}

state = {}


def rotate(x, positions, inverse_frequency):
    angle = positions.double()[:, None] * inverse_frequency.double()[None]
    c, s = torch.cat([angle.cos()] * 2, -1).float(), torch.cat([angle.sin()] * 2, -1).float()
    half = x.shape[-1] // 2
    return x * c + torch.cat([-x[..., half:], x[..., :half]], -1) * s


def attention(module, query, key, value, mask, scaling, dropout=0.0, **ignored):
    case, layer = state["case"], module.layer_idx
    heads, count = query.shape[1], query.shape[2]
    key = key.repeat_interleave(heads // key.shape[1], 1)
    value = value.repeat_interleave(heads // value.shape[1], 1).clone()
    on = torch.tensor([("heads" not in case) or ((layer, h) in case["heads"]) for h in range(heads)])
    scores = query @ key.transpose(-1, -2) * scaling
    i, j = torch.arange(count)[:, None], torch.arange(count)[None]
    hidden = (j > i).expand(heads, -1, -1).clone()
    window = getattr(module, "sliding_window", None)
    if window:
        assert count < window
    if "last" in case:
        last, sinks = case["last"], case["sinks"]
        frequency = state["frequency"](module)
        plain_q, plain_k = rotate(query, -torch.arange(count), frequency), rotate(key, -torch.arange(count), frequency)
        scores = torch.full_like(scores, float("-inf"))
        for q in range(count):
            cached = sorted(set(range(min(sinks, q + 1))) | set(range(max(0, q - last + 1), q + 1)))
            places = torch.arange(len(cached))
            k = rotate(plain_k[:, :, cached], places, frequency)
            scores[:, :, q, cached] = (rotate(plain_q[:, :, q:q + 1], places[-1:], frequency) @ k.transpose(-1, -2))[:, :, 0] * scaling
        hidden[:] = False
    if case.get("hide"):
        hidden[on, 1:, 0] = True
    scores = scores.masked_fill(hidden, float("-inf"))
    if case.get("off_by_one"):
        top = scores.amax(-1, keepdim=True)
        e = (scores - top).exp()
        weights = torch.where(on[:, None, None], e / (e.sum(-1, keepdim=True) + (-top).exp()), scores.softmax(-1))
    else:
        weights = scores.softmax(-1)
    if state.get("sampling"):
        state["values"][layer], state["outputs"][layer] = value[0, :, 1:].clone(), (weights @ value)[0, :, 1:].clone()
    if "value" in case:
        for token in case.get("tokens", [0]):
            new = state["values"][layer].mean(1)[None] if case["value"] == "mean" else value[:, :, token] * case["value"]
            value[:, :, token] = torch.where(on[None, :, None], new, value[:, :, token])
    output = weights @ value
    if "remove" in case:
        new = state["outputs"][layer].mean(1)[None, :, None] if case["remove"] == "mean" else torch.zeros_like(output)
        queries = torch.tensor([q in case.get("queries", range(count)) for q in range(count)])
        output = torch.where(on[None, :, None, None] & queries[None, None, :, None], new, output)
    state["alpha0"].append(weights[0, :, :, 0].double().mean(-1))
    return output.transpose(1, 2).contiguous(), weights


def run(model, rows):
    """(residual [row, L + 2, T, D], log-probabilities of row 0 [T, V], alpha0 [L, H]) of one pass."""
    streams, hooks = [], []
    layers = model.model.layers
    hooks.append(layers[0].register_forward_pre_hook(
        lambda m, a, k: streams.append(a[0] if a else k["hidden_states"]), with_kwargs=True))
    for layer in layers:
        hooks.append(layer.register_forward_hook(lambda m, a, o: streams.append(o[0] if isinstance(o, tuple) else o)))
    hooks.append(model.model.norm.register_forward_hook(lambda m, a, o: streams.append(o)))
    state["alpha0"] = []
    with torch.no_grad():
        out = model(torch.tensor(rows), use_cache=False)
    for hook in hooks:
        hook.remove()
    return torch.stack(streams, 1), out.logits[0].log_softmax(-1), torch.stack(state["alpha0"])


def make(name):
    path = DATA / name / MODELS[name]
    options = {"gguf_file": path.name, "dtype": torch.float32, "attn_implementation": "golden"}
    model = transformers.AutoModelForCausalLM.from_pretrained(path.parent, **options).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    rotary = model.model.rotary_emb

    def frequency(module):
        kind = getattr(module, "layer_type", None)
        return getattr(rotary, f"{kind}_inv_freq") if kind and hasattr(rotary, f"{kind}_inv_freq") else rotary.inv_freq

    state.update(frequency=frequency, values={}, outputs={}, case={})
    golden = json.loads((HERE / "models" / f"{name}.json").read_text())
    ids = next(c for c in golden["cases"] if c["case"] == "shakespeare.bos")["ids"]
    text, (position, other) = ids[1:], SWAPS[name]
    state["sampling"] = True
    run(model, [ids])
    state["sampling"] = False
    tensors, untouched = {}, None
    for number, (notation, case) in [("untouched", ("", {}))] + list(enumerate(CASES)):
        state["case"] = case
        first = ids[:1]
        if "first" in case:
            first = tokenizer.encode(case["first"], add_special_tokens=False)
        if "prepend" in case:
            first = tokenizer.encode(case["prepend"], add_special_tokens=False) + ids[:1]
        assert len(first) == (2 if "prepend" in case else 1)
        v, p, alpha0 = run(model, [first + text, first + text[:position] + [other] + text[position + 1:]])
        p = p[len(first) - 1:-1]
        if untouched is None:
            untouched = p
        moved = len(first) + position
        relative = (v[1].double() - v[0].double()).norm(dim=-1) / v[0].double().norm(dim=-1)
        tensors[f"{number}.loss_at"] = -p[torch.arange(len(text)), torch.tensor(text)]
        tensors[f"{number}.kl"] = (untouched.exp() * (untouched - p)).sum(-1).mean()
        tensors[f"{number}.alpha0"] = alpha0
        tensors[f"{number}.change"] = relative[:, moved + 1:].mean(-1)
        tensors[f"{number}.spread"] = relative[:, moved + 1:].mean(-1) / relative[:, moved]
        print(f"{name} {notation or 'untouched':24} loss {tensors[f'{number}.loss_at'].mean():.3f} "
              f"KL {tensors[f'{number}.kl']:.4f} alpha0 {alpha0.mean():.3f} S {tensors[f'{number}.spread'][-2]:.4f}")
    (HERE / "ablation").mkdir(exist_ok=True)
    about = {"torch": torch.__version__, "transformers": transformers.__version__, "position": str(position), "id": str(other),
             "cases": "\n".join(notation for notation, case in CASES)}
    safetensors.numpy.save_file({k: v.float().numpy().copy() for k, v in tensors.items()},
                                HERE / "ablation" / f"{name}.safetensors", about)


if __name__ == "__main__":
    torch.set_num_threads(2)
    ALL_ATTENTION_FUNCTIONS.register("golden", attention)
    for wanted in sys.argv[1:] or MODELS:
        make(wanted)
