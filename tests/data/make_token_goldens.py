#!/usr/bin/env python3
"""Makes tokens/*: small vocabularies and what Hugging Face and sentencepiece make of difficult texts with them.

usage: make_token_goldens.py      (needs sentencepiece, tokenizers, transformers, gguf and the fetched demo models)

  plain.model             sentencepiece BPE as LLaMa has it: space before the text, every space kept, byte pieces
  folding.model           sentencepiece unigram that folds characters and drops extra spaces, no byte pieces
  plain.gguf, bytes.gguf  the same vocabularies inside a GGUF without tensors
  bytes.json              a byte-level tokenizer.json, added tokens included
  characters.json         a tokenizer.json over characters with byte fallback, as LLaMa 2 and Gemma have it
  goldens.json            per vocabulary and pre-tokenizer the ids of `texts`; per demo model those of `random`
"""

import json
import os
import pathlib
import random
import unicodedata

import gguf
import sentencepiece
import tokenizers
import transformers
from tokenizers import normalizers, pre_tokenizers

SEED = 20250402
HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "tokens"
DATA = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "sinkscope/models"
SMOLLM = DATA / "smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"
GEMMA = DATA / "gemma-3-270m/gemma-3-270m-q4_k_m.gguf"

PIECES = [" ", "  ", " " * 33, "\n", "\n\n", "\n" * 40, "\t\t", "\r\n", "\u00a0", "\u3000", "\u2028", "\u180e", "\u200b",
          "\x85", "\x0b", "\x1c", "'s", "'S", "'\u017f", "'ll", "'Re", "n't", "<bos>", "<s>", "<unk>", "<|im_start|>",
          "<table>", "</b>", "[multimodal]", "<0x41>", "\u2581", "\u2581\u2581", "1234", "\u0661\u0662", "\u00bd",
          "\u2167", "\u212a", "e\u0301", "\u0301", "\u00e9", "👨‍👩‍👧", "🇳🇴", "한국", "日本語", "\x00", "\x7f", "ß", "ﬁ",
          "ＡＢ", "==", "!!!", "...", "\\n", '"', "(", "))", "{", "the", " and", " of", "ing", "http://a.b/c?d=e&f"]
FOLDED = {"Ａ": "A", "Ｂ": "B", "ﬁ": "fi", "\u3000": " ", "\u00a0": " ", "é": "e\u0301", "\n": " ", "½": "1/2"}
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
          r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}


