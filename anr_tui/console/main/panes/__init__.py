"""The panes of the main screen: what each holds, how high it is, and which rows are chosen."""
