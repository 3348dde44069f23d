/* The map's heart: its element, its layers and what each has fetched. What is drawn lives in map_points.js and map_shapes.js, the panel in
   map_panel.js, tools in map_tools.js; they meet in window.dubangMap. The page's selection comes from its store, the view of the map
   (place, zoom, layers) stands behind # in the address. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var maps = (clientside.maps = clientside.maps || {});
  var room = (window.dubangMap = { map: null, config: null, words: {}, layers: [], query: null, day: null, made: [] });
  /* a part is fetched with so much of the view around it on each side */
  var AROUND = 0.25;
  var wanted = { query: null, view: null };

  room.word = function (key, values) {
    var text = room.words[key] || key;
    Object.keys(values || {}).forEach(function (name) { text = text.split("{" + name + "}").join(values[name]); });
    return text;
  };

  room.token = function (name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  };

  room.theme = function () { return document.documentElement.getAttribute("data-bs-theme") === "dark" ? "dark" : "light"; };

  room.number = function (value) {
    return value.toLocaleString(room.config.lang === "en" ? "en-US" : "zh-CN", { useGrouping: room.config.lang === "en" || value >= 100000 });
  };

  room.layer = function (id) {
    return room.layers.filter(function (each) { return each.id === id; })[0];
  };

  /* ------------------------------------------------------------ addresses */

  function params(extra) {
    var out = new URLSearchParams(room.query || "");
    if (room.day) { out.set("as_of", room.day); }
    ["sort", "dir", "page", "size"].forEach(function (key) { out.delete(key); });
    Object.keys(extra || {}).forEach(function (key) { out.set(key, extra[key]); });
    out.set("lang", room.config.lang);
    out.sort();
    return out.toString();
  }

  room.address = function (path, extra) { return "/api/map/" + path + "?" + params(extra); };

  room.fetch = function (address, signal) {
    return fetch(address, { signal: signal, headers: { Accept: "application/json" }, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    });
  };

  function readHash() {
    var found = /^#(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)(?:\/([\w:,-]*))?$/.exec(window.location.hash);
    if (!found) { return null; }
    return { zoom: Number(found[1]), lat: Number(found[2]), lon: Number(found[3]), layers: found[4] };
  }

  room.writeHash = function () {
    if (!room.map) { return; }
    var centre = room.map.getCenter();
    var on = room.layers.filter(function (each) { return each.on; }).map(function (each) {
      return each.by === each.choices[0] ? each.id : each.id + ":" + each.by;
    });
    var hash = "#" + [+room.map.getZoom().toFixed(2), centre.lat.toFixed(4), centre.lng.toFixed(4), on.join(",")].join("/");
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search + hash);
  };

  /* ------------------------------------------------------------ parts of layers */

  function zoomOf() { return Math.max(0, Math.min(19, Math.floor(room.map.getZoom() + 0.01))); }

  function cells(bounds, zoom) {
    var side = Math.pow(2, zoom + 2);
    function column(lon) { return Math.max(0, Math.min(side - 1, Math.floor((lon + 180) / 360 * side))); }
    function row(lat) {
      var rad = Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI / 180;
      return Math.max(0, Math.min(side - 1, Math.floor((1 - Math.log(Math.tan(rad) + 1 / Math.cos(rad)) / Math.PI) / 2 * side)));
    }
    return [column(bounds.getWest()), row(bounds.getNorth()), column(bounds.getEast()), row(bounds.getSouth())];
  }

  function holds(outer, inner) {
    return outer && inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];
  }

  room.look = function (layer, force) {
    if (!layer.on || layer.geometry === "regions") { return Promise.resolve(); }
    var zoom = zoomOf();
    var key = params({ by: layer.by });
    if (!force && !layer.failed && layer.key === key && layer.zoom === zoom && holds(layer.box, cells(room.map.getBounds(), zoom))) { return Promise.resolve(); }
    var box = cells(room.map.getBounds().pad(AROUND), zoom);
    if (layer.abort) { layer.abort.abort(); }
    var abort = (layer.abort = new AbortController());
    var address = room.address("layer/" + layer.id, { by: layer.by, z: zoom, box: box.join(".") });
    return room.fetch(address, abort.signal).then(function (part) {
      if (layer.abort !== abort || !layer.on) { return; }
      layer.part = part; layer.key = key; layer.zoom = zoom; layer.box = box; layer.failed = false;
      room.drawn(layer);
    }).catch(function (problem) {
      if (problem.name === "AbortError") { return; }
      layer.failed = true;
      room.drawn(layer);
    });
  };

  var waiting = null;
  room.refresh = function (soon) {
    if (!room.map) { return; }
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { room.all(); }, soon ? 0 : 120);
  };

  /* every layer that is on, as the map now stands; settles when all are drawn */
  room.all = function () {
    if (!room.map) { return Promise.resolve(); }
    return Promise.all(room.layers.map(function (each) { return room.look(each); }).concat([room.regions.look()])).then(function () {
      var times = Number(room.element.getAttribute("data-drawn") || 0) + 1;
      room.element.setAttribute("data-drawn", String(times));
      /* what stands under the map may come now */
      if (times === 1) { clientside.set_props("map-drawn", { data: true }); }
    });
  };

  room.drawn = function (layer) {
    room.points.draw();
    if (layer && room.shapes) { room.shapes.draw(layer); }
    room.panel.counted(layer);
  };

  /* ------------------------------------------------------------ the map itself */

  function begin(element) {
    var config = JSON.parse(element.getAttribute("data-config"));
    room.element = element; room.config = config; room.words = config.words;
    /* outlines come together with what colours them, not after it */
    room.regions.early(config.outlines);
    var asked = readHash();
    var on = asked && asked.layers !== undefined ? asked.layers.split(",").filter(Boolean) : null;
    room.layers = config.layers.map(function (each) {
      var named = on && on.filter(function (name) { return name.split(":")[0] === each.id; })[0];
      var by = named && each.by.indexOf(named.split(":")[1]) >= 0 ? named.split(":")[1] : each.by[0];
      return { id: each.id, geometry: each.geometry, choices: each.by, by: by, card: each.card, on: on ? Boolean(named) : each.shown };
    });
    element.textContent = "";
    var quiet = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    var map = (room.map = window.L.map(element, {
      zoomSnap: 0.5, zoomDelta: 1, minZoom: 3, maxZoom: 19, attributionControl: false, zoomControl: false,
      zoomAnimation: !quiet, fadeAnimation: !quiet, inertia: !quiet, worldCopyJump: false, maxBoundsViscosity: 1
    }));
    window.L.control.zoom({ position: "topright", zoomInTitle: room.word("zoom_in"), zoomOutTitle: room.word("zoom_out") }).addTo(map);
    window.L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    [["base", 150], ["regions", 320], ["lines", 360], ["zones", 340], ["points", 450], ["marks", 620]].forEach(function (each) {
      map.createPane(each[0]).style.zIndex = each[1];
    });
    if (config.base.url) { window.L.tileLayer(config.base.url, { pane: "base", maxZoom: 19 }).addTo(map); }
    if (asked) {
      map.setView([asked.lat, asked.lon], asked.zoom, { animate: false });
    } else {
      map.fitBounds(config.bounds, { animate: false, padding: [12, 12] });
    }
    room.made.forEach(function (make) { make(map); });
    map.on("moveend", function () { room.writeHash(); room.refresh(); });
    function sized() { if (room.map === map && element.isConnected) { map.invalidateSize(false); } }
    window.setTimeout(sized, 0);
    if (window.ResizeObserver) { new ResizeObserver(sized).observe(element); }
    /* the address says what the page's store will: nobody waits for that */
    if (wanted.query === null) {
      var params = new URLSearchParams(window.location.search);
      params.delete("lang"); params.sort();
      wanted.query = params.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
    }
    take();
  }

  /* an address of the same page with another view of the map */
  window.addEventListener("hashchange", function () {
    var asked = room.map && readHash();
    if (!asked) { return; }
    if (asked.layers !== undefined) {
      var names = asked.layers.split(",");
      room.layers.forEach(function (each) {
        var named = names.filter(function (name) { return name.split(":")[0] === each.id; })[0];
        each.on = Boolean(named);
        each.by = named && each.choices.indexOf(named.split(":")[1]) >= 0 ? named.split(":")[1] : each.choices[0];
        if (!each.on) { each.part = null; each.key = null; }
      });
      room.panel.mount();
      room.shapes.redraw();
    }
    room.map.setView([asked.lat, asked.lon], asked.zoom, { animate: false });
    room.layers.forEach(function (each) { room.drawn(each); });
  });

  function end() {
    if (!room.map) { return; }
    room.layers.forEach(function (each) { if (each.abort) { each.abort.abort(); } });
    try { room.map.remove(); } catch (problem) { /* its element has gone before it */ }
    room.map = null; room.query = null; room.day = null;
    wanted = { query: null, view: null };
  }

  function take() {
    var region = new URLSearchParams(room.query || "").get("region");
    var first = room.query === null;
    /* another theme or language draws the same parts in other colours */
    if (room.query === wanted.query && !first) {
      room.points.coloured();
      room.layers.forEach(function (each) { room.panel.counted(each); });
      return;
    }
    room.query = wanted.query;
    var now = new URLSearchParams(room.query).get("region");
    room.points.coloured();
    room.panel.selected();
    if (!first && region !== now) { room.regions.fit(); }
    room.refresh(true);
  }

  maps.follow = function (query, view) {
    wanted = { query: query || "", view: view };
    if (room.map) { take(); }
    return query || "";
  };

  /* a piece laid over the page's selection; what it names empty is taken away */
  room.select = function (changes) {
    var params = new URLSearchParams(room.query || "");
    Object.keys(changes).forEach(function (key) {
      if (changes[key]) { params.set(key, changes[key]); } else { params.delete(key); }
    });
    params.sort();
    clientside.set_props("filters", { data: params.toString().replace(/%2C/g, ",").replace(/%3A/g, ":") });
  };

  room.pick = function (what, id) { clientside.set_props("map-picked", { data: what + ":" + id }); };

  var current = null;
  function watch() {
    var element = document.getElementById("map");
    if (element === current) { return; }
    end();
    current = element;
    if (!element) { return; }
    window.dubangLeaflet().then(function () {
      if (document.getElementById("map") === element && !room.map) { begin(element); }
    }).catch(function () {
      element.textContent = JSON.parse(element.getAttribute("data-config")).words.failed;
    });
  }

  function start() {
    watch();
    new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
  }
  if (document.body) { start(); } else { document.addEventListener("DOMContentLoaded", start); }
})();
