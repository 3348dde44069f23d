"""Hand-made frames of the ranking queries (docs/ranking.md), for figure and caption tests."""

from datetime import date

import pandas as pd

AS_OF = date(2022, 10, 30)
NAMES = (
    "海安市 昆山市 张家港市 常熟市 江阴市 宜兴市 溧阳市 太仓市 如皋市 启东市 海门区 通州区 崇川区 如东县 东台市 大丰区 建湖县 射阳县 阜宁县 "
    "滨海县 响水县 盐都区 亭湖区 高邮市 仪征市 宝应县 江都区 邗江区 广陵区 丹阳市 扬中市 句容市 丹徒区 京口区 润州区 兴化市 靖江市 泰兴市 "
    "姜堰区 海陵区 高港区 沭阳县 泗阳县 泗洪县 宿豫区 宿城区 新沂市 邳州市 丰县 铜山区 贾汪区 云龙区 泉山区 东海县 灌云县 赣榆区 海州区 连云区 "
    "涟水县 盱眙县 金湖县 洪泽区 淮阴区 淮安区 清江浦区 玄武区 秦淮区 建邺区 雨花台区 栖霞区 江宁区 浦口区 六合区 溧水区 高淳区 梁溪区 锡山区 "
    "惠山区 滨湖区 新吴区 天宁区 钟楼区 新北区 武进区 金坛区 姑苏区 虎丘区 吴中区 相城区 鼓楼区 鼓楼区 相城新区 灌南县 睢宁县 沛县"
).split()
ATTRS = {
    "as_of": AS_OF,
    "known_at": None,
    "simulated": False,
    "region": "江苏省",
    "scheme": "default",
    "scheme_name": "监督帮扶赛马",
    "scheme_version": "1.0",
    "period": "2022-W43",
    "period_name": "2022年第43周",
    "by": "level",
    "running": False,
    "locked": True,
    "edition": 1,
    "editions": 1,
    "locked_at": "2022-11-01T09:00",
    "locked_by": "",
    "before_period_name": "2022年第42周",
    "group_name": None,
    "picked": [],
    "decimals": 2,
    "unit": "points",
    "saturated": 0,
    "separators": [],
    "dormant": [],
    "labels": {},
}


def with_attrs(frame, **attrs):
    frame.attrs.update({**ATTRS, **attrs})
    return frame


def competition(scores):
    """(rank, tied) of each score, best first: 1, 1, 3."""
    return [(1 + sum(other > score for other in scores), scores.count(score) > 1) for score in scores]


def scores(n):
    """n falling scores; places 3 and 4 are tied."""
    out = [round(98.4 - 46 * (k / max(n - 1, 1)) ** 1.3, 2) for k in range(n)]
    if n > 4:
        out[3] = out[2]
    return out


def ranking(n=95, out=3, *, points=None, **attrs):
    """County ranking of n places in rank order and ``out`` places that are not ranked; place k moved by (k·7 mod 9) − 4."""
    points = points or scores(n)
    names = list(NAMES[: n - 3]) + list(NAMES[-3:]) if n > 3 else list(NAMES[:n])
    if attrs.get("by") == "improvement":
        points = [round(6.5 - 11 * k / n, 2) for k in range(n)]
    rows = []
    for k, ((rank, tied), score) in enumerate(zip(competition(points), points, strict=True)):
        change = None if k == 5 else (k * 7) % 9 - 4 if k > 0 else 0
        whole = 3 if k % 11 == 4 else 40 + (k * 13) % 60
        half = min(9.0, 16 / whole**0.5)
        band = (max(1, rank - 4), min(n, rank + 4))
        row = {
            "rank": rank,
            "tied": tied,
            "region_code": f"32{k:04d}",
            "region": names[k],
            "parent": "徐州市" if k >= n - 5 else "南京市",
            "group": "g1",
            "group_name": "县级市",
            "group_rank": rank,
            "group_tied": tied,
            "score": score,
            "score_low": round(score - half, 3),
            "score_high": round(min(100.0, score + half * 0.7), 3),
            "score_before": round(score - (k % 5) + 1.5, 2),
            "rank_before": None if change is None else max(1, rank + change),
            "change": change,
            "small_base": whole < 5,
            "base_indicator": "按期率",
            "numerator": round(whole * score / 100),
            "denominator": whole,
            "band_low": band[0],
            "band_high": band[1],
            "missing": 0.0,
            "bonus": 0.0,
            "penalty": 0.0,
            "reason": None,
            "reason_text": None,
            "signals": "last_day" if k == n - 3 else "extended,returned" if k == 1 else "",
            "robust": None,
        }
        rows.append(row)
    for k in range(out):
        why = ("no_items", "missing", "no_items")[k % 3]
        rows.append(
            dict.fromkeys(rows[0] if rows else (), None)
            | {"region_code": f"329{k:03d}", "region": ("甲县", "乙县", "丙县")[k % 3], "small_base": False, "tied": False, "signals": ""}
            | {"reason": why, "reason_text": why, "missing": 1.0}
        )
    frame = pd.DataFrame(rows)
    for name in ("rank", "group_rank", "rank_before", "change", "band_low", "band_high"):
        if name in frame:
            frame[name] = frame[name].astype("Int64")
    return with_attrs(frame, **{"ranked": n, "unranked": out, **attrs})


