"""The fields of a form for a file: a name above, a control, a line about it below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboard.components.filter_bar import dropdown_words
from dashboard.i18n import t


@dataclass(frozen=True, slots=True)
class Fields:
    """``room``: first word of the controls' ids (``{room}-option``, ``{room}-day``); ``words``: whose ``form.<name>``,
    ``form.<name>_about`` and ``form.<name>_placeholder`` they bear; ``values``: the choices so far, by name."""

    room: str
    words: str
    values: dict[str, Any]
    lang: str

    def say(self, key: str) -> str:
        return t(f"{self.words}.form.{key}", self.lang)

    def option_id(self, name: str) -> dict[str, str]:
        """The DOM id of one choice."""
        return {"type": f"{self.room}-option", "name": name}

    def field(self, name: str, control: object, label: bool = False) -> object:
        """``label``: the control is an input, which a label around it names; anything else is a group that bears the name."""
        children = [
            html.Span(self.say(name), className="filter-label"),
            control,
            html.Span(self.say(f"{name}_about"), className="import-hint"),
        ]
        style = f"import-field import-field-{name.replace('_', '-')}"
        if label:
            return html.Label(children, className=style)
        return html.Div(children, className=style, role="group", **{"aria-label": self.say(name)})

    def dropdown(self, name: str, options: list[dict[str, str]], clearable: bool = True) -> object:
        control = dcc.Dropdown(
            id=self.option_id(name),
            options=options,
            value=self.values.get(name),
            clearable=clearable,
            searchable=len(options) > 8,
            placeholder=t("imports.form.choose", self.lang),
            labels=dropdown_words(self.lang),
        )
        return self.field(name, control)

    def text(self, name: str, number: bool = False) -> object:
        control = dcc.Input(
            id=self.option_id(name),
            type="text",
            value=str(self.values.get(name) or ""),
            maxLength=200,
            className="import-input",
            inputMode="numeric" if number else "text",
            autoComplete="off",
            debounce=False,
            placeholder=self.say(f"{name}_placeholder"),
        )
        return self.field(name, control, label=True)

    def day(self, name: str) -> object:
        control = dcc.DatePickerSingle(
            id={"type": f"{self.room}-day", "name": name},
            date=self.values.get(name),
            max_date_allowed=self.values.get("today"),
            display_format="YYYY-MM-DD",
            first_day_of_week=1 if self.lang == "zh-CN" else 0,
            placeholder=t("filters.day", self.lang),
        )
        return self.field(name, control)

    def radio(self, name: str, choices: Sequence[str]) -> object:
        control = dcc.RadioItems(
            id=self.option_id(name),
            options=[{"value": each, "label": self.say(f"{name}_{each}")} for each in choices],
            value=self.values.get(name) or choices[0],
            className="import-radio",
        )
        return self.field(name, control)
