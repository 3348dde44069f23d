"""What tests in the browser do on the map: open it, find a place of tests/map_places.py on the screen, click there."""

from playwright.sync_api import Page, expect

from tests import map_places

QUERY = f"campaign={map_places.CODE}"
# Xuanwu with everything on that lies there
CLOSE = "#15/32.0505/118.8005/regions,source-areas,outfalls"


def opened(page: Page, address: str, hash_: str = "", query: str = QUERY) -> None:
    page.goto(f"{address}/map?{query}{hash_}")
    expect(page.locator("#map[data-drawn]")).to_be_visible()


def spot(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place is on the screen."""
    box = page.locator("#map").bounding_box()
    x, y = page.evaluate("at => { const p = dubangMap.map.latLngToContainerPoint(at); return [p.x, p.y]; }", [lat, lon])
    return box["x"] + x, box["y"] + y


def click(page: Page, lon: float, lat: float) -> None:
    page.mouse.click(*spot(page, lon, lat))
