"""The name under which one payee's spellings meet: width, case, blanks and legal form aside."""

import re
import unicodedata

FORMS = {
    "株式会社": ["(株)"],
    "有限会社": ["(有)"],
    "合同会社": ["(同)", "(合同)"],
    "合資会社": ["(資)", "(合資)"],
    "合名会社": ["(名)", "(合名)"],
    "相互会社": ["(相)"],
    "一般社団法人": ["(一社)"],
    "一般財団法人": ["(一財)"],
    "公益社団法人": ["(公社)"],
    "公益財団法人": ["(公財)"],
    "特例社団法人": ["(特社)"],
    "特例財団法人": ["(特財)"],
    "社団法人": ["(社)"],
    "財団法人": ["(財)"],
    "独立行政法人": ["(独)", "(独法)"],
    "地方独立行政法人": ["(地独)"],
    "国立研究開発法人": ["(国研)", "(研)"],
    "国立大学法人": ["(国大)", "(大)"],
    "公立大学法人": ["(公大)"],
    "大学共同利用機関法人": ["(大共)"],
    "学校法人": ["(学)"],
    "準学校法人": [],
    "医療法人": ["(医)"],
    "医療法人社団": ["(医社)"],
    "医療法人財団": ["(医財)"],
    "社会医療法人": ["(社医)"],
    "社会福祉法人": ["(福)", "(社福)"],
    "宗教法人": ["(宗)"],
    "特定非営利活動法人": ["(特非)", "(NPO)", "NPO法人"],
    "認定特定非営利活動法人": ["認定NPO法人"],
    "監査法人": ["(監)"],
    "有限責任監査法人": [],
    "税理士法人": ["(税)"],
    "弁護士法人": ["(弁)"],
}
"""Legal form -> its other spellings, after NFKC and in upper case (㈱ becomes (株))."""

_FORM_OF = {spelling: form for form, others in FORMS.items() for spelling in [form, *others]}
_FORM = re.compile("|".join(map(re.escape, sorted(_FORM_OF, key=len, reverse=True))))


def payee_key(name: str) -> str:
    """The payee's name in NFKC and upper case, without blanks and without legal forms.

    A name that consists of a legal form alone keeps it: the key of a name with at least one
    visible character is never empty.
    """
    plain = plain_name(name)
    return _FORM.sub("", plain) or plain


def legal_form(name: str) -> str:
    """The first legal form in a payee's name, spelled out (㈱ gives 株式会社); "" without one."""
    found = _FORM.search(plain_name(name))
    return _FORM_OF[found.group()] if found else ""


def plain_name(name: str) -> str:
    """The payee's name in NFKC and upper case, without blanks, with its legal form."""
    return "".join(unicodedata.normalize("NFKC", name).upper().split())
