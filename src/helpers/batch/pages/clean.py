"""Make markup safe and navigable: only what stands on a short list stays in a report."""

import re
from functools import partial
from html import escape, unescape
from html.parser import HTMLParser


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = _words("""
    a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span
    strong sub summary sup table tbody td tfoot th thead time tr u ul var
""")
ATTRIBUTES = _words("""
    alt class colspan datetime dir headers height href id lang open rowspan scope src start title
    width
""")
DROPPED_WITH_CONTENT = _words("""
    applet audio button form frameset iframe math noembed noframes noscript object option plaintext
    script select style svg template textarea title video xmp
""")
VOID = _words("area base br col embed frame hr img input link meta param source track wbr")
"""Tags that hold nothing and have no end."""

OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]", re.IGNORECASE)
"""How an address begins that is not relative; to browsers \\\\host is //host."""

PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
"""A picture that a report may hold. A script in an SVG does not run where it is an <img>."""

# Of bidirectional text only the marks that reorder what follows them, a number beside a name.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb"
    "\ud800-\udfff]"
)

_HEADING = re.compile(r"<(h[1-3])((?: [^>]*)?)>(.*?)</\1>", re.DOTALL)


def visible(text: str) -> str:
    """`text` with � for what would act unseen or cannot be written: control characters, terminal
    codes, marks that turn the direction of the text behind them, halves of a pair of surrogates.
    Tabs and line ends stay, these as \\n."""
    return UNSEEN.sub("�", text.replace("\r\n", "\n"))


def cleaned(markup: str) -> str:
    """`markup` without scripts, styles, comments, outside images, unknown tags and attributes.

    Every element is closed. An address on the network stays as text: a report refers to nothing
    outside its folder. Raises ValueError for a picture without alt text.
    """
    cleaner = _Cleaner()
    cleaner.feed(markup)
    cleaner.close()
    return cleaner.finished()


def alt_text(text: str | None) -> str:
    """What a picture says to a reader who cannot see it. Raises ValueError where it is nothing."""
    if not (text or "").strip() or text.startswith("<Figure size"):
        raise ValueError(
            f"a figure has no alt text (found {text!r}): "
            "draw it with helpers.charts, whose figures say what they show"
        )
    return text


def text_of(markup: str) -> str:
    """The text of markup that `cleaned` made."""
    parts = (unescape(part).strip() for part in re.split(r"<[^>]*>", markup))
    return " ".join(part for part in parts if part)


def anchored(blocks: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """`blocks` of clean markup with an id for every h2 and h3, unique among all, and a link to it;
    id and text of each h2."""
    taken: set[str] = set()
    contents: list[tuple[str, str]] = []
    anchor = partial(_with_anchor, taken=taken, contents=contents)
    return [_HEADING.sub(anchor, block) for block in blocks], contents


def heading(blocks: list[str]) -> str:
    """The text of the first h1; "" without one."""
    found = (match for block in blocks for match in _HEADING.finditer(block))
    return next((text_of(match[3]) for match in found if match[1] == "h1"), "")


def _with_anchor(match: re.Match, taken: set[str], contents: list[tuple[str, str]]) -> str:
    tag, attributes, inside = match.groups()
    if tag == "h1":
        return match[0]
    text = text_of(inside)
    name = anchor = re.sub(r"\W+", "-", text).strip("-") or "section"
    count = 1
    while anchor in taken:
        count += 1
        anchor = f"{name}-{count}"
    taken.add(anchor)
    if tag == "h2":
        contents.append((anchor, text))
    attributes = re.sub(r' id="[^"]*"', "", attributes)
    link = f'<a aria-label="{escape(text)}" class="anchor" href="#{anchor}">#</a>'
    return f'<{tag}{attributes} id="{anchor}">{inside}{link}</{tag}>'


class _Cleaner(HTMLParser):
    """Writes what it keeps anew, every text and attribute escaped: whatever the parser took the
    markup for, a browser finds no other tags in it than these."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []
        # Tag, where its content begins in `kept`, the outside address that it led to.
        self.open: list[tuple[str, int, str]] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs if name in ATTRIBUTES}
        address = _offline(given)
        if not self.hidden and tag in TAGS:
            if tag == "img" and "src" in given:
                alt_text(given.get("alt"))
            listed = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
            self.kept.append(f"<{tag}{listed}{'/' if tag in VOID else ''}>")
        if tag not in VOID:
            self.open.append((tag, len(self.kept), address))
            self.hidden += tag in DROPPED_WITH_CONTENT

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, *_ in self.open):
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.kept.append(escape(data, quote=False))

    def finished(self) -> str:
        while self.open:
            self._close()
        return "".join(self.kept)

    def _close(self) -> str:
        tag, start, address = self.open.pop()
        self.hidden -= tag in DROPPED_WITH_CONTENT
        if not self.hidden and tag in TAGS:
            if address and address != text_of("".join(self.kept[start:])):
                self.kept.append(escape(f" ({address})"))
            self.kept.append(f"</{tag}>")
        return tag


def _offline(attributes: dict[str, str]) -> str:
    """Drop what leads out of the reports' folder; a web address among it, to be shown as text."""
    if not PICTURE.fullmatch(attributes.get("src", "")):
        attributes.pop("src", None)
    if "href" not in attributes:
        return ""
    # Browsers read over such characters: java&#10;script: is javascript: to them.
    address = re.sub(r"[\x00-\x20]", "", attributes["href"])
    if not OUTSIDE.match(address):
        return ""
    del attributes["href"]
    return address if re.match("https?:", address, re.IGNORECASE) else ""
