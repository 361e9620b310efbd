"""An RTSP server that is not ours: GStreamer's, replaying MP4 files behind a Digest login.

Run by the system's Python, whose packages hold GStreamer's bindings: `gst_server.py DIRECTORY plain|onvif USER`. The
password is the first line of standard input, the port the first line of standard output; the end of standard input
ends it. `/replay?start=20260613T120000Z` plays DIRECTORY/20260613_120000.mp4.
"""

import sys
from pathlib import Path
from urllib.parse import parse_qs

PACKAGES = "python3-gi gir1.2-gst-rtsp-server-1.0"
ELEMENTS = ("filesrc", "qtdemux", "h264parse", "rtph264pay")

try:
    import gi

    for name in ("Gst", "GstRtsp", "GstRtspServer"):
        gi.require_version(name, "1.0")
    from gi.repository import GLib, Gst, GstRtsp, GstRtspServer
except (ImportError, ValueError) as error:
    sys.exit(f"GStreamer's RTSP server is not installed ({error}). On Debian: apt install {PACKAGES}")


def create_element(factory: "PlainFactory | OnvifFactory", url: "GstRtsp.RTSPUrl") -> "Gst.Element | None":
    """The pipeline that sends the recording asked for; None, which the client sees as 400, where there is none."""
    start = parse_qs(url.query or "").get("start", [""])[0]
    path = factory.directory / f"{start.replace('T', '_').removesuffix('Z')}.mp4"
    if not path.is_file():
        return None
    return Gst.parse_launch(
        f'( filesrc location="{path}" ! qtdemux ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )'
    )


class PlainFactory(GstRtspServer.RTSPMediaFactory):
    """Plays at 1x, whatever is asked."""

    directory: Path
    do_create_element = create_element


class OnvifFactory(GstRtspServer.RTSPOnvifMediaFactory):
    """Plays as fast as the line takes where `Rate-Control: no` asks for it."""

    directory: Path
    do_create_element = create_element


def plain() -> "tuple[GstRtspServer.RTSPServer, GstRtspServer.RTSPMediaFactory]":
    """A server and its factory without replay of ONVIF's: `Require: onvif-replay` gets 551."""
    return GstRtspServer.RTSPServer.new(), PlainFactory()


def onvif() -> "tuple[GstRtspServer.RTSPServer, GstRtspServer.RTSPMediaFactory]":
    """A server and its factory with it."""
    factory = OnvifFactory()
    factory.set_media_gtype(GstRtspServer.RTSPOnvifMedia)
    factory.set_replay_support(True)
    return GstRtspServer.RTSPOnvifServer.new(), factory


FLAVOURS = {"plain": plain, "onvif": onvif}


def main(directory: str, flavour: str, user: str) -> None:
    """Serve until standard input ends."""
    Gst.init(None)
    if missing := [name for name in ELEMENTS if Gst.ElementFactory.find(name) is None]:
        sys.exit(f"GStreamer lacks {', '.join(missing)}. On Debian: apt install {PACKAGES}")
    server, factory = FLAVOURS[flavour]()
    factory.directory = Path(directory)
    factory.set_permissions(permissions(user))
    server.set_address("127.0.0.1")
    server.set_service("0")
    server.set_auth(digest_login(user, sys.stdin.readline().rstrip("\n")))
    server.get_mount_points().add_factory("/replay", factory)
    server.attach(None)
    loop = GLib.MainLoop()
    GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    loop.run()


def digest_login(user: str, password: str) -> "GstRtspServer.RTSPAuth":
    """A login by Digest only, which gives `user` the role of that name."""
    token = GstRtspServer.RTSPToken.new()
    token.set_string("media.factory.role", user)
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, token)
    return auth


def permissions(role: str) -> "GstRtspServer.RTSPPermissions":
    """Lets `role`, and nobody else, see and play."""
    allowed = GstRtspServer.RTSPPermissions.new()
    allowed.add_role(role)
    for deed in ("media.factory.access", "media.factory.construct"):
        allowed.add_permission_for_role(role, deed, True)
    return allowed


if __name__ == "__main__":
    main(*sys.argv[1:])
