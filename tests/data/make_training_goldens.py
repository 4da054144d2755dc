#!/usr/bin/env python3
"""Makes training/: what PyTorch's autograd and optimizer say about the decoder and how it is trained.

usage: make_training_goldens.py [gradients] [loop] [exported]   (needs torch, numpy, safetensors; exported also
transformers and sentencepiece)

gradients: a plain decoder written down here, in double precision with explicit T x T scores, run in every variant of
core/model/config.h.
  training/variants.json        sizes and variants, as fields of a recipe's model
  training/weights.safetensors  every parameter that a variant may ask for, under its name in core/model/parameters.h;
                                tokens [3, T], targets [3, T] (-1: nothing to predict)
  training/NAME.safetensors     loss; logits [T, V] of row 1; the loss's gradient of every parameter
loop: fifty steps of torch.optim.AdamW over the windows that the trainer takes.
  training/loop_inputs.safetensors  made by tests/manual/training_inputs.cpp: initial weights, windows [step, window, T],
                                    their targets (255: nothing to predict)
  training/loop.json                the recipe's settings; loss, gradient norm and learning rate of every step
exported: a trained model's folder (exported/, made by tests/manual/training_inputs.cpp) as transformers loads it.
  training/exported.json        texts with their ids, <bos> first
  training/exported.safetensors tokens [T], logits [T, V]
"""

import json
import math
import pathlib
import sys

import numpy as np
import safetensors.torch
import torch

SEED = 20250402
HERE = pathlib.Path(__file__).resolve().parent / "training"

SIZES = {"vocabulary": 53, "layers": 2, "heads": 4, "key_heads": 2, "width": 24, "head_width": 6,
         "feed_forward_width": 28, "norm_epsilon": 1e-5, "rope_base": 10000.0, "context": 24}
PLAIN = {"tied_embedding": False, "query_key_norm": False, "post_norms": False, "attention_bias": False,
         "output_gate": False, "norms": "pre", "extra_key": "none", "weights": "softmax", "positions": "rotary",
         "window": 0, "first_keys": 0, "capacity": 1.0}
VARIANTS = {
    "plain": {},
    "tied": {"tied_embedding": True},
    "query_key_norm": {"query_key_norm": True},
    "post_norms": {"post_norms": True},
    "norms_after": {"norms": "post"},
    "bias": {"attention_bias": True},
    "output_gate": {"output_gate": True},
    "off_by_one": {"extra_key": "off_by_one"},
    "sink_logit": {"extra_key": "sink_logit"},
    "key_bias": {"extra_key": "key_bias"},
    "key_value_bias": {"extra_key": "key_value_bias"},
    "sigmoid": {"weights": "sigmoid"},
    "normalised_sigmoid": {"weights": "normalised_sigmoid"},
    "no_positions": {"positions": "none"},
    "alibi": {"positions": "alibi"},
    "learned": {"positions": "learned"},
    "window": {"window": 7},
    "window_first_keys": {"window": 7, "first_keys": 2},
    "alibi_off_by_one": {"positions": "alibi", "extra_key": "off_by_one"},
    "alibi_sink_logit": {"positions": "alibi", "extra_key": "sink_logit"},
    "alibi_key_value_bias": {"positions": "alibi", "extra_key": "key_value_bias"},
    "alibi_sigmoid": {"positions": "alibi", "weights": "sigmoid"},
    "window_sink_logit": {"window": 7, "extra_key": "sink_logit"},
    "window_first_keys_key_value_bias": {"window": 7, "first_keys": 2, "extra_key": "key_value_bias"},
    "window_sigmoid": {"window": 7, "weights": "sigmoid"},
    "window_first_keys_normalised_sigmoid": {"window": 7, "first_keys": 2, "weights": "normalised_sigmoid"},
    "mixture_of_depths": {"capacity": 0.4},
    "mixture_of_depths_alibi_sink_logit": {"capacity": 0.4, "positions": "alibi", "extra_key": "sink_logit"},
    "tied_query_key_norm_output_gate": {"tied_embedding": True, "query_key_norm": True, "output_gate": True},
}


def rms_norm(x, weight):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + SIZES["norm_epsilon"]) * weight


def rotary(x, base):
    """Pairs (c, c + d/2) of [B, heads, T, d] turned by position / base^(2c/d)."""
    half = x.shape[-1] // 2
    angle = torch.arange(x.shape[-2], dtype=x.dtype)[:, None] * base ** (
        -torch.arange(half, dtype=x.dtype) / half)
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)


