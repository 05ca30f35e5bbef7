"""Severity and reason of what the readers of databases, and a corpus, decided."""

from helpers.checks.finding import NOTE, WARNING, Rule

DATA_REMARKS = {
    "duplicate_year": Rule(
        WARNING,
        "同じ年度の行が二つある({row}): {observed}。値の多い方をとった。",
        "One fiscal year has two rows ({row}): {observed}. The fuller one was taken.",
    ),
    "not_in_source": Rule(
        NOTE,
        "「{row}」はこのデータベースには収録されていない。シート自体に無いとは限らない。",
        "“{row}” is not in this database; the printed sheet may still have it.",
    ),
    "past_unread": Rule(
        NOTE,
        "過去のシートの番号「{observed}」({row})は過去のシートを特定できる形でなく、使わなかった。",
        "The number of a past sheet “{observed}” ({row}) does not identify one and was not used.",
    ),
    "file_missing": Rule(
        WARNING,
        "「{row}」のファイルがフォルダーになく、この表は読めない。",
        "The folder has no file “{row}”: this table could not be read.",
    ),
    "outturn_unknown": Rule(
        NOTE,
        "公表年度以降の執行額と翌年度への繰越しが{observed}と書かれている({row})が、まだ決まっていない"
        "ため不明とした。",
        "Outturn and carry-out of a year not yet closed are printed as {observed} ({row}); they "
        "are unknown and were left empty.",
    ),
    "accounts_differ": Rule(
        WARNING,
        "会計別の行の合計{proposed}円は、合計の行({row})の「{column:term}」{observed}円と合わない。"
        "合計の行をとった。",
        "The account rows add up to {proposed} yen, but the total row ({row}) says {observed} for "
        "“{column:term}”; the total was taken.",
    ),
    "total_missing": Rule(
        WARNING,
        "{observed}年度には会計別の行だけがあり({row})、合計の行がないため、予算の表に入れていない。",
        "FY{observed} has account rows only ({row}) and no total: it went into no budget row.",
    ),
    "payments_from_items": Rule(
        WARNING,
        "支出先は「{row}」の費目別金額を足したもので、各ブロックの筆頭の1者だけである。支出先の全体も"
        "集中度も表さない。",
        "Payments are the itemised amounts of “{row}” added up: only the first payee of each "
        "block. They show neither all payees nor how concentrated they are.",
    ),
    "tier_unknown": Rule(
        NOTE,
        "ブロック{observed}は「{row}」になく、直接の支出か再委託か分からない。",
        "“{row}” does not name block {observed}: whether it is paid directly or by another payee "
        "is unknown.",
    ),
    "block_differs": Rule(
        NOTE,
        "ブロックの合計支出額{observed}円({row})と支出先の合計{proposed}円が合わない。",
        "The block's total is {observed} yen ({row}), its payees add up to {proposed}.",
    ),
    "contracts_differ": Rule(
        NOTE,
        "支出先の合計支出額{observed}円({row})と契約の合計{proposed}円が合わない。支出先の合計をとった。",
        "The payee's total is {observed} yen ({row}), its contracts add up to {proposed}; the "
        "total was taken.",
    ),
    "stitched": Rule(
        NOTE,
        "同じ事業の{observed}年公表のシートをつないだ。それぞれの値は最後に印字されたものである。",
        "Sheets of the same project published in {observed} are joined; each value is the last one "
        "printed.",
    ),
    "from_earlier_sheet": Rule(
        NOTE,
        "最後のシートにはこの表がないため、{observed}年公表のシートのものを示す。",
        "The last sheet lacks this table; shown is that of the sheet published in {observed}.",
    ),
    "indicator_dropped": Rule(
        WARNING,
        "{row}年公表のシートまであった指標「{observed}」は、その後のシートにない。",
        "The indicator “{observed}”, last in the sheet published in {row}, is not in the later "
        "sheets.",
    ),
    "direction_changed": Rule(
        WARNING,
        "{row}年公表のシートは指標「{observed}」を「{proposed}」としていたが、その後のシートは逆の向きと"
        "している。後の方をとった。",
        "The sheet published in {row} states “{observed}” as “{proposed}”, later ones the other "
        "way round; the later was taken.",
    ),
    "link_contradicted": Rule(
        WARNING,
        "シート{row}は{observed}の続きとされたが、重なる年度の予算が一つも一致しない。別の事業かもしれない。",
        "Sheet {row} was taken to continue {observed}, but no budget year they share agrees: they "
        "may be different projects.",
    ),
}
"""A remark's rule -> how it speaks."""
