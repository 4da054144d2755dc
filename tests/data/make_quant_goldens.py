#!/usr/bin/env python3
"""Makes quants/all_types.gguf and quants/all_types.safetensors: random blocks of every tensor type that the reader
knows, and what the Python package `gguf` makes of them.

usage: make_quant_goldens.py      (needs gguf 0.19.0, numpy, safetensors)

Blocks are random bytes; scales (half precision, or float32 for Q8_K) are then set to random finite numbers of either
sign, with a subnormal one, the largest and zero among them. The package can't de-quantise Q8_K: its reference is
ggml's one line, d * q. The file's metadata holds one value of every kind for the GGUF reader's test.
"""

import pathlib

import gguf
import numpy as np
import safetensors.numpy

SEED = 20250402
ROWS = 3
HERE = pathlib.Path(__file__).resolve().parent / "quants"
Q = gguf.GGMLQuantizationType
# Type -> where in a block the half-precision scales stand.
TYPES = {
    Q.F32: (), Q.F16: (0,), Q.BF16: (), Q.Q4_0: (0,), Q.Q4_1: (0, 2), Q.Q5_0: (0,), Q.Q5_1: (0, 2), Q.Q8_0: (0,),
    Q.Q2_K: (80, 82), Q.Q3_K: (108,), Q.Q4_K: (0, 2), Q.Q5_K: (0, 2), Q.Q6_K: (208,), Q.Q8_K: (), Q.MXFP4: (),
}


def scales(rng, count):
    values = rng.normal(size=count).astype(np.float16)
    values[: min(count, 3)] = np.array([6e-8, 65504, 0], dtype=np.float16)[:count]
    return values.view(np.uint8).reshape(count, 2)


def blocks_of(kind, rng):
    block, size = gguf.GGML_QUANT_SIZES[kind]
    per_row = max(1, 256 // block)
    if kind == Q.F32:
        return rng.normal(size=(ROWS, per_row)).astype(np.float32)
    if kind == Q.BF16:
        return np.ascontiguousarray(rng.normal(size=(ROWS, per_row)).astype(np.float32).view(np.uint8).reshape(-1, 4)[:, 2:]
                                    ).reshape(ROWS, -1)
    data = rng.integers(0, 256, size=(ROWS * per_row, size), dtype=np.uint8)
    for at in TYPES[kind]:
        data[:, at:at + 2] = scales(rng, len(data))
    if kind == Q.MXFP4:
        data[:, 0] = data[:, 0] % 251  # the largest scales that keep all values finite; the smallest is subnormal
        data[0, 0] = 0
    if kind == Q.Q8_K:
        data[:, :4] = rng.normal(size=len(data)).astype(np.float32).view(np.uint8).reshape(-1, 4)
    return data.reshape(ROWS, -1)


def reference(kind, data):
    if kind == Q.Q8_K:
        block = data.reshape(-1, gguf.GGML_QUANT_SIZES[kind][1])
        scale = np.ascontiguousarray(block[:, :4]).view(np.float32)
        return (scale * np.ascontiguousarray(block[:, 4:260]).view(np.int8).astype(np.float32)).reshape(ROWS, 256)
    return np.array(gguf.quants.dequantize(data, kind), dtype=np.float32)


def main():
    rng = np.random.default_rng(SEED)
    HERE.mkdir(exist_ok=True)
    writer = gguf.GGUFWriter(HERE / "all_types.gguf", "test")
    writer.add_uint8("test.uint8", 200)
    writer.add_int8("test.int8", -100)
    writer.add_uint16("test.uint16", 60000)
    writer.add_int16("test.int16", -30000)
    writer.add_uint32("test.uint32", 4000000000)
    writer.add_int32("test.int32", -2000000000)
    writer.add_uint64("test.uint64", 2**40)
    writer.add_int64("test.int64", -2**40)
    writer.add_float32("test.float32", 0.1)
    writer.add_float64("test.float64", 0.1)
    writer.add_bool("test.bool", True)
    writer.add_string("test.string", "sink ▁ 汇")
    writer.add_array("test.strings", ["<bos>", "", "汇"])
    writer.add_array("test.integers", [1, -2, 3])
    writer.add_array("test.reals", [0.5, -0.25])
    writer.add_array("test.flags", [True, False])
    goldens = {}
    for kind in TYPES:
        data = blocks_of(kind, rng)
        if kind == Q.F16:
            data = data.view(np.float16)
        raw = None if kind in (Q.F32, Q.F16) else kind
        writer.add_tensor(kind.name, data, raw_dtype=raw)
        with np.errstate(over="ignore"):
            goldens[kind.name] = reference(kind, data).reshape(ROWS, -1)
        assert np.isfinite(goldens[kind.name]).all(), kind
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    safetensors.numpy.save_file(goldens, HERE / "all_types.safetensors", metadata={"gguf": "0.19.0", "seed": str(SEED)})


if __name__ == "__main__":
    main()