def routed(x, router, capacity):
    """Which tokens of [B, T, D] the layer works on, and the factor of what it writes of them: [B, T] each."""
    score = (x @ router.T).squeeze(-1)
    top = score.topk(math.ceil(capacity * x.shape[1]), 1).indices
    chosen = torch.zeros_like(score, dtype=torch.bool).scatter_(1, top, True)
    return chosen, torch.sigmoid(score) * chosen


def sees(tokens, variant):
    """[query, key], true where the query looks."""
    i, j = torch.arange(tokens)[:, None], torch.arange(tokens)[None, :]
    allowed = j <= i
    if variant["window"]:
        allowed &= (i - j < variant["window"]) | (j < variant["first_keys"])
    return allowed


def attention(query, key, value, extra_key, extra_value, sink_logit, chosen, variant):
    """query [B, H, T, d]; key, value [B, H, T, d]; extra_key, extra_value [H, d]; sink_logit [H]; chosen [B, T] or
    None: the keys to be seen (and each token itself, so that no row is empty)."""
    heads, tokens, scale = query.shape[1], query.shape[2], 1 / math.sqrt(query.shape[3])
    scores = query @ key.transpose(-1, -2) * scale
    if variant["positions"] == "alibi":
        slope = 2.0 ** (-8.0 * torch.arange(1, heads + 1, dtype=query.dtype) / heads)
        distance = torch.arange(tokens)[:, None] - torch.arange(tokens)[None, :]
        scores = scores - slope[:, None, None] * distance
    allowed = sees(tokens, variant)
    if chosen is not None:
        allowed = allowed & (chosen[:, None, None, :] | torch.eye(tokens, dtype=torch.bool))
    if variant["weights"] != "softmax":
        weights = torch.sigmoid(scores) * allowed
        if variant["weights"] == "normalised_sigmoid":
            weights = weights / weights.sum(-1, keepdim=True)
        return weights @ value
    scores = scores.masked_fill(~allowed, -math.inf)
    kind = variant["extra_key"]
    if kind == "none":
        return scores.softmax(-1) @ value
    if kind == "off_by_one":
        extra = torch.zeros_like(scores[..., :1])
    elif kind == "sink_logit":
        extra = sink_logit[None, :, None, None].expand_as(scores[..., :1])
    else:
        extra = (query * extra_key[None, :, None, :]).sum(-1, keepdim=True) * scale
    weights = torch.cat([extra, scores], -1).softmax(-1)
    output = weights[..., 1:] @ value
    return output + weights[..., :1] * extra_value[None, :, None, :] if kind == "key_value_bias" else output


def decoder(weights, tokens, variant, sizes):
    """Logits [B, T, V] from named tensors."""
    def heads_of(x, count):
        return x.reshape(x.shape[0], x.shape[1], count, -1).transpose(1, 2)

    group = sizes["heads"] // sizes["key_heads"]
    x = weights["embedding"][tokens]
    if variant["positions"] == "learned":
        x = x + weights["positions"][:tokens.shape[1]]
    for layer in range(sizes["layers"]):
        w = {name.split(".")[1]: value for name, value in weights.items() if name.startswith(f"layer{layer}.")}
        after = variant["norms"] == "post"
        chosen, factor = routed(x, w["router"], variant["capacity"]) if "router" in w else (None, None)
        passes = (lambda write: write) if factor is None else (lambda write: write * factor[..., None])
        h = x if after else rms_norm(x, w["attentionNorm"])
        query, key, value = h @ w["query"].T, h @ w["key"].T, h @ w["value"].T
        if variant["attention_bias"]:
            query, key, value = query + w["queryBias"], key + w["keyBias"], value + w["valueBias"]
        query, key, value = (heads_of(query, sizes["heads"]), heads_of(key, sizes["key_heads"]),
                             heads_of(value, sizes["key_heads"]))
        if variant["query_key_norm"]:
            query, key = rms_norm(query, w["queryNorm"]), rms_norm(key, w["keyNorm"])
        if variant["positions"] == "rotary":
            query, key = rotary(query, sizes["rope_base"]), rotary(key, sizes["rope_base"])
        extra = [w[name].repeat_interleave(group, 0) if name in w else None for name in ("extraKey", "extraValue")]
        mixed = attention(query, key.repeat_interleave(group, 1), value.repeat_interleave(group, 1), *extra,
                          w.get("sinkLogit"), chosen, variant)
        mixed = mixed.transpose(1, 2).flatten(2)
        if variant["output_gate"]:
            mixed = mixed * torch.sigmoid(h @ w["outputGate"].T)
        write = mixed @ w["attentionOutput"].T
        if variant["post_norms"]:
            write = rms_norm(write, w["postAttentionNorm"])
        x = x + passes(write)
        if after:
            x = rms_norm(x, w["attentionNorm"])
        h = x if after else rms_norm(x, w["feedForwardNorm"])
        gate = h @ w["gate"].T
        write = (gate * torch.sigmoid(gate) * (h @ w["up"].T)) @ w["down"].T
        if variant["post_norms"]:
            write = rms_norm(write, w["postFeedForwardNorm"])
        x = x + passes(write)
        if after:
            x = rms_norm(x, w["feedForwardNorm"])
    return rms_norm(x, weights["finalNorm"]) @ weights["embedding" if variant["tied_embedding"] else "output"].T


