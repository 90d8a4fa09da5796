from contextlib import ExitStack

import pytest

from labs import lab


@pytest.fixture(scope="module")
def make_lab(tmp_path_factory):
    """Makes a lab of a program, which lasts as long as the tests of the file."""
    with ExitStack() as labs:
        yield lambda program: labs.enter_context(lab(program, str(tmp_path_factory.mktemp("lab"))))
