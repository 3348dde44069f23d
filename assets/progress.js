/* The progress page: a click on a chart lays a piece of query string over the selection, links keep up with
   the filters, the grid fetches anew, and a row opens its item. The address itself is kept by address_bar.js. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var progress = (clientside.progress = clientside.progress || {});

  /* the same rules as dashboard/links.py */
  function over(query, piece) {
    var params = new URLSearchParams(query || "");
    var added = new URLSearchParams(piece);
    ["rows", "sort", "dir", "page"].forEach(function (key) { params.delete(key); });
    if (added.has("region") && !added.has("level")) { params.delete("level"); }
    added.forEach(function (value, key) { if (value) { params.set(key, value); } });
    params.sort();
    return params.toString().replace(/%2C/g, ",");
  }

  function plain(query) {
    var params = new URLSearchParams(query || "");
    ["rows", "sort", "dir", "page", "size"].forEach(function (key) { params.delete(key); });
    return params.toString().replace(/%2C/g, ",");
  }

  function language() { return new URLSearchParams(window.location.search).get("lang"); }

  function joined(path, query) {
    var lang = language();
    var parts = [query, lang ? "lang=" + encodeURIComponent(lang) : ""].filter(Boolean);
    return path + (parts.length ? "?" + parts.join("&") : "");
  }

  function quietly() { return window.matchMedia("(prefers-reduced-motion: reduce)").matches; }

  function toRows() {
    var rows = document.getElementById("rows");
    if (!rows) { return; }
    rows.scrollIntoView({ behavior: quietly() ? "auto" : "smooth", block: "start" });
    var title = document.getElementById("item-grid-title");
    if (title) { title.focus({ preventScroll: true }); }
  }

  progress.follow = function (click, annotation, query) {
    var triggered = (clientside.callback_context.triggered[0] || {}).prop_id || "";
    var piece = null;
    if (/clickAnnotationData$/.test(triggered)) {
      piece = annotation && annotation.annotation && annotation.annotation.name;
    } else if (click && click.points && click.points.length) {
      piece = click.points[0].customdata;
    }
    if (typeof piece !== "string" || piece.indexOf("=") < 0) { return; }
    var wanted = over(query, piece);
    if (wanted !== (query || "")) { clientside.set_props("filters", { data: wanted }); }
    if (/(^|&)rows=./.test(piece)) { toRows(); }
  };

  progress.table = function (clicks, query, view) {
    var open = (clicks || 0) % 2 === 1;
    return [open ? (query || "") + "|" + (view || "") : "", open, !open, open ? "true" : "false"];
  };

  /* the grid is asked again only when what it shows has changed */
  var shown = null;
  progress.selected = function (query, grid) {
    query = query || "";
    document.querySelectorAll("a[data-piece]").forEach(function (link) {
      link.setAttribute("href", joined("/progress", over(query, link.getAttribute("data-piece"))));
    });
    document.querySelectorAll("a[data-export]").forEach(function (link) {
      var name = link.getAttribute("data-export");
      link.setAttribute("href", joined("/export/" + name, name.indexOf("item-list") === 0 ? query : plain(query)));
    });
    /* asked of the grid by name, not by element: the one on the page is replaced when its script has loaded */
    if (shown !== null && shown !== query) { again(grid); }
    shown = query;
    return query;
  };

  function again(grid) {
    if (!window.dash_ag_grid) { return; }
    window.dash_ag_grid.getApiAsync(grid).then(
      function (api) { api.purgeInfiniteCache(); },
      function () { /* the page was left before its grid was there */ }
    );
  }

  /* a grid that was still loading while the filters changed has been answered for the filters before */
  progress.settled = function (answered, query, grid) {
    if ((answered || "") !== (query || "")) { again(grid); }
  };

  function visit(item) {
    if (!/^[0-9a-f]{16}$/.test(item || "")) { return; }
    var link = document.createElement("a");
    link.href = joined("/item/" + item, plain(window.location.search.replace(/(^\?|&)lang=[^&]*/g, "").replace(/^\?/, "")));
    link.setAttribute("data-nav", "plain");
    document.body.appendChild(link);
    link.click();
    link.remove();
  }

  progress.open = function (cell) {
    /* the number is a link of its own */
    if (cell && cell.colId !== "ledger_no") { visit(cell.rowId && /^[0-9a-f]{16}$/.test(cell.rowId) ? cell.rowId : null); }
  };

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest('a[data-go="rows"]') : null;
    if (link && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey) { toRows(); }
  });

  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.progressRowKey = function (params) {
    if (params.event && params.event.key === "Enter" && params.data) { visit(params.data.item_id); }
  };
  functions.progressRowId = function (params) { return params.data.item_id; };

  var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  components.ItemLink = function (props) {
    if (!props.data || !props.data.item_id) { return props.value || ""; }
    return window.React.createElement(
      "a", { href: joined("/item/" + props.data.item_id, ""), "data-nav": "plain", className: "item-link" }, props.value || props.data.item_id
    );
  };
})();