def history(n=95, periods=12, *, picked=(), open_last=True, slots=False, **attrs):
    """Ranks of n places over some weeks: scores drift by place and week; the last week is not locked; place n − 1 is not ranked in week 3."""
    rows = []
    for p in range(periods):
        points = [round(96 - 40 * k / max(n, 1) + ((k * 17 + p * 5) % 23) * 0.35 * (periods - p) / periods, 2) for k in range(n)]
        if n > 4 and p == periods - 1:
            points[3] = points[2]
        order = sorted(range(n), key=lambda k: -points[k])
        place = {k: slot for slot, k in enumerate(order, start=1)}
        names = list(NAMES[: n - 3]) + list(NAMES[-3:]) if n > 3 else list(NAMES[:n])
        ranks = competition(points)
        for k in order if slots else range(n):
            gone = k == n - 1 and p == 3 and not slots
            row = {
                "period": f"2022-W{32 + p}",
                "period_name": f"2022年第{32 + p}周（8月{1 + p}—{7 + p}日）",
                "ends_on": date(2022, 8, 14),
                "region_code": f"32{k:04d}",
                "region": names[k],
                "rank": None if gone else ranks[k][0],
                "tied": ranks[k][1],
                "score": None if gone else points[k],
            }
            row |= (
                {"slot": place[k]}
                if slots
                else {"locked": not (open_last and p == periods - 1), "edition": 1, "picked": f"32{k:04d}" in picked}
            )
            rows.append(row)
    frame = pd.DataFrame(rows)
    if len(frame):
        frame["rank"] = frame["rank"].astype("Int64")
    return with_attrs(frame, **{"picked": list(picked), "ranked": n, **attrs})


def race(n=95, periods=12, **attrs):
    """The race of the same weeks."""
    return history(n, periods, slots=True, **attrs)


def intervals(n=95, **attrs):
    """The ranked places of ``ranking`` with their intervals."""
    frame = ranking(n, 0)
    names = "rank tied region_code region score score_low score_high band_low band_high small_base numerator denominator".split()
    out = frame[names].copy()
    low, high, score = (out[name].tolist() for name in ("score_low", "score_high", "score"))
    half = [(b - a) / 2 for a, b in zip(low, high, strict=True)]
    out["told_apart"] = [
        sum(abs(s - z) > (h * h + g * g) ** 0.5 for z, g in zip(score, half, strict=True)) for s, h in zip(score, half, strict=True)
    ]
    return with_attrs(out, **{"ranked": n, **attrs})


PARTS = (
    # id, name, family, weight
    ("on_time", "按期率", "rectification", 25.0),
    ("schedule", "序时进度", "rectification", 15.0),
    ("first_pass", "首次复核通过率", "quality", 15.0),
    ("long_overdue", "长期超期率", "quality", 10.0),
    ("pm25_change", "PM2.5改善", "environment", 20.0),
    ("good_sections", "优Ⅲ断面比例", "environment", 5.0),
    ("petitions", "信访办结率", "public", 10.0),
)


def contributions(places=(("320000", "海安市", 1, 0.95), ("320093", "睢宁县", 94, 0.56), ("320094", "沛县", 95, 0.5)), **attrs):
    """Points of some places; the last one has no petitions, whose weight its family loses, and a penalty of 2."""
    rows = []
    for p, (code, name, rank, share) in enumerate(places):
        better = places[p - 1] if p else None
        for k, (part, label, family, weight) in enumerate(PARTS):
            empty = part == "petitions" and p == len(places) - 1 and p
            position = 0.0 if empty else min(1.0, max(0.0, share + (k - 3) * 0.06))
            after = None if better is None else min(1.0, max(0.0, better[3] + (k - 3) * 0.06)) * weight
            used = 0.0 if empty else weight
            series = part in ("pm25_change", "good_sections")
            whole = None if series or empty else 40 + k
            rows.append(
                {
                    "region_code": code,
                    "region": name,
                    "rank": rank,
                    "part": part,
                    "part_name": label,
                    "family": family,
                    "weight": weight,
                    "weight_used": used,
                    "numerator": None if whole is None else round(whole * position),
                    "denominator": whole,
                    "value": None if empty else position,
                    "value_low": None,
                    "value_high": None,
                    "value_text": "—" if empty else "-4.2%" if series else f"{position:.1%}",
                    "reason": "no_items" if empty else None,
                    "position": None if empty else position,
                    "contribution": used * position,
                    "lost": used * (1 - position),
                    "next_code": better[0] if better else None,
                    "next_contribution": after,
                    "gap": None if after is None else after - used * position,
                    "rows_query": None if series or empty else f"region={code}&rows=due",
                }
            )
        if p == len(places) - 1 and p:
            blank = dict.fromkeys(rows[0], None)
            rows.append(
                blank
                | {
                    "region_code": code,
                    "region": name,
                    "rank": rank,
                    "part": "penalty",
                    "part_name": "媒体曝光",
                    "contribution": -2.0,
                    "lost": 0.0,
                }
                | {"weight": 0.0, "weight_used": 0.0, "next_code": better[0] if better else None, "next_contribution": 0.0, "gap": 2.0}
            )
    frame = pd.DataFrame(rows)
    frame["rank"] = frame["rank"].astype("Int64")
    return with_attrs(frame, **attrs)


