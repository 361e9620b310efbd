"""`python -m anr_tui`: the same as the `anr-tui` command."""

import sys

from anr_tui.cli import main

sys.exit(main())
