"""Severity and reason of what a reader decided, and of declared corrections."""

from helpers.checks.finding import ERROR, NOTE, WARNING, Rule
from helpers.checks.reasons_data import DATA_REMARKS

REMARKS = DATA_REMARKS | {
    "encoding": Rule(
        NOTE,
        "ファイルの文字コードは{proposed}ではなく{observed}だった。",
        "The file is encoded in {observed}, not in {proposed}.",
    ),
    "missing_key": Rule(
        WARNING,
        "ページの頭書きに「{row}」の行がない。",
        "The page's head has no line “{row}”.",
    ),
    "unknown_key": Rule(
        NOTE,
        "「{observed}」({row})は知られていない項目で、読み飛ばした。",
        "“{observed}” ({row}) is no known entry and was left out.",
    ),
    "repeated_key": Rule(
        WARNING,
        "「{observed}」({row})は二度目で、読み飛ばした。",
        "“{observed}” ({row}) repeats an entry and was left out.",
    ),
    "unread_line": Rule(
        WARNING,
        "「{observed}」({row})は読み取れず、表に入れていない。",
        "“{observed}” ({row}) could not be read and went into no table.",
    ),
    "missing_section": Rule(
        WARNING,
        "ページに「{row}」の節がない。",
        "The page has no section “{row}”.",
    ),
    "empty_section": Rule(
        WARNING,
        "「{row}」の節には読める行が一つもない。",
        "The section “{row}” holds no row that can be read.",
    ),
    "missing_column": Rule(
        WARNING,
        "表({row})に「{column:term}」の列がなく、空欄とした。",
        "The table at {row} has no column “{column:term}”; it was left empty.",
    ),
    "money_unit_missing": Rule(
        WARNING,
        "金額の単位が書かれていない({row})ため、百万円とみなした。",
        "No unit of money is printed ({row}); million yen was assumed.",
    ),
    "period_unread": Rule(
        NOTE,
        "事業期間「{observed}」({row})から{column:term}を読み取れなかった。",
        "“{column:term}” could not be read from the period “{observed}” ({row}).",
    ),
    "unnamed_indicator": Rule(
        WARNING,
        "名前のない指標がある({row})。",
        "An indicator has no name ({row}).",
    ),
    "target_unread": Rule(
        WARNING,
        "目標「{observed}」({row})から値と年度を読み取れなかった。",
        "No value and year could be read from the target “{observed}” ({row}).",
    ),
    "text_without_table": Rule(
        WARNING,
        "「{observed}」({row})の後に表がなく、指標として読まなかった。",
        "“{observed}” ({row}) is followed by no table and was not read as an indicator.",
    ),
    "table_without_rows": Rule(
        WARNING,
        "指標「{observed}」({row})の表には見出しだけがあり、行がない。",
        "The table of the indicator “{observed}” ({row}) has a head and no rows.",
    ),
    "cells_differ": Rule(
        WARNING,
        "「{column:term}」の「{observed}」({row})は、同じ指標のほかの行の「{proposed}」と異なる。"
        "先にある方をとった。",
        "“{observed}” under “{column:term}” ({row}) differs from “{proposed}” in another row of "
        "the same indicator; the one that comes first was taken.",
    ),
    "cells_contradict": Rule(
        WARNING,
        "「{column:term}」が、同じ指標の行によって「{proposed}」とも「{observed}」({row})とも書かれている。"
        "どちらかは分からず、書かれていないものとした。",
        "“{column:term}” is both “{proposed}” and “{observed}” ({row}) in the rows of one "
        "indicator: which is meant is unknown, and it counts as not stated.",
    ),
    "cells_partly": Rule(
        NOTE,
        "「{column:term}」の「{proposed}」は指標の一部の行にしか書かれていない({row}は空欄)が、指標全体の"
        "ものとした。",
        "“{proposed}” under “{column:term}” stands in some rows of the indicator only ({row} has "
        "none); it was taken for all of them.",
    ),
    "qualitative_number": Rule(
        WARNING,
        "「{proposed}」({row})は定性的な成果目標とされているが、年度の欄に数値がある({observed})。測った値では"
        "ないとみて、表に入れていない。",
        "“{proposed}” ({row}) is a qualitative goal, yet has numbers in the columns of years "
        "({observed}); they were not taken for measured values and went into no table.",
    ),
    "goal_not_quantified": Rule(
        NOTE,
        "定量的な成果指標はなく、定量的な目標を設定できない理由が書かれている: 「{observed}」。",
        "The sheet has no quantitative outcome and says why none can be set: “{observed}”.",
    ),
    "target_dated": Rule(
        NOTE,
        "目標の期日「{observed}」({row})は{proposed}年度にあり、目標年度を{proposed}年度とした。",
        "The target's date “{observed}” ({row}) lies in FY{proposed}, which was taken for its "
        "year.",
    ),
    "unread_cell": Rule(
        WARNING,
        "「{observed}」({row})は一つの数ではないため、{column:term}を空欄とした。",
        "“{observed}” ({row}) is not one number: “{column:term}” was left empty.",
    ),
    "number_qualified": Rule(
        NOTE,
        "「{observed}」({row})の{column:term}を{proposed}とした。数のほかの語は表に入れていない。",
        "“{column:term}” was taken as {proposed} from “{observed}” ({row}); the words beside the "
        "number went into no table.",
    ),
    "bound_unread": Rule(
        WARNING,
        "「{observed}」({row})は実績の範囲を示すだけで値ではないため、{column:term}を空欄とした。",
        "“{observed}” ({row}) only bounds what was achieved: “{column:term}” was left empty.",
    ),
    "unit_converted": Rule(
        NOTE,
        "「{observed}」({row})は、この指標のほかの値と単位をそろえ、{proposed}に換算した。",
        "“{observed}” ({row}) was converted to {proposed}, the unit of this indicator's other "
        "values.",
    ),
    "unit_alike": Rule(
        NOTE,
        "「{observed}」({row})の単位は、この指標のほかの値の単位と同じとみなした: {proposed}。",
        "The unit of “{observed}” ({row}) was taken for that of this indicator's other values: "
        "{proposed}.",
    ),
    "unit_differs": Rule(
        WARNING,
        "「{observed}」({row})の単位は、この指標のほかの値の単位「{proposed}」と異なり換算できないため、"
        "{column:term}を空欄とした。",
        "The unit of “{observed}” ({row}) cannot be converted to that of this indicator's other "
        "values, “{proposed}”: “{column:term}” was left empty.",
    ),
    "cells_joined": Rule(
        NOTE,
        "行({row})の区切りが多すぎ、区切り記号を文の一部とみなしてつないだ。読み方のうち最初の"
        "ものをとった: {proposed}。",
        "The row {row} has too many cells: a separator was taken for part of the text and cells "
        "were joined. The first of the possible readings was taken: {proposed}.",
    ),
    "sheet_year_inferred": Rule(
        NOTE,
        "ページに公表年度の記載がなく、予算の表から{proposed}年とした。",
        "The page does not say when it was published; {proposed} was inferred from the budget "
        "table.",
    ),
    "sheet_year_differs": Rule(
        WARNING,
        "ファイル名の公表年度{observed}年は、予算の表から考えられる{proposed}年と異なる。",
        "The file's name says that the sheet was published in {observed}; its budget table "
        "suggests {proposed}.",
    ),
}
"""A remark's rule -> how it speaks; a rule without an entry speaks as `OTHER`."""

OTHER = "reader_remark"

REASONS = REMARKS | {
    OTHER: Rule(
        NOTE,
        "シートを読む際に「{name}」の判断があった({row}): 「{observed}」。",
        "The reader decided on “{name}” ({row}): “{observed}”.",
    ),
    "correction": Rule(
        NOTE,
        "{file}の宣言により、印字の値「{observed}」を「{proposed}」に直した: {reason}",
        "Declared in {file}: the printed “{observed}” was set to “{proposed}”: {reason}",
    ),
    "correction_stale": Rule(
        ERROR,
        "{file}の{entry}番目の訂正は「{expect}」を前提とするが、シートの値は「{observed}」なので"
        "適用していない。訂正を見直すか削除すること。",
        "Correction {entry} in {file} expects “{expect}”, but the sheet says “{observed}”: it was "
        "not applied. Review the correction or delete it.",
    ),
    "correction_stale.nowhere": Rule(
        ERROR,
        "{file}の{entry}番目の訂正に当てはまる行がシートにないため、適用していない。訂正を見直すか"
        "削除すること。",
        "Correction {entry} in {file} matches no row of the sheet: it was not applied. Review the "
        "correction or delete it.",
    ),
}