def what_if(n=40, **attrs):
    """Tried ranks: every seventh place rises by three, and whoever it passes falls."""
    official = list(range(n))
    tried = sorted(official, key=lambda k: k - 3.5 if k % 7 == 6 else k)
    at = {k: slot for slot, k in enumerate(tried, start=1)}
    rows = [
        (f"32{k:04d}", NAMES[k], k + 1, at[k], False, 96.0 - k, 96.0 - at[k], k + 1 - at[k], k % 3 == 0)
        for k in sorted(official, key=lambda k: at[k])
    ]
    names = ["region_code", "region", "rank", "rank_tried", "tied_tried", "score", "score_tried", "change_tried", "robust"]
    frame = pd.DataFrame(rows, columns=names)
    for name in ("rank", "rank_tried", "change_tried"):
        frame[name] = frame[name].astype("Int64")
    kept = sum(k % 3 == 0 for k in official)
    return with_attrs(frame, **{"weights": {"on_time": 35.0}, "kept": kept, "ranked": n, **attrs})


def changes(**attrs):
    """A correction that moved two places."""
    rows = [
        ("320011", "通州区", 12, 9, 93.1, 94.2, "on_time", "按期率", 45, 50, 48, 50, 0.9, 0.96, "迟报3条补录"),
        ("320012", "崇川区", 9, 10, 93.9, 93.9, None, None, None, None, None, None, None, None, "他县变动"),
    ]
    names = "region_code region rank_old rank_new score_old score_new indicator indicator_name numerator_old denominator_old"
    names += " numerator_new denominator_new value_old value_new why"
    frame = pd.DataFrame(rows, columns=names.split())
    return with_attrs(
        frame, **{"edition_old": 1, "edition_new": 2, "reason": "更正迟报3条。", "count": 3, "edition": 2, "editions": 2, **attrs}
    )


def contest(n=6, **attrs):
    """A contest of n places; the first two are tied."""
    rows = []
    points = [92.5, 92.5, *(90.0 - k * 2.25 for k in range(n - 2))][:n]
    for k, ((rank, tied), score) in enumerate(zip(competition(points), points, strict=True)):
        rows.append((rank, tied, f"32{k:04d}", NAMES[k], score, 9, score - 6, min(100.0, score + 4), 2, score - 1, score + 1))
    names = ["rank", "tied", "region_code", "region", "score", "judges", "lowest", "highest", "trimmed", "plan", "answers"]
    frame = pd.DataFrame(rows, columns=names)
    frame["rank"] = frame["rank"].astype("Int64")
    about = {"scheme_name": None, "period_name": "2022年第三季度擂台赛", "labels": {"plan": "工作思路", "answers": "现场答问"}}
    return with_attrs(frame, **{**about, "ranked": n, **attrs})


def table(**attrs):
    """Two indicators of two places; the second place has no value of the first."""
    rows = [
        (
            1,
            False,
            "320000",
            "海安市",
            "南通市",
            "县级市",
            44.38,
            1,
            None,
            39,
            40,
            0.975,
            0.871,
            0.996,
            24.375,
            None,
            None,
            -4.2,
            None,
            None,
            20.0,
            0.0,
            0.0,
        ),
        (
            2,
            False,
            "320001",
            "昆山市",
            "苏州市",
            "县级市",
            12.0,
            -1,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            -2.1,
            None,
            None,
            12.0,
            0.0,
            0.0,
        ),
    ]
    names = ["rank", "tied", "region_code", "region", "parent", "group_name", "score", "change", "reason_text"]
    names += [f"{stem}_{part}" for stem in ("on_time", "pm25") for part in ("n", "d", "value", "low", "high", "points")]
    frame = pd.DataFrame(rows, columns=[*names, "bonus", "penalty"])
    for name in ("rank", "change", "on_time_n", "on_time_d"):
        frame[name] = frame[name].astype("Int64")
    words = {name: name for name in names if name.startswith(("on_time_", "pm25_"))}
    labels = {"on_time": "按期率", "pm25": "PM2.5改善", **words}
    return with_attrs(frame, **{"labels": labels, "formats": {"pm25": ("%", 1)}, "ranked": 2, **attrs})
