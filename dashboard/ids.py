"""Ids that pages and callbacks share. Kebab-case; a chart's ids are made from its chart id."""

# --- stores and the address
URL = "_pages_location"
FILTERS = "filters"  # dcc.Store: canonical query string of data.filters.Filters
VIEW = "view"  # dcc.Store: query string of dashboard.view.View
ADDRESS = "address"  # dcc.Store: what the address bar shows
THEME_SWITCH = "theme-switch"

# --- filter bar: one control for each field of Filters that a reader sets
FILTER_BAR = "filter-bar"
FILTER_CAMPAIGN = "filter-campaign"
FILTER_ROUND = "filter-round"
FILTER_THEME = "filter-theme"
FILTER_REGION = "filter-region"
FILTER_LEVEL = "filter-level"
FILTER_DEPARTMENT = "filter-department"
FILTER_WATER = "filter-water"
FILTER_CATEGORY = "filter-category"
FILTER_SOURCE = "filter-source"
FILTER_AS_OF = "filter-as-of"
FILTER_KNOWN_AT = "filter-known-at"
FILTER_BASIC = "filter-basic"
FILTER_SENTENCE = "filter-sentence"
FILTER_RESET = "filter-reset"

# --- shell
STATUS = "shell-status"
STALE = "stale-badge"
TOAST = "toast"
LANGUAGE_SWITCH = "language-switch"

# --- progress page (callbacks/progress.py, pages/progress.py)
KPI_CARDS = "kpi-cards"
BREADCRUMB = "breadcrumb"
ITEM_GRID = "item-grid"
ITEM_GRID_TITLE = "item-grid-title"
ITEM_GRID_SEEN = "item-grid-seen"  # dcc.Store: the query that the grid follows
ITEM_GRID_QUERY = "item-grid-query"  # dcc.Store: the query that the rows in the grid answer
EMPTY = "page-empty"
ROWS = "rows"  # the section of the item grid, as the fragment of links

# --- ranking page (pages/rankings.py, callbacks/rankings.py, assets/rankings.js)
RACE = "race"  # dcc.Store: canonical query of what the ranking page shows; its charts read this in place of FILTERS
RACE_ADDRESS = "race-address"
RACE_BAR = "race-bar"
RACE_SCHEME = "race-scheme"
RACE_PERIOD = "race-period"
RACE_EDITION = "race-edition"
RACE_BY = "race-by"
RACE_GROUP = "race-group"
RACE_CAMPAIGN = "race-campaign"
RACE_REGION = "race-region"
RACE_PICK = "race-pick"
RACE_SAID = "race-said"
RACE_RESET = "race-reset"
RACE_HEAD = "race-head"  # which period of which scheme, and how it stands
RACE_NOTES = "race-notes"  # what a reader must know before reading an order: saturation, unknown scheme, nothing to rank
RACE_SIDE = "race-side"  # the places looked at closely
RACE_EXCLUDED = "race-excluded"
RACE_RULES = "race-rules"
RACE_LOCK = "race-lock"  # the lock of the period, its editions, what a correction changed, appeals (dashboard/components/period_lock.py)
LOCK_ASKING = "lock-asking"  # dcc.Store: which form is open: lock, correct, appeal, decide:<number>
LOCK_SAID = "lock-said"  # what came of the last click
LOCK_CHANGED = "lock-changed"  # dcc.Store: changes when something was written
RACE_GRID = "race-grid"
RACE_GRID_WANTED = "race-grid-wanted"  # dcc.Store: the selection whose columns the grid has
RACE_TRY_WANTED = "race-try-wanted"  # dcc.Store: the selection whose weights the sliders have
RACE_TRY_WEIGHTS = "race-try-weights"  # dcc.Store: the official weights, by indicator
RACE_TRY_RESET = "race-try-reset"

# --- start page
CAMPAIGNS = "campaigns"  # what holds the cards to choose from

# --- one item
ITEM = "item"
ITEM_ID = "item-id"  # dcc.Store: the id in the address

# --- import page (pages/imports.py, callbacks/imports.py, assets/import.js)
IMPORT_ZONE = "import-zone"
IMPORT_CHOOSE = "import-choose"
IMPORT_SENDING = "import-sending"  # filled by the script while a file is on its way
IMPORT_ARRIVED = "import-arrived"  # dcc.Store, set by the script: id of the upload that has just arrived
IMPORT_UPLOAD = "import-upload"  # dcc.Store: id of the upload that is being worked on
IMPORT_QUEUE = "import-queue"
IMPORT_BENCH = "import-bench"
IMPORT_FRESH = "import-fresh"  # the fields of a new campaign
IMPORT_SAID = "import-said"  # what is wrong with the choices made
IMPORT_STATUS = "import-status"
IMPORT_PREVIEW = "import-preview"
IMPORT_GRID = "import-grid"
IMPORT_SEVERITY = "import-severity"
IMPORT_SAVED = "import-saved"
IMPORT_TICK = "import-tick"  # dcc.Interval, disabled while nothing is under way
IMPORT_SEEN = "import-seen"  # dcc.Store: stamp of what the page shows
IMPORT_CHANGED = "import-changed"  # dcc.Store: changes when the store has
IMPORT_UNDO = "import-undo"  # dcc.Store: id of the undo that is under way
IMPORT_ASKING = "import-asking"  # dcc.Store: batch whose undo is to be confirmed
IMPORT_UNDO_SAID = "import-undo-said"
IMPORT_HISTORY = "import-history"

