"""What a visitor answers to see whether an opening would be within reach. Nothing of it is kept."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text.languages import LANGUAGES
from deployments.eligibility.rule import SKILLS, Candidate, Held, Rated, Requirements, months_before
from deployments.limits.rule import Span
from officers.models import LanguageLevel
from officers.ranks import Rank, level_of

NOT_ANSWERED = ("", _("Not answered"))
YES_NO = [NOT_ANSWERED, ("yes", _("Yes")), ("no", _("No"))]
HOLDS = {"yes": True, "no": False}
WHOLE_TOUR = _("Answer yes if it is valid from the day of departure to the end of the tour.")
GRADE = _("Your grade, as your certificate states it, if it is valid from the day of departure to the end of the tour.")


class SelfCheckForm(forms.Form):
    """Asks only what the opening requires. Every answer may be left out."""

    def __init__(self, data: Any, *, requirements: Requirements) -> None:
        super().__init__(data, auto_id="check-%s")
        self.requirements = requirements
        if requirements.min_age or requirements.max_age:
            self.fields["age"] = _number(_("Your age on the day of departure"), 16, 99)
        if requirements.min_service_years:
            self.fields["service_years"] = _number(_("Your years of service on the day of departure"), 0, 60)
        if requirements.max_retired_years is not None:
            self.fields["retired_years"] = _number(
                _("If you have retired: years since then, at the end of the tour"), 0, 60
            )
        if requirements.min_rank_level or requirements.max_rank_level:
            self.fields["rank"] = _choice(_("Your rank"), [NOT_ANSWERED, *Rank.choices])
        for asked in requirements.languages:
            for skill, words in SKILLS.items():
                label = _("%(language)s: %(skill)s") % {"language": _capital(asked.language), "skill": words}
                self.fields[f"{asked.language}_{skill}"] = _choice(label, [NOT_ANSWERED, *LanguageLevel.choices])
        for code, name, grades in requirements.qualifications:
            choices = [NOT_ANSWERED, *((grade, grade) for grade in grades), ("no", _("None of these"))]
            self.fields[f"holds_{code}"] = _choice(name, choices if grades else YES_NO, GRADE if grades else WHOLE_TOUR)
        self.fields["conviction"] = _choice(_("Have you been convicted of a criminal offence?"), YES_NO)
        self.fields["investigation"] = _choice(_("Is an investigation open against you?"), YES_NO)

    def candidate(self, tour: Span) -> Candidate:
        """The answers as a candidate, for the days of ``tour``. None where nothing was answered."""
        answers = self.cleaned_data
        return Candidate(
            birth_date=_years_before(tour.first_day, answers.get("age")),
            member_since=_years_before(tour.first_day, answers.get("service_years")),
            retired_on=_years_before(tour.last_day, answers.get("retired_years")),
            rank_level=level_of(answers.get("rank", "")),
            has_conviction=HOLDS.get(answers["conviction"]),
            has_open_investigation=HOLDS.get(answers["investigation"]),
            languages=tuple(self._rated(asked.language) for asked in self.requirements.languages),
            qualifications=tuple(
                Held(code, tour.first_day, None, grade=answers[f"holds_{code}"])
                for code, _name, _grades in self.requirements.qualifications
                if answers[f"holds_{code}"] not in ("", "no")
            ),
        )

    def answered(self) -> set[str]:
        """The codes of findings about which everything was answered. What the form does not ask is not among them."""
        answers = self.cleaned_data
        codes = {"age": "age", "service_years": "service", "retired_years": "retirement", "rank": "rank"}
        codes |= {"conviction": "conviction", "investigation": "investigation"}
        codes |= {f"holds_{code}": f"qualification-{code}" for code, _name, _grades in self.requirements.qualifications}
        for asked in self.requirements.languages:
            codes |= {f"{asked.language}_{skill}": f"language-{asked.language}" for skill in SKILLS}
        missing = {code for field, code in codes.items() if field in self.fields and answers.get(field) in ("", None)}
        return set(codes.values()) - missing

    def _rated(self, language: str) -> Rated:
        return Rated(language, **{skill: int(self.cleaned_data[f"{language}_{skill}"] or 0) for skill in SKILLS})


def _number(label: Any, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=False)


def _choice(label: Any, choices: list[Any], help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, help_text=help_text)


def _capital(language: str) -> str:
    name = str(LANGUAGES[language])
    return name[:1].upper() + name[1:]


def _years_before(day: datetime.date, years: int | None) -> datetime.date | None:
    return None if years is None else months_before(day, 12 * years)
