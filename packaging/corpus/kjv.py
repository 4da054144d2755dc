"""The King James Bible, a chapter a document. The package stores it in a form that only its own program reads.

usage: kjv.py THE_BIBLE_PROGRAM FOLDER_OF_ITS_DATA OUT_FOLDER
"""

import pathlib
import re
import subprocess
import sys

from documents import Writer, tidy

BOOKS = """Genesis,Exodus,Leviticus,Numbers,Deuteronomy,Joshua,Judges,Ruth,1 Samuel,2 Samuel,1 Kings,2 Kings,
1 Chronicles,2 Chronicles,Ezra,Nehemiah,Esther,Job,Psalms,Proverbs,Ecclesiastes,Song of Solomon,Isaiah,Jeremiah,
Lamentations,Ezekiel,Daniel,Hosea,Joel,Amos,Obadiah,Jonah,Micah,Nahum,Habakkuk,Zephaniah,Haggai,Zechariah,Malachi,
Matthew,Mark,Luke,John,Acts,Romans,1 Corinthians,2 Corinthians,Galatians,Ephesians,Philippians,Colossians,
1 Thessalonians,2 Thessalonians,1 Timothy,2 Timothy,Titus,Philemon,Hebrews,James,1 Peter,2 Peter,1 John,2 John,3 John,
Jude,Revelation""".replace("\n", "").split(",")
VERSES = 31102


def chapters(listing):
    """(book, chapter, verses) in order. A line is a verse: "Ge1:1 In the beginning ..."."""
    result, books = [], []
    for line in listing.splitlines():
        reference = re.match(r"(\d?[A-Za-z]+)(\d+):(\d+) (.*)$", line)
        if not reference:
            sys.exit(f"error: the bible program printed a line that is no verse: {line!r}")
        book, chapter, verse, text = reference.groups()
        if not books or books[-1] != book:
            books.append(book)
        if verse == "1":
            result.append((len(books) - 1, chapter, []))
        result[-1][2].append(text)
    if len(books) != len(BOOKS) or sum(len(verses) for _, _, verses in result) != VERSES:
        sys.exit(f"error: expected {len(BOOKS)} books and {VERSES} verses, found {len(books)} books")
    return result


def main(program, data, out):
    listing = subprocess.run([program, "-f", "-p", data, "gen1:1-rev22:21"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")
    writer = Writer(out)
    for book, chapter, verses in chapters(listing):
        writer.add(f"{BOOKS[book]} {chapter}", tidy("\n".join(verses)))
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]))
