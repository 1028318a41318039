"""Notices: what is told to whom (completions, watch), and how it goes out (sender, ways)."""
