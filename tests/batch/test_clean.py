import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from helpers.batch.clean import (
    ATTRIBUTES,
    TAGS,
    alt_text,
    anchored,
    cleaned,
    heading,
    text_of,
)
from helpers.words import visible

PIXEL = "data:image/png;base64,AA=="

FRAGMENTS = [
    *("<script>", "</script>", "<svg>", "</svg>", "<style>", "<!--", "-->", "<![CDATA[", "]]>"),
    *("<p onclick=x>", "<b>", "</b>", "</p>", "</div>", "<a href=java&#10;script:x>", "</a>"),
    *("<h2 id=a title='\"><i>'>", "</h2>", "<table><td>", "<br/>", "<math><mtext>", "<template>"),
    *("<textarea>", "</textarea>", "<noscript>", "<title>", "<a\x00b>", "<", ">", "&lt;", "&#60;"),
    *("<?x", "<!x", "</", "<img src=x onerror=y>", f"<img alt=a src='{PIXEL}'>", "text", '"', "'"),
]


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ("<p>a<script>b</script>c</p>", "<p>ac</p>"),
        ("<p onclick='x()' style='y' class='answer'>a</p>", '<p class="answer">a</p>'),
        ("<style>p {}</style><iframe src='x'>y</iframe><!-- z -->", ""),
        ("<marquee>a <b>b</b></marquee>", "a <b>b</b>"),
        ("<a href='#a'>a</a><a href='02.ja.html'>b</a>", None),
        ("<a href='java\nscript:x()'>a</a>", "<a>a</a>"),
        ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
        ("<a href='https://example.org'>a</a>", "<a>a (https://example.org)</a>"),
        (
            "<a href='https://e.org?a&amp;b'>https://e.org?a&amp;b</a>",
            "<a>https://e.org?a&amp;b</a>",
        ),
        ("<a href='//example.org'>a</a>", "<a>a</a>"),
        (r"<a href='\\example.org\a'>a</a><a href='/a'>b</a>", "<a>a</a><a>b</a>"),
        ("<a href='HTTP://[a'>b</a>", "<a>b</a>"),
        ("<a href='HTTP://A/'>b</a>", "<a>b (HTTP://A/)</a>"),
        ("<a href='a?b:c#d'>a</a>", None),
        ("<img alt='a' src='https://example.org/a.png'>", '<img alt="a">'),
        (f"<img alt='a' src='{PIXEL}'>", None),
        ("<img alt='a' src='data:image/png,x'>", '<img alt="a">'),
        ("<svg><script>x()</script></svg><math>y</math>", ""),
        ("<base href='//x'><link rel='stylesheet' href='//x'><meta name='a'>b", "b"),
        ("<table><tbody><tr><td class='n'>1</td></tr></tbody></table>", None),
        ("&lt;script&gt; &amp;lt;", "&lt;script&gt; &amp;lt;"),
        ("<p title='&quot;><script>'>a", '<p title="&quot;&gt;&lt;script&gt;">a</p>'),
        ("<ul><li>a<li>b", "<ul><li>a</li><li>b</li></ul>"),
        ("a</div></p>b", "a<p></p>b"),
        ("<h2 id='b' href='https://a.b'>c</h2>", '<h2 id="b">c</h2>'),
        ("half \ud800 of it", "half ? of it"),
        ("<div><button>a</div>b", "<div></div>b"),
    ],
)
def test_only_harmless_markup_stays(markup, kept):
    same = markup.replace("'", '"')
    assert cleaned(markup) == (same if kept is None else kept)


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=15).map("".join))
def test_whatever_markup_comes_only_harmless_markup_stays(markup):
    clean = cleaned(markup)
    found = BeautifulSoup(clean, "html.parser").find_all(True)
    assert {tag.name for tag in found} <= TAGS
    assert {name for tag in found for name in tag.attrs} <= ATTRIBUTES
    assert "script:" not in "".join(tag.get("href", "") for tag in found)
    assert clean.count("<") == clean.count(">")
    assert cleaned(clean) == clean


def test_no_link_within_a_link_leads_outside():
    inner = "<table><tr><td><a href='https://z.w'>b</a></td></tr></table>"
    clean = cleaned(f"<a href='https://x.y'>a{inner}</a>")
    assert "href" not in clean
    assert "https://x.y" in clean
    assert "https://z.w" in clean


def test_an_id_of_another_element_is_no_headings():
    _, contents = anchored([cleaned("<p id='結論'>a</p>"), cleaned("<h2>結論</h2>")])
    assert contents == [("結論-2", "結論")]


def test_what_acts_unseen_is_seen():
    assert visible("a\x1b[31m\x00\x7f\u202e\u2066b\rc") == "a�[31m����b�c"
    assert visible("\ud800x") == "�x"
    assert visible("一行\r\n二行\n\t👨\u200d👩 é") == "一行\n二行\n\t👨\u200d👩 é"


def test_equal_headings_get_anchors_of_their_own():
    blocks, contents = anchored(
        [cleaned("<h2>図 1: a & <i>b</i></h2><h3>図</h3>"), cleaned("<h2 id='x'>図</h2><h2>!</h2>")]
    )
    assert contents == [("図-1-a-b", "図 1: a & b"), ("図-2", "図"), ("section", "!")]
    body = BeautifulSoup("".join(blocks), "html.parser")
    headings = body.find_all(["h2", "h3"])
    assert [tag["id"] for tag in headings] == ["図-1-a-b", "図", "図-2", "section"]
    assert all(tag.a["href"] == f"#{tag['id']}" for tag in headings)
    assert headings[0].a["aria-label"] == "図 1: a & b"
    assert headings[0].get_text() == "図 1: a & b#"


def test_names_the_first_heading():
    assert heading(["<p>a</p>", "<h2>b</h2><h1>c <b>d &lt;</b></h1>", "<h1>e</h1>"]) == "c d <"
    assert heading(["<h2>b</h2>"]) == ""
    assert text_of("<p>a\n<b> b</b></p>&amp;") == "a b &"


@pytest.mark.parametrize("alt", [None, "", " ", "<Figure size 640x480 with 1 Axes>"])
def test_a_figure_that_says_nothing_is_refused(alt):
    with pytest.raises(ValueError, match="no alt text"):
        alt_text(alt)
    with pytest.raises(ValueError, match="no alt text"):
        cleaned(f"<img src='{PIXEL}'>")