# --- page of places from files (pages/places.py, callbacks/places.py, assets/places.js, assets/places_map.js)
PLACES_ARRIVED = "places-arrived"  # dcc.Store, set by the script: id of the upload that has just arrived
PLACES_UPLOAD = "places-upload"  # dcc.Store: id of the upload that is being worked on
PLACES_QUEUE = "places-queue"
PLACES_BENCH = "places-bench"
PLACES_SAID = "places-said"  # what is wrong with the choices made
PLACES_STATUS = "places-status"
PLACES_PREVIEW = "places-preview"
PLACES_GRID = "places-grid"
PLACES_MAP = "places-map"
PLACES_MAP_SAID = "places-map-said"
PLACES_DRAWN = "places-drawn"  # dcc.Store: what the map draws
PLACES_TALLY = "places-tally"  # dcc.Store: the numbers that the import button counts with
PLACES_CONFIRMED = "places-confirmed"  # dcc.Store: numbers of the rows whose repair is ticked
PLACES_OUT = "places-out"  # how many stay out
PLACES_COMMIT_SAID = "places-commit-said"
PLACES_TICK = "places-tick"  # dcc.Interval, disabled while nothing is under way
PLACES_SEEN = "places-seen"  # dcc.Store: stamp of what the page shows
PLACES_CHANGED = "places-changed"  # dcc.Store: changes when the store has
PLACES_UNDO = "places-undo"  # dcc.Store: id of the undo that is under way
PLACES_ASKING = "places-asking"  # dcc.Store: batch whose undo is to be confirmed
PLACES_UNDO_SAID = "places-undo-said"
PLACES_HISTORY = "places-history"

# --- map (pages/map.py, callbacks/map_*.py)
MAP = "map"
MAP_SEEN = "map-seen"  # dcc.Store: the query that the map follows
MAP_DRAWN = "map-drawn"  # dcc.Store: set once the map has been drawn
MAP_BELOW = "map-below"
MAP_PICKED = "map-picked"  # dcc.Store: "what:id" of what was clicked
MAP_CARD = "map-card"
MAP_FLAGS = "map-flags"
MAP_FLAGS_SAID = "map-flags-said"
MAP_FLAGS_CHANGED = "map-flags-changed"  # dcc.Store: changes when somebody has decided

# --- warnings (pages/warnings.py, callbacks/warnings.py)
WARNINGS = "warnings"
WARNINGS_CAPTION = "warnings-caption"
WARNINGS_SHOW = "warnings-show"
WARNINGS_SAID = "warnings-said"  # what came of the last click
WARNINGS_CHANGED = "warnings-changed"  # dcc.Store: changes when somebody has acknowledged or reopened one

# --- orders and escalation (pages/orders.py, callbacks/orders.py, callbacks/escalation.py, assets/orders.js)
ORDERS_HEAD = "orders-head"  # the finding and the sentence above the list
ORDERS_SHOWN = "orders-shown"  # which standing the list shows
ORDERS_LIST = "orders-list"
ORDERS_ASKING = "orders-asking"  # dcc.Store: the step whose form is open, as <step>:<order>
ORDERS_CHANGED = "orders-changed"  # dcc.Store: changes when somebody has issued or followed an order
ORDERS_SAID = "orders-said"  # what came of the last click on an order
ORDERS_ISSUE = "orders-issue"
ORDERS_ISSUE_SAID = "orders-issue-said"
ORDERS_TAKING = "orders-taking"  # how many items would go with the order
ESCALATION_LIST = "escalation-list"
ESCALATION_ASKING = "escalation-asking"  # dcc.Store: the decision whose form is open
ESCALATION_CHANGED = "escalation-changed"  # dcc.Store: changes when somebody has decided
ESCALATION_SAID = "escalation-said"
TIMELINE = "region-timeline"

# --- batches
BATCH_COUNT = "batch-count"  # how many files the form asks for
BATCH_START = "batch-start"
BATCH_SAID = "batch-said"  # what came of the last click
BATCH_NOW = "batch-now"  # what is under way; hidden while nothing is
BATCH_CURRENT = "batch-current"  # dcc.Store: id of what is under way
BATCH_LIST = "batch-list"
BATCH_TICK = "batch-tick"  # dcc.Interval, disabled while nothing is under way
BATCH_SEEN = "batch-seen"  # dcc.Store: stamp of what the list shows
BATCH_CHANGED = "batch-changed"  # dcc.Store: changes when somebody has begun, ended or removed a batch


def batch_now(part: str) -> str:
    """A part of the card of what is under way."""
    return f"batch-now-{part}"


def batch_field(name: str) -> str:
    """A field of the form of a new batch."""
    return f"batch-field-{name}"


