"""Free English manuals of Debian packages, a page a document.

usage: manuals.py --packages            the packages, one a line
       manuals.py FOLDER OUT_FOLDER     FOLDER/PACKAGE holds each unpacked package
"""

import collections
import gzip
import pathlib
import re
import sys

import page_text
from documents import Writer, words

# Package: where its English pages lie.
PACKAGES = {
    "debian-handbook": ["usr/share/doc/debian-handbook/html/en-US/*.html"],
    "debian-reference-en": ["usr/share/debian-reference/*.en.html"],
    "developers-reference": ["usr/share/developers-reference/*.html"],
    "debian-policy": ["usr/share/doc/debian-policy/policy.html/*.html"],
    "debian-faq": ["usr/share/doc/debian/FAQ/*.en.html"],
    "debian-history": ["usr/share/doc/debian-history/docs/*.en.html"],
    "maint-guide": ["usr/share/doc/maint-guide/html/*.en.html"],
    "debmake-doc": ["usr/share/doc/debmake-doc/html/*.en.html"],
    "installation-guide-amd64": ["usr/share/doc/installation-guide-amd64/en/*.html"],
    "aptitude-doc-en": ["usr/share/doc/aptitude/html/en/*.html"],
    "jargon-text": ["usr/share/doc/jargon-text/jargon.txt.gz"],
    "git-doc": ["usr/share/doc/git-doc/**/*.html"],
    "postgresql-doc": ["usr/share/doc/postgresql-doc*/html/*.html"],
    "python3-doc": ["usr/share/doc/python3*/html/[defhilrtuw]*/*.html"],
    "perl-doc": ["usr/share/perl/5.*/pod/*.pod"],
    "linux-doc": ["usr/share/doc/linux-doc*/html/**/*.html"],
    "apache2-doc": ["usr/share/doc/apache2-doc/manual/en/**/*.html"],
    "sqlite3-doc": ["usr/share/doc/sqlite3/*.html"],
    "lilypond-doc-html": [f"usr/share/doc/lilypond/html/Documentation/{part}/*.html"
                          for part in ("learning", "notation", "usage", "essay", "extending", "music-glossary",
                                       "contributor")],
    "octave-doc": ["usr/share/doc/octave/octave.html/*.html"],
    "rust-doc": [f"usr/share/doc/rust-doc/html/{book}/**/*.html"
                 for book in ("book", "reference", "nomicon", "edition-guide", "embedded-book", "rustc")],
    "r-doc-html": ["usr/share/R/doc/manual/*.html"],
}

COMMON = {"the", "of", "and", "to", "a", "in", "is", "that", "it", "for", "you", "as", "with", "be", "are", "this", "or",
          "on", "by", "if", "can", "not", "an", "which", "when", "from"}


def is_prose(paragraphs):
    """Whether the page is English sentences rather than names and code."""
    text = " ".join(paragraphs)
    tokens = re.findall(r"[^\W\d_]+", text.lower())
    in_sentences = sum(words(p) for p in paragraphs if p[-1] in ".:?!)")
    return (len(tokens) >= 80 and sum(t in COMMON for t in tokens) >= 0.25 * len(tokens)
            and in_sentences >= 0.6 * words(text) and sum(c.isascii() for c in text) >= 0.97 * len(text))


def pages(package, folder):
    """(title, paragraphs) of every page that is prose."""
    files = sorted({file for pattern in PACKAGES[package] for file in folder.glob(pattern) if file.is_file()})
    read = []
    for file in files:
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        title, paragraphs = page_text.READERS[file.name.split(".")[-1]](content.decode("utf-8", errors="replace"))
        read.append((re.sub(r" — [^—]* documentation$", "", title) or file.stem, paragraphs))
    # What stands on most pages is the frame around them.
    on_pages = collections.Counter(paragraph for _, paragraphs in read for paragraph in set(paragraphs))
    frame = {paragraph for paragraph, count in on_pages.items() if count > max(5, len(read) / 2)}
    for title, paragraphs in read:
        paragraphs = [paragraph for paragraph in paragraphs if paragraph not in frame]
        if is_prose(paragraphs):
            yield title, paragraphs


def main(folder, out):
    writer = Writer(out)
    for package in PACKAGES:
        if not (folder / package).exists():
            continue
        before = writer.documents, writer.bytes
        for title, paragraphs in pages(package, folder / package):
            writer.add_parts(title, "\n\n".join(paragraphs))
        print(f"    {package}: {writer.documents - before[0]} documents, {(writer.bytes - before[1]) / 1e6:.1f} MB")
        if writer.documents == before[0]:
            print(f"    {package} gave nothing: its pages lie elsewhere than expected")
    writer.close()
    if writer.documents == 0:
        sys.exit("error: no page of prose was found")


if __name__ == "__main__":
    if sys.argv[1:] == ["--packages"]:
        print("\n".join(PACKAGES))
    else:
        main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
