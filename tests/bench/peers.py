#!/usr/bin/env python3
"""Times Sinkscope beside Hugging Face transformers and TransformerLens on one random LLaMa shape, in one run.

usage: peers.py --sinkscope build/release/app/sinkscope [--tokens 2048,512] [--rounds 3] [--json] [--check]
       peers.py --sinkscope ... --swap --tokens 512
(needs torch and transformers; transformer-lens is measured where it is installed)

Everything is float32, with the same shape of random weights (D 768, L 12, H 12, FFN 2048, V 32000), without gradients and
without a key/value cache. Each peer runs in a process of its own, so that its peak memory is its own; the peak is
taken anew once the weights are there, so it is weights and work. A round measures every peer once, one after the other;
the median over the rounds is printed. Rows:
  sdpa trunk   model.model(tokens): the layers without the logits
  sdpa         model(tokens): logits of every token
  eager        model(tokens, output_attentions=True)
  lens         TransformerLens run_with_cache(tokens)
  forward, capture, sink   `sinkscope bench`: logits of every token; the trace with residual stream, norms and loss;
               every head's shares and entropies
"""

import argparse
import importlib.util
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

# The swap: SmolLM2-135M from its GGUF, another token at 3/4 of T tokens. transformers runs the changed prompt once more
# and is compared with hidden states that it kept; `sinkscope bench` runs the suffix over its cache.
SWAP_MODEL, SWAP_AT = "smollm2-135m", 0.75

SHAPE = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "num_key_value_heads": 12,
         "intermediate_size": 2048, "vocab_size": 32000, "rms_norm_eps": 1e-5, "tie_word_embeddings": False}
PEERS = ["sdpa trunk", "sdpa", "eager", "lens"]
TASKS = ["forward", "capture", "sink"]


def reset_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def peak_bytes():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def make_lens(model):
    """TransformerLens around `model`. It wants a folder with a config and a tokenizer; any will do for token ids."""
    import tokenizers
    import transformers
    from transformer_lens.model_bridge import TransformerBridge
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0, "<s>": 1}, unk_token="a"))
    special = {"bos_token": "<s>", "eos_token": "<s>", "pad_token": "<s>", "unk_token": "a"}
    with tempfile.TemporaryDirectory() as folder:
        transformers.PreTrainedTokenizerFast(tokenizer_object=words, **special).save_pretrained(folder)
        model.config.save_pretrained(folder)
        return TransformerBridge.boot_transformers(folder, hf_model=model, device="cpu")


def measure_peer(peer, tokens, repeat, threads):
    """Runs in the peer's own process; prints seconds (median) and peak memory as JSON."""
    import torch
    import transformers
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    config = transformers.LlamaConfig(**SHAPE, max_position_embeddings=8192, architectures=["LlamaForCausalLM"])
    attention = "sdpa" if peer.startswith("sdpa") else "eager"
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation=attention).eval()
    lens = make_lens(model) if peer == "lens" else None
    ids = torch.tensor([[(t * 7919 + 11) % config.vocab_size for t in range(tokens)]])
    work = {
        "sdpa trunk": lambda: model.model(ids, use_cache=False),
        "sdpa": lambda: model(ids, use_cache=False),
        "eager": lambda: model(ids, use_cache=False, output_attentions=True),
        "lens": lambda: lens.run_with_cache(ids),
    }[peer]
    seconds = []
    with torch.no_grad():
        reset_peak()
        work()  # not counted
        for _ in range(repeat):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": statistics.median(seconds), "peakBytes": peak_bytes()}))


def measure_swap(tokens, repeat, threads):
    """transformers' side of the swap: seconds (median) as JSON."""
    import pathlib
    import torch
    import transformers
    torch.set_num_threads(threads)
    data = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share")
    path = next((data / "sinkscope/models" / SWAP_MODEL).glob("*.gguf"))
    model = transformers.AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32).eval()
    ids = torch.tensor([[1000 + t * 7919 % 40000 for t in range(tokens)]])
    seconds = []
    with torch.no_grad():
        kept = torch.stack(model.model(ids, use_cache=False, output_hidden_states=True).hidden_states)
        for round_ in range(repeat + 1):
            ids[0, int(SWAP_AT * tokens)] = 2000 + round_
            start = time.perf_counter()
            after = torch.stack(model.model(ids, use_cache=False, output_hidden_states=True).hidden_states)
            (after - kept).norm(dim=-1)
            seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": statistics.median(seconds[1:])}))


