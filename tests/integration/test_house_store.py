"""A new store, on both databases: tables, regions, and what a second `init` leaves alone."""

from sqlalchemy import func, inspect, select

from data.migrate import newest, revision
from data.schema import metadata, region
from data.store import Store, init


def _regions(store):
    with store.reading() as conn:
        return dict(conn.execute(select(region.c.level, func.count()).where(region.c.kind == "admin").group_by(region.c.level)).all())


def test_init_on_an_empty_database_makes_tables_and_the_country(empty_engine):
    assert revision(empty_engine) is None
    init(empty_engine)
    assert revision(empty_engine) == newest()
    assert set(inspect(empty_engine).get_table_names()) >= set(metadata.tables)
    made = Store(empty_engine)
    assert (_regions(made)["country"], _regions(made)["province"]) == (1, 34)
    jiangsu = made.tree().get("320000")
    below = [made.tree().by_id(i).level for i in made.tree().within(jiangsu.region_id)]
    assert (below.count("prefecture"), below.count("county")) == (13, 95)


def test_init_again_changes_nothing(store):
    before = (_regions(store), store.version())
    init(store.engine)
    assert (_regions(Store(store.engine)), Store(store.engine).version()) == before


def test_migrations_make_the_tables_that_the_schema_declares(store):
    made = inspect(store.engine)
    for table in metadata.tables.values():
        columns = {c["name"]: c["nullable"] for c in made.get_columns(table.name)}
        assert columns == {c.name: c.nullable for c in table.columns}, table.name
        assert made.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key], table.name
        wanted = {(i.name, tuple(c.name for c in i.columns)) for i in table.indexes}
        assert {(i["name"], tuple(i["column_names"])) for i in made.get_indexes(table.name) if i["name"].startswith("ix_")} == wanted


def test_every_test_has_a_store_of_its_own(store):
    with store.writing() as conn:
        conn.execute(region.delete().where(region.c.level == "township"))
        conn.execute(region.insert().values(name_zh="X", short_zh="X", level="township"))
    with store.reading() as conn:
        assert conn.execute(select(func.count()).where(region.c.level == "township")).scalar_one() == 1
