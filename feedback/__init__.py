"""The suggestion box: submissions, answers, ratings. Leans on services and outreach."""
