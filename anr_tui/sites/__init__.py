"""The sites whose gaps are filled: cameras, gaps and recordings. A folder for each kind of site."""
