"""The meeting room: events, visits, flyers and posts. Leans on services, never on feedback."""
