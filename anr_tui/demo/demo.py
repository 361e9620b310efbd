"""The demo: a simulated site with its cameras, a worker of its own, and a console or a plain report."""

import asyncio
import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from anr_tui.demo.outages import run_outages
from anr_tui.demo.site import DemoSite, build_site
from anr_tui.fill.ffmpeg import find_ffmpeg
from anr_tui.settings import Settings, load_settings
from anr_tui.times import now_utc
