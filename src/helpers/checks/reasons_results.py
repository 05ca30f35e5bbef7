"""Severity and reason of the rules about target years, outcomes and outputs."""

from helpers.checks.finding import ERROR, NOTE, WARNING, Rule

TARGETS = {
    "target_year_era": Rule(
        WARNING,
        "目標年度は{printed}年度と印字されているが、シートの公表年度や事業の時期に合わない。"
        "平成と令和を読み違えたもので{meant}年度を指すと考えられるが、文中に証拠はない。",
        "The target year is printed as {printed}, which does not fit the sheet's or the project's "
        "time. Probably one of the eras Heisei and Reiwa was read as the other and {meant} is "
        "meant; the text does not prove it.",
    ),
    "target_year_era.proved": Rule(
        ERROR,
        "目標年度は{printed}年度と印字されているが、成果目標・成果指標の文は「{proof}」"
        "({meant}年度)と述べている。平成と令和を読み違え、30年ずれている。",
        "The target year is printed as {printed}, but the goal or indicator itself says “{proof}”, "
        "which is {meant}: one of the eras Heisei and Reiwa was read as the other, 30 years off.",
    ),
    "target_year_era.vintage": Rule(
        ERROR,
        "目標年度は{printed}年度と印字されているが、{other}年公表のシートの同じ指標は{meant}年度と"
        "印字している。平成と令和を読み違え、30年ずれている。",
        "The target year is printed as {printed}, but the sheet published in {other} prints "
        "{meant} for the same indicator: one of the eras Heisei and Reiwa was read as the other, "
        "30 years off.",
    ),
    "target_year_era.near": Rule(
        ERROR,
        "目標年度は{printed}年度と印字されているが、{other}年公表のシートの同じ指標は{other_year}年度と"
        "印字している。30年も離れることはなく、平成と令和の読み違えを正すと{meant}年度になる。",
        "The target year is printed as {printed}, but the sheet published in {other} prints "
        "{other_year} for the same indicator. No target moves by thirty years: with the eras "
        "Heisei and Reiwa read the other way round it is {meant}.",
    ),
    "target_year_era.dates": Rule(
        ERROR,
        "目標年度は{printed}年度と印字されているが、{start}年に始まった事業の目標としては合わない。平成と"
        "令和の読み違えを正すと{meant}年度になり、合う。",
        "The target year is printed as {printed}, which does not fit a project begun in {start}. "
        "With the eras Heisei and Reiwa read the other way round it is {meant}, which does.",
    ),
    "target_year_impossible": Rule(
        ERROR,
        "目標年度{printed}年度はありえない。西暦が元号の年数として読まれたとみられるが、"
        "どの年を指すかはシートからは決まらない。",
        "The target year {printed} is impossible. A western year was probably read as the number "
        "of an era year, but the sheet does not settle which year is meant.",
    ),
    "target_year_impossible.meant": Rule(
        ERROR,
        "目標年度{printed}年度はありえない。西暦{meant}年が元号の年数として読まれたと考えられるが、"
        "文中に証拠はない。",
        "The target year {printed} is impossible. Probably the western year {meant} was read as "
        "the number of an era year; the text does not prove it.",
    ),
    "target_year_impossible.proved": Rule(
        ERROR,
        "目標年度{printed}年度はありえない。成果目標・成果指標の文は「{proof}」と述べており、"
        "西暦{meant}年が元号の年数として読まれた。",
        "The target year {printed} is impossible. The goal or indicator itself says “{proof}”: the "
        "western year {meant} was read as the number of an era year.",
    ),
    "target_year_impossible.vintage": Rule(
        ERROR,
        "目標年度{printed}年度はありえない。{other}年公表のシートの同じ指標は{meant}年度と印字しており、"
        "西暦{meant}年が元号の年数として読まれた。",
        "The target year {printed} is impossible. The sheet published in {other} prints {meant} "
        "for the same indicator: the western year was read as the number of an era year.",
    ),
    "target_year_impossible.near": Rule(
        ERROR,
        "目標年度{printed}年度はありえない。西暦{meant}年が元号の年数として読まれたとすれば、{other}年公表の"
        "シートの同じ指標の{other_year}年度に近い。",
        "The target year {printed} is impossible. As the western year {meant}, read as the number "
        "of an era year, it is near the {other_year} that the sheet published in {other} prints "
        "for the same indicator.",
    ),
    "target_year_impossible.dates": Rule(
        ERROR,
        "目標年度{printed}年度はありえない。西暦{meant}年が元号の年数として読まれたとすれば、{start}年に"
        "始まり{end}年に終わる事業の期間に入る。",
        "The target year {printed} is impossible. As the western year {meant}, read as the number "
        "of an era year, it lies within the project's time, {start} to {end}.",
    ),
    "target_year_before_start": Rule(
        WARNING,
        "目標年度{printed}年度が事業の開始年度{start}年より前であり、元号の読み違えでは説明できない。",
        "The target year {printed} is before the project's start in {start}, and no misread era "
        "explains it.",
    ),
    "target_year_past": Rule(
        NOTE,
        "目標年度{printed}年度は、シートの公表年度{published}年にはすでに過ぎている。",
        "The target year {printed} had passed when the sheet was published in {published}.",
    ),
}

