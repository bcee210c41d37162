"""A council's ground from published files: built into a folder, judged by a quality report, fetched from its publishers."""
