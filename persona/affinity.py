"""How near texts are in meaning to what buyers say about each facet."""

from collections.abc import Mapping

import numpy as np

from persona.model import Facet
from persona.ports import Vector

_COMMON_SHARE = 0.5


def facet_contrast(vectors: Vector, facet_prototypes: Mapping[Facet, Vector]) -> Vector:
    """Shape (texts, facets): the cosine to the facet's nearest prototype, less half the text's mean over all facets.

    The mean goes because some sentences lie near to every prototype; only the order within a column means anything.
    """
    cosines = np.stack([(vectors @ rows.T).max(axis=1) for rows in facet_prototypes.values()], axis=1)
    contrast: Vector = cosines - _COMMON_SHARE * cosines.mean(axis=1, keepdims=True)
    return contrast
