"""Which keys the footer shows first in each place, by how often they are wanted; the others follow as they come."""

from collections.abc import Mapping

from anr_tui.console.keys.actions import Place

FIRST: Mapping[Place, tuple[str, ...]] = {
    Place.CAMERAS: (
        "camera.choose",
        "table.filter",
        "faults.only",
        "camera.change",
        "camera.diagnose",
        "camera.add",
        "strip.shorter",
        "strip.longer",
        "worker.pause",
    ),
    Place.GAPS: (
        "gap.fill",
        "fill.cancel",
        "table.filter",
        "faults.only",
        "mark.turn",
        "gap.retry",
        "gap.detail",
        "log.open",
        "gaps.together",
        "gap.url",
        "gap.picture",
    ),
    Place.FILLS: (
        "fill.cancel",
        "gap.fill",
        "table.filter",
        "faults.only",
        "mark.turn",
        "log.open",
        "gap.detail",
        "worker.pause",
        "worker.halt",
    ),
    Place.LOG: (
        "zoom.close",
        "log.pause",
        "log.search",
        "log.warnings",
        "log.wrap",
        "log.merge",
        "log.copy",
        "log.page",
    ),
    Place.EVENTS: ("event.open", "zoom.close"),
}
