"""A camera as the site describes it."""

from dataclasses import dataclass

from anr_tui.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera's row in the site, with the state that the recorder last noted. Secrets may still be sealed (`enc:v1:`).

    `retention_hours` is for how long the site keeps its footage, `segment_seconds` how long the recorder's files are
    (0: not known). `updated_at` changes whenever the row does.
    """

    id: str
    name: str
    vendor: str
    address: str | None
    rtsp_port: int
    username: str | None
    password: Secret | None
    record_stream: str
    record_audio: bool
    retention_hours: int
    segment_seconds: int
    anr_enabled: bool
    replay_url_template: Secret | None
    state: str
    updated_at: str = ""
