import pytest

# What its assertions compare is shown as it is in a test.
pytest.register_assert_rewrite("tests.reports.follow_up.reading")
