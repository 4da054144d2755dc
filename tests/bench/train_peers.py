#!/usr/bin/env python3
"""Times Sinkscope's training step beside PyTorch's, eager and through torch.compile, in one run.

usage: train_peers.py --sinkscope build/release/app/sinkscope [--shapes random-120m:1x512,random-6m:4x512] [--rounds 3]
       [--threads 2] [--repeat 5] [--json] [--check]
(needs torch; --check fails where ours is slower than the better of the two, or needs more memory than the leaner)

A step is: forward, mean next-token loss, backward, gradient clipped to norm 1, fused AdamW, on random tokens, in
float32. Shapes are LLaMa's without biases: random-120m has D 768, L 12, H 12, FFN 2048, V 32000; random-6m D 256, L 6,
H 4, FFN 688, V 2048; behind the colon windows x tokens. PyTorch's side is written as people write it: nn.RMSNorm,
scaled_dot_product_attention, cross_entropy over all logits, AdamW(fused=True), clip_grad_norm_. Every measurement is in
a process of its own; peak memory is counted anew after the steps that are not timed, so that compiling is not in it, and
holds everything in the process. A round measures each once, one after the other; medians over the rounds are printed.
"""

import argparse
import json
import statistics
import sys
import time

import peers

SHAPES = {"random-120m": {"layers": 12, "heads": 12, "width": 768, "inner": 2048, "vocabulary": 32000},
          "random-6m": {"layers": 6, "heads": 4, "width": 256, "inner": 688, "vocabulary": 2048}}
UNTIMED = 3


def make_model(shape, tokens):
    import torch
    from torch.nn import functional

    class Layer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            width, inner = shape["width"], shape["inner"]
            linear = lambda i, o: torch.nn.Linear(i, o, bias=False)
            self.norms = torch.nn.ModuleList(torch.nn.RMSNorm(width, 1e-5) for _ in range(2))
            self.query, self.key, self.value, self.output = (linear(width, width) for _ in range(4))
            self.gate, self.up, self.down = linear(width, inner), linear(width, inner), linear(inner, width)

        def forward(self, x, cosine, sine):
            def heads(y):
                return y.view(*y.shape[:2], shape["heads"], -1).transpose(1, 2)

            def rotate(y):
                first, second = y.chunk(2, -1)
                return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)

            y = self.norms[0](x)
            seen = functional.scaled_dot_product_attention(rotate(heads(self.query(y))), rotate(heads(self.key(y))),
                                                           heads(self.value(y)), is_causal=True)
            x = x + self.output(seen.transpose(1, 2).flatten(2))
            y = self.norms[1](x)
            return x + self.down(functional.silu(self.gate(y)) * self.up(y))

    class Decoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            width = shape["width"]
            self.embedding = torch.nn.Embedding(shape["vocabulary"], width)
            self.layers = torch.nn.ModuleList(Layer() for _ in range(shape["layers"]))
            self.norm = torch.nn.RMSNorm(width, 1e-5)
            self.logits = torch.nn.Linear(width, shape["vocabulary"], bias=False)
            half = width // shape["heads"] // 2
            angle = torch.outer(torch.arange(tokens).float(), 10000.0 ** (-torch.arange(half) / half))
            self.register_buffer("cosine", angle.cos())
            self.register_buffer("sine", angle.sin())

        def forward(self, ids, targets):
            x = self.embedding(ids)
            for layer in self.layers:
                x = layer(x, self.cosine, self.sine)
            return functional.cross_entropy(self.logits(self.norm(x)).flatten(0, 1), targets.flatten())

    return Decoder()


def measure_peer(options):
    """Runs in the peer's own process; prints seconds a step (median) and peak memory as JSON."""
    import torch
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    shape = SHAPES[options.shape]
    model = make_model(shape, options.tokens)
    loss_of = torch.compile(model) if options.peer == "compile" else model
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
                                  lr=1e-4, betas=(0.9, 0.95), fused=True)
    ids = torch.randint(shape["vocabulary"], (options.batch, options.tokens))
    seconds = []
    for step in range(UNTIMED + options.repeat):
        if step == UNTIMED:
            peers.reset_peak()
        start = time.perf_counter()
        optimizer.zero_grad()
        loss_of(ids, ids).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": statistics.median(seconds[UNTIMED:]), "peakBytes": peers.peak_bytes()}))


def measure(options, name, batch, tokens):
    samples = {"ours": [], "eager": [], "compile": []}
    common = ["--batch", str(batch), "--tokens", str(tokens), "--repeat", str(options.repeat), "--threads", str(options.threads)]
    for _ in range(options.rounds):
        ours = peers.run_json([options.sinkscope, "bench", "--json", "--models", name, "--tasks", "train", *common], options.threads)
        samples["ours"].append(ours["results"][0])
        for peer in ("eager", "compile"):
            samples[peer].append(peers.run_json([sys.executable, __file__, "--peer", peer, "--shape", name, *common], options.threads))
    rows = {peer: {key: statistics.median(row[key] for row in measured) for key in ("seconds", "peakBytes")}
            for peer, measured in samples.items()}
    others = [rows["eager"], rows["compile"]]
    return {"shape": name, "batch": batch, "tokens": tokens, "rows": rows,
            "speed": min(row["seconds"] for row in others) / rows["ours"]["seconds"],
            "memory": rows["ours"]["peakBytes"] / min(row["peakBytes"] for row in others)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sinkscope")
    parser.add_argument("--shapes", default="random-120m:1x512,random-6m:4x512")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true")
    for name in ("--peer", "--shape"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    for name in ("--batch", "--tokens"):
        parser.add_argument(name, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        return measure_peer(options)
    reports = []
    for given in options.shapes.split(","):
        name, size = given.split(":")
        batch, tokens = map(int, size.split("x"))
        report = measure(options, name, batch, tokens)
        reports.append(report)
        if not options.json:
            print(f"{name}, {batch} x {tokens} tokens, {options.threads} threads")
            for peer, row in report["rows"].items():
                print(f"  {peer:8}{row['seconds']:9.3f} s {batch * tokens / row['seconds']:8.0f} tokens/s {row['peakBytes'] / 2**20:8.0f} MiB")
            print(f"  ours against the better of the two: speed {report['speed']:.2f} x, memory {report['memory']:.2f} x", flush=True)
    if options.json:
        print(json.dumps(reports, indent=2))
    if options.check and any(r["speed"] < 1.0 or r["memory"] > 1.0 for r in reports):
        sys.exit("Slower than a peer, or larger.")


if __name__ == "__main__":
    main()
