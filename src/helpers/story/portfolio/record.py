"""What did such rankings turn out to hold in past years?"""

import pandas as pd

from helpers import digits, words
from helpers.forecast.ranking import ALL, RANKINGS, SIMPLE
from helpers.sentences import Sentences
from helpers.show import Fold, Table, Text

say = Sentences("portfolio/record")

AT = 100
"""The number of projects that sentences speak of."""

NO_RANKING = ("gain", "best")
"""What of a record is no ranking that anybody could make."""


def drawn(record: pd.DataFrame) -> pd.DataFrame:
    """The mean of the origins by question, top and ranking, for the figure: with heading, label and
    apart (always true: marks are filled)."""
    rows = record[(record["origin"] == ALL) & ~record["by"].isin(NO_RANKING)]
    rows = rows[~((rows["question"] == "ended or cut") & (rows["by"] == "expected"))]
    # What is ranked by a forecast has one look, whatever it is the forecast of.
    ours = {RANKINGS[question][0]: "forecast" for question in RANKINGS}
    return rows.assign(
        heading=[say("question", question=question) for question in rows["question"]],
        label=[say("first_of", top=top) for top in rows["top"]],
        rule=rows["by"].replace(ours),
        apart=1,
    )


def at(record: pd.DataFrame, question: str, by: str, origin: str = ALL) -> dict | None:
    """The row of a ranking's first `AT`; None without one."""
    rows = record[(record["question"] == question) & (record["by"] == by) & (record["top"] == AT)]
    found = rows[rows["origin"] == origin].to_dict("records")
    return found[0] if found else None


def best_simple(record: pd.DataFrame, question: str) -> dict | None:
    """The row of the simple ranking whose first `AT` held most, over all origins."""
    rows = record[(record["question"] == question) & record["by"].isin(SIMPLE)]
    rows = rows[(rows["top"] == AT) & (rows["origin"] == ALL)].reset_index(drop=True)
    return rows.loc[digits.highest(rows["value"])].to_dict() if len(rows) else None


def gains(record: pd.DataFrame, question: str) -> pd.DataFrame:
    """By origin, what the first `AT` of our ranking held more than those of the best simple one."""
    rows = record[(record["question"] == question) & (record["by"] == "gain")]
    return rows[(rows["top"] == AT) & (rows["origin"] != ALL)]


def facts(record: pd.DataFrame, question: str) -> dict | None:
    """What sentences say of a question; None where nothing of it is known."""
    ours = at(record, question, RANKINGS[question][0])
    simple, gain = best_simple(record, question), at(record, question, "gain")
    if not (ours and simple and gain):
        return None
    by_origin = gains(record, question)
    ahead = by_origin[digits.less(0, by_origin["value"])]
    return {
        "question": question,
        "ours": ours,
        "simple": simple,
        "gain": gain,
        "random": at(record, question, "random"),
        "origins": len(by_origin),
        "ahead": len(ahead),
        "clearly": list(by_origin.loc[digits.less(0, by_origin["low"]), "origin"]),
        "money": at(record, question, "expected"),
    }


def seen(record: pd.DataFrame) -> str:
    """The title of the figure."""
    return say("seen", **_unspent(record))


def _unspent(record: pd.DataFrame) -> dict:
    return {"at": AT, "of": facts(record, "unspent")}


def read_record(record: pd.DataFrame) -> Text:
    """What each ranking held, and where it is no better than a simple one."""
    known = [facts(record, question) for question in RANKINGS]
    said = [text for of in known if of for text in say.paragraphs("held", at=AT, **of)]
    return Text(*(said or [say("unknown")]))


def record_table(record: pd.DataFrame) -> Fold | Text:
    """The gain over the best simple ranking by origin."""
    rows = pd.concat([gains(record, question) for question in RANKINGS])
    if rows.empty:
        return Text()
    ours = {question: RANKINGS[question][0] for question in RANKINGS}
    held = record[record["top"] == AT].set_index(["question", "origin", "by"])["value"]
    keys = list(zip(rows["question"], rows["origin"], strict=True))
    value = [held[question, origin, ours[question]] for question, origin in keys]
    frame = pd.DataFrame(
        {
            "question": [say("question", question=question) for question in rows["question"]],
            "origin": rows["origin"].to_numpy(),
            "value": value,
            "simple": digits.rounded(pd.Series(value) - rows["value"].to_numpy(), 4),
            "gain": rows["value"].to_numpy(),
            "interval": [
                words.say("〜", " to ").join(map(_points, ends))
                for ends in zip(rows["low"], rows["high"], strict=True)
            ],
            "known": rows["known"].to_numpy(),
        }
    )
    formats = {"value": words.percent, "simple": words.percent, "gain": _points}
    heads = {name: say("column", name=name) for name in frame}
    return Fold(say("numbers"), Table(frame, say("table", at=AT), formats, heads))


def _points(value: float) -> str:
    """A difference of shares in per cent points."""
    return words.fixed(100 * value, 1)
