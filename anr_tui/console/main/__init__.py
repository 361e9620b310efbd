"""The main screen: its header, panes, footer and navigation."""
