#!/usr/bin/env python3
"""Makes collapse/NAME.json and collapse/NAME.safetensors: collapse measures and probes of the demo models.

usage: make_collapse_goldens.py [NAME ...]      (needs what make_model_goldens.py needs)

Hidden states come from Hugging Face transformers (float32, eager attention, weights by its own GGUF reader), taken by
hooks so that the last one stands before the final norm. Everything after that is float64 numpy, by definitions that
the program does not use: singular values of the states themselves, cosines of every pair. For each case (prompt, with
or without <bos>), L layers, H heads, T tokens, n places = L + 1 (the embedding, then after each layer):
  all.M, rest.M [n]   measures of all tokens and of all but token 0: residual, relative, dong, rank (effective rank),
                      entropy (matrix entropy), cosine (mean over pairs)
  last.l2, last.max [n]   distance of the last two tokens
  first.norm, first.ratio [n]   norm of token 0, and over the median norm of the others
  rowEntropy, alpha0 [L, H]
Probes, each from two passes (x, and x with its last token repeated), <bos> first, lengths as in the JSON:
  ones.S, digits.S [length, 2]   inf-norm of the last tokens' difference and of the last token of x, where S is
                      layer (after the last layer) or norm (after the final norm)
  ones.S.bf16 ...     the same with the whole model in bfloat16
  repeat [n, copies]  norm of the k-th copy of the digit 1 after <bos>
"""

import json
import pathlib
import sys

import gguf
import numpy as np
import safetensors.numpy
import torch
import transformers

import make_model_goldens as models

HERE = pathlib.Path(__file__).resolve().parent
PROMPTS = ("shakespeare", "recipe")
LENGTHS = (4, 19, 60)
COPIES = 40


def states(model, ids, attentions=False):
    """Residual stream [n, T, D] before layer 0 and after each layer, state after the final norm [T, D], attentions."""
    seen, layers = [], model.model.layers
    hooks = [layers[0].register_forward_pre_hook(lambda _, a: seen.append(a[0][0]))]
    hooks += [layer.register_forward_hook(lambda _, a, out: seen.append(out[0])) for layer in layers]
    with torch.no_grad():
        out = model.model(torch.tensor([ids]), output_attentions=attentions, use_cache=False)
    for hook in hooks:
        hook.remove()
    stream = torch.stack(seen)
    assert stream.shape == (len(layers) + 1, len(ids), model.config.hidden_size)
    return stream.double().numpy(), out.last_hidden_state[0].double().numpy(), out.attentions


def entropy(weights):
    p = weights[weights > 0] / weights.sum()
    return -(p * np.log(p)).sum()


def one_inf(matrix):
    return np.sqrt(np.abs(matrix).sum(0).max() * np.abs(matrix).sum(1).max())


def measures(v):
    left = v - v.mean(0)
    singular = np.linalg.svd(v, compute_uv=False)
    pairs = [v[i] @ v[j] / (np.linalg.norm(v[i]) * np.linalg.norm(v[j])) for i in range(len(v)) for j in range(i)]
    return {"residual": np.linalg.norm(left), "relative": np.linalg.norm(left) / np.linalg.norm(v),
            "dong": one_inf(left) / one_inf(v), "rank": np.exp(entropy(singular)), "entropy": entropy(singular**2),
            "cosine": np.mean(pairs)}


def case_tensors(model, ids):
    stream, _, attentions = states(model, ids, True)
    result = {}
    for name, first in (("all", 0), ("rest", 1)):
        rows = [measures(v[first:]) for v in stream]
        result |= {f"{name}.{key}": np.array([row[key] for row in rows]) for key in rows[0]}
    difference = stream[:, -1] - stream[:, -2]
    norms = np.linalg.norm(stream, axis=-1)
    result |= {"last.l2": np.linalg.norm(difference, axis=-1), "last.max": np.abs(difference).max(-1),
               "first.norm": norms[:, 0], "first.ratio": norms[:, 0] / np.median(norms[:, 1:], axis=-1)}
    weights = np.stack([a[0].double().numpy() for a in attentions])  # [L, H, T, T]
    logs = np.log(np.where(weights > 0, weights, 1.0))
    assert len(ids) <= (getattr(model.config, "sliding_window", None) or len(ids)), "every query must see token 0"
    return result | {"rowEntropy": -(weights * logs).sum(-1).mean(-1), "alpha0": weights[..., 0].mean(-1)}


def probe(model, sequences):
    layer, norm = [], []
    for ids in sequences:
        stream, final, _ = states(model, ids)
        stream2, final2, _ = states(model, ids + ids[-1:])
        layer.append([np.abs(stream2[-1, -1] - stream[-1, -1]).max(), np.abs(stream[-1, -1]).max()])
        norm.append([np.abs(final2[-1] - final[-1]).max(), np.abs(final[-1]).max()])
    return np.array(layer), np.array(norm)


def make(name):
    path = models.DATA / name / models.MODELS[name]
    model = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager").eval()
    if name == "smollm2-135m":
        encode, bos = models.smollm_tokenizer(gguf.GGUFReader(path)), 1
    else:
        hf = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        encode, bos = (lambda text: hf(text, add_special_tokens=False)["input_ids"]), hf.bos_token_id
    texts = json.loads((HERE / "prompts.json").read_text())["reference"]
    tensors, cases = {}, []
    for prompt in PROMPTS:
        for with_bos in (True, False):
            case = f"{prompt}.{'bos' if with_bos else 'plain'}"
            ids = [bos] * with_bos + encode(texts[prompt])
            tensors |= {f"{case}.{k}": v for k, v in case_tensors(model, ids).items()}
            cases.append({"case": case, "prompt": texts[prompt], "bos": with_bos, "tokens": len(ids)})
            print(name, case, len(ids), "rank", tensors[f"{case}.all.rank"][[0, 1, -2, -1]])

    digits = {"ones": ["1" * n for n in LENGTHS],
              "digits": [",".join("1" * min(3, n - i) for i in range(0, n, 3)) for n in LENGTHS]}
    sequences = {kind: [[bos] + encode(text) for text in these] for kind, these in digits.items()}
    tensors["repeat"] = np.linalg.norm(states(model, [bos] + encode("1" * COPIES))[0], axis=-1)[:, 1:]
    assert tensors["repeat"].shape[1] == COPIES
    for suffix, dtype in (("", torch.float32), (".bf16", torch.bfloat16)):
        model = model.to(dtype)
        for kind, these in sequences.items():
            tensors[f"{kind}.layer{suffix}"], tensors[f"{kind}.norm{suffix}"] = probe(model, these)
            print(name, kind + suffix, tensors[f"{kind}.layer{suffix}"].tolist(), tensors[f"{kind}.norm{suffix}"].tolist())
    about = {"model": name, "torch": torch.__version__, "transformers": transformers.__version__,
             "numpy": np.__version__, "lengths": LENGTHS, "copies": COPIES, "cases": cases}
    (HERE / "collapse" / f"{name}.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n")
    tensors = {k: np.ascontiguousarray(v, dtype=np.float32) for k, v in tensors.items()}
    path = HERE / "collapse" / f"{name}.safetensors"
    safetensors.numpy.save_file(tensors, path)
    path.chmod(0o644)


if __name__ == "__main__":
    torch.set_num_threads(2)
    for wanted in sys.argv[1:] or models.MODELS:
        make(wanted)
