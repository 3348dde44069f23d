"""The campaigns of the start page: each with the hand-counted figures of its own items, and a card that leads on."""

from dashboard.components.campaign_cards import campaign_cards
from dashboard.view import View
from data.filters import Filters
from data.queries.campaign_list import COLUMNS, campaign_list
from tests import campaign


def _found(scope, store, filters=None):
    return {row["campaign"]: row for row in campaign_list(scope, store, filters or Filters()).to_dict("records")}


def _texts(component) -> list[str]:
    return [each.children for each in component._traverse() if isinstance(getattr(each, "children", None), str)]


def test_every_campaign_has_the_figures_of_its_own_items(small_store) -> None:
    found = _found("all", small_store, Filters(as_of=campaign.AS_OF))
    figures = {code: (row["effective"], row["numerator"], row["denominator"], row["overdue"]) for code, row in found.items()}
    # A2 and B3 are late; of the tasks T4
    assert figures == {campaign.CODE: (12, 6, 12, 2), "xh-task": (4, 1, 4, 1)}
    assert {row["as_of"] for row in found.values()} == {campaign.AS_OF}
    assert found["xh-task"]["kinds"] == ("task",)


def test_a_card_shows_rate_and_parts_and_its_number_that_is_late_leads_to_the_rows(small_store) -> None:
    cards = campaign_cards(campaign_list("all", small_store, Filters(as_of=campaign.AS_OF, campaign=("xh-task",))), View())
    [card] = [each for each in cards.children if "1/4" in _texts(each)]
    texts = _texts(card)
    assert "25.0%" in texts
    assert any(text.startswith("督察整改任务") for text in texts)
    assert "截至 2022年9月30日" in texts
    links = {getattr(each, "href", None): each.children for each in card._traverse() if getattr(each, "href", None)}
    assert links["/progress?campaign=xh-task&rows=overdue"] == "1"
    assert "/progress?campaign=xh-task" in links


def test_a_viewer_sees_only_campaigns_with_items_in_his_region(small_store) -> None:
    found = _found("320500", small_store)
    assert {code: (row["numerator"], row["denominator"]) for code, row in found.items()} == {campaign.CODE: (3, 5)}
    nowhere = campaign_list("500000", small_store, Filters())
    assert list(nowhere.columns) == list(COLUMNS)
    assert nowhere.empty


def test_an_empty_store_has_no_campaign(sqlite_store) -> None:
    assert campaign_list("all", sqlite_store, Filters()).empty
