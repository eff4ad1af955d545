"""From a (passage, claim) pair to a stance: the judge, its windows and its calibration."""
