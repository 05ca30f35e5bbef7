import pytest

from helpers.batch.clean import anchor_headings, cleaned, require_alt_text


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
        ("<a href='//example.org'>a</a>", "<a>a</a>"),
        ("<img alt='a' src='https://example.org/a.png'>", '<img alt="a"/>'),
        ("<img alt='a' src='data:image/png;base64,AA=='>", None),
        ("<svg><script>x()</script></svg><math>y</math>", ""),
        ("<table><tr><td class='n'>1</td></tr></table>", None),
        ("&lt;script&gt;", "&lt;script&gt;"),
    ],
)
def test_only_harmless_markup_stays(markup, kept):
    same = markup.replace("'", '"').replace('==">', '=="/>')
    assert str(cleaned(markup)) == (same if kept is None else kept)


def test_equal_headings_get_anchors_of_their_own():
    body = cleaned("<h2>図 1: a & b</h2><h3>図</h3><h2>図</h2><h2>!</h2>")
    contents = anchor_headings(body)
    assert contents == [("図-1-a-b", "図 1: a & b"), ("図-2", "図"), ("section", "!")]
    assert [tag["id"] for tag in body.find_all(["h2", "h3"])] == [
        "図-1-a-b",
        "図",
        "図-2",
        "section",
    ]
    assert all(tag.a["href"] == f"#{tag['id']}" for tag in body.find_all(["h2", "h3"]))


@pytest.mark.parametrize("alt", ["", " ", "<Figure size 640x480 with 1 Axes>"])
def test_a_figure_that_says_nothing_is_refused(alt):
    body = cleaned("<img src='data:image/png;base64,AA=='>")
    body.img["alt"] = alt
    with pytest.raises(ValueError, match="no alt text"):
        require_alt_text(body)
