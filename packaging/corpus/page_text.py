"""The running text of a page of a manual: HTML, Perl's pod or plain text without navigation, listings and tables."""

import html.parser
import re

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCK = {"address", "article", "blockquote", "body", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3",
         "h4", "h5", "h6", "hr", "li", "main", "ol", "p", "section", "td", "th", "tr", "ul"}
SKIPPED = {"aside", "button", "footer", "form", "header", "math", "nav", "noscript", "pre", "script", "select", "style",
           "svg", "table"}
# Classes, ids and roles of what is no running text.
SKIPPED_NAMES = re.compile(
    r"nav\w*|\w*navigation|wy-nav-(?:side|top)|wy-side-\S*|docnav|toc|toctree\S*|toc\S*|list-of-\S+|\w*sidebar|related|"
    r"contentinfo|rst-footer-buttons|bread-?crumbs?|\w*footer|page-header|headerlink|copybutton|indexterm|index|"
    r"genindextable|highlight\S*|programlisting|screen|literallayout|synopsis|\w*synopsis|refsynopsisdiv|footnotes?|"
    r"legalnotice|header|up|path|menu-\S+|search\w*|topiclist|docinfo|toplang|bottomlang|quickview|seealso|fancy|hidden|"
    r"smallexample|lilypond|copyright|banner|topbar|menusearch|tabs?")


class PageText(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.skipped_at, self.title, self.paragraphs, self.line = [], None, "", [], ""

    def handle_starttag(self, tag, attributes):
        if tag in BLOCK or tag == "br":
            self.end_paragraph()
        if tag in VOID:
            return
        if tag in ("p", "li", "dt", "dd") and tag in self.open[-1:]:  # its end may be left out
            self.handle_endtag(tag)
        self.open.append(tag)
        if self.skipped_at is not None or tag in ("html", "body", "main", "article"):
            return
        names = [name for key, value in attributes if key in ("class", "id", "role") for name in (value or "").split()]
        if tag in SKIPPED or any(map(SKIPPED_NAMES.fullmatch, names)):
            self.skipped_at = len(self.open)

    def handle_endtag(self, tag):
        if tag in BLOCK:
            self.end_paragraph()
        if tag in self.open:
            while self.open.pop() != tag:
                pass
            if self.skipped_at is not None and len(self.open) < self.skipped_at:
                self.skipped_at = None

    def handle_data(self, data):
        if "title" in self.open:
            self.title += data
        elif self.skipped_at is None and "head" not in self.open:
            self.line += data

    def end_paragraph(self):
        text = " ".join(self.line.replace("¶", " ").split())
        if text:
            self.paragraphs.append(text)
        self.line = ""


def of_html(source):
    """(title, paragraphs)"""
    page = PageText()
    page.feed(source)
    page.close()
    page.end_paragraph()
    return " ".join(page.title.split()), page.paragraphs


def of_pod(source):
    """(title, paragraphs). Indented paragraphs are listings."""
    title, paragraphs, inside = "", [], False
    for paragraph in re.split(r"\n\s*\n", source):
        command = re.match(r"=(\w+)\s*(.*)", paragraph, re.S)
        if command:
            inside = command[1] not in ("cut", "begin", "encoding", "for")
            text = command[2] if command[1].startswith(("head", "item")) else ""
        else:
            text = paragraph if inside and not paragraph.startswith((" ", "\t")) else ""
        for _ in range(4):  # formatting codes nest
            text = re.sub(r"[XZ]<[^<>]*>", "", text)
            text = re.sub(r"L<([^<>|]*)\|[^<>]*>", r"\1", text)  # a link's words, else its target
            text = re.sub(r"L</?([^<>|]*)>", r"\1", text)
            text = re.sub(r"[BCFIS]<<+ (.*?) >+>", r"\1", text, flags=re.S)
            text = re.sub(r"[BCFIS]<([^<>]*)>", r"\1", text)
            text = text.replace("E<lt>", "<").replace("E<gt>", ">")
        text = " ".join(text.split())
        if text and text != "*":
            paragraphs.append(text)
    if len(paragraphs) > 1 and paragraphs[0] == "NAME":
        title = paragraphs[1]
    return title, paragraphs


def of_text(source):
    """(title, paragraphs) of plain text with wrapped lines."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", source)]
    paragraphs = [paragraph for paragraph in paragraphs if re.search(r"\w", paragraph)]
    return paragraphs[0] if paragraphs else "", paragraphs


READERS = {"html": of_html, "pod": of_pod, "gz": of_text}  # by a file's ending
