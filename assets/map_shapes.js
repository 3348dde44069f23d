/* Areas and lines: regions coloured by a measure with their names, rivers, protection zones, tracks. */
(function () {
  "use strict";
  var room = window.dubangMap;
  var held = {};
  var regions = { rows: null, shapes: null, key: null, group: null, at: null };
  var renderers = {};
  /* the stricter a zone, the heavier its line and the fuller its area */
  var ZONE = {
    grade1: { weight: 2.5, fillOpacity: 0.32, dashArray: null }, grade2: { weight: 2, fillOpacity: 0.2, dashArray: null },
    quasi: { weight: 1.5, fillOpacity: 0.1, dashArray: "6 4" }
  };
  var RIVER = { river: 2, canal: 1.75, lake: 1, reservoir: 1, coast: 1.5 };

  function renderer(pane) {
    renderers[pane] = renderers[pane] || window.L.canvas({ pane: pane, padding: 0.3 });
    return renderers[pane];
  }

  function layerOf(id) { return room.layer(id); }

  /* ------------------------------------------------------------ regions */

  function key() {
    var params = new URLSearchParams(room.query || "");
    return [params.get("region") || "all", params.get("level") || ""].join("/");
  }

  /* the outlines that the page expects to need, asked for before anything says so */
  var early = { address: null, shapes: null };
  regions.early = function (expected) {
    early.address = outlinesOf(expected);
    early.shapes = room.fetch(early.address);
    early.shapes.catch(function () { early.address = null; });
  };

  function outlinesOf(body) {
    var code = body.region || "all";
    return "/geo/" + encodeURIComponent(code) + "/" + body.level + ".json?v=" + room.config.version;
  }

  regions.look = function () {
    var layer = layerOf("regions");
    var address = room.address("regions", {});
    if (regions.asked === address) { return Promise.resolve(); }
    regions.asked = address;
    return room.fetch(address).then(function (body) {
      if (regions.asked !== address) { return null; }
      regions.body = body;
      var outlines = outlinesOf(body);
      room.panel.regions(body);
      if (regions.outlines === outlines) { return regions.shapes; }
      return (early.address === outlines ? early.shapes : room.fetch(outlines)).then(function (shapes) {
        if (regions.asked !== address) { return null; }
        regions.outlines = outlines; regions.shapes = shapes;
        return shapes;
      });
    }).then(function (shapes) {
      if (!shapes) { return; }
      build();
      if (!regions.told && regions.body.region) { regions.told = true; room.pick("region", regions.body.region); }
      if (regions.fitted) { regions.fitted = false; fitNow(); }
      layer.failed = false;
      room.panel.counted(layer);
      room.points.draw();
    }).catch(function () {
      regions.asked = null;
      layer.failed = true;
      room.panel.counted(layer);
    });
  };

  function colour(kind) {
    if (kind === null || kind === undefined) { return room.token("ground"); }
    return regions.body.colours[room.theme()][kind];
  }

  /* under places the regions step back */
  function strength() {
    return room.layers.some(function (each) { return each.on && each.geometry === "points"; }) ? 0.45 : 0.9;
  }

  function build() {
    if (regions.group) { regions.group.remove(); }
    var layer = layerOf("regions"), by = {};
    regions.body.rows.forEach(function (row) { by[row[0]] = row; });
    regions.by = by;
    regions.group = window.L.geoJSON(regions.shapes, {
      renderer: renderer("regions"), interactive: false, smoothFactor: 0.5,
      style: function (feature) {
        if (feature.properties.line) { return { color: room.token("ink-2"), weight: 1.5, fill: false }; }
        var row = by[feature.id];
        var kind = row ? row[2] : null;
        return { stroke: true, color: room.token(layer.on ? "surface" : "rule"), weight: layer.on ? 1.2 : 1, fill: true, fillOpacity: layer.on ? strength() : 0,
          fillColor: colour(kind), hatched: kind === null || kind === undefined };
      }
    }).addTo(room.map);
  }

  regions.fit = function () { regions.fitted = true; };

  function fitNow() {
    if (regions.group && regions.group.getBounds().isValid()) { room.map.fitBounds(regions.group.getBounds(), { padding: [12, 12] }); }
  }

  /* names where they fit: the larger area first, none over another */
  regions.names = function (ctx, origin, colours, symbols) {
    if (!regions.group || !regions.by) { return; }
    var wide = parseFloat(room.token("wide")) || 1, taken = [], list = [];
    regions.group.eachLayer(function (each) {
      if (each.feature.properties.line) { return; }
      var bounds = each.getBounds();
      var a = room.map.latLngToLayerPoint(bounds.getNorthWest()), b = room.map.latLngToLayerPoint(bounds.getSouthEast());
      list.push({ each: each, width: b.x - a.x, height: b.y - a.y });
    });
    list.sort(function (a, b) { return b.width * b.height - a.width * a.height; });
    var size = Math.round(12 * wide);
    ctx.font = "500 " + size + "px " + colours.font; ctx.textAlign = "center"; ctx.textBaseline = "middle"; ctx.lineJoin = "round";
    list.forEach(function (found) {
      var about = found.each.feature.properties, name = room.config.lang === "en" ? about.en : about.zh;
      var width = ctx.measureText(name).width, at = room.map.latLngToLayerPoint([about.at[1], about.at[0]]).subtract(origin);
      if (width > found.width * 1.1 || size > found.height) { return; }
      var spot = free(at, width, size, found, taken, symbols);
      if (!spot) { return; }
      taken.push(spot);
      var x = (spot[0] + spot[2]) / 2, y = (spot[1] + spot[3]) / 2;
      ctx.lineWidth = 3.5 * wide; ctx.strokeStyle = colours.surface; ctx.strokeText(name, x, y);
      ctx.fillStyle = colours.ink; ctx.fillText(name, x, y);
    });
  };

  /* a place for a name near the middle of its region, clear of other names and of symbols */
  function free(at, width, size, found, taken, symbols) {
    var rings = [[0, 0], [0, -2], [0, 2], [0, -3.5], [0, 3.5], [-3, -1], [3, -1], [-3, 1.5], [3, 1.5], [0, -5], [0, 5]];
    for (var k = 0; k < rings.length; k += 1) {
      var x = at.x + rings[k][0] * size, y = at.y + rings[k][1] * size;
      if (Math.abs(x - at.x) > found.width / 2 || Math.abs(y - at.y) > found.height / 2) { continue; }
      var box = [x - width / 2 - 3, y - size * 0.8, x + width / 2 + 3, y + size * 0.8];
      var hit = taken.some(function (t) { return t[0] < box[2] && t[2] > box[0] && t[1] < box[3] && t[3] > box[1]; }) ||
        symbols.some(function (s) { return s.x + s.r > box[0] && s.x - s.r < box[2] && s.y + s.r > box[1] && s.y - s.r < box[3]; });
      if (!hit) { return box; }
    }
    return null;
  }

  /* ------------------------------------------------------------ rivers, zones, tracks */

  function lineStyle(layer, each) {
    if (layer.id === "rivers") {
      var area = /Polygon/.test(each.shape.type);
      return { renderer: renderer("lines"), interactive: false, color: room.token("map-water"), weight: RIVER[each.kind] || 1.5, opacity: 0.9,
        fill: area, fillColor: room.token("map-water"), fillOpacity: 0.35 };
    }
    return { renderer: renderer("lines"), interactive: false, color: room.token("ink-2"), weight: 1.75, dashArray: "2 5", fill: false };
  }

  function zoneStyle(zone) {
    var rule = ZONE[zone.grade] || ZONE.quasi;
    return { renderer: renderer("zones"), interactive: false, color: room.token("map-zone"), weight: rule.weight, dashArray: rule.dashArray,
      fill: true, fillColor: room.token("map-zone"), fillOpacity: rule.fillOpacity };
  }

  function draw(layer) {
    if (held[layer.id]) { held[layer.id].remove(); held[layer.id] = null; }
    if (!layer.on || !layer.part) { return; }
    var list = layer.geometry === "lines" ? layer.part.lines : layer.part.zones;
    if (!list || !list.length) { return; }
    var group = (held[layer.id] = window.L.layerGroup());
    list.forEach(function (each) {
      var shape = window.L.geoJSON({ type: "Feature", properties: {}, geometry: each.shape }, {
        style: layer.geometry === "lines" ? lineStyle(layer, each) : zoneStyle(each), interactive: false
      });
      shape.eachLayer(function (path) { path.options.about = each; path.addTo(group); });
    });
    group.addTo(room.map);
  }

  /* what lies under the pointer, by the shapes' own geometry */
  function found(event) {
    var hit = null;
    ["source-areas", "rivers", "tracks"].forEach(function (id) {
      if (hit || !held[id]) { return; }
      held[id].eachLayer(function (path) {
        var point = event.layerPoint;
        if (path._containsPoint && path._pxBounds && path._pxBounds.contains(point) && path._parts && path._containsPoint(point)) {
          if (!hit || id === "source-areas") { hit = { id: id, about: path.options.about }; }
        }
      });
    });
    return hit;
  }

  function region(event) {
    if (!regions.group) { return null; }
    var hit = null;
    regions.group.eachLayer(function (path) {
      if (hit || path.feature.properties.line || !path._pxBounds || !path._pxBounds.contains(event.layerPoint)) { return; }
      if (path._containsPoint(event.layerPoint)) { hit = path; }
    });
    return hit && { feature: hit.feature, row: regions.by[hit.feature.id] };
  }

  function lines(hit) {
    if (hit.id === "source-areas") { return [hit.about.name, room.word("grade_" + hit.about.grade), hit.about.approval]; }
    if (hit.id === "rivers") { return [hit.about.name].concat(hit.about.target ? [room.word("target", { grade: room.word("class_" + hit.about.target) })] : []); }
    return [hit.about.team || room.word("layer_tracks"), hit.about.day].concat(hit.about.name ? [hit.about.name] : []);
  }

  room.regions = regions;
  room.shapes = {
    draw: draw,
    coloured: function () {
      Object.keys(held).forEach(function (id) { draw(layerOf(id)); });
      if (regions.group) { build(); }
    },
    redraw: function () { if (regions.shapes) { build(); } },
    pointing: function (event) { return Boolean(found(event) || (layerOf("regions").on && region(event))); },
    said: function (event) {
      var hit = found(event);
      if (hit) { return lines(hit); }
      var place = region(event);
      if (!place || !layerOf("regions").on) { return []; }
      return [place.row ? place.row[1] : place.feature.properties[room.config.lang === "en" ? "en" : "name"],
        place.row ? room.panel.measure() + " " + place.row[3] : room.word("no_items")];
    },
    click: function (event) {
      var hit = found(event);
      if (room.busy) { return; }
      if (hit) {
        if (hit.id !== "tracks") { room.pick(hit.id === "rivers" ? "river" : "zone", hit.about.id); }
        return;
      }
      var place = region(event);
      if (!place || !layerOf("regions").on) { return; }
      if (place.feature.properties.more && place.feature.id !== new URLSearchParams(room.query).get("region")) {
        room.select({ region: place.feature.id, level: "" });
      } else {
        room.pick("region", place.feature.id);
      }
    }
  };

  /* Leaflet's canvas fills with one colour; an area without a figure is hatched, so that it is not taken for a low one */
  room.made.push(function () {
    renderers = {}; held = {};
    regions.told = false; regions.group = null; regions.asked = null; regions.outlines = null; regions.shapes = null; regions.by = null;
    if (window.L.Canvas.prototype._plainFill) { return; }
    window.L.Canvas.prototype._plainFill = window.L.Canvas.prototype._fillStroke;
    window.L.Canvas.include({
      _fillStroke: function (ctx, layer) {
        this._plainFill(ctx, layer);
        if (layer.options.hatched && layer.options.fillOpacity) {
          ctx.globalAlpha = 1; ctx.fillStyle = hatch(ctx); ctx.fill("evenodd");
        }
      }
    });
  });

  function hatch(ctx) {
    var tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    var pen = tile.getContext("2d");
    pen.strokeStyle = room.token("rule"); pen.lineWidth = 1.5;
    pen.beginPath(); pen.moveTo(-2, 10); pen.lineTo(10, -2); pen.moveTo(-2, 2); pen.lineTo(2, -2); pen.moveTo(6, 10); pen.lineTo(10, 6); pen.stroke();
    return ctx.createPattern(tile, "repeat");
  }
})();
