#!/usr/bin/env bash
# Runs the Python examples of README.md and docs/run_format.md on runs that the program has just made.
# usage: python_examples.sh SINKSCOPE FOLDER      (FOLDER: where a Python environment is made if no Python here has all of it)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1 folder=$2
packages=(h5py pandas xarray h5netcdf scipy)
has_all() { "$1" -c "import $(IFS=,; echo "${packages[*]}")" 2>/dev/null; }
for python in ${VIRTUAL_ENV:+"$VIRTUAL_ENV/bin/python"} python3 "$folder/bin/python"; do
  if has_all "$python"; then exec "$python" "$here/python_examples.py" "$program"; fi
done
if ! { python3 -m venv "$folder" && "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"; }; then
  echo "skipped: no Python here has ${packages[*]}, and they cannot be installed (no network, or no python3-venv)"
  exit 77
fi
exec "$folder/bin/python" "$here/python_examples.py" "$program"
