"""The tables of the journal, a module each."""
