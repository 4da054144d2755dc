#!/usr/bin/env python3
"""Makes tokenizer_training.json: what sentencepiece's own trainer, called from Python, makes of the prompts in
resources/prompts/english.txt with the settings of core/train/tokenizer_training.cpp, and how it encodes some texts.

usage: make_tokenizer_training_goldens.py      (needs sentencepiece==0.1.97, as Debian 12 has it)
"""

import io
import json
import pathlib

import sentencepiece

HERE = pathlib.Path(__file__).resolve().parent
TEXT = HERE.parent.parent / "resources/prompts/english.txt"
SETTINGS = dict(unk_id=0, bos_id=1, eos_id=2, pad_id=-1, bos_piece="<bos>", eos_piece="<eos>",
                user_defined_symbols=["\n"], normalization_rule_name="identity", add_dummy_prefix=False,
                remove_extra_whitespaces=False, allow_whitespace_only_pieces=True, split_digits=True,
                byte_fallback=True, character_coverage=0.9999, max_sentence_length=8192, num_threads=1,
                minloglevel=3)
TEXTS = ["The river runs on.", "  two  spaces,   three\n\n\nlines\n", "\ttab\r\n", "1 234,567.89 in 2024", "naïve café",
         "日本語と한국어", "👨‍👩‍👧 🇳🇴", "<bos> is text here, <0x41> too", "", " ", "\n", "x" * 50, "\x00\x7f", "e\u0301 \u00a0\u3000",
         "I never, NEVER said that; did you?"]


def main():
    lines = [line for line in TEXT.read_text().split("\n") if line]
    goldens = {"texts": TEXTS}
    for kind in ("bpe", "unigram"):
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=model, model_type=kind,
                                                 vocab_size=700, **SETTINGS)
        processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
        goldens[kind] = {"pieces": [processor.id_to_piece(i) for i in range(len(processor))],
                         "ids": [processor.encode(text) for text in TEXTS]}
    goldens["sentencepiece"] = sentencepiece.__version__
    (HERE / "tokenizer_training.json").write_text(json.dumps(goldens, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
