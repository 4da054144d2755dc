"""Writes colours.csv, the colours of matplotlib's maps at 0, 1/64, ... 1: python make_colour_goldens.py (matplotlib 3.11.2)."""
import csv
import pathlib

import matplotlib

MAPS = {"Viridis": "viridis", "Cividis": "cividis", "Magma": "magma", "Diverging": "RdBu_r"}

with open(pathlib.Path(__file__).with_name("colours.csv"), "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["map", "value", "red", "green", "blue"])
    for name, source in MAPS.items():
        for step in range(65):
            red, green, blue, _ = matplotlib.colormaps[source](step / 64, bytes=True)
            writer.writerow([name, step / 64, red, green, blue])
