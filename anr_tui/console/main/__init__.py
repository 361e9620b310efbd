"""The main screen: header, panes, footer, navigation."""