def mean_loss(logits, targets):
    """Over the targets that are not -1; natural log."""
    chosen = targets >= 0
    return -logits[chosen].log_softmax(-1).gather(1, targets[chosen][:, None]).mean()


def layer_shapes():
    s = SIZES
    width, inner, queries, keys = s["width"], s["feed_forward_width"], s["heads"] * s["head_width"], \
        s["key_heads"] * s["head_width"]
    return {"attentionNorm": [width], "query": [queries, width], "key": [keys, width], "value": [keys, width],
            "attentionOutput": [width, queries], "queryNorm": [s["head_width"]], "keyNorm": [s["head_width"]],
            "queryBias": [queries], "keyBias": [keys], "valueBias": [keys], "postAttentionNorm": [width],
            "postFeedForwardNorm": [width], "sinkLogit": [s["heads"]], "extraKey": [s["key_heads"], s["head_width"]],
            "extraValue": [s["key_heads"], s["head_width"]], "outputGate": [queries, width],
            "feedForwardNorm": [width], "gate": [inner, width], "up": [inner, width], "down": [width, inner]}


def all_weights(rng):
    """Norms are no ones, biases no zeros, scores of order one: a mix-up of any two shows."""
    shapes = {"embedding": [SIZES["vocabulary"], SIZES["width"]], "positions": [SIZES["context"], SIZES["width"]],
              "finalNorm": [SIZES["width"]], "output": [SIZES["vocabulary"], SIZES["width"]]}
    for layer in range(SIZES["layers"]):
        shapes |= {f"layer{layer}.{name}": shape for name, shape in layer_shapes().items()}
    result = {}
    for name, shape in shapes.items():
        part = name.split(".")[-1]
        if part.endswith("Norm"):
            value = rng.uniform(0.5, 1.7, shape)
        elif part.endswith("Bias") or part in ("sinkLogit", "extraKey", "extraValue", "embedding", "positions"):
            value = rng.normal(0, 0.7, shape)
        else:
            value = rng.normal(0, (1.5 if part in ("query", "key") else 1.0) / math.sqrt(shape[-1]), shape)
        result[name] = torch.from_numpy(value.astype(np.float32))
    # Of every second layer, from layer 1 on.
    result["layer1.router"] = torch.from_numpy(np.random.default_rng(SEED + 1).normal(
        0, 1 / math.sqrt(SIZES["width"]), (1, SIZES["width"])).astype(np.float32))
    return result


def asked_for(variant):
    """The parameters of a variant."""
    needs = {"queryNorm": "query_key_norm", "keyNorm": "query_key_norm", "queryBias": "attention_bias",
             "keyBias": "attention_bias", "valueBias": "attention_bias", "postAttentionNorm": "post_norms",
             "postFeedForwardNorm": "post_norms", "outputGate": "output_gate"}
    kind = variant["extra_key"]

    def wanted(name):
        part = name.split(".")[-1]
        if part == "positions":
            return variant["positions"] == "learned"
        if part == "router":
            return variant["capacity"] < 1
        if part == "output":
            return not variant["tied_embedding"]
        if part == "sinkLogit":
            return kind == "sink_logit"
        if part == "extraKey":
            return kind in ("key_bias", "key_value_bias")
        if part == "extraValue":
            return kind == "key_value_bias"
        return variant[needs[part]] if part in needs else True
    return wanted