def order_field(name: str) -> str:
    """A field of the form of a new order."""
    return f"order-field-{name}"


# --- rivers (pages/river.py, pages/rivers.py, callbacks/river.py, assets/river.js)
RIVER_ID = "river-id"  # dcc.Store: the water body in the address
RIVER_CODE = "river-code"  # dcc.Store: its code, which the filters of its page name
RIVER_HELD = "river-held"  # dcc.Store: the query in which the page found its water body
RIVER_NOW = "river-now"
RIVER_OTHER = "river-other"  # what is said where the filters name another water body
RIVER_LIST = "river-list"
RIVER_SEARCH = "river-search"
RIVER_FOUND = "river-found"

# --- arena contest (pages/contest*.py, callbacks/contest.py): no id stands on two of the pages
CONTEST_LIST = "contest-list"
CONTEST_LIST_SAID = "contest-list-said"
CONTEST_MADE = "contest-made"  # dcc.Store: changes when a contest has been made
CONTEST_CREATE = "contest-create"
CONTEST_NAME = "contest-name"
CONTEST_SAID = "contest-said"
CONTEST_BOARD = "contest-board"
CONTEST_BOARD_OF = "contest-board-of"  # dcc.Store: the contest in the address
CONTEST_CHANGED = "contest-changed"  # dcc.Store: changes when the officer has changed something
CONTEST_BOARD_SEEN = "contest-board-seen"  # dcc.Store: stamp of what the page shows
CONTEST_BOARD_TICK = "contest-board-tick"  # dcc.Interval
CONTEST_WALL = "contest-wall"
CONTEST_WALL_OF = "contest-wall-of"
CONTEST_WALL_SEEN = "contest-wall-seen"
CONTEST_WALL_TICK = "contest-wall-tick"


# --- playlists of the wall, and the walls there are
SCREENS_LIST = "screens-list"
SCREENS_SAID = "screens-said"
SCREENS_EDITOR = "screens-editor"  # filled by assets/screens.js
SCREENS_EDIT_SAID = "screens-edit-said"
SCREENS_SAVE = "screens-save"
SCREENS_WORDS = "screens-words"  # dcc.Store: the words of the script
SCREENS_OPENED = "screens-opened"  # dcc.Store: the playlist that the editor is to show
SCREENS_DRAFT = "screens-draft"  # dcc.Store: what stands in the editor, as JSON text
SCREENS_ASKED = "screens-asked"  # dcc.Store: {do, on, n}, the button that was pressed last
SCREENS_CHANGED = "screens-changed"  # dcc.Store: changes when the list has changed
SCREENS_SHOWN = "screens-shown"  # dcc.Store: what the script answers
WALLS_LIST = "walls-list"
WALLS_TICK = "walls-tick"  # dcc.Interval
WALLS_ASKED = "walls-asked"  # dcc.Store: {do, on, n}, the button that was pressed last
WALLS_CHANGED = "walls-changed"  # dcc.Store: changes when a wall was named or given a code
WALLS_NAME = "walls-name"
WALLS_FORM = "walls-form"
WALLS_SAID = "walls-said"


def contest_field(name: str) -> str:
    """A field of the form of a new contest."""
    return f"contest-field-{name}"


# a chart's callback fills all of these, so its card holds all of them: graph(figure, style), title, subtitle and caption(children)


def race_part(name: str) -> str:
    """What holds a part of the ranking page that is filled when it is first opened."""
    return f"race-part-{name}"


def race_open(name: str) -> str:
    """dcc.Store, set by the script once a reader has opened that part or come near to it."""
    return f"race-open-{name}"


def weight(indicator: str) -> dict[str, str]:
    """The slider of an indicator's weight."""
    return {"type": "race-weight", "indicator": indicator}


def graph(chart: str) -> str:
    """The dcc.Graph of a chart."""
    return f"graph-{chart}"


def title(chart: str) -> str:
    """The heading of a chart: the finding it states."""
    return f"title-{chart}"


def subtitle(chart: str) -> str:
    """The line under the heading: measure, unit, denominator, day."""
    return f"subtitle-{chart}"


def caption(chart: str) -> str:
    """The sentence under a chart; also its alternative text."""
    return f"caption-{chart}"


def panel(chart: str) -> str:
    """The card that holds a chart."""
    return f"panel-{chart}"


def links(chart: str) -> str:
    """The menu of rows and data links of a chart."""
    return f"links-{chart}"


def picture(chart: str) -> str:
    """What holds the graph; hidden while the table is shown."""
    return f"picture-{chart}"


def table(chart: str) -> str:
    """The chart as a table."""
    return f"table-{chart}"


def table_button(chart: str) -> str:
    """The button that shows the table."""
    return f"table-button-{chart}"


def table_wanted(chart: str) -> str:
    """dcc.Store: "" while the picture is shown, else filters and view of the table that is wanted."""
    return f"table-wanted-{chart}"


BRIEF_CHARTS = "brief-charts"
BRIEF_CHOSEN = "brief-chosen"  # how many of them are ticked


def brief_link(form: str) -> str:
    """The link to a brief of one's own choice in a format."""
    return f"brief-link-{form}"
