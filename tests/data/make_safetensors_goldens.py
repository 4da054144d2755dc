#!/usr/bin/env python3
"""Makes quants/half.safetensors: F16, BF16, F32 and I64 tensors as the Python package `safetensors` writes them, each
half-precision one with torch's float32 of it under NAME.expected.

usage: make_safetensors_goldens.py      (needs torch, safetensors)
"""

import pathlib

import safetensors.torch
import torch

HERE = pathlib.Path(__file__).resolve().parent / "quants"


def finite(patterns, kind):
    values = torch.tensor([p - 65536 if p > 32767 else p for p in patterns], dtype=torch.int16).view(kind)
    return values[values.float().isfinite()].clone()


def main():
    tensors = {
        "f16": finite(range(0, 65536, 29), torch.float16),
        "bf16": finite(range(0, 65536, 29), torch.bfloat16),
        "f32": torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 7,
        "scalar": torch.tensor(0.1),
        "i64": torch.arange(6).reshape(3, 2),
    }
    tensors |= {f"{name}.expected": tensors[name].float() for name in ("f16", "bf16")}
    safetensors.torch.save_file(tensors, HERE / "half.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
