"""From stances to one verdict: origins, aggregation, explanation, comparison of checks."""
