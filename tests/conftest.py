"""What every test may ask for: stores on both databases, a served app, a watched browser page.

===================  ==========================================================================================
``sqlite_store``     a Store of its own on a new SQLite file: schema and the country's regions, no campaign
``pg_store``         the same on a new PostgreSQL database
``store``            each test twice: on ``sqlite_store`` and on ``pg_store``
``small_store``      each test twice, with the hand-checked campaign of tests/campaign.py; ``sqlite_small_store`` and
                     ``pg_small_store`` are its halves
``empty_engine``     each test twice: an engine on a database without any table
``demo_store``       the demo store on SQLite, built once a run and shared: read it, do not write to it
``redis_url``        the address of a Redis server of our own
``live_server``      ``live_server(store, **settings) -> "http://127.0.0.1:port"``
``page``             a Chromium page, 1366x768, zh-CN; ``new_page(**context options)`` makes others
===================  ==========================================================================================

A page that asks another host for anything, writes an error to its console or breaks the content security policy
fails its test; ``page.watch.expect(pattern)`` names a console error that belongs to the test.
"""

import gc
import os

import hypothesis

# a developer's own settings must not reach the tests
for name in [name for name in os.environ if name.startswith("DUBANG_") and not name.startswith("DUBANG_TEST_")]:
    del os.environ[name]

hypothesis.settings.register_profile("dubang", deadline=None, max_examples=60, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("dubang")


def pytest_configure(config) -> None:
    """Files go to the workers as they stand, browsers first and units last: the long ones are not left for the end, where one waits alone."""
    config.option.loadscopereorder = False


def pytest_collection_finish() -> None:
    """What is imported by now stays until the end: looked through again and again for garbage, it would cost a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


pytest_plugins = ["tests.fixtures.stores", "tests.fixtures.servers", "tests.fixtures.browser", "tests.golden.table"]
