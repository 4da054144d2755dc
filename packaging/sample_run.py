#!/usr/bin/env python3
"""Makes a sample run of a training's run file: a copy under a name of its own; what was measured stays as it is.

usage: sample_run.py RUN.h5 resources/runs/FILE.h5 NAME     (needs h5py)
"""

import shutil
import sys

import h5py


def main():
    source, target, name = sys.argv[1:]
    shutil.copyfile(source, target)
    with h5py.File(target, "r+") as run:
        encoded = name.encode()
        run["model"].attrs.create("name", encoded, dtype=h5py.string_dtype("utf-8", len(encoded)))


if __name__ == "__main__":
    main()