def make_gradients():
    rng = np.random.default_rng(SEED)
    weights, tokens = all_weights(rng), torch.from_numpy(rng.integers(0, SIZES["vocabulary"], (3, SIZES["context"])))
    targets = torch.cat([tokens[:, 1:], torch.from_numpy(rng.integers(0, SIZES["vocabulary"], (3, 1)))], 1)
    targets[torch.from_numpy(rng.random(targets.shape) < 0.15)] = -1
    inputs = {"tokens": tokens.int(), "targets": targets.int()}
    safetensors.torch.save_file(weights | inputs, HERE / "weights.safetensors")
    description = {"seed": SEED, "torch": torch.__version__, "sizes": SIZES, "variants": VARIANTS}
    (HERE / "variants.json").write_text(json.dumps(description, indent=1) + "\n")
    for name, change in VARIANTS.items():
        variant = PLAIN | change
        wanted = asked_for(variant)
        leaves = {n: w.double().requires_grad_() for n, w in weights.items() if wanted(n)}
        logits = decoder(leaves, tokens, variant, SIZES)
        loss = mean_loss(logits, targets)
        loss.backward()
        result = {n: w.grad.float() for n, w in leaves.items()}
        result |= {"loss": loss.detach().float().reshape(1), "logits": logits[1].detach().float().contiguous()}
        safetensors.torch.save_file(result, HERE / f"{name}.safetensors")
        print(name, loss.item())


def make_loop():
    inputs = safetensors.torch.load_file(HERE / "loop_inputs.safetensors")
    with safetensors.safe_open(HERE / "loop_inputs.safetensors", "pt") as file:
        recipe = json.loads(file.metadata()["recipe"])
    model, o, steps = recipe["model"], recipe["optimizer"], recipe["steps"]
    windows, targets = inputs.pop("windows").long(), inputs.pop("targets").long()
    targets[targets == 255] = -1
    leaves = {n: w.clone().requires_grad_() for n, w in inputs.items()}
    groups = [{"params": [w for w in leaves.values() if w.dim() > 1], "weight_decay": o["weight_decay"]},
              {"params": [w for w in leaves.values() if w.dim() == 1], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=o["learning_rate"], betas=(o["beta1"], o["beta2"]), eps=o["epsilon"])
    rows = []
    for step in range(steps):
        if step < o["warmup"]:
            rate = o["learning_rate"] * (step + 1) / o["warmup"]
        else:
            share = (step - o["warmup"]) / (steps - o["warmup"])
            lowest = o["learning_rate"] * o["final_rate"]
            rate = lowest + (o["learning_rate"] - lowest) * (1 + math.cos(math.pi * share)) / 2
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = mean_loss(decoder(leaves, windows[step], PLAIN, model), targets[step])
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(leaves.values(), o["clip"])
        optimizer.step()
        rows.append({"loss": loss.item(), "gradient_norm": norm.item(), "learning_rate": rate})
    assert any(row["gradient_norm"] > o["clip"] for row in rows) and any(
        row["gradient_norm"] < o["clip"] for row in rows), "the clip is to count in some steps only"
    text = json.dumps({"torch": torch.__version__, "recipe": recipe, "steps": rows}, indent=1)
    (HERE / "loop.json").write_text(text + "\n")
    print(rows[0], rows[-1])


TEXTS = ["The river runs to the sea.", " leading", "two  spaces   three", "a\nb\n\nc", "12345", "na\u00efve caf\u00e9 \u20ac",
         "\u65e5\u672c\u8a9e \U0001f98a", "tab\there", "", " ", "trailing ", "<s> inside </s>", "\n", "e\u0301",
         "\ufb01 ligature"]


def make_exported():
    import transformers
    folder = HERE / "exported"
    model, info = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    assert not any(info[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), info
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    texts = [{"text": text, "ids": tokenizer(text).input_ids} for text in TEXTS]
    description = {"transformers": transformers.__version__, "torch": torch.__version__, "texts": texts}
    (HERE / "exported.json").write_text(json.dumps(description, indent=1) + "\n")
    tokens = torch.tensor(tokenizer(TEXTS[0]).input_ids)
    with torch.no_grad():
        logits = model(tokens[None]).logits[0]
    safetensors.torch.save_file({"tokens": tokens.int(), "logits": logits}, HERE / "exported.safetensors")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for what in sys.argv[1:] or ["gradients", "loop", "exported"]:
        {"gradients": make_gradients, "loop": make_loop, "exported": make_exported}[what]()
