"""Customer A–D × product 1–4: what each of the sixteen cells earns, and how it is served (methods §2).

Owns the cell sums, exact to the minor unit, and the policy of each cell. Words: class, grade, cell, cost to serve.
"""

from holdfast.analysis.matrix.cells import (
    CELLS,
    DEFAULTS,
    Matrix,
    MatrixParams,
    customer_product_matrix,
    product_grades,
    shared_out,
)
from holdfast.analysis.matrix.policy import POLICIES, CellPolicy, PolicyParams, policies, policy_of

__all__ = [
    "CELLS",
    "DEFAULTS",
    "POLICIES",
    "CellPolicy",
    "Matrix",
    "MatrixParams",
    "PolicyParams",
    "customer_product_matrix",
    "policies",
    "policy_of",
    "product_grades",
    "shared_out",
]
