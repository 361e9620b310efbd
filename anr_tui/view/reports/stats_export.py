"""The statistics of a site as JSON, CSV and aligned text."""

import json
from collections.abc import Sequence
from datetime import datetime, tzinfo

from anr_tui.domain.timestamps import format_stamp
from anr_tui.platform.text import duration
from anr_tui.view.reports.backlog import LeftOut
from anr_tui.view.reports.camera_speed import CameraSpeed, SpeedOrder, in_order
from anr_tui.view.reports.days import Day
from anr_tui.view.reports.forecast_text import backlog_words, forecast_words, left_out_words
from anr_tui.view.reports.stats import Stats
from anr_tui.view.reports.status import SCHEMA
from anr_tui.view.tables.export import Format, Sheet, csv_text
from anr_tui.view.tables.text_tables import Fields, stamp_or_none, table

_DAY_HEADS = ["day", "missing", "came back", "still missing", "unfilled at its end"]
_PACE_HEADS = ["camera", "device", "last", "median", "fills", "to fetch"]
_CSV_HEADS = (
    "row day start end wanted_s recovered_s missing_s unfilled_s camera_id camera_name device speed speed_median fills "
    "backlog_s takes_s done_at why_not"
).split()


def stats_sheet(stats: Stats, zone: tzinfo, order: SpeedOrder) -> Sheet:
    """The statistics as a sheet that can be written in each format."""
    return Sheet(
        "stats",
        {
            Format.CSV: lambda: stats_csv(stats, order),
            Format.JSON: lambda: json.dumps(stats_fields(stats, order), indent=2),
            Format.TEXT: lambda: stats_text(stats, zone, order),
        },
    )


def stats_fields(stats: Stats, order: SpeedOrder = SpeedOrder.SLOWEST) -> Fields:
    """The fields of the statistics for JSON."""
    return {
        "schema": SCHEMA,
        "read_at": format_stamp(stats.read_at),
        "days": [_day_fields(day) for day in stats.days],
        "cameras": [_pace_fields(pace, stats) | {"last_fills": _fills(pace)} for pace in in_order(stats.paces, order)],
        "backlog": _backlog_fields(stats),
    }


def _day_fields(day: Day) -> Fields:
    return {
        "day": day.date.isoformat(),
        "start": format_stamp(day.window.start),
        "end": format_stamp(day.window.end),
        "wanted_s": round(day.wanted_s, 3),
        "recovered_s": round(day.recovered_s, 3),
        "missing_s": round(day.missing_s, 3),
        "unfilled_s": round(day.unfilled_s, 3),
    }


def _pace_fields(pace: CameraSpeed, stats: Stats) -> Fields:
    return {
        "camera_id": pace.id,
        "camera_name": pace.name,
        "device": pace.device,
        "speed": _rounded(pace.last),
        "speed_median": _rounded(pace.median),
        "fills": len(pace.fills),
        "backlog_s": round(stats.backlog_of(pace.id), 3),
    }


def _fills(pace: CameraSpeed) -> list[Fields]:
    return [{"ended_at": format_stamp(fill.ended_at), "speed": round(fill.speed, 3)} for fill in pace.fills]


def _backlog_fields(stats: Stats) -> Fields:
    backlog, forecast = stats.backlog, stats.forecast
    return {
        "gaps": backlog.gaps,
        "backlog_s": round(backlog.seconds, 3),
        "left_out_s": {why.value: round(backlog.left_out.get(why, 0.0), 3) for why in LeftOut},
        "takes_s": _rounded(forecast.takes_s),
        "done_at": stamp_or_none(forecast.done_at),
        "assumption": forecast.assumption,
        "why_not": forecast.why_not,
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 3)


def stats_csv(stats: Stats, order: SpeedOrder = SpeedOrder.SLOWEST) -> str:
    """The statistics as CSV (RFC 4180): lines for the days, the cameras and the whole backlog, told apart by `row`."""
    whole = {name: value for name, value in _backlog_fields(stats).items() if name in _CSV_HEADS}
    rows: list[Fields] = [
        *({"row": "day"} | _day_fields(day) for day in stats.days),
        *({"row": "camera"} | _pace_fields(pace, stats) for pace in in_order(stats.paces, order)),
        {"row": "all"} | whole,
    ]
    return csv_text([{name: row.get(name) for name in _CSV_HEADS} for row in rows])


def stats_text(stats: Stats, zone: tzinfo, order: SpeedOrder = SpeedOrder.SLOWEST) -> str:
    """The statistics as text; days and times are those of `zone`."""
    local = stats.read_at.astimezone(zone)

    def when(moment: datetime) -> str:
        there = moment.astimezone(zone)
        return f"{there:%H:%M}" if there.date() == local.date() else f"{there:%m-%d %H:%M}"

    facts = [
        f"At {local:%Y-%m-%d %H:%M %Z}: {backlog_words(stats)}",
        forecast_words(stats, when),
        left_out_words(stats),
    ]
    parts = [
        "\n".join(filter(None, facts)),
        table(_DAY_HEADS, [*map(_day_cells, reversed(stats.days)), _sum_cells(stats.days)]),
    ]
    if stats.paces:
        parts.append(table(_PACE_HEADS, [_pace_cells(pace, stats) for pace in in_order(stats.paces, order)]))
    return "\n\n".join(parts)


def _day_cells(day: Day) -> list[str]:
    return [day.date.isoformat(), *map(duration, (day.wanted_s, day.recovered_s, day.missing_s, day.unfilled_s))]


def _sum_cells(days: Sequence[Day]) -> list[str]:
    sums = (sum(getattr(day, name) for day in days) for name in ("wanted_s", "recovered_s", "missing_s"))
    return ["in all", *map(duration, sums), ""]


def _pace_cells(pace: CameraSpeed, stats: Stats) -> list[str]:
    speeds = ("" if speed is None else f"{speed:.1f}x" for speed in (pace.last, pace.median))
    return [pace.name, pace.device, *speeds, str(len(pace.fills)), duration(stats.backlog_of(pace.id))]
