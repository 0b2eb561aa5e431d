"""Is a document that cannot be mended given up rather than guessed at?"""

import pytest
from pydantic import ValidationError

from rehearsal.inventory.mending import mended
from rehearsal.inventory.shape import Document


@pytest.mark.parametrize("bare", [{"version": 9}, [], None])
def test_what_stays_broken_is_given_up(bare):
    """Only the faults that are certain are told then."""
    with pytest.raises(ValidationError) as caught:
        Document.model_validate({"version": 1})

    assert mended(bare, caught.value) is None
