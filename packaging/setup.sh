#!/usr/bin/env bash
# Installs what Sinkscope is built with: Debian packages that are missing, and libtorch in .venv of the checkout.
# usage: packaging/setup.sh [--tests] [--force]
#   --tests  also what the tests need
#   --force  look at everything again, even if nothing has changed since the last call
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

torch_version=2.13.0
packages=(build-essential cmake ninja-build ccache pkg-config git ca-certificates fonts-dejavu-core
  qt6-base-dev qt6-svg-dev libqt6opengl6-dev libgl1-mesa-dev libvulkan-dev libqcustomplot-dev libgif-dev
  libtiff-dev libharfbuzz-dev libzip-dev
  libhdf5-dev libsentencepiece-dev nlohmann-json3-dev libcli11-dev libpcre2-dev libicu-dev libssl-dev libsqlite3-dev libopenmpi-dev openmpi-bin
  python3 python3-venv python3-pip)
test_packages=(xvfb poppler-utils qpdf desktop-file-utils appstream libxml2-utils)

tests=no
force=no
for argument in "$@"; do
  case $argument in
    --tests) tests=yes ;;
    --force) force=yes ;;
    -h | --help) usage; exit 0 ;;
    *) fail "unknown argument '$argument'" "see packaging/setup.sh --help" ;;
  esac
done
if [ $tests = yes ]; then packages+=("${test_packages[@]}"); fi

# The stamp names what was looked at, so that a second call costs no package manager and no Python start.
stamp="$root/build/setup-$tests.stamp"
fingerprint="$(cksum <"${BASH_SOURCE[0]}") torch=${SINKSCOPE_TORCH:-} prefix=${CMAKE_PREFIX_PATH:-} python=$(command -v python3 || true) env=${VIRTUAL_ENV:-}"
if [ $force = no ] && [ -f "$stamp" ]; then
  { read -r seen && read -r place; } <"$stamp" || true
  if [ "$seen" = "$fingerprint" ] && [ -e "${place:-/nonexistent}" ]; then exit 0; fi
fi

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then echo "$package"; fi
  done
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  mapfile -t missing < <(missing_packages)
  if [ ${#missing[@]} -gt 0 ]; then
    step "install Debian packages: ${missing[*]}" \
      "check the network and 'apt-get update', then start this script again" apt_install "${missing[@]}"
  fi
else
  say "no apt-get here: the packages named in ${BASH_SOURCE[0]} must be there already"
fi

# Prints the file that proves a libtorch: of SINKSCOPE_TORCH, of CMAKE_PREFIX_PATH, of the active Python, or of the project's
# environment.
find_torch() {
  local prefix python
  if [ -n "${SINKSCOPE_TORCH:-}" ]; then
    # cmake says what is wrong with it where this is no libtorch.
    echo "$SINKSCOPE_TORCH/share/cmake/Torch/TorchConfig.cmake"
    return 0
  fi
  local IFS=:\;
  for prefix in ${CMAKE_PREFIX_PATH:-}; do
    for prefix in "$prefix" "$prefix/Torch" "$prefix/share/cmake/Torch"; do
      if [ -f "$prefix/TorchConfig.cmake" ]; then echo "$prefix/TorchConfig.cmake"; return 0; fi
    done
  done
  for python in ${VIRTUAL_ENV:+"$VIRTUAL_ENV/bin/python"} python3 "$venv/bin/python"; do
    prefix=$("$python" -c 'import torch.utils; print(torch.utils.cmake_prefix_path)' 2>/dev/null) || continue
    if [ -f "$prefix/Torch/TorchConfig.cmake" ]; then echo "$prefix/Torch/TorchConfig.cmake"; return 0; fi
  done
  return 1
}

make_venv() { python3 -m venv "$venv"; }
install_torch() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "torch==$torch_version" >&2; }

if ! torch_file=$(find_torch); then
  if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    step "make the Python environment .venv" "install python3-venv, remove $venv, start this script again" make_venv
  fi
  step "install libtorch $torch_version in .venv (large: some minutes)" \
    "check the network and that 8 GB are free, then start this script again; or name a libtorch of yours in CMAKE_PREFIX_PATH" \
    install_torch
  torch_file=$(find_torch) || fail "libtorch is installed but has no TorchConfig.cmake" "remove $venv and start this script again"
fi

mkdir -p "$root/build"
printf '%s\n%s\n' "$fingerprint" "$torch_file" >"$stamp"
say "set up; libtorch: ${torch_file%/share/cmake/*}"
