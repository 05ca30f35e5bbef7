"""Make markup safe and navigable: only what stands on a short list stays in a report."""

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString


def _words(text: str) -> set[str]:
    return set(text.split())


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
    applet audio base button embed form frame frameset iframe input link math meta noembed noframes
    noscript object option plaintext script select style svg template textarea title video xmp
""")


def cleaned(markup: str) -> BeautifulSoup:
    """`markup` without scripts, styles, comments, outside images, unknown tags and attributes.

    An address on the network stays as text: a report refers to nothing outside its folder.
    """
    soup = BeautifulSoup(markup, "html.parser")
    for hidden in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        hidden.extract()
    for tag in soup.find_all(DROPPED_WITH_CONTENT):
        tag.decompose()
    for tag in soup.find_all(lambda tag: tag.name not in TAGS):
        tag.unwrap()
    for tag in soup.find_all(True):
        tag.attrs = {name: value for name, value in tag.attrs.items() if name in ATTRIBUTES}
    for link in soup.find_all("a", href=True):
        _keep_offline(link)
    for image in soup.find_all(src=lambda source: not (source or "").startswith("data:image/")):
        del image["src"]
    return soup


def require_alt_text(body: BeautifulSoup) -> None:
    """Raises ValueError for a figure that says nothing to a reader who cannot see it."""
    for image in body.find_all("img"):
        alt = image.get("alt", "").strip()
        if not alt or alt.startswith("<Figure size"):
            raise ValueError(
                f"a figure has no alt text (found {alt!r}): "
                "draw it with helpers.charts, whose figures say what they show"
            )


def anchor_headings(body: BeautifulSoup) -> list[tuple[str, str]]:
    """Give every h2 and h3 of `body` an id of its own and a link to it; id and text of each h2."""
    taken, contents = set(), []
    for heading in body.find_all(["h2", "h3"]):
        text = heading.get_text(" ", strip=True)
        name = anchor = re.sub(r"\W+", "-", text).strip("-") or "section"
        count = 1
        while anchor in taken:
            count += 1
            anchor = f"{name}-{count}"
        taken.add(anchor)
        heading["id"] = anchor
        link = body.new_tag("a", href=f"#{anchor}", attrs={"class": "anchor", "aria-label": text})
        link.string = "#"
        heading.append(link)
        if heading.name == "h2":
            contents.append((anchor, text))
    return contents


def _keep_offline(link: Tag) -> None:
    """A link out of the reports' folder becomes text that names the address."""
    address = re.sub(r"[\x00-\x20]", "", link["href"])
    parts = urlsplit(address)
    if not parts.scheme and not parts.netloc:
        return
    del link["href"]
    if parts.scheme in ("http", "https") and address != link.get_text():
        link.append(f" ({address})")