def make_texts(count):
    """The prompts, then random mixtures of awkward pieces, words and any characters of Unicode 14."""
    rng = random.Random(SEED)
    prompts = json.loads((HERE / "prompts.json").read_text())
    prompts = list(prompts["reference"].values()) + list(prompts["varied"].values())
    assert unicodedata.unidata_version == "14.0.0", "newer characters are not known to every library"
    characters = [chr(c) for c in range(1, 0x110000) if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")]
    texts = prompts + ["", *(" " * n for n in (1, 2, 31, 32, 63, 100))]
    for _ in range(count):
        kinds = rng.choice(((8, 1, 1, 0), (3, 3, 1, 2), (0, 1, 3, 0)))
        text = ""
        for kind in rng.choices(range(4), kinds, k=rng.randint(1, 12)):
            start = rng.randint(0, 60)
            text += (rng.choice(PIECES), "".join(rng.choices("etaoinsrhldcuETA", k=rng.randint(1, 9))),
                     rng.choice(prompts)[start:start + rng.randint(1, 30)], rng.choice(characters))[kind]
        texts.append(text)
    return texts


def train_sentencepiece(name, corpus, **options):
    path = OUT / f"{name}.model"
    with open(path, "wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(corpus), model_writer=file, num_threads=1, minloglevel=2,
            hard_vocab_limit=False, user_defined_symbols=["<table>", "\n\n"], **options)
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def train_bytes(corpus):
    result = tokenizers.Tokenizer(tokenizers.models.BPE())
    result.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=420, special_tokens=["<|end|>", "<|im_start|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    result.train_from_iterator(corpus, trainer)
    result.add_tokens([tokenizers.AddedToken("<table>", normalized=False), tokenizers.AddedToken("\n\n", normalized=False)])
    result.post_processor = tokenizers.processors.TemplateProcessing(
        single="<|im_start|> $A", special_tokens=[("<|im_start|>", 1)])
    result.decoder = tokenizers.decoders.ByteLevel()
    return result


def character_json(processor):
    """`plain.model` as Hugging Face converts it."""
    pieces = [processor.id_to_piece(i) for i in range(len(processor))]
    vocab = {piece: i for i, piece in enumerate(pieces)}
    scores = {piece: processor.get_score(i) for i, piece in enumerate(pieces) if i > 260}
    merges = transformers.tokenization_utils_base.generate_merges(vocab, scores)
    model = tokenizers.models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    result = tokenizers.Tokenizer(model)
    result.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    result.add_special_tokens([tokenizers.AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>")])
    return result


def write_gguf(name, kind, tokens, types, **fields):
    writer = gguf.GGUFWriter(OUT / f"{name}.gguf", "llama")
    writer.add_tokenizer_model(kind)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    for field, value in fields.items():
        getattr(writer, f"add_{field}")(value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def without_special(tokenizer, special):
    """The same tokenizer, in which the names of special tokens are text."""
    parts = json.loads(tokenizer.to_str())
    parts["added_tokens"] = [token for token in parts["added_tokens"] if not special(token)]
    parts["post_processor"] = None
    return tokenizers.Tokenizer.from_str(json.dumps(parts))


def ids_of(tokenizer, texts):
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def small_goldens(texts):
    corpus = (HERE / "long_prompt.txt").read_text().splitlines() + texts[:9]
    ids = {}
    plain = train_sentencepiece("plain", corpus, model_type="bpe", vocab_size=500, byte_fallback=True,
                                normalization_rule_name="identity", remove_extra_whitespaces=False)
    rules = pathlib.Path("folding.tsv")  # the default rules would take 240 kB; the model keeps this file's name
    rules.write_text("".join(f"{ord(a):X}\t{' '.join(f'{ord(c):X}' for c in b)}\n" for a, b in FOLDED.items()))
    folding = train_sentencepiece("folding", corpus, model_type="unigram", vocab_size=200,
                                  normalization_rule_tsv=rules.name)
    rules.unlink()
    ids["plain.model"] = [plain.encode(text) for text in texts]
    ids["folding.model"] = [folding.encode(text) for text in texts]

    kinds = [(plain.is_unknown, 2), (plain.is_control, 3), (plain.is_byte, 6),
             (lambda i: plain.id_to_piece(i) in ("<table>", "\n\n"), 4), (lambda i: True, 1)]
    types = [next(kind for test, kind in kinds if test(i)) for i in range(len(plain))]
    write_gguf("plain", "llama", [plain.id_to_piece(i) for i in range(len(plain))], types,
               token_scores=[plain.get_score(i) for i in range(len(plain))],
               bos_token_id=1, eos_token_id=2, unk_token_id=0)

    characters = character_json(plain)
    characters.save(str(OUT / "characters.json"))
    parts = json.loads(without_special(characters, lambda token: token["special"]).to_str())
    parts["added_tokens"].append({"id": plain.piece_to_id("<table>"), "content": "<table>", "single_word": False,
                                  "lstrip": False, "rstrip": False, "normalized": False, "special": False})
    marks, mark = {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}, {"replacement": "\u2581"}
    split = {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False}
    metaspace = {"type": "Metaspace"} | mark
    writings = {
        "prepend": {},
        "as Gemma": {"normalizer": marks, "pre_tokenizer": split},
        "first": {"normalizer": None, "pre_tokenizer": metaspace | {"prepend_scheme": "first", "split": False}},
        "always, split": {"normalizer": None, "pre_tokenizer": metaspace | {"prepend_scheme": "always", "split": True}},
        "unknown": {"model": parts["model"] | {"byte_fallback": False, "fuse_unk": False}},
        "unknown, fused": {"model": parts["model"] | {"byte_fallback": False}},
        "left out": {"model": parts["model"] | {"byte_fallback": False, "unk_token": None}},
    }
    for name, writing in writings.items():
        tokenizer = tokenizers.Tokenizer.from_str(json.dumps(parts | writing))
        ids[f"characters.json {name}"] = ids_of(tokenizer, texts)
        writing.pop("model", None)

    byte_level = train_bytes(corpus)
    byte_level.save(str(OUT / "bytes.json"))
    parts = json.loads(byte_level.to_str())
    vocab = parts["model"]["vocab"] | {token["content"]: token["id"] for token in parts["added_tokens"]}
    tokens = sorted(vocab, key=vocab.get)
    special = ("<|end|>", "<|im_start|>")
    types = [3 if t in special else 4 if t in ("<table>", "\n\n") else 1 for t in tokens]
    merges = [" ".join(merge) for merge in parts["model"]["merges"]]
    write_gguf("bytes", "gpt2", tokens, types, token_merges=merges, tokenizer_pre="gpt-2", bos_token_id=1,
               eos_token_id=0, add_bos_token=True)
    ids["bytes.json with special tokens"] = ids_of(byte_level, texts)

    split = {"type": "Split", "pattern": {"Regex": r"\s+|\d"}, "invert": False}
    variants = {
        "gpt-2": BYTES | {"use_regex": True},
        "prefix": BYTES | {"use_regex": True, "add_prefix_space": True},
        "digits": {"type": "Sequence", "pretokenizers": [
            {"type": "Digits", "individual_digits": False}, BYTES | {"use_regex": True}]},
        "smollm": {"type": "Sequence", "pretokenizers": [
            {"type": "Digits", "individual_digits": True}, BYTES | {"use_regex": True}]},
        "llama-bpe": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": LLAMA3}, "behavior": "Isolated", "invert": False}, BYTES]},
        "qwen2": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": LLAMA3.replace("{1,3}", "")}, "behavior": "Isolated",
             "invert": False}, BYTES]},
        "inverted": {"type": "Sequence", "pretokenizers": [
            split | {"pattern": {"Regex": LLAMA3}, "behavior": "Removed", "invert": True}, BYTES]},
        "literal": {"type": "Sequence", "pretokenizers": [
            split | {"pattern": {"String": ". "}, "behavior": "Isolated"}, BYTES]},
        "punctuation": {"type": "Sequence", "pretokenizers": [
            {"type": "Punctuation", "behavior": "Contiguous"}, BYTES | {"use_regex": True}]},
    } | {behaviour: {"type": "Sequence", "pretokenizers": [split | {"behavior": behaviour}, BYTES]}
         for behaviour in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous")}
    parts = json.loads(without_special(byte_level, lambda token: token["special"]).to_str())
    for name, variant in variants.items():
        tokenizer = tokenizers.Tokenizer.from_str(json.dumps(parts | {"pre_tokenizer": variant}))
        ids[f"bytes.json {name}"] = ids_of(tokenizer, texts)

    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    added = [token for token in parts["added_tokens"]]
    ids_by_name = {token["content"]: token["id"] for token in added}
    table, lines = ids_by_name["<table>"], ids_by_name["\n\n"]
    changes = {form: {"normalizer": {"type": form}} for form in ("NFC", "NFD", "NFKC", "NFKD")} | {
        "lstrip": {"added_tokens": [flags | {"id": table, "content": "<table>", "lstrip": True}]},
        "rstrip": {"added_tokens": [flags | {"id": table, "content": "<table>", "rstrip": True},
                                    flags | {"id": lines, "content": "\n\n"}]},
        "single_word": {"added_tokens": [flags | {"id": table, "content": "the", "single_word": True},
                                         flags | {"id": lines, "content": "an", "single_word": True, "lstrip": True,
                                                  "rstrip": True}]},
        "normalized": {"normalizer": {"type": "NFKC"}, "added_tokens": [
            flags | {"id": table, "content": "ＡＢ", "normalized": True},
            flags | {"id": lines, "content": "ﬁ", "normalized": False}]},
        "normalized, decomposed": {"normalizer": {"type": "NFD"}, "added_tokens": [
            flags | {"id": table, "content": "\u00e9", "normalized": True}]},
        "characters of bytes": {"added_tokens": [
            flags | {"id": vocab[c], "content": c} for c in ("!", "\u0120", "e")]},
    }
    for name, change in changes.items():
        tokenizer = tokenizers.Tokenizer.from_str(json.dumps(parts | change))
        ids[f"bytes.json {name}"] = ids_of(tokenizer, texts)
    return ids, {"pre_tokenizers": variants, "writings": writings, "changes": changes}


def demo_goldens(texts):
    fields = gguf.GGUFReader(SMOLLM).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    smollm = tokenizers.Tokenizer(tokenizers.models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    # As published; transformers' GGUF reader leaves the digits out.
    smollm.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    types = gguf.GGUFReader(GEMMA).fields["tokenizer.ggml.token_type"].contents()
    gemma = transformers.AutoTokenizer.from_pretrained(GEMMA.parent, gguf_file=GEMMA.name).backend_tokenizer
    return {"smollm2-135m": ids_of(smollm, texts),
            "gemma-3-270m": ids_of(without_special(gemma, lambda token: types[token["id"]] == 3), texts),
            "gemma-3-270m with special tokens": ids_of(gemma, texts)}


def main():
    OUT.mkdir(exist_ok=True)
    os.chdir(OUT)
    texts = make_texts(180)
    ids, variants = small_goldens(texts[:90])
    head = {"seed": SEED, "sentencepiece": sentencepiece.__version__, "tokenizers": tokenizers.__version__,
            "transformers": transformers.__version__, "unicode": unicodedata.unidata_version}
    lines = ['"about": ' + json.dumps(head), '"texts": ' + json.dumps(texts)]
    lines += [f'"{name}": {json.dumps(value)}' for name, value in variants.items()]
    lines += [f"{json.dumps(name)}: {json.dumps(values, separators=(',', ':'))}"
              for name, values in (ids | demo_goldens(texts)).items()]
    (OUT / "goldens.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
