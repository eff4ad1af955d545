"""From a (passage, claim) pair to a stance: the judge, its calibration and its pooling."""
