"""Sentences as templates: how their lines are joined, and what holds for every template."""

import ast
import re
from functools import cache

import jinja2
import pytest
from jinja2 import meta

from helpers import paths, sentences, words
from helpers.sentences import ENVIRONMENT, Sentences
from speaking import told

TEMPLATES = {
    lang: sorted(
        name.removeprefix(f"{lang}/").removesuffix(".j2")
        for name in ENVIRONMENT.list_templates()
        if name.startswith(f"{lang}/") and name.endswith(".j2")
    )
    for lang in words.LANGUAGES
}


def source(lang: str, name: str) -> str:
    return ENVIRONMENT.loader.get_source(ENVIRONMENT, f"{lang}/{name}.j2")[0]


@pytest.fixture
def written(monkeypatch):
    """Blocks that stand for the templates of one name in both languages."""

    def of(text: str) -> Sentences:
        monkeypatch.setattr(sentences, "_blocks", lambda _: sentences._Blocks(text))
        return Sentences("x")

    return of


def test_lines_are_joined_as_the_language_joins_them(written):
    say = written(
        "{% block a %}\none\n  two:\n{% if x %}\n{{ x }}\n{% endif %}\nthree\n{% endblock %}"
    )
    assert told("en", say, "a", x="X") == "one two: X three"
    assert told("ja", say, "a", x="X") == "onetwo: Xthree"
    assert told("en", say, "a", x="") == "one two: three"


def test_blank_lines_part_paragraphs_and_nothing_said_is_none(written):
    say = written("{% block a %}\none\n\n{% if x %}\ntwo\n{% endif %}\n\nthree\n{% endblock %}")
    assert say.paragraphs("a", x=True) == ["one", "two", "three"]
    assert say.paragraphs("a", x=False) == ["one", "three"]
    with pytest.raises(ValueError, match="x, a: 2 paragraphs"):
        say("a", x=False)
    assert written("{% block a %}{% if x %}no{% endif %}{% endblock %}")("a", x=0) == ""


def test_line_ends_and_markup_of_a_fact_stay_as_they_are(written):
    say = written("{% block a %}\n({{ x }})\n{% endblock %}")
    assert say.paragraphs("a", x="1\n\n<b>{{ 2 }}") == ["(1\n\n<b>{{ 2 }})"]


def test_a_missing_fact_is_an_error(written):
    with pytest.raises(jinja2.UndefinedError, match="'x' is undefined"):
        written("{% block a %}{{ x }}{% endblock %}")("a")


def test_the_words_are_filters_in_the_language_of_now(written):
    say = written("{% block a %}{{ x|year }} {{ y|percent(1) }}{% endblock %}")
    assert told("ja", say, "a", x=2018, y=0.5) == "2018年度 50.0 %"
    assert told("en", say, "a", x=2018, y=0.5) == "FY2018 50.0 %"


def test_a_block_may_say_another_and_is_compiled_when_it_is_said(written):
    say = written("{% block a %}{{ x }}{% endblock %}{% block b %}<{{ self.a() }}>{% endblock %}")
    assert say("b", x=1) == "<1>"
    assert written("{% block a %}1{% endblock %}{% block b %}{{ x|no }}{% endblock %}")("a") == "1"


def test_all_that_can_be_said_is_compiled_at_once(monkeypatch):
    monkeypatch.setattr(Sentences, "_names", set())
    monkeypatch.setattr(sentences, "_blocks", cache(sentences._blocks.__wrapped__))
    Sentences("came")
    Sentences.compile_all()
    for lang in words.LANGUAGES:
        blocks = sentences._blocks(f"{lang}/came.j2")
        assert blocks.keys() == blocks.sources.keys() != set()


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES["ja"])
def test_the_blocks_of_a_file_are_those_that_jinja_sees(lang, name):
    blocks = ENVIRONMENT.get_template(f"{lang}/{name}.j2").blocks
    assert set(sentences._blocks(f"{lang}/{name}.j2").sources) == set(blocks)


def test_both_languages_have_the_same_blocks():
    assert TEMPLATES["ja"] == TEMPLATES["en"] != []
    for name in TEMPLATES["ja"]:
        blocks = [
            set(ENVIRONMENT.get_template(f"{lang}/{name}.j2").blocks) for lang in ("ja", "en")
        ]
        assert blocks[0] == blocks[1], name


@pytest.mark.parametrize("name", TEMPLATES["ja"])
def test_both_languages_speak_of_the_same_facts(name):
    ja, en = (
        meta.find_undeclared_variables(ENVIRONMENT.parse(source(lang, name)))
        for lang in ("ja", "en")
    )
    assert ja == en


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_line_does_not_end_with_a_tag_that_would_take_its_end_away(lang):
    for name in TEMPLATES[lang]:
        for number, line in enumerate(source(lang, name).splitlines(), start=1):
            inline = line.endswith("%}") and not line.lstrip().startswith("{%")
            assert not inline or line.endswith("{% endblock %}"), (name, number)


@pytest.mark.parametrize("name", TEMPLATES["ja"])
def test_english_templates_hold_no_japanese(name):
    kana = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
    assert not kana.search(source("en", name))


def test_the_story_and_the_reasons_hold_no_wording():
    """But for what is looked for in a sheet's own texts, which is no sentence."""
    story = paths.ROOT / "src" / "helpers" / "story"
    japanese = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
    for path in [*story.rglob("*.py"), story.parent / "checks" / "reasons.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not japanese.search(node.value), (path, node.lineno)
