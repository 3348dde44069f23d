"""What a picture shows, for whoever cannot see it: kind and order of the chart, the finding, and the sentence under it."""

from dashboard.i18n import t
from dashboard.view import View


def alternative(chart: str, title: str, caption: str, view: View) -> str:
    """``条形图，各地区按整改完成率由低到高。宿迁市最落后：…。截至…。`` ``title`` and ``caption`` as the chart is rendered with."""
    stop = t("caption.stop", view.lang)
    found = title.rstrip(" ." + stop)
    return t("alternative.text", view.lang, kind=t(f"alternative.{chart}", view.lang), title=found, caption=caption.strip())