def swap_ratio(options, tokens):
    common = ["--tokens", str(tokens), "--repeat", str(options.repeat), "--threads", str(options.threads)]
    ours = run_json([options.sinkscope, "bench", "--json", "--models", SWAP_MODEL, "--tasks", "swap,perturb",
                     "--swap-at", str(SWAP_AT), *common], options.threads)["results"]
    theirs = run_json([sys.executable, __file__, "--peer", "swap", *common], options.threads)["seconds"]
    print(f"swap in {SWAP_MODEL}, T {tokens}, at {int(SWAP_AT * tokens)}: transformers {theirs:.3f} s")
    for row in ours:
        print(f"  {row['task']:12}{row['seconds']:9.3f} s   transformers / ours {theirs / row['seconds']:.2f}")


def run_json(command, threads):
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout[done.stdout.index("{"):])


def measure(options, tokens):
    """One row a peer and task: medians over the rounds."""
    peers = [p for p in PEERS if p != "lens" or importlib.util.find_spec("transformer_lens")]
    samples = {name: [] for name in peers + TASKS}
    peaks = []
    common = ["--tokens", str(tokens), "--repeat", str(options.repeat), "--threads", str(options.threads)]
    for _ in range(options.rounds):
        report = run_json([options.sinkscope, "bench", "--json", "--models", "random-120m", *common], options.threads)
        peaks.append(report["machine"]["gemmGflops"])
        for row in report["results"]:
            samples[row["task"]].append(row)
        for peer in peers:
            samples[peer].append(run_json([sys.executable, __file__, "--peer", peer, *common], options.threads))
    rows = {}
    for name, measured in samples.items():
        keys = ("seconds", "peakBytes", "gflops", "gemmShare")
        rows[name] = {k: statistics.median(m[k] for m in measured) for k in keys if k in measured[0]}
    return {"tokens": tokens, "gemmGflops": statistics.median(peaks), "rows": rows, "ratios": ratios(rows)}


def ratios(rows):
    def over(a, b, key):
        return rows[a][key] / rows[b][key] if a in rows and b in rows else None
    return {
        "capture time / sdpa": over("capture", "sdpa", "seconds"),
        "capture time / sdpa trunk": over("capture", "sdpa trunk", "seconds"),
        "forward time / sdpa": over("forward", "sdpa", "seconds"),
        "capture peak / sdpa": over("capture", "sdpa", "peakBytes"),
        "capture peak / sdpa trunk": over("capture", "sdpa trunk", "peakBytes"),
        "capture share of GEMM peak": rows["capture"]["gemmShare"],
        "eager time / capture": over("eager", "capture", "seconds"),
        "eager peak / capture": over("eager", "capture", "peakBytes"),
        "lens time / capture": over("lens", "capture", "seconds"),
        "lens peak / capture": over("lens", "capture", "peakBytes"),
    }


# What the capture promises beside a plain forward pass: (ratio, bound, whether it is a least value).
BARS = [("capture time / sdpa", 1.0, False), ("capture share of GEMM peak", 0.9, True), ("capture peak / sdpa", 1.3, False)]


def missed(result):
    found = []
    for name, bound, least in BARS:
        value = result["ratios"][name]
        if (value < bound) if least else (value > bound):
            found.append(f"T {result['tokens']}: {name} is {value:.3f}, {'at least' if least else 'at most'} {bound}")
    return found


def show(result):
    print(f"T {result['tokens']}; matrix products {result['gemmGflops']:.1f} GFLOP/s")
    for name, row in result["rows"].items():
        share = f"{100 * row['gemmShare']:5.0f} % of them" if "gemmShare" in row else ""
        print(f"  {name:12}{row['seconds']:9.3f} s {row['peakBytes'] / 2**20:8.0f} MiB {share}")
    if "lens" not in result["rows"]:
        print("  lens: not measured, transformer-lens is not installed")
    for name, value in result["ratios"].items():
        if value is not None:
            print(f"  {name:28}{value:7.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sinkscope", help="the executable")
    parser.add_argument("--tokens", default="2048", help="lengths T, with commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=3, help="timed runs of a peer in a round")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.add_argument("--check", action="store_true", help="fail where a bar is missed")
    parser.add_argument("--swap", action="store_true", help="the swap of one token instead (needs the gguf package)")
    parser.add_argument("--peer", choices=[*PEERS, "swap"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer == "swap":
        return measure_swap(int(options.tokens), options.repeat, options.threads)
    if options.peer:
        return measure_peer(options.peer, int(options.tokens), options.repeat, options.threads)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # takes the running peer along
    if not options.sinkscope:
        parser.error("--sinkscope is missing")
    if options.swap:
        for tokens in options.tokens.split(","):
            swap_ratio(options, int(tokens))
        return
    results = [measure(options, int(tokens)) for tokens in options.tokens.split(",")]
    if options.json:
        print(json.dumps(results, indent=1))
    else:
        for result in results:
            show(result)
    found = [sentence for result in results for sentence in missed(result)]
    for sentence in found:
        print(f"missed: {sentence}", file=sys.stderr)
    sys.exit(1 if options.check and found else 0)


if __name__ == "__main__":
    main()
