"""A proven lower bound on the paid seconds of a zone, by column generation with exact labelling.

References
----------
Gilmore and Gomory (1961) for columns; Desaulniers, Desrosiers and Solomon, eds. (2005), *Column Generation*; Feillet et
al. (2004), Networks 44, 216-229 for elementary labelling; Farley (1990), Operations Research 38, 922-923 and Lasdon
(1970) for bounds at any prices; Wentges (1997), International Transactions in Operational Research 4, 151-162 for
smoothed prices.
"""

from __future__ import annotations

from solver.bound.proof import Bound, proven_bound

__all__ = ["Bound", "proven_bound"]
