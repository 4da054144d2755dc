#!/usr/bin/env python3
"""Makes tokens/real.json: what Hugging Face tokenizers, sentencepiece and tiktoken make of 10 MB of mixed text.

usage: make_real_token_goldens.py build/release/tests/write_mixed_text [NAME...]
(needs tokenizers, sentencepiece, mistral-common and `packaging/fetch-tokenizers.sh all`)

Per tokenizer: how many tokens all documents have, and for each document the first 8 bytes of the sha256 of its ids (32
bits each, little endian), in hexadecimal. tokenizer.json: the names of special tokens in the text are those tokens;
tokenizer.model and tekken.json: they are text. No <bos> is put first.
"""

import array
import hashlib
import json
import os
import pathlib
import subprocess
import sys

import mistral_common
import sentencepiece
import tokenizers
from mistral_common.tokens.tokenizers.tekken import Tekkenizer

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "tokens/real.json"
FOLDER = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "sinkscope/tokenizers"


def encoder(folder):
    """A function from a text to ids, and the library behind it."""
    if (path := folder / "tokenizer.json").exists():
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
        return lambda text: tokenizer.encode(text, add_special_tokens=False).ids, "tokenizers " + tokenizers.__version__
    if (path := folder / "tokenizer.model").exists():
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
        return pieces.encode, "sentencepiece " + sentencepiece.__version__
    tekken = Tekkenizer.from_file(folder / "tekken.json")
    return lambda text: tekken.encode(text, bos=False, eos=False), "mistral-common " + mistral_common.__version__


def hash_of(ids):
    numbers = array.array("i", ids)
    if sys.byteorder == "big":
        numbers.byteswap()
    return hashlib.sha256(numbers.tobytes()).hexdigest()[:16]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    text = subprocess.run([sys.argv[1], str(HERE / "tokens/paragraphs.txt")], check=True, capture_output=True).stdout
    documents = [document.decode() for document in text.split(b"\0")[:-1]]
    goldens = json.loads(OUT.read_text()) if OUT.exists() and len(sys.argv) > 2 else {}
    for name in sys.argv[2:] or sorted(path.name for path in FOLDER.iterdir()):
        encode, library = encoder(FOLDER / name)
        ids = [encode(document) for document in documents]
        goldens[name] = {"library": library, "tokens": sum(map(len, ids)), "documents": " ".join(map(hash_of, ids))}
        print(f"{name}: {goldens[name]['tokens']} tokens by {library}")
    lines = [f'"{name}": {json.dumps(value)}' for name, value in sorted(goldens.items())]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
