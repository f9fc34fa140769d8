"""The notice board: what the government does for residents, and what it promises."""
