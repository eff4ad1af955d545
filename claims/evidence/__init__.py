"""From the passages of a claim to its evidence, with the weight and the side of each piece.

passages         (claim, passages) -> stances by the judge, with findings beside them
findings/        what code finds about quotations and names in a passage
choosing         the deciding sentences of the passages, and the clearest for each side
staleness        which evidence is too old, by the lifetime of the claim (claim_lifetime)
sides            the votes of the evidence, and the side that each origin takes
order            the deciding piece first
pairs            bare (evidence, claim) pairs, without pages

Which label follows from the evidence: claims/verdicts/.
"""
