#!/usr/bin/env python3
"""Percentile bootstrap intervals with numpy, for tst_bootstrap: writes bootstrap.json beside this script.

Made with Python 3.11, numpy 2.x; any numpy does. The draws are those of the 64-bit Mersenne Twister (Nishimura and
Matsumoto, 2000), written down here from its definition because numpy has only the 32-bit one.
"""
import json
import pathlib

import numpy as np

MASK = (1 << 64) - 1


def mersenne64(seed):
    n, m = 312, 156
    state = [seed]
    for i in range(1, n):
        state.append((6364136223846793005 * (state[-1] ^ (state[-1] >> 62)) + i) & MASK)
    while True:
        for i in range(n):
            x = (state[i] & 0xFFFFFFFF80000000) | (state[(i + 1) % n] & 0x7FFFFFFF)
            state[i] = state[(i + m) % n] ^ (x >> 1) ^ (0xB5026F5AA96619E9 if x & 1 else 0)
        for y in state:
            y ^= (y >> 29) & 0x5555555555555555
            y ^= (y << 17) & 0x71D67FFFEDA60000
            y ^= (y << 37) & 0xFFF7EEE000000000
            yield y ^ (y >> 43)


def interval(values, resamples, seed):
    known = np.array([value for value in values if value is not None])
    random = mersenne64(seed)
    draws = np.array([[next(random) % len(known) for _ in known] for _ in range(resamples)])
    low, high = np.percentile(known[draws].mean(axis=1), [2.5, 97.5])
    return [known.mean(), low, high]


random = np.random.default_rng(20250402)
cases = []
for values, resamples, seed in [
    (random.normal(2.0, 1.0, 170), 500, 1),
    (random.random(7) > 0.5, 333, 2),
    (random.exponential(3.0, 40), 1, 3),
    (np.where(random.random(30) < 0.2, np.nan, random.random(30)), 200, 4),
]:
    listed = [None if np.isnan(value) else float(value) for value in values.astype(float)]
    cases.append({"values": listed, "resamples": resamples, "seed": seed, "interval": interval(listed, resamples, seed)})
pathlib.Path(__file__).with_name("bootstrap.json").write_text(json.dumps(cases) + "\n")
