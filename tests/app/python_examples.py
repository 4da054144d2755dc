#!/usr/bin/env python3
"""Runs the Python examples of README.md and docs/run_format.md, each by itself, on runs that the program has just made.

usage: python_examples.py SINKSCOPE     (needs h5py, pandas, xarray, h5netcdf and scipy; SINKSCOPE is the executable;
python_examples.sh finds or makes a Python that has them)
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEFORE = {  # what the text around an example has said already
    "docs/run_format.md": "import h5py, numpy as np, xarray as xr\nf = h5py.File('run.h5')\n"
    "ds = xr.open_dataset('run.h5', group='prompts/0', engine='h5netcdf')\nl, h = 1, 2\n"
}


def make_runs(program):
    call = [program, "analyze", "--model", "built-in", "--tokens", "24"]
    subprocess.run(call + ["--prompt", "The river rises in the mountains.", "--out", "run.h5", "--keep-attention"],
                   check=True, stdout=subprocess.DEVNULL)
    for name, bos in (("a", "--bos"), ("b", "--no-bos")):
        subprocess.run(call + ["--prompt", "The river rises.", bos, "--out", name + ".h5"], check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run([program, "perturb", "--model", "built-in", "--prompt", "The river rises.", "--every", "--out",
                    "sweep.h5"], check=True, stdout=subprocess.DEVNULL)
    (pathlib.Path("train.h5")).write_bytes((ROOT / "resources/runs/decay-0.h5").read_bytes())


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_runs(program)
        failed = tried = 0
        for page in ("README.md", "docs/run_format.md"):
            for number, code in enumerate(re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.S)):
                tried += 1
                done = subprocess.run([sys.executable, "-c", BEFORE.get(page, "") + code], capture_output=True, text=True)
                print(f"{page}, example {number}: {'passed' if done.returncode == 0 else 'FAILED'}")
                if done.returncode != 0:
                    failed += 1
                    print(done.stderr)
        print(f"{tried - failed} of {tried} passed")
        sys.exit(failed > 0 or tried == 0)


if __name__ == "__main__":
    main()
