#!/usr/bin/env bash
# A cell of an Excel book that shows an era year only (令和元年, number format [$-411]ggge"年") is read
# as the serial number of its day, 43586, by openpyxl, by python-calamine, and by pandas over either.
# The same day in a format that also names month and day (ggge"年"m"月"d"日") comes as a date.
#
# Seen with openpyxl 3.1.5, python-calamine 0.9.1, pandas 3.1.1. openpyxl takes a format for one of a
# date where one of the letters d, m, h, y, s stands in it; g and e, which mean era and era year, are
# not among them. No reader warns. Ministries' older review sheets are Excel books, and
# such a year reads as a plausible count. Output seen: 43586 four times, then 2019-05-01 four times.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  openpyxl==3.1.5 python-calamine==0.9.1 pandas==3.1.1
cd "$folder"
venv/bin/python - <<'PY'
import datetime
import warnings

import openpyxl
import pandas
import python_calamine

warnings.simplefilter("ignore")  # pandas announces another default engine
book = openpyxl.Workbook()
for row, form in enumerate(('[$-411]ggge"年"', '[$-411]ggge"年"m"月"d"日"'), 1):
    book.active.cell(row, 1, datetime.datetime(2019, 5, 1)).number_format = form
book.save("era.xlsx")

sheet = openpyxl.load_workbook("era.xlsx").active
calamine = python_calamine.load_workbook("era.xlsx").get_sheet_by_index(0).to_python()
frames = [
    pandas.read_excel("era.xlsx", header=None, engine=engine)[0].tolist()
    for engine in ("openpyxl", "calamine")
]
for row, expected in enumerate((43586, datetime.date(2019, 5, 1))):
    seen = [sheet.cell(row + 1, 1).value, calamine[row][0], *(frame[row] for frame in frames)]
    seen = [x.date() if isinstance(x, datetime.datetime) else x for x in seen]
    print(*seen)
    assert seen == [expected] * 4, seen
PY
