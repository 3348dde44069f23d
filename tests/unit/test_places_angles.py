"""Degrees however they are written."""

import pytest

from data.places import angles
from data.places.headers import field_of, meaning
from data.places.located import corners, wkt

NANJING = 118 + 46 / 60 + 12.5 / 3600


@pytest.mark.parametrize(
    "text",
    [
        "118.77013888888889", "118°46′12.5″", "118-46-12.5", "118 46 12.5", "E118°46′12.5″", "118°46'12.5\"E", "东经118度46分12.5秒",
        "１１８°４６′１２．５″", "118º46’12.5”", "118：46：12.5", "经度 118°46′12.5″", "118°46′12.5''", "118°46.208333333333336′",
    ],
)  # fmt: skip
def test_every_spelling_is_the_same_longitude(text: str) -> None:
    found = angles.angle(text)
    assert found is not None and found.problem is None
    assert found.value == pytest.approx(NANJING, abs=1e-9)


@pytest.mark.parametrize(("text", "value"), [("W1°30′", -1.5), ("南纬32°30′", -32.5), ("-118.5", -118.5), ("118,77", 118.77)])
def test_signs_and_decimal_commas(text: str, value: float) -> None:
    found = angles.angle(text)
    assert found is not None and found.value == pytest.approx(value)


def test_minutes_and_seconds_of_sixty_are_told() -> None:
    assert angles.angle("118°76′12″").problem == "minutes"  # type: ignore[union-attr]
    assert angles.angle("118°46′75″").problem == "seconds"  # type: ignore[union-attr]
    assert angles.of_columns("118", "60", "0").problem == "minutes"  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["", "abc", "118.5°30′", "118°46′12.5″32°3′", "118#2", "1e5x", "°"])
def test_what_is_no_angle(text: str) -> None:
    assert angles.angle(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "118.5,32.25", "118.5 32.25", "118.5，32.25", "118.5、32.25", "（118.5，32.25）", "东经118°30′，北纬32°15′", "北纬32°15′ 东经118°30′",
        "E118°30′N32°15′", "32°15′N,118°30′E", "118 30 0 32 15 0", "118°30′0″32°15′0″", "118°30′/32°15′",
    ],
)  # fmt: skip
def test_one_cell_holds_longitude_and_latitude(text: str) -> None:
    found = angles.pair(text)
    assert found is not None
    assert (found[0].value, found[1].value) == pytest.approx((118.5, 32.25))


def test_three_columns_make_an_angle() -> None:
    found = angles.of_columns("118", "46", "12.5")
    assert found is not None and found.value == pytest.approx(NANJING)
    assert angles.of_columns("118.0", "30.0", "").value == pytest.approx(118.5)  # type: ignore[union-attr]
    assert angles.of_columns("a", "1", "2") is None


def test_corners_in_one_cell() -> None:
    square = [(118.1, 32.1), (118.2, 32.1), (118.2, 32.2)]
    assert corners("118.1,32.1;118.2,32.1；118.2,32.2") == square
    assert corners("1、118.1,32.1\n2、118.2,32.1\n3、118.2,32.2") == square
    assert corners("(118.1,32.1)、(118.2,32.1)、(118.2,32.2)") == square
    assert corners("118.1,32.1,0 118.2,32.1,0") is None
    assert corners("118.1,32.1;不清楚") is None


def test_well_known_text() -> None:
    assert wkt("POINT Z (118.5 32.25 7)") == {"type": "Point", "coordinates": [118.5, 32.25, 7]}
    assert wkt("polygon((1 2,3 4,5 6,1 2),(1 1,2 2,3 1,1 1))") == {
        "type": "Polygon",
        "coordinates": [[[1, 2], [3, 4], [5, 6], [1, 2]], [[1, 1], [2, 2], [3, 1], [1, 1]]],
    }
    assert wkt("LINESTRING EMPTY") == {"type": "LineString", "coordinates": []}
    assert wkt("POLYGON ((1 2, 3 4") is None
    assert wkt("DROP TABLE") is None


def test_headers_of_each_layer() -> None:
    assert field_of("经度 / 度", "outfall") == "lon_d"
    assert field_of("纬度（°）", "section") == "lat"
    assert field_of("X坐标(m)", "outfall") == "x"
    assert field_of("级别", "zone") == "grade"
    assert field_of("水源地名称", "source_area") == "name"
    assert field_of("水源地名称", "zone") == "source_area"
    assert field_of("OUTFALL_NAME", "outfall") == "name"
    assert field_of("风马牛", "zone") is None


@pytest.mark.parametrize("word", ["劣Ⅴ", "劣V类", "劣五类", "inferior", "Inferior V"])
def test_spellings_of_the_worst_class(word: str) -> None:
    assert meaning("quality", word) == "inferior"


@pytest.mark.parametrize(("word", "grade"), [("Ⅲ类", "III"), ("III", "III"), ("三类", "III"), ("Ⅰ类", "I"), ("5类", "V"), ("六类", None)])
def test_spellings_of_classes(word: str, grade: str | None) -> None:
    assert meaning("quality", word) == grade
