#!/usr/bin/env python3
"""Compares Sinkscope's tokenizers with Hugging Face tokenizers, sentencepiece and tiktoken: ids and speed on one thread.

usage: tokenizer_peers.py --build build/release [--rounds 3] [--table docs/tokenizers.md] [--check] [NAME...]
(needs tokenizers, sentencepiece, mistral-common, `packaging/fetch-tokenizers.sh all`, and the targets write_mixed_text
and tokenizer_speed)

The text is that of tests/text/mixed_text.cpp. Both sides encode it document by document, in turn; the least time of all
rounds counts. Of Hugging Face's calls the faster one counts (encode_batch_fast leaves out what this comparison does not
need). `--table` writes the measured table between the marks in that file.
"""

import argparse
import array
import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import mistral_common
import sentencepiece
import tokenizers
from mistral_common.tokens.tokenizers.tekken import Tekkenizer

PARAGRAPHS = pathlib.Path(__file__).resolve().parent.parent / "data/tokens/paragraphs.txt"
FOLDER = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "sinkscope/tokenizers"
MARKS = ("<!-- measured -->", "<!-- end -->")


def peer(folder):
    """The library's name and its ways to turn a text into ids."""
    if (path := folder / "tokenizer.json").exists():
        hugging = tokenizers.Tokenizer.from_file(str(path))
        return f"tokenizers {tokenizers.__version__}", [
            lambda text: hugging.encode_batch_fast([text], add_special_tokens=False)[0].ids,
            lambda text: hugging.encode(text, add_special_tokens=False).ids]
    if (path := folder / "tokenizer.model").exists():
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
        return f"sentencepiece {sentencepiece.__version__}", [pieces.encode]
    tekken = Tekkenizer.from_file(folder / "tekken.json")
    return f"tiktoken in mistral-common {mistral_common.__version__}", [lambda text: tekken.encode(text, bos=False, eos=False)]


def ours(options, name, text, special, rounds):
    """The least seconds and the ids of each document."""
    with tempfile.NamedTemporaryFile() as out:
        done = subprocess.run([options.build / "tests/tokenizer_speed", FOLDER / name, text, out.name, str(rounds),
                               "with-special-tokens" if special else "plain"], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{name}: {done.stderr}")
        ids = array.array("i", out.read())
    documents, begin = [], 0
    for end, number in enumerate(ids):
        if number == -1:
            documents.append(ids[begin:end])
            begin = end + 1
    return min(map(float, done.stdout.split())), documents


def measure(options, name, path, texts):
    library, ways = peer(FOLDER / name)
    special = library.startswith("tokenizers ")
    theirs, seconds = [float("inf")] * len(ways), float("inf")
    for _ in range(options.rounds):
        least, found = ours(options, name, path, special, 1)
        seconds = min(seconds, least)
        for way, encode in enumerate(ways):
            start = time.perf_counter()
            expected = [encode(text) for text in texts]
            theirs[way] = min(theirs[way], time.perf_counter() - start)
    expected = [array.array("i", ids) for ids in expected]
    different = sum(a != b for a, b in zip(found, expected, strict=True))
    return {"name": name, "library": library, "tokens": sum(map(len, expected)), "different": different,
            "ours": seconds, "theirs": min(theirs)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--table", type=pathlib.Path, help="a Markdown file whose table is written anew")
    parser.add_argument("--check", action="store_true", help="fail where ids differ or the peer is faster")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    written = subprocess.run([options.build / "tests/write_mixed_text", PARAGRAPHS], check=True, capture_output=True).stdout
    texts = [document.decode() for document in written.split(b"\0")[:-1]]
    megabytes = (len(written) - len(texts)) / 1e6
    rows, missed = [], []
    with tempfile.NamedTemporaryFile() as file:
        file.write(written)
        file.flush()
        for name in options.names or sorted(path.name for path in FOLDER.iterdir()):
            row = measure(options, name, file.name, texts)
            speed, peers = megabytes / row["ours"], megabytes / row["theirs"]
            if row["different"]:
                missed.append(f"{name}: {row['different']} of {len(texts)} documents differ")
            if speed < peers:
                missed.append(f"{name}: {row['library']} is {peers / speed:.2f} times as fast")
            rows.append(f"| `{name}` | {row['library']} | {megabytes:.1f} | {row['tokens']:,} | {row['different']} | "
                        f"{speed:.1f} | {peers:.1f} | {speed / peers:.1f} |")
            print(rows[-1], flush=True)
    if options.table:
        head, rest = options.table.read_text().split(MARKS[0])
        tail = rest.split(MARKS[1])[1]
        table = ["| tokenizer | compared with | MB | tokens | documents that differ | MB/s | peer's MB/s | ratio |",
                 "|---|---|--:|--:|--:|--:|--:|--:|", *rows]
        options.table.write_text(head + MARKS[0] + "\n\n" + "\n".join(table) + "\n\n" + MARKS[1] + tail)
    for sentence in missed:
        print(f"missed: {sentence}", file=sys.stderr)
    sys.exit(1 if options.check and missed else 0)


if __name__ == "__main__":
    main()
