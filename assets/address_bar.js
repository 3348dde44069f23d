/* The address is the state. A changed filter replaces the address, a drill-down adds to the history, and Back
   sets the filters again without rebuilding the page. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var dubang = (clientside.dubang = clientside.dubang || {});
  /* keys whose change is a step that a reader wants to take back */
  var STEPS = ["region", "rows", "pick"];
  /* keys that belong to the list of items and are not carried to other pages */
  var LOCAL = ["rows", "sort", "dir", "page", "size"];
  var here = { path: null, query: null };

  /* the store that holds the page's selection */
  function store() {
    var page = document.querySelector("[data-store]");
    return (page && page.getAttribute("data-store")) || "filters";
  }

  function without(search, names) {
    return search.replace(/^\?/, "").split("&").filter(function (pair) {
      return pair && names.indexOf(pair.split("=")[0]) < 0;
    }).join("&");
  }

  function language() { return new URLSearchParams(window.location.search).get("lang"); }

  function joined(path, query, lang) {
    var parts = [query, lang ? "lang=" + encodeURIComponent(lang) : ""].filter(Boolean);
    return path + (parts.length ? "?" + parts.join("&") : "");
  }

  function links(query) {
    var carried = without(query, LOCAL);
    document.querySelectorAll('a[data-nav="carry"]').forEach(function (link) {
      var kept = without(carried, (link.getAttribute("data-drop") || "").split(","));
      link.setAttribute("href", joined(new URL(link.href).pathname, kept, language()));
    });
    document.querySelectorAll("a[data-language]").forEach(function (link) {
      link.setAttribute("href", joined(window.location.pathname, query, link.getAttribute("data-language")));
    });
  }

  dubang.address = function (query) {
    query = query || "";
    var path = window.location.pathname;
    var wanted = joined(path, query, language());
    if (wanted !== path + window.location.search) {
      var before = new URLSearchParams(here.query || "");
      var after = new URLSearchParams(query);
      var step = here.path === path && STEPS.some(function (key) { return before.get(key) !== after.get(key); });
      window.history[step ? "pushState" : "replaceState"]({}, "", wanted);
    }
    here = { path: path, query: query };
    links(query);
    return wanted;
  };

  dubang.again = function () {
    if (here.path !== null) { clientside.set_props(store(), { data: here.query }); }
  };

  function moved(event) {
    if (here.path === null || window.location.pathname !== here.path) {
      here = { path: null, query: null };
      return;
    }
    /* the same page: Dash need not build it again */
    event.stopImmediatePropagation();
    var page = document.querySelector("[data-lang]");
    var lang = language();
    if (page && lang && lang !== page.getAttribute("data-lang")) {
      window.location.reload();
      return;
    }
    var query = without(window.location.search, ["lang"]);
    if (query !== here.query) {
      here.query = query;
      clientside.set_props(store(), { data: query });
    }
  }

  /* before dcc.Location's own listeners, which are added when it mounts */
  window.addEventListener("popstate", moved);
  window.addEventListener("_dashprivate_pushstate", moved);

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[data-nav]") : null;
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
    if (new URL(link.href).origin !== window.location.origin) { return; }
    event.preventDefault();
    /* a link to another selection of the page it stands on, whichever page that is */
    if (link.hasAttribute("data-here")) { link.href = window.location.pathname + new URL(link.href).search; }
    if (link.href !== window.location.href) { window.history.pushState({}, "", link.href); }
    var samePage = window.location.pathname === here.path;
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    if (!samePage) { window.scrollTo(0, 0); }
  });
})();
