#!/usr/bin/env bash
# Two date parsers read an era year as a western one, thirty years and more off, without a word.
#
# dateparser 1.5.0, in its default setting: "H30.4.1", the usual short form of 平成30年4月1日
# (1 April 2018), is 2030-04-01. Told that the text is Japanese (languages=["ja"]) it gives None, and
# so it does for the long form, both right to leave alone.
# python-dateutil 4.0.0 with fuzzy=True, which is meant to skip what it does not know: 平成31年3月31日
# (31 March 2019) is 2031-03-31. The plain call refuses it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  dateparser==1.5.0 python-dateutil==4.0.0
cd "$folder"
venv/bin/python - <<'PY'
import datetime
import warnings

import dateparser
import dateutil.parser

warnings.simplefilter("ignore")
short, long = "H30.4.1", "平成31年3月31日"
seen = [
    dateparser.parse(short),
    dateparser.parse(short, languages=["ja"]),
    dateparser.parse(long),
    dateutil.parser.parse(long, fuzzy=True),
]
print(*seen, sep="\n")
assert seen[0] == datetime.datetime(2030, 4, 1)
assert seen[1] is None and seen[2] is None
assert seen[3] == datetime.datetime(2031, 3, 31)
try:
    dateutil.parser.parse(long)
except dateutil.parser.ParserError as error:
    print(error)
else:
    raise AssertionError("dateutil no longer refuses it without fuzzy")
PY
