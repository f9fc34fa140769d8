"""Example activities for looking around: every one marked “contoh”, made by the same verbs as real ones."""
