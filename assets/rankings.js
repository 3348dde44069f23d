/* The ranking page: a click on a lane picks its place, links to data keep up with the selection, parts are filled when a
   reader opens them or comes near, and sliders try other weights. The address itself is kept by address_bar.js. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var rankings = (clientside.rankings = clientside.rankings || {});
  var MOST = 8;
  /* a click with one of these keys adds a place to those looked at */
  var adding = false;

  function text(params) {
    params.sort();
    return params.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
  }

  function language() { return new URLSearchParams(window.location.search).get("lang"); }

  function joined(path, query) {
    var lang = language();
    var parts = [query, lang ? "lang=" + encodeURIComponent(lang) : ""].filter(Boolean);
    return path + (parts.length ? "?" + parts.join("&") : "");
  }

  function set(query, params) {
    var wanted = text(params);
    if (wanted !== (query || "")) { clientside.set_props("race", { data: wanted }); }
  }

  function comparing() {
    var button = document.getElementById("race-compare");
    return Boolean(button && button.getAttribute("aria-pressed") === "true");
  }

  function pick(query, code) {
    var params = new URLSearchParams(query || "");
    var picked = (params.get("pick") || "").split(",").filter(Boolean);
    var more = adding || comparing();
    if (picked.indexOf(code) >= 0) {
      picked = picked.filter(function (each) { return each !== code; });
    } else {
      picked = more ? picked.concat([code]).slice(-MOST) : [code];
    }
    picked.sort();
    if (picked.length) { params.set("pick", picked.join(",")); } else { params.delete("pick"); }
    set(query, params);
  }

  rankings.follow = function (click, annotation, query) {
    var triggered = (clientside.callback_context.triggered[0] || {}).prop_id || "";
    var piece = null;
    if (/clickAnnotationData$/.test(triggered)) {
      piece = annotation && annotation.annotation && annotation.annotation.name;
    } else if (click && click.points && click.points.length) {
      piece = click.points[0].customdata;
    }
    if (Array.isArray(piece)) { piece = piece[0]; }
    if (typeof piece !== "string") { return; }
    var found = /(?:^|&)pick=([^&,]+)/.exec(piece);
    if (found) { pick(query, decodeURIComponent(found[1])); return; }
    if (piece.indexOf("=") > 0) { window.location.assign(joined("/progress", piece)); }
  };

  rankings.selected = function (query) {
    query = query || "";
    document.querySelectorAll("a[data-export]").forEach(function (link) {
      link.setAttribute("href", joined("/export/" + link.getAttribute("data-export"), query));
    });
    document.querySelectorAll("a[data-without]").forEach(function (link) {
      var params = new URLSearchParams(query);
      params.delete(link.getAttribute("data-without"));
      link.setAttribute("href", joined("/rankings", text(params)));
    });
  };

  /* a part that is open follows the selection, but not the places looked at nor the weights that are tried */
  rankings.wanted = function (opened, query, before) {
    if (!opened) { return clientside.no_update; }
    var params = new URLSearchParams(query || "");
    params.delete("pick");
    params.delete("weights");
    var now = text(params);
    return now === before ? clientside.no_update : now;
  };

  function shown(query, identities, official) {
    var tried = {};
    (new URLSearchParams(query || "").get("weights") || "").split(",").forEach(function (each) {
      var at = each.indexOf(":");
      if (at > 0) { tried[each.slice(0, at)] = Number(each.slice(at + 1)); }
    });
    return identities.map(function (id) { return id.indicator in tried ? tried[id.indicator] : official[id.indicator]; });
  }

  rankings.weigh = function (values, identities, official, query) {
    if (!values.length || !official) { return; }
    /* sliders that have just been put there say what the address says */
    var other = values.some(function (value, k) { return value !== official[identities[k].indicator]; });
    var params = new URLSearchParams(query || "");
    if (other) {
      params.set("weights", identities.map(function (id, k) { return id.indicator + ":" + values[k]; }).sort().join(","));
    } else {
      params.delete("weights");
    }
    set(query, params);
  };

  rankings.weights = function (query, identities, values, official) {
    if (!identities.length || !official) { return values; }
    var wanted = shown(query, identities, official);
    return wanted.some(function (value, k) { return value !== values[k]; }) ? wanted : values.map(function () { return clientside.no_update; });
  };

  /* ----- parts ----- */

  function open(name) {
    if (name) { clientside.set_props("race-open-" + name, { data: "1" }); }
  }

  var near = window.IntersectionObserver
    ? new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) {
          near.unobserve(entry.target);
          open(entry.target.getAttribute("data-part"));
        }
      });
    }, { rootMargin: "240px" })
    : null;
  var known = new WeakSet();

  function look() {
    document.querySelectorAll(".race-part[data-part]").forEach(function (part) {
      if (known.has(part)) { return; }
      known.add(part);
      if (near) { near.observe(part); } else { open(part.getAttribute("data-part")); }
    });
  }

  function begin() {
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  }
  if (document.body) { begin(); } else { document.addEventListener("DOMContentLoaded", begin); }

  /* toggle does not bubble */
  document.addEventListener("toggle", function (event) {
    var fold = event.target;
    if (fold.classList && fold.classList.contains("race-fold") && fold.open) { open(fold.getAttribute("data-part")); }
  }, true);

  document.addEventListener("pointerdown", function (event) {
    adding = event.ctrlKey || event.metaKey || event.shiftKey;
  }, true);

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target.closest("#race-compare, a[data-open]") : null;
    if (!target) { return; }
    if (target.id === "race-compare") {
      target.setAttribute("aria-pressed", target.getAttribute("aria-pressed") === "true" ? "false" : "true");
      return;
    }
    var fold = document.getElementById("race-" + target.getAttribute("data-open"));
    if (fold) { fold.open = true; }
  });

  /* ----- the table ----- */

  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.raceRowId = function (params) { return params.data.region_code; };

  var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  components.RacePlace = function (props) {
    if (!props.data || !props.data.region_code) { return props.value || ""; }
    var params = new URLSearchParams(window.location.search);
    params.delete("lang");
    params.set("pick", props.data.region_code);
    return window.React.createElement(
      "a", { href: joined("/rankings", text(params)), "data-nav": "plain", className: "item-link" }, props.value || props.data.region_code
    );
  };
})();
