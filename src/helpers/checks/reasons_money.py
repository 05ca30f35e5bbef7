"""Severity and reason of the rules about budget and payments."""

from helpers.checks.finding import ERROR, NOTE, WARNING, Rule

BUDGET = {
    "budget_identity": Rule(
        ERROR,
        "{year:year}の予算計は{total:million}と印字されているが、当初予算・補正予算・前年度からの"
        "繰越し・翌年度への繰越し・予備費等を足すと{sum:million}になり、四捨五入では説明できない。",
        "The net budget of {year:year} is printed as {total:million}, but initial, supplementary, "
        "carried in, carried out and reserve add up to {sum:million}; rounding does not explain "
        "the difference.",
    ),
    "negative_lost": Rule(
        WARNING,
        "{year:year}の予算計{total:million}は内訳の合計{sum:million}より少ない。2015・2016年度公表の"
        "シートでは負の数が0として記録されており、内訳のどれかの負の値{gap:million}が失われたと"
        "考えられる。予算計は正しいとみてよい。",
        "The net budget of {year:year}, {total:million}, is below the sum of its parts, "
        "{sum:million}. Sheets published in 2015 and 2016 recorded negative numbers as 0, so "
        "{gap:million} were probably lost from one of the parts; the total can be relied on.",
    ),
    "negative_lost.carried": Rule(
        WARNING,
        "{year:year}の予算計{total:million}は内訳の合計{sum:million}より少なく、その差は"
        "{next_year:year}の前年度からの繰越し{following:million}に等しい。2015・2016年度公表の"
        "シートで0として記録された翌年度への繰越しは{gap:million}だったと考えられる。",
        "The net budget of {year:year}, {total:million}, is below the sum of its parts, "
        "{sum:million}, by what {next_year:year} carried in ({following:million}). Sheets "
        "published in 2015 and 2016 recorded negative numbers as 0: the carry-out was probably "
        "{gap:million}.",
    ),
    "negative_lost.vintage": Rule(
        WARNING,
        "{year:year}の予算計{total:million}は内訳の合計{sum:million}より{gap:million}だけ少なく、"
        "{other}年公表のシートの{part:term}がちょうどその分を埋める。2015・2016年度公表のシートでは負の数が"
        "0として記録されている。",
        "The net budget of {year:year}, {total:million}, differs from the sum of its parts, "
        "{sum:million}, by {gap:million}, which is what the sheet published in {other} prints "
        "under “{part:term}”. Sheets published in 2015 and 2016 recorded negative numbers as 0.",
    ),
    "carry_out_sign": Rule(
        WARNING,
        "{year:year}の翌年度への繰越しが正の値{value:million}で印字されている。繰越しはその年度の"
        "予算から差し引かれるもので、負の値のはずである。",
        "What {year:year} carried out is printed as a positive number, {value:million}. A "
        "carry-out is taken off the year's budget and should be negative.",
    ),
    "carry_out_sign.added": Rule(
        WARNING,
        "{year:year}の翌年度への繰越しが正の値{value:million}で印字され、予算計{total:million}に"
        "足されている。差し引くのが正しく、予算計は{net:million}になる。",
        "What {year:year} carried out is printed as a positive number, {value:million}, and the "
        "net budget of {total:million} adds it. Taken off, as it should be, the net budget is "
        "{net:million}.",
    ),
    "carry_out_sign.misplaced": Rule(
        WARNING,
        "{year:year}の翌年度への繰越しが正の値{value:million}で印字され、予算計{total:million}に"
        "足されている。差し引くと予算計が負になるので、ほかの欄の値と考えられる。",
        "What {year:year} carried out is printed as a positive number, {value:million}, and the "
        "net budget of {total:million} adds it. Taken off, it would leave less than nothing: the "
        "number probably belongs in another column.",
    ),
    "executed_over_budget": Rule(
        ERROR,
        "{year:year}の執行額{executed:million}が予算計{net:million}を5 %を超えて上回り、"
        "歳出予算現額{gross:million}をも上回る。予算を超えて支出することはできない。",
        "The {executed:million} executed in {year:year} exceed the net budget of {net:million} by "
        "more than 5 %, and the gross budget of {gross:million} too. No more can be spent than "
        "the budget in force.",
    ),
    "executed_over_budget.slightly": Rule(
        WARNING,
        "{year:year}の執行額{executed:million}が予算計{net:million}を上回る(歳出予算現額"
        "{gross:million})。繰越しの扱いか小さな誤りが考えられる。",
        "The {executed:million} executed in {year:year} exceed the net budget of {net:million} "
        "(gross budget {gross:million}): carry-over treated differently, or a small slip.",
    ),
    "executed_over_budget.branch": Rule(
        NOTE,
        "{year:year}に{executed:million}が執行されているが、枝番のシートなので予算は親のシート{parent}に"
        "ある。",
        "In {year:year} {executed:million} were executed; the budget stands in the parent sheet "
        "{parent}, of which this is a branch.",
    ),
    "executed_over_budget.no_budget": Rule(
        WARNING,
        "{year:year}に{executed:million}が執行されているが、予算の欄はすべて0である。予算は他の府省庁か"
        "他のシートにあるか、記載されていない。",
        "In {year:year} {executed:million} were executed, but every budget amount is 0: the budget "
        "stands with another ministry or sheet, or is not given.",
    ),
    "executed_missing": Rule(
        WARNING,
        "{year:year}はすでに締まっているが執行額がない(予算計{net:million})。この年度の執行率は分からない。",
        "{year:year} is closed but has no amount executed (net budget {net:million}): its "
        "execution rate is unknown.",
    ),
    "executed_missing.zero": Rule(
        NOTE,
        "{year:year}の執行額は予算計{net:million}に対し0と記録されている。このデータベースは「-」も0と"
        "記録するので、執行がなかったのか不明なのかは区別できない。",
        "For {year:year} 0 is recorded as executed of {net:million}. This database records “-” as "
        "0 too, so nothing executed and unknown cannot be told apart.",
    ),
    "unit_slip": Rule(
        ERROR,
        "{year:year}の金額は{other}年公表のシートの{factor}倍になっている(予算計{net:million})。"
        "どちらかのシートが単位を取り違えたと考えられる。",
        "The amounts of {year:year} are {factor} times those in the sheet published in {other} "
        "(net budget {net:million}): one of the two sheets probably mistook the unit.",
    ),
    "request_cut": Rule(
        NOTE,
        "{year:year}は{requested:million}の要求に対し当初予算は{initial:million}で、要求の"
        "{share:percent}にとどまった。",
        "For {year:year} {requested:million} were requested and {initial:million} granted, "
        "{share:percent} of the request.",
    ),
    "granted_over_request": Rule(
        NOTE,
        "{year:year}の当初予算{initial:million}は要求額{requested:million}を上回る。",
        "The initial budget of {year:year}, {initial:million}, is more than the "
        "{requested:million} requested.",
    ),
    "request_not_given": Rule(
        NOTE,
        "{year:year}の要求額は0と記録されているが、当初予算{initial:million}が付いている。要求額が記載されて"
        "いないときも0と記録されるので、0円の要求ではなく不明とみなし、要求額としては使わない。",
        "For {year:year} 0 is recorded as requested, but {initial:million} were granted. A request "
        "that is not given is recorded as 0 too: it is taken as unknown, and not used as a request "
        "of nothing.",
    ),
    "request_ignores_outturn": Rule(
        NOTE,
        "要求の時点で最後に締まっていた{closed:year}の執行は予算計{net:million}のうち"
        "{executed:million}({share:percent})だったが、{year:year}には{requested:million}が要求された"
        "({closed:year}の当初予算{granted:million}の{ratio:times}倍)。",
        "In {closed:year}, the last year closed when the request was made, {executed:million} of "
        "{net:million} were executed ({share:percent}); yet {requested:million} were requested "
        "for {year:year}, {ratio:times} times the initial {granted:million} of {closed:year}.",
    ),
    "zero_year": Rule(
        NOTE,
        "{year:year}の金額はすべて0と印字されている。0円の年度ではなく、事業のなかった年度である"
        "ことが多い。",
        "Every amount of {year:year} is printed as 0. That mostly means that the project did not "
        "exist in that year, not that it cost nothing.",
    ),
    "zero_year.before_start": Rule(
        NOTE,
        "{year:year}の金額はすべて0と印字されているが、事業の開始年度は{start}年であり、"
        "事業のなかった年度である。",
        "Every amount of {year:year} is printed as 0, but the project only started in {start}: "
        "there was no such year.",
    ),
    "budget_year_gap": Rule(
        NOTE,
        "予算・執行の表は{first:year}から{last:year}までだが、{missing:years}の行がない。",
        "The budget table runs from {first:year} to {last:year}, but has no row for "
        "{missing:years}.",
    ),
}

