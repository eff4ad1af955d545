"""Speed benchmarks, as ratios measured in the same run. They are not part of the tests."""
