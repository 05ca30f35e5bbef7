#!/usr/bin/env bash
# A number that stands in a Jinja2 template as a constant is formatted by its filter when the template
# is compiled, not when it is rendered: a filter that asks Babel for the locale of now gives every later
# reader the number of the first one. A number that is handed in is formatted anew each time.
#
# Seen with jinja2 3.1.6 and babel 2.17.0: "{{ 1234.5|amount }} {{ given|amount }}", compiled while the
# locale is German and rendered in German, English and Swiss German, gives "1.234,5 1.234,5",
# "1.234,5 1,234.5" and "1.234,5 1’234.5". Environment(optimized=False) changes nothing of it; a filter
# marked @pass_context is asked each time.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  jinja2==3.1.6 babel==2.17.0
cd "$folder"
venv/bin/python - <<'PY'
from babel.numbers import format_decimal
from jinja2 import Environment, pass_context

locale = "de_DE"


def amount(value):
    return format_decimal(value, locale=locale)


@pass_context
def told(context, value):
    return amount(value)


def rendered(environment):
    """What one compiled template gives to readers of three locales."""
    global locale
    locale = "de_DE"
    template = environment.from_string("{{ 1234.5|amount }} {{ given|amount }}")
    seen = []
    for locale in ("de_DE", "en_US", "de_CH"):
        seen.append(template.render(given=1234.5))
    return seen


plain, unoptimised, aware = Environment(), Environment(optimized=False), Environment()
plain.filters["amount"] = unoptimised.filters["amount"] = amount
aware.filters["amount"] = told
print(rendered(plain), rendered(unoptimised), rendered(aware), sep="\n")
first = ["1.234,5 1.234,5", "1.234,5 1,234.5", "1.234,5 1’234.5"]
assert rendered(plain) == rendered(unoptimised) == first
assert rendered(aware) == ["1.234,5 1.234,5", "1,234.5 1,234.5", "1’234.5 1’234.5"]
PY
