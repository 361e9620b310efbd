"""The tables of the journal, with a module for each subject."""