PAYMENTS = {
    "payments_partly_named": Rule(
        NOTE,
        "{year:year}に支出先が示されているのは執行額{executed:million}のうち{named:million}"
        "({share:percent})で、残りの行き先はシートから分からない。",
        "For {year:year} payees are named for {named:million} of the {executed:million} executed "
        "({share:percent}); the sheet does not say where the rest went.",
    ),
    "payments_missing": Rule(
        NOTE,
        "執行額があるのに支出先が一つも示されていない年度がある: {years:years}。",
        "Money was executed but no payee is named in these years: {years:years}.",
    ),
    "payments_over_executed": Rule(
        WARNING,
        "{year:year}の支出先の合計{most:million}が執行額{executed:million}を上回る"
        "({ratio:percent})。再委託が二重に数えられているか、他の財源を含むか、誤りである。",
        "The payments named for {year:year}, {most:million}, exceed the {executed:million} "
        "executed ({ratio:percent}): money passed on is counted twice, other funds are included, "
        "or a number is wrong.",
    ),
    "payments_over_executed.block": Rule(
        ERROR,
        "{year:year}のブロック{block}の支出先の合計{most:million}だけで執行額{executed:million}を"
        "10 %を超えて上回る({ratio:percent})。",
        "The payments of block {block} alone, {most:million}, exceed the {executed:million} "
        "executed in {year:year} by more than 10 % ({ratio:percent}).",
    ),
    "payments_over_executed.payee": Rule(
        ERROR,
        "{year:year}の「{payee}」への支出{amount:million}だけで執行額{executed:million}を"
        "10 %を超えて上回る。",
        "In {year:year} the payment to “{payee}” alone, {amount:million}, exceeds the "
        "{executed:million} executed by more than 10 %.",
    ),
    "payments_over_executed.payee_slightly": Rule(
        WARNING,
        "{year:year}の「{payee}」への支出{amount:million}だけで執行額{executed:million}を上回る。",
        "In {year:year} the payment to “{payee}” alone, {amount:million}, exceeds the "
        "{executed:million} executed.",
    ),
    "duplicate_payee": Rule(
        NOTE,
        "同じ支出先が、全角・半角、大文字・小文字、空白のちがう{count}通りの表記で示されている: "
        "{names:listed}。",
        "One payee is printed in {count} spellings that differ by width, case or blanks: "
        "{names:listed}.",
    ),
    "duplicate_payee.form": Rule(
        NOTE,
        "法人の種類の有無や書き方だけがちがう{count}通りの表記がある: {names:listed}。同じ支出先と"
        "考えられる。",
        "{count} spellings differ only by how the legal form is written or left out, and are "
        "probably one payee: {names:listed}.",
    ),
    "duplicate_payee.forms": Rule(
        NOTE,
        "法人の種類({forms:listed})だけがちがう{count}通りの表記がある: {names:listed}。"
        "種類の変わった同じ支出先か、別の支出先である。",
        "{count} spellings differ by their legal form ({forms:listed}): {names:listed}. They are "
        "one payee whose form changed, or two payees.",
    ),
    "corporate_number_invalid": Rule(
        WARNING,
        "「{payee}」の法人番号「{number}」は{length}字で、13桁の数字ではない。",
        "The corporate number “{number}” of “{payee}” has {length} characters and is not a number "
        "of 13 digits.",
    ),
    "corporate_number_invalid.check": Rule(
        WARNING,
        "「{payee}」の法人番号{number}は検査用数字(先頭の桁)が合わない。後の12桁からは{digit}になる。",
        "The check digit of the corporate number {number} of “{payee}” is wrong: the other twelve "
        "digits call for {digit} in front.",
    ),
}
