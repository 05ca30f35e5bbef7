"""What ships with the package and what a corpus has of its own: found, read, refused."""

import json
import shutil

import pytest

from helpers import fitted
from helpers.batch import manifest
from helpers.corpus import FITTED, build
from helpers.forecast.track_scores import applying
from judgit_records import record


@pytest.fixture
def corpus(tmp_path):
    source = tmp_path / "one.json"
    source.write_text(json.dumps(record(公開年度=2018)), encoding="utf-8")
    build.build([source], tmp_path / "corpus", 1)
    return tmp_path / "corpus"


@pytest.fixture
def own(corpus):
    """The shipped files as a corpus's own, made from sheets up to 2019."""
    folder = corpus / FITTED
    folder.mkdir()
    for name in fitted.FITTED:
        shutil.copy(fitted.PACKAGE / name, folder)
    return folder


def test_a_page_and_a_corpus_without_its_own_use_what_ships(corpus):
    assert fitted.of("data/sheets/x.txt") is fitted.SHIPPED
    assert fitted.of(f"{corpus}#2018-x") is fitted.SHIPPED


def test_a_corpus_uses_its_own_unless_it_has_seen_too_much(corpus, own):
    assert fitted.of(f"{corpus}#2018-x").folder == own
    assert fitted.of(f"{corpus}#2018-x", 2019).folder == own
    assert fitted.of(f"{corpus}#2018-x", 2018) is fitted.SHIPPED


@pytest.mark.parametrize("name", fitted.FITTED)
def test_half_a_folder_is_not_used(corpus, own, name):
    (own / name).unlink()
    assert fitted.of(f"{corpus}#2018-x") is fitted.SHIPPED


def test_without_a_record_of_its_own_it_quotes_the_shipped_one(corpus, own):
    record = fitted.of(f"{corpus}#2018-x").track_record
    assert record["about"] == fitted.SHIPPED.track_record["about"]
    assert own.is_dir()


@pytest.mark.parametrize(
    ("name", "content", "read", "command"),
    [
        ("outcomes.json", b"{", "outcomes", "review-sheets fit"),
        ("execution.json", b"{}", "execution", "review-sheets fit"),
        ("peers.json", b"[]", "peers", "review-sheets fit"),
        ("peers.csv.gz", b"no gzip", "peers", "review-sheets fit"),
        ("track_record.json", b'{"format": 0}', "track_record", "review-sheets backtest"),
    ],
)
def test_what_is_damaged_or_of_another_version_is_named(own, name, content, read, command):
    (own / name).write_bytes(content)
    with pytest.raises(ValueError, match=name) as caught:
        getattr(fitted.Fitted(own), read)
    assert command in str(caught.value)


def test_a_new_fit_makes_reports_again(corpus, own):
    reference = f"{corpus}#2018-x"
    before = manifest.stamp(reference, None)
    (own / ".writing.1").mkdir()
    assert manifest.stamp(reference, None) == before, "what is being written is not there yet"
    (own / "money.csv").write_text("another")
    assert manifest.stamp(reference, None) != before


def test_the_record_most_like_a_forecast_is_quoted():
    scores = fitted.SHIPPED.track_record["scores"]
    near, far = (applying(scores, "outcome", "towards", h) for h in (1, 9))
    assert (near.by, far.by) == ("kind and h", "kind")
    assert near.forecasts < far.forecasts
    low, high = near.limits["in80"]
    assert low < near.scores["in80"] < high
    assert applying(scores, "outcome", "unheard of", 1).by == "part"
    assert applying(scores, "nothing", "towards", 1) is None
