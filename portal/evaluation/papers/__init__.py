"""Reports on paper: what is counted becomes parts with words, tables and bars; `setting` sets them as PDF."""
