"""What ships with the package and what a corpus has of its own: found, read, refused."""

import json
import shutil

import pytest

from helpers import fitted, words
from helpers.analysis import portfolio
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
    """The shipped files as a corpus's own."""
    folder = corpus / FITTED
    folder.mkdir()
    for path in fitted.PACKAGE.glob("*[0-9].*"):
        shutil.copy(path, folder)
    shutil.copy(fitted.PACKAGE / fitted.INDEX, folder)
    return folder


def test_a_page_and_a_corpus_without_its_own_use_what_ships(corpus):
    assert fitted.of("data/sheets/x.txt").folder == fitted.PACKAGE
    assert fitted.of(f"{corpus}#2018-x", 2018).folder == fitted.PACKAGE


def test_a_corpus_uses_its_own_unless_it_has_seen_too_much(corpus, own):
    assert fitted.of(f"{corpus}#2018-x").folder == own
    assert fitted.of(f"{corpus}#2018-x", 2019).folder == own
    first = fitted.SHIPPED.years["peers"][0]
    assert fitted.of(f"{corpus}#2018-x", first).folder == own
    assert fitted.of(f"{corpus}#2018-x", first - 1).folder == fitted.PACKAGE


def test_the_latest_that_is_not_later_is_chosen():
    years = fitted.SHIPPED.years
    assert years["outcomes"][0] == years["execution"][0] == 2016
    for year in range(2016, 2030):
        made = fitted.of("data/sheets/x.txt", year)
        for name in ("outcomes", "execution"):
            last = getattr(made, name)["sheets"][-1]
            assert last == max(known for known in years[name] if known <= year)
        early = [known for known in years["peers"] if known <= year]
        assert made.peers.about["as_of"] == (early or years["peers"])[-1 if early else 0]
    # A sheet from before the first fit is met by the first.
    assert fitted.of("data/sheets/x.txt", 2015).execution["sheets"][-1] == 2016


def test_a_fit_has_seen_nothing_later():
    for year in fitted.SHIPPED.years["execution"]:
        assert max(fitted.shipped(year).execution["origins"]) < year
    for year in fitted.SHIPPED.years["outcomes"]:
        assert fitted.shipped(year).outcomes["last_year"] < year
    for year in fitted.SHIPPED.years["peers"]:
        assert max(fitted.shipped(year).peers.about["fiscal_years"]) < year


def test_of_the_money_that_ships_only_ministries_are_named():
    """No text of a sheet is in it: names of ministries, years and numbers."""
    table = fitted.SHIPPED.ministries
    assert {*table["ministry"]} <= words.MINISTRIES.keys()
    assert [*table.select_dtypes(exclude="number")] == ["ministry"]
    assert [*table] == portfolio.MONEY
    assert not table.duplicated(["ministry", "fiscal_year"]).any()
    # Each rounded to the yen.
    gap = table["budget_known"] - table["executed"] - table["unspent"]
    assert gap.dropna().abs().max() < 2e-6


def test_what_ships_is_small():
    assert sum(path.stat().st_size for path in fitted.PACKAGE.glob("*.*")) < 1_500_000


def test_half_a_folder_is_not_used(corpus, own):
    (own / fitted.INDEX).unlink()
    assert fitted.of(f"{corpus}#2018-x").folder == fitted.PACKAGE


def test_one_without_peers_is_not_used(corpus, own):
    index = json.loads((own / fitted.INDEX).read_text("utf-8"))
    (own / fitted.INDEX).write_text(json.dumps(index | {"peers": []}), "utf-8")
    assert fitted.of(f"{corpus}#2018-x").folder == fitted.PACKAGE


def test_without_a_record_of_its_own_it_quotes_the_shipped_one(corpus, own):
    record = fitted.of(f"{corpus}#2018-x").track_record
    assert record["about"] == fitted.SHIPPED.track_record["about"]
    assert own.is_dir()


@pytest.mark.parametrize(
    ("name", "content", "read", "command"),
    [
        ("fitted.json", b"{", "outcomes", "review-sheets fit"),
        ("outcomes-2018.json", b"{", "outcomes", "review-sheets fit"),
        ("execution-2018.json", b"{}", "execution", "review-sheets fit"),
        ("peers-2018.json", b"[]", "peers", "review-sheets fit"),
        ("peers-2018.csv.gz", b"no gzip", "peers", "review-sheets fit"),
        ("track_record.json", b'{"format": 0}', "track_record", "review-sheets backtest"),
    ],
)
def test_what_is_damaged_or_of_another_version_is_named(own, name, content, read, command):
    (own / name).write_bytes(content)
    with pytest.raises(ValueError, match=name) as caught:
        getattr(fitted.Fitted(own, 2018), read)
    assert command in str(caught.value)


def test_a_new_fit_makes_reports_again(corpus, own):
    reference = f"{corpus}#2018-x"
    before = manifest.stamp(reference, None)
    (own / ".writing.1").mkdir()
    assert manifest.stamp(reference, None) == before, "what is being written is not there yet"
    (own / "money-2018.csv").write_text("another")
    assert manifest.stamp(reference, None) != before


def test_the_record_most_like_a_forecast_is_quoted():
    scores = fitted.SHIPPED.track_record["scores"]
    near, far = (applying(scores, "outcome", "towards", h) for h in (1, 9))
    assert (near.by, far.by) == ("kind and h", "kind")
    assert near.forecasts < far.forecasts
    low, high = near.limits["in80"]
    assert low < near.scores["in80"] < high
    assert applying(scores, "outcome", "unheard of", 1).by == "all"
    assert applying(scores, "nothing", "towards", 1) is None


def test_a_file_is_read_once_until_it_changes(corpus, own):
    reference = f"{corpus}#2018-x"
    first = fitted.of(reference, 2018).outcomes
    assert fitted.of(reference, 2018).outcomes is first
    path = own / fitted.OUTCOMES.format(2018)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"projects": 12345678}))
    assert fitted.of(reference, 2018).outcomes["projects"] == 12345678
