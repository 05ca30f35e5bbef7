"""One distribution a question, held over the real projects of two sheet years."""

import numpy as np
import pytest

import judgit
import judgit_tables
from helpers.corpus import Corpus, build, panel
from helpers.fitted import SHIPPED
from helpers.forecast import execution_pool, quantiles
from helpers.forecast.quantiles import LEVELS, NAMES

pytestmark = pytest.mark.skipif(
    not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}"
)


class OneYear:
    """All sheets of a year as a corpus's store gives them, every sheet a project of its own."""

    def __init__(self, year: int):
        self.years, self.tables = [year], judgit_tables.tables(year, year)
        self.tables["project"] = self.tables["sheet"][["sheet_id"]].assign(
            project_id=self.tables["sheet"]["sheet_id"]
        )

    def table(self, name: str, _, columns=None):
        return self.tables[name][columns] if columns else self.tables[name]


def test_nothing_printed_of_a_project_contradicts_another(tmp_path):
    """Of all of 2019, and of the samples of 2020-2023."""
    build.build([judgit.SAMPLES], tmp_path / "corpus", workers=1)
    samples = Corpus(tmp_path / "corpus")
    panels = {year: samples.spending(year) for year in samples.years}
    panels[2019] = panel.spending(OneYear(2019), 2019)
    fitted = SHIPPED.execution
    for year, spending in panels.items():
        rows = execution_pool.features(spending, execution_pool.cohorts_of(fitted), year)
        assert len(rows) > (2000 if year == 2019 else 30)
        agree(execution_pool.forecast(fitted, rows))


def agree(found):
    budget = found["budget"].to_numpy()[:, None]
    rate = found[NAMES].to_numpy()
    executed = found[[f"executed_{name}" for name in NAMES]].to_numpy() / budget
    final = found[[f"budget_{name}" for name in quantiles.LIMITS]] / budget
    final.columns = [*quantiles.LIMITS]
    for values in (rate, executed, final[["lower95", "lower80", "median", "upper80", "upper95"]]):
        assert (np.diff(values, axis=1) >= -1e-9).all()
    # A quantile lies below 70 % just where the chance to be below is larger than its level.
    low = found["p_below_70"].to_numpy()[:, None]
    levels = np.array(LEVELS)
    apart = abs(low - levels) > 1e-6
    assert ((rate < 0.7) == (low > levels))[apart].all()
    full, none = (found[name].to_numpy()[:, None] for name in ("p_full", "p_none"))
    assert (rate == 1)[(full > 1 - levels + 1e-6)].all()
    assert (rate == 0)[(none > levels + 1e-6)].all()
    assert (executed == 0)[(none > levels + 1e-6)].all()
    # No more is executed than the final budget, at any level; all of it is where the rate is 1.
    at = {name: LEVELS.index(level) for name, level in quantiles.LIMITS.items()}
    for name, place in at.items():
        assert (executed[:, place] <= final[name] + 1e-6).all()
    # P(outturn > r x b) is at most P(rate > r) + P(budget > b), and as much from below.
    nearest = LEVELS.index(0.95), LEVELS.index(0.05)
    assert (executed[:, nearest[0]] <= rate[:, at["upper95"]] * final["upper95"] + 1e-6).all()
    assert (executed[:, nearest[1]] >= rate[:, at["lower95"]] * final["lower95"] - 1e-6).all()
    falls, rises = found["p_fall"], found["p_rise"]
    assert ((falls + rises) <= 1 + 1e-9).all()
    assert (final["lower80"] < 1)[falls > 0.1 + 1e-6].all()
    assert (final["upper80"] > 1)[rises > 0.1 + 1e-6].all()
    stays = (falls < 0.1 - 1e-6) & (rises < 0.1 - 1e-6)
    assert (final[["lower80", "upper80"]] == 1)[stays].all(axis=None)
    # The mean outturn is of the mean budget, and what is executed of it.
    assert (found["executed_mean"] <= found["budget_mean"] + 1e-6).all()
    assert (found["budget_mean"] > 0).all()
