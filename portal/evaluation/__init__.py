"""Evaluation: who was reached, was it useful, did the service get better – promise beside result."""
