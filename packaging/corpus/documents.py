"""What the makers of the corpora share: cutting long texts, leaving out copies, writing documents.jsonl.

usage: documents.py OUT_FOLDER DOCUMENTS.jsonl...    puts several corpora together
"""

import hashlib
import json
import pathlib
import re
import sys

LONGEST = 2500  # words of a document; longer texts are cut between paragraphs


def words(text):
    return len(text.split())


def tidy(text):
    """Lines without blanks at their ends, at most one empty line between paragraphs."""
    text = text.replace("\r\n", "\n").replace("\t", "    ").replace("\u00a0", " ")
    text = "".join(c for c in text if c == "\n" or c.isprintable())
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def parts(title, text):
    """The text as documents of at most about LONGEST words each."""
    text = tidy(text)
    count = -(-words(text) // LONGEST)
    if count <= 1:
        return [(title, text)]
    goal, result, part, size = words(text) / count, [], [], 0
    # Verse may have no paragraphs: it is cut between lines.
    separator = "\n\n" if max(map(words, text.split("\n\n"))) < goal else "\n"
    for piece in text.split(separator):
        part.append(piece)
        size += words(piece)
        if size >= goal:
            result.append(separator.join(part))
            part, size = [], 0
    if part:
        result.append(separator.join(part))
    return [(f"{title} ({i + 1} of {len(result)})", part) for i, part in enumerate(result)]


class Writer:
    """Writes documents.jsonl; a text that came before, but for its blanks and capitals, is left out."""

    def __init__(self, folder):
        self.file = open(folder / "documents.jsonl", "w", encoding="utf-8", newline="\n")
        self.seen, self.documents, self.bytes, self.copies = set(), 0, 0, 0

    def add(self, title, text):
        key = hashlib.sha256(" ".join(text.lower().split()).encode()).digest()
        if key in self.seen:
            self.copies += 1
            return
        self.seen.add(key)
        self.documents += 1
        self.bytes += len(text.encode())
        self.file.write(json.dumps({"title": title, "text": text}, ensure_ascii=False) + "\n")

    def add_parts(self, title, text):
        for part_title, part in parts(title, text):
            self.add(part_title, part)

    def close(self):
        self.file.close()
        print(f"    {self.documents} documents, {self.bytes / 1e6:.1f} MB of text, {self.copies} copies left out")


def main(out, sources):
    writer = Writer(out)
    for source in sources:
        with open(source, encoding="utf-8") as lines:
            for line in lines:
                document = json.loads(line)
                writer.add(document["title"], document["text"])
    writer.close()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2:])
