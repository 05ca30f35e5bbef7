"""Make markup safe and navigable: only what stands on a short list stays in a report."""

import re
from functools import partial
from html import escape, unescape

import nh3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = _words("""
    a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span
    strong sub summary sup table tbody td tfoot th thead time tr u ul var
""")
ATTRIBUTES = _words("""
    alt class colspan data-payee data-sheet datetime dir headers height href id lang open rowspan
    scope src start title width
""")
DROPPED_WITH_CONTENT = _words("""
    applet audio button form frameset iframe math noembed noframes noscript object option plaintext
    script select style svg template textarea title video xmp
""")
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]", re.IGNORECASE)
"""How an address begins that is not relative; to browsers \\\\host is //host."""

PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
"""A picture that a report may hold. A script in an SVG does not run where it is an <img>."""

WEB = re.compile("https?:", re.IGNORECASE)

# Of markup that nh3 has written: quoted attributes, < and > in texts and values escaped.
_OUTSIDE_LINK = re.compile(r'<a((?: [^>]*)?) href="(https?:[^"]*)"([^>]*)>(.*?)</a>', re.S | re.I)
_PICTURES = re.compile(r"<img [^>]*src=[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_OTHERS_ID = re.compile(r'<(?!h[1-3]\b)[^>]* id="([^"]*)"')
HEADING = re.compile(r"<(h[1-3])((?: [^>]*)?)>(.*?)</\1>", re.DOTALL)


def cleaned(markup: str) -> str:
    """`markup` without scripts, styles, comments, outside images, unknown tags and attributes.

    Every element is closed. An address on the network stays as text: a report refers to nothing
    outside its folder. Raises ValueError for a picture without alt text.
    """
    clean = nh3.clean(
        # Half a sign, which nh3 does not take.
        markup.encode(errors="replace").decode(),
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes={"*": set(ATTRIBUTES)},
        attribute_filter=_kept,
        url_schemes={"data", "http", "https"},
        link_rel=None,
    )
    for picture in _PICTURES.findall(clean):
        alt_text(unescape(dict(_ATTRIBUTE.findall(picture)).get("alt", "")))
    # Again for a link within a link, which a table in the outer one allows.
    while (shown := _OUTSIDE_LINK.sub(_as_text, clean)) != clean:
        clean = shown
    return clean


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
    taken = {name for block in blocks for name in _OTHERS_ID.findall(block)}
    contents: list[tuple[str, str]] = []
    anchor = partial(_with_anchor, taken=taken, contents=contents)
    return [HEADING.sub(anchor, block) for block in blocks], contents


def heading(blocks: list[str]) -> str:
    """The text of the first h1; "" without one."""
    found = (match for block in blocks for match in HEADING.finditer(block))
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


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """An attribute's value, or None where it leads out of the reports' folder. A web address stays
    for `_as_text`, which shows it as text."""
    if attribute == "src":
        return value if PICTURE.fullmatch(value) else None
    if attribute == "href" and OUTSIDE.match(address := _joined(value)):
        return address if tag == "a" and WEB.match(address) else None
    return value


def _joined(address: str) -> str:
    # Browsers read over such characters: java&#10;script: is javascript: to them.
    return re.sub(r"[\x00-\x20]", "", address)


def _as_text(match: re.Match) -> str:
    before, address, after, inside = match.groups()
    known = unescape(address) == text_of(inside)
    shown = "" if known else f" ({escape(unescape(address), False)})"
    return f"<a{before}{after}>{inside}{shown}</a>"
