/* What a map can be asked: a search, what is near, an area drawn by hand, where one stands, and the campaign day by day. */
(function () {
  "use strict";
  var room = window.dubangMap;
  var tools = (room.tools = {});
  var marks = null, outline = null, player = null;
  var WEEK = 7 * 86400000;

  function byId(id) { return document.getElementById(id); }

  function spotMark(latlng, className) {
    return window.L.marker(latlng, { pane: "marks", interactive: false, keyboard: false,
      icon: window.L.divIcon({ className: className, iconSize: [20, 20], iconAnchor: [10, 10] }) });
  }

  function list(lines) {
    var box = byId("map-found");
    box.replaceChildren.apply(box, lines);
    box.hidden = !lines.length;
  }

  /* ------------------------------------------------------------ search */

  function line(title, about, act) {
    var li = room.make("li"), button = room.make("button", "map-hit");
    button.type = "button";
    button.append(room.make("strong", "", title), room.make("span", "quiet", about));
    button.addEventListener("click", act);
    li.append(button);
    return li;
  }

  function note(text) { return room.make("li", "map-hit-note", text); }

  var typing = null, searching = null;
  function search(text) {
    window.clearTimeout(typing);
    if (text.trim().length < 2) { list([]); return; }
    typing = window.setTimeout(function () {
      if (searching) { searching.abort(); }
      searching = new AbortController();
      room.fetch(room.address("search", { text: text }), searching.signal).then(function (body) {
        list(body.found.length ? body.found.map(function (each) {
          return line(each.name, room.word("what_" + each.what) + (each.about && each.about !== each.name ? " · " + each.about : ""), function () {
            go(each);
          });
        }) : [note(room.word("nothing_found", { text: text }))]);
      }).catch(function (problem) { if (problem.name !== "AbortError") { list([note(room.word("layer_failed"))]); } });
    }, 250);
  }

  function go(each) {
    var spot = [each.lat, each.lon];
    marks.clearLayers();
    spotMark(spot, "map-spot").addTo(marks);
    room.map.setView(spot, each.zoom);
    if (each.what === "item" || each.what === "river") { room.pick(each.what, each.id); }
    if (each.what === "section" || each.what === "station") { room.pick("section", each.id); }
    if (each.what === "source_area") { room.pick("source-area", each.id); }
    list([]);
  }

  /* ------------------------------------------------------------ what is within x km of here */

  function metres(value) {
    return value < 950 ? room.word("metres", { n: Math.round(value) }) : room.word("kilometres", { n: (value / 1000).toFixed(1) });
  }

  tools.around = function (spot, km) {
    var latlng = window.L.latLng(spot);
    marks.clearLayers();
    window.L.circle(latlng, { pane: "marks", radius: km * 1000, color: room.token("brand"), weight: 1.5, fill: false, interactive: false }).addTo(marks);
    spotMark(latlng, "map-spot").addTo(marks);
    room.fetch(room.address("near", { lon: latlng.lng.toFixed(6), lat: latlng.lat.toFixed(6), km: km })).then(function (body) {
      var head = note(room.word("near_found", { n: room.number(body.count), km: km }));
      var lines = body.things.slice(0, 60).map(function (each) {
        var about = each.kind_name + " · " + metres(each.metres) + (each.ledger_no ? " · " + each.ledger_no : "");
        return line(each.name, about, function () { visit(each); });
      });
      if (body.count > lines.length) { lines.push(note(room.word("near_more", { n: room.number(body.count - lines.length) }))); }
      list([head].concat(lines));
    }).catch(function () { list([note(room.word("layer_failed"))]); });
  };

  function visit(each) {
    if (each.lon !== null && each.lat !== null) { room.map.panTo([each.lat, each.lon]); }
    if (each.what === "item") { room.pick("item", each.id); }
    else if (each.what === "zone") { room.pick("zone", each.id); }
    else { room.pick(each.kind === "source_area" ? "source-area" : "section", each.id); }
  }

  /* ------------------------------------------------------------ an area drawn by hand */

  function ended() {
    room.busy = false;
    room.element.classList.remove("map-drawing", "map-asking");
    room.map.dragging.enable();
    ["map-lasso", "map-near"].forEach(function (id) { byId(id).setAttribute("aria-pressed", "false"); });
  }

  function lasso() {
    if (room.busy) { ended(); return; }
    room.busy = true;
    byId("map-lasso").setAttribute("aria-pressed", "true");
    room.element.classList.add("map-drawing");
    room.map.dragging.disable();
    var points = [], path = null;
    function at(event) { return room.map.mouseEventToLatLng(event); }
    function begin(event) {
      if (!event.isPrimary || event.button > 0) { return; }
      event.preventDefault(); event.stopPropagation();
      points = [at(event)];
      path = window.L.polygon(points, { pane: "marks", color: room.token("brand"), weight: 2, fillOpacity: 0.08, interactive: false }).addTo(room.map);
      room.element.addEventListener("pointermove", draw);
      room.element.addEventListener("pointerup", finish, { once: true });
    }
    function draw(event) { points.push(at(event)); path.setLatLngs(points); }
    function finish() {
      room.element.removeEventListener("pointermove", draw);
      path.remove();
      ended();
      var corners = simple(points);
      if (corners.length > 2) {
        room.select({ area: corners.map(function (p) { return +p.lng.toFixed(5) + ":" + +p.lat.toFixed(5); }).join(",") });
      }
    }
    room.element.addEventListener("pointerdown", begin, { once: true, capture: true });
  }

  /* at most as many corners as an address holds */
  function simple(points) {
    var flat = points.map(function (p) { return room.map.latLngToLayerPoint(p); }), tolerance = 2, out = flat;
    do { out = window.L.LineUtil.simplify(flat, tolerance); tolerance *= 1.5; } while (out.length > 40);
    return out.map(function (p) { return room.map.layerPointToLatLng(p); });
  }

  tools.selected = function () {
    var area = new URLSearchParams(room.query || "").get("area");
    if (outline) { outline.remove(); outline = null; }
    if (!area || !room.map) { return; }
    var corners = area.split(",").map(function (pair) { var p = pair.split(":"); return [Number(p[1]), Number(p[0])]; });
    outline = window.L.polygon(corners, { pane: "marks", color: room.token("brand"), weight: 2, dashArray: "6 4", fillOpacity: 0.05, interactive: false });
    outline.addTo(room.map);
  };

  function asked() {
    if (room.busy) { ended(); return; }
    room.busy = true;
    byId("map-near").setAttribute("aria-pressed", "true");
    room.element.classList.add("map-asking");
    room.map.once("click", function (event) {
      ended();
      tools.around(event.latlng, Number(byId("map-km").value) || 1);
    });
  }

  /* ------------------------------------------------------------ where one stands */

  function standing() {
    var said = byId("map-standing");
    said.hidden = false;
    if (!navigator.geolocation || !window.isSecureContext) { said.textContent = room.word("no_position_here"); return; }
    said.textContent = room.word("looking");
    navigator.geolocation.getCurrentPosition(function (found) {
      var spot = [found.coords.latitude, found.coords.longitude], exact = Math.round(found.coords.accuracy);
      marks.clearLayers();
      window.L.circle(spot, { pane: "marks", radius: exact, color: room.token("brand"), weight: 1, fillOpacity: 0.1, interactive: false }).addTo(marks);
      spotMark(spot, "map-me").addTo(marks);
      room.map.setView(spot, Math.max(room.map.getZoom(), 14));
      room.fetch(room.address("where", { lon: spot[1].toFixed(6), lat: spot[0].toFixed(6) })).then(function (body) {
        said.replaceChildren.apply(said, where(body, exact).map(function (text, at) { return room.make(at ? "p" : "strong", "", text); }));
      }).catch(function () { said.textContent = room.word("layer_failed"); });
    }, function (problem) {
      said.textContent = room.word(problem.code === 1 ? "position_refused" : "no_position");
    }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 5000 });
  }

  function where(body, exact) {
    var out = [];
    body.zones.forEach(function (zone) {
      var close = zone.edge_m <= exact;
      out.push(room.word(close ? "stand_edge" : "stand_inside", { zone: zone.name, grade: zone.grade_name, m: zone.edge_m }));
    });
    if (!body.zones.length) {
      out.push(body.nearest ? room.word("stand_outside", { zone: body.nearest.name, grade: body.nearest.grade_name, m: body.nearest.edge_m })
        : room.word("stand_none"));
    }
    out.push(room.word("stand_exact", { m: exact }));
    if (body.region) { out.push(room.word("stand_region", { region: body.region })); }
    return out;
  }

  /* ------------------------------------------------------------ day by day */

  function iso(time) { return new Date(time).toISOString().slice(0, 10); }

  function days() { return room.config.days.map(function (day) { return Date.parse(day + "T00:00:00Z"); }); }

  function showDay(time) {
    var range = byId("map-day");
    range.value = String(time);
    byId("map-day-said").textContent = iso(time);
    range.setAttribute("aria-valuetext", iso(time));
  }

  function stopped(keep) {
    window.clearTimeout(player);
    player = null;
    byId("map-play").setAttribute("aria-pressed", "false");
    byId("map-play").textContent = room.word("play");
    var day = room.day;
    room.day = null;
    if (keep && day) { room.select({ as_of: day }); }
  }

  function step() {
    var range = byId("map-day"), last = Number(range.max);
    if (!range || player === null) { return; }
    var next = Math.min(Number(range.value) + WEEK, last);
    showDay(next);
    room.day = iso(next);
    var began = performance.now();
    room.all().then(function () {
      if (player === null) { return; }
      left();
      if (next >= last) { stopped(true); return; }
      player = window.setTimeout(step, Math.max(0, 600 - (performance.now() - began)));
    });
  }

  /* how many are still open, told while it plays */
  function left() {
    var open = ["in_progress", "due_soon", "overdue", "returned"], still = 0, all = 0;
    room.layers.forEach(function (layer) {
      if (!layer.on || !layer.part || layer.by !== "status" || !layer.part.kinds) { return; }
      layer.part.kinds.forEach(function (kind, at) {
        all += layer.part.counts[at];
        if (open.indexOf(kind) >= 0) { still += layer.part.counts[at]; }
      });
    });
    byId("map-day-left").textContent = all ? room.word("left", { n: room.number(still), all: room.number(all) }) : "";
  }

  function play() {
    if (player !== null) { stopped(true); return; }
    var range = byId("map-day");
    if (Number(range.value) >= Number(range.max)) { showDay(Number(range.min)); }
    player = 0;
    byId("map-play").setAttribute("aria-pressed", "true");
    byId("map-play").textContent = room.word("pause");
    step();
  }

  /* ------------------------------------------------------------ bound once for each map */

  room.made.push(function (map) {
    marks = window.L.layerGroup().addTo(map);
    outline = null;
    window.clearTimeout(player); player = null;
    room.busy = false;
    var box = room.make("input", "map-search-input");
    box.type = "search"; box.id = "map-search-input"; box.placeholder = room.word("search"); box.setAttribute("aria-label", room.word("search"));
    box.setAttribute("autocomplete", "off");
    box.addEventListener("input", function () { search(box.value); });
    box.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { box.value = ""; list([]); }
      if (event.key === "Enter" && byId("map-found").querySelector("button")) { byId("map-found").querySelector("button").click(); }
    });
    byId("map-search").replaceChildren(box);
    var range = room.make("input"), limits = days();
    range.type = "range"; range.id = "map-day"; range.min = String(limits[0]); range.max = String(limits[1]); range.step = String(86400000);
    range.setAttribute("aria-label", room.word("day"));
    range.addEventListener("input", function () { byId("map-day-said").textContent = iso(Number(range.value)); });
    range.addEventListener("change", function () {
      if (player !== null) { stopped(false); }
      room.select({ as_of: Number(range.value) >= limits[1] ? "" : iso(Number(range.value)) });
    });
    byId("map-day-box").replaceChildren(range);
    showDay(room.config.day ? Date.parse(room.config.day + "T00:00:00Z") : limits[1]);
    byId("map-lasso").addEventListener("click", lasso);
    byId("map-near").addEventListener("click", asked);
    byId("map-locate").addEventListener("click", standing);
    byId("map-play").addEventListener("click", play);
    byId("map-area-clear").addEventListener("click", function () { room.select({ area: "" }); });
    byId("map-left").addEventListener("click", function () {
      room.select({ rows: new URLSearchParams(room.query || "").get("rows") === "open" ? "" : "open" });
    });
    byId("map-measure").addEventListener("change", function (event) { room.select({ measure: event.target.value }); });
    room.element.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && room.busy) { ended(); }
    });
  });
})();
