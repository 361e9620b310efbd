"""Tables on the line API: columns, state, marks, strips."""