INDICATORS = {
    "indicator_year_gap": Rule(
        NOTE,
        "この指標の表は{first:year}から{last:year}までだが、{missing:years}の行がない。",
        "The indicator's table runs from {first:year} to {last:year}, but has no row for "
        "{missing:years}.",
    ),
    "output_in_money": Rule(
        WARNING,
        "活動指標の単位は「{unit}」で、実績は比べられる{compared}年度のうち{equal}年度で執行額に"
        "等しいか5 %以内で並ぶ(実績 / 執行額、百万円: {pairs:pairs})。支出を言い換えたもので、"
        "活動の量を測っていない。",
        "This output is measured in “{unit}”, and its actual equals the amount executed, or "
        "comes within 5 %, in {equal} of {compared} comparable years (actual / executed in million "
        "yen: {pairs:pairs}): it restates spending and is no measure of activity.",
    ),
    "actual_missing": Rule(
        NOTE,
        "締まったばかりの{years:years}の実績がない。翌年のシートで埋まることが多い。",
        "The actual of {years:years}, the latest closed year, is missing; the next sheet often "
        "fills it in.",
    ),
    "actual_missing.earlier": Rule(
        WARNING,
        "すでに締まった年度の実績がない: {years:years}。",
        "Actuals of closed years are missing: {years:years}.",
    ),
    "actual_missing.never": Rule(
        WARNING,
        "締まった年度({years:years})のどれにも実績がなく、この指標では進み具合を測れない。",
        "No closed year ({years:years}) has an actual: this indicator cannot show progress.",
    ),
    "outcome_missing": Rule(
        WARNING,
        "このシートには成果指標(アウトカム)がなく、何を達成するかを測れない。",
        "The sheet has no outcome indicator: what the project achieves cannot be measured.",
    ),
    "outcome_without_target": Rule(
        WARNING,
        "この成果指標には目標値がなく、実績が十分かどうかを判断できない。",
        "This outcome has no target, so nothing says whether its actuals are enough.",
    ),
    "outcome_without_target.yearly": Rule(
        WARNING,
        "この成果指標には年度ごとの目標({years:years})だけがあり、いつまでにどこに達するかという目標値がない。",
        "This outcome has targets for single years only ({years:years}), and none that says where "
        "it is to be in the end.",
    ),
    "expected_missing": Rule(
        NOTE,
        "この成果指標にはどの年度にも当初見込みがなく、途中の進み具合を目標と比べられない。",
        "This outcome has no expected value for any year, so progress on the way to the target "
        "cannot be compared.",
    ),
    "target_approximate": Rule(
        NOTE,
        "成果目標の文は目標値に「約」を付けているが、表の目標値はその数ちょうどとして扱われる。",
        "The goal says that the target is an approximate number; as printed it counts as exact.",
    ),
    "goal_names_more": Rule(
        NOTE,
        "成果目標の文にある{numbers:values}{unit}は、表の目標値にも見込みや実績にもない。"
        "別の目標なら、それを追う指標がない。基準や途中の値のこともある。",
        "{numbers:values} {unit} in the words of the goal is neither a target nor a value of any "
        "outcome here: if a target of its own, nothing follows it; it may also be a base or an "
        "interim value.",
    ),
    "percent_over_100": Rule(
        NOTE,
        "単位が%の値が100を超える({years:years}、最大{value})。達成率や伸び率ならありうるが、"
        "割合なら誤りである。",
        "A value in per cent is above 100 ({years:years}, at most {value}): possible for a "
        "rate of achievement or growth, wrong for a share.",
    ),
}

STATED = {
    "achievement_differs": Rule(
        WARNING,
        "{years:years}の達成率が、印字された実績÷目標×100と合わない({year:year}は実績{actual}、目標"
        "{expected}で{rate:percent}のはずだが、{achievement} %と印字)。どれかの値を確かめる必要が"
        "ある。",
        "The rate of achievement of {years:years} is not the printed actual / target x 100 "
        "({year:year}: {actual} of {expected} is {rate:percent}, printed is {achievement} %): one "
        "of the values should be looked at.",
    ),
    "achievement_differs.inverted": Rule(
        WARNING,
        "{years:years}の達成率が逆向きに計算されている({year:year}は実績{actual}、目標{expected}に対し"
        "{achievement} %と印字)。このシステムの達成率は実績÷目標×100で、下がると良い指標でも逆に"
        "しない。",
        "The rate of achievement of {years:years} is turned round ({year:year}: actual {actual}, "
        "target {expected}, printed {achievement} %). The system's rate is actual / target x 100, "
        "also where less is better.",
    ),
    "achievement_differs.share": Rule(
        WARNING,
        "{years:years}の達成率{achievement}は、%でなく1に対する割合で印字されているとみられる({year:year}は"
        "実績{actual}、目標{expected}で{rate:percent})。",
        "The rate of achievement of {years:years}, {achievement}, seems to be printed as a share "
        "of 1, not in per cent ({year:year}: {actual} of {expected} is {rate:percent}).",
    ),
    "direction_against_targets": Rule(
        NOTE,
        "「{direction:stated}」とされているが、年ごとの目標値は逆の向きに動き続けている({targets:values})。年ごとの"
        "量で、対象が減っていく(増えていく)指標ならありうる。",
        "Stated as “{direction:stated}”, but the targets of the years move the other way "
        "throughout ({targets:values}): possible where each year has its own amount of work, to be "
        "looked at otherwise.",
    ),
    "direction_against_goal": Rule(
        WARNING,
        "「{direction:stated}」とされているが、成果目標・成果指標の文は「{words}」と述べている。向きか文のどちらかを"
        "確かめる必要がある。",
        "Stated as “{direction:stated}”, but the goal or indicator says “{words}”: one of the two "
        "should be looked at.",
    ),
    "direction_differs": Rule(
        WARNING,
        "「{direction:stated}」とされているが、名前と単位が同じ指標「{other}」は逆の向きとされている。",
        "Stated as “{direction:stated}”, but “{other}”, of the same name and unit, is stated the "
        "other way round.",
    ),
    "result_missing": Rule(
        NOTE,
        "定性的な成果目標だが、成果実績の記述がない。",
        "A qualitative outcome for which the sheet reports no result.",
    ),
}
