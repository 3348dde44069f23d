"""The theme of an office document in our colours and typefaces, so that whatever a reader adds goes with what stands there."""

from lxml import etree

from dashboard import theme
from dashboard.exports.fonts import EAST_ASIAN, LATIN

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
# places of a theme -> tokens; statuses keep their colours in every chart
COLOURS = {
    "dk1": "ink",
    "lt1": "surface",
    "dk2": "ink-2",
    "lt2": "status-in-progress",
    "accent1": "brand",
    "accent2": "status-rectified",
    "accent3": "status-due-soon",
    "accent4": "status-overdue",
    "accent5": "status-returned",
    "accent6": "map-kind-3",
    "hlink": "brand",
    "folHlink": "status-returned",
}


def painted(blob: bytes) -> bytes:
    """A theme part with our colours and typefaces."""
    root = etree.fromstring(blob)
    tokens = theme.TOKENS["light"]
    scheme = next(root.iter(f"{{{_A}}}clrScheme"), None)
    if scheme is not None:
        scheme.set("name", "Dubang")
        for name, token in COLOURS.items():
            for colour in scheme.iter(f"{{{_A}}}{name}"):
                for child in list(colour):
                    colour.remove(child)
                etree.SubElement(colour, f"{{{_A}}}srgbClr").set("val", tokens[token].lstrip("#"))
    for fonts in root.iter(f"{{{_A}}}majorFont", f"{{{_A}}}minorFont"):
        for tag, face in (("latin", LATIN), ("ea", EAST_ASIAN)):
            for each in fonts.iter(f"{{{_A}}}{tag}"):
                each.set("typeface", face)
        for each in fonts.findall(f"{{{_A}}}font"):
            if each.get("script") == "Hans":
                each.set("typeface", EAST_ASIAN)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
