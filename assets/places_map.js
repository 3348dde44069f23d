/* The map of the page of places: what came from the file, before and after its repair, over outlines of regions. Nothing
   that stands in a file becomes markup. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var places = (clientside.places = clientside.places || {});
  var now = { map: null, drawn: null, layers: null, outlines: null, ticked: {} };

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function wide() { return Number(colour("--wide")) || 1; }
  function spot(at) { return [at[1], at[0]]; }

  /* a cross on the canvas, for what cannot come in */
  function crosses(L) {
    if (L.PlacesCross) { return; }
    L.PlacesCross = L.CircleMarker.extend({
      _updatePath: function () {
        var renderer = this._renderer;
        if (!renderer._drawing || this._empty()) { return; }
        var p = this._point, r = this._radius, ctx = renderer._ctx;
        ctx.beginPath();
        ctx.moveTo(p.x - r, p.y - r);
        ctx.lineTo(p.x + r, p.y + r);
        ctx.moveTo(p.x + r, p.y - r);
        ctx.lineTo(p.x - r, p.y + r);
        renderer._fillStroke(ctx, this);
      },
    });
  }

  function made(L, place, drawn) {
    var map = L.map(place, { preferCanvas: true, attributionControl: false, zoomControl: false, worldCopyJump: false, minZoom: 2, maxZoom: 18 });
    L.control.zoom({ zoomInTitle: drawn.words.zoom_in, zoomOutTitle: drawn.words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.setView([35, 105], 4);
    return map;
  }

  function named(feature, lang) {
    var names = feature.properties || {};
    var span = document.createElement("span");
    span.textContent = lang === "en" ? names.en || names.name || "" : names.zh || names.name || "";
    return span;
  }

  function outlines(L, map, drawn) {
    return fetch(drawn.outline, { credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.json() : null;
    }, function () { return null; }).then(function (found) {
      if (!found || now.map !== map) { return null; }
      var lines = L.geoJSON(found, { interactive: false, style: { color: colour("--ink-2"), weight: wide(), opacity: 0.55, fill: false } });
      var group = L.layerGroup([lines]).addTo(map);
      var names = [];
      lines.getLayers().forEach(function (shape) {
        var at = shape.feature.properties && shape.feature.properties.at;
        if (!at || !shape.getBounds) { return; }
        var words = named(shape.feature, drawn.lang);
        var icon = L.divIcon({ className: "places-map-name", html: words, iconSize: null });
        L.marker(spot(at), { icon: icon, interactive: false, keyboard: false }).addTo(group);
        names.push({ words: words, bounds: shape.getBounds() });
      });
      /* a name stands where its region is wide enough for it */
      function fit() {
        names.forEach(function (each) {
          var west = map.latLngToContainerPoint(each.bounds.getSouthWest()).x, east = map.latLngToContainerPoint(each.bounds.getNorthEast()).x;
          each.words.style.visibility = east - west < each.words.offsetWidth ? "hidden" : "visible";
        });
      }
      map.on("zoomend", fit);
      fit();
      lines.bringToBack();
      return { group: group, lines: lines };
    });
  }

  /* a zone lightly filled, a river or a track as its line; dashed where it cannot come in */
  function outline(L, each, colours) {
    return L.geoJSON(each[0], {
      interactive: false,
      style: {
        color: colours[each[1]], weight: 2 * wide(), fillOpacity: 0.12, fill: /Polygon$/.test(each[0].type),
        dashArray: each[1] === "refused" ? "6 4" : null,
      },
    });
  }

  function points(L, map, drawn, ticked) {
    var group = L.featureGroup();
    var size = wide();
    var fine = colour("--status-closed"), doubtful = colour("--status-due-soon"), bad = colour("--status-overdue"), ink = colour("--ink-2");
    (drawn.shapes || []).forEach(function (each) { outline(L, each, { refused: bad, repairable: doubtful, ok: fine }).addTo(group); });
    drawn.points.forEach(function (each) {
      var at = spot(each);
      if (each[2] === "refused") {
        new L.PlacesCross(at, { radius: 5 * size, color: bad, weight: 3 * size, interactive: false }).addTo(group);
      } else if (each[2] === "repairable") {
        L.circleMarker(at, { radius: 5 * size, color: doubtful, weight: 2.5 * size, fill: false, interactive: false }).addTo(group);
      } else {
        L.circleMarker(at, { radius: 3 * size, stroke: false, fillColor: fine, fillOpacity: 0.75, interactive: false }).addTo(group);
      }
    });
    drawn.repairs.forEach(function (each) {
      var sure = ticked[each[0]];
      if (each[1]) {
        L.polyline([spot(each[1]), spot(each[2])], { color: ink, weight: size, opacity: 0.6, dashArray: "3 4", interactive: false }).addTo(group);
        L.circleMarker(spot(each[1]), { radius: 3 * size, color: ink, weight: size, fill: false, interactive: false }).addTo(group);
      }
      var mark = L.circleMarker(spot(each[2]), {
        radius: 5 * size, color: doubtful, weight: 2.5 * size, fill: true, fillColor: sure ? fine : doubtful, fillOpacity: sure ? 1 : 0.08,
      });
      var words = document.createElement("span");
      words.textContent = drawn.names[each[0]] || "";
      mark.bindTooltip(words);
      mark.addTo(group);
    });
    return group.addTo(map);
  }

  /* around what comes in; where a faulty coordinate lies is no reason to show half the globe */
  function frame(L, drawn, lines) {
    var spots = drawn.points.filter(function (each) { return each[2] !== "refused"; }).map(spot);
    drawn.repairs.forEach(function (each) { spots.push(spot(each[2])); });
    if (!spots.length) { spots = drawn.points.map(spot); }
    if (spots.length) {
      var around = L.latLngBounds(spots);
      (drawn.shapes || []).forEach(function (each) {
        if (each[1] !== "refused") { around.extend(L.geoJSON(each[0]).getBounds()); }
      });
      return around;
    }
    return lines ? lines.getBounds() : null;
  }

  function draw() {
    var L = window.L, drawn = now.drawn, map = now.map;
    if (!L || !map || !drawn) { return; }
    if (now.layers) { now.layers.remove(); }
    now.layers = points(L, map, drawn, now.ticked);
  }

  function open(drawn) {
    var place = document.getElementById("places-map");
    if (!place) { return Promise.resolve(""); }
    return window.dubangLeaflet().then(function (L) {
      crosses(L);
      if (now.map && now.map.getContainer() === place && now.drawn === drawn) { draw(); return ""; }
      if (now.map) { now.map.remove(); }
      var map = (now.map = made(L, place, drawn));
      now.drawn = drawn;
      now.layers = null;
      var around = frame(L, drawn, null);
      if (around) { map.fitBounds(around.pad(0.08), { animate: false, maxZoom: 13 }); }
      draw();
      return outlines(L, map, drawn).then(function (found) {
        if (now.map !== map) { return ""; }
        now.outlines = found;
        if (!around && found) { map.fitBounds(found.lines.getBounds(), { animate: false }); }
        return around ? "" : drawn.words.nowhere;
      });
    }, function () { return drawn.words.unloaded; });
  }

  places.map = function (drawn, confirmed) {
    if (!drawn) { return ""; }
    now.ticked = {};
    (confirmed || []).forEach(function (row) { now.ticked[row] = true; });
    return open(drawn);
  };

  places.show = function (row) {
    var at = now.drawn && now.drawn.spots[row];
    if (!at || !now.map || Math.abs(at[1]) > 85) { return; }
    var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    now.map.setView(spot(at), Math.max(now.map.getZoom(), 11), { animate: !still });
    if (now.ring) { now.ring.remove(); }
    now.ring = window.L.circleMarker(spot(at), { radius: 14 * wide(), color: colour("--brand"), weight: 2 * wide(), fill: false, interactive: false }).addTo(now.map);
  };

  /* the theme changes without a new page: colours follow */
  new MutationObserver(function () {
    draw();
    if (now.outlines) { now.outlines.lines.setStyle({ color: colour("--ink-2") }); }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
})();
