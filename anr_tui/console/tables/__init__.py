"""Tables on Textual's line API: columns, state, marks, coverage strips."""
