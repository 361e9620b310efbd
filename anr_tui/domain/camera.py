"""A camera, as the site has it."""

from dataclasses import dataclass

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Camera:
    """A row of `cameras`, with the state the recorder last noted. Secrets may still be sealed (`enc:v1:`)."""

    id: str
    name: str
    vendor: str
    address: str | None
    rtsp_port: int
    username: str | None
    password: SecretStr | None
    record_stream: str
    record_audio: bool
    retention_hours: int
    segment_seconds: int
    anr_enabled: bool
    replay_url_template: SecretStr | None
    state: str
    updated_at: str = ""
