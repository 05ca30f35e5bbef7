"""What the reader had to decide on its own, as findings."""

from collections.abc import Iterator

from helpers.checks.finding import Finding
from helpers.checks.reasons_reader import OTHER, REMARKS
from helpers.sheet import Rows

NO_SECTION = ("missing_section", "empty_section", "file_missing", "not_in_source")
NO_SECTION += ("goal_not_quantified",)


def reader(sheet: Rows) -> Iterator[Finding]:
    """One finding for each remark; a rule that no reader had when this was written is kept too."""
    for remark in sheet["remark"]:
        facts = {name: remark[name] or "" for name in ("row", "column", "observed", "proposed")}
        name = remark["rule"] or ""
        yield Finding(
            name if name in REMARKS else OTHER,
            remark["table"] or "",
            (facts["row"],),
            facts["column"],
            facts["observed"],
            # What the reader went on with stands in the reason: as a proposal it would look open.
            facts={**facts, "name": name},
        )


def without_section(sheet: Rows) -> set[str]:
    """The tables whose section the reader did not find or found empty, and said so."""
    return {row["table"] for row in sheet["remark"] if row["rule"] in NO_SECTION}


RULES = (reader,)
