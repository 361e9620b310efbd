"""The gaps of one camera, or of all cameras."""

from anr_tui.view.snapshot.snapshot import GapRow


class CameraScope:
    """Selects the gaps of a camera, and keeps the result while neither gaps nor camera change: there may be 100,000."""

    def __init__(self) -> None:
        self._source: tuple[GapRow, ...] = ()
        self._camera_id: str | None = None
        self._rows: tuple[GapRow, ...] = ()

    def rows(self, source: tuple[GapRow, ...], camera_id: str | None) -> tuple[GapRow, ...]:
        """The rows of the camera with this id, or all for None."""
        if source is not self._source or camera_id != self._camera_id:
            self._source, self._camera_id = source, camera_id
            own = source if camera_id is None else tuple(row for row in source if row.gap.camera_id == camera_id)
            self._rows = own
        return self._rows
