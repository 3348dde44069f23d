/* Clusters and single places, drawn on one canvas over the map: a ring says what is in a cluster, a shape and a colour what a place is.
   The same canvas knows what lies under the pointer. */
(function () {
  "use strict";
  var room = window.dubangMap;
  /* kinds that stand for a status: token of the colour, and a shape of its own, so that colour is never alone */
  var STATUS = {
    closed: ["status-closed", "dot"], rectified: ["status-rectified", "dot"], in_progress: ["status-in-progress", "dot"],
    due_soon: ["status-due-soon", "square"], overdue: ["status-overdue", "triangle"], returned: ["status-returned", "diamond"],
    aside: ["status-merged", "ring"], clear: ["status-closed", "ring"], open: ["status-due-soon", "square"],
    surveyed: ["map-stage-1", "dot"], monitored: ["map-stage-2", "dot"], traced: ["map-stage-3", "dot"],
    rectifying: ["map-stage-4", "square"], completed: ["status-rectified", "dot"], supervised: ["status-closed", "dot"],
    kept: ["status-merged", "ring"], excluded: ["status-merged", "ring"], none: ["status-merged", "ring"],
    I: ["map-grade-1", "dot"], II: ["map-grade-2", "dot"], III: ["map-grade-3", "dot"], IV: ["map-grade-4", "square"],
    V: ["map-grade-5", "triangle"], inferior: ["map-grade-6", "triangle"]
  };
  var shown = [];
  var palette = {};
  var canvas = null;

  function style(kind, at) {
    var found = STATUS[kind] || ["map-kind-" + (at % 8 + 1), "dot"];
    var colour = palette[found[0]] || (palette[found[0]] = room.token(found[0]));
    return { colour: colour, shape: found[1] };
  }

  room.style = style;

  function scale() { return parseFloat(room.token("wide")) || 1; }

  function radius(number, wide) { return (11 + 4.2 * Math.log10(number)) * wide; }

  function mark(ctx, shape, x, y, size) {
    ctx.beginPath();
    if (shape === "triangle") {
      ctx.moveTo(x, y - size * 1.25); ctx.lineTo(x + size * 1.15, y + size * 0.8); ctx.lineTo(x - size * 1.15, y + size * 0.8);
    } else if (shape === "square") {
      ctx.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
    } else if (shape === "diamond") {
      ctx.moveTo(x, y - size * 1.25); ctx.lineTo(x + size * 1.25, y); ctx.lineTo(x, y + size * 1.25); ctx.lineTo(x - size * 1.25, y);
    } else {
      ctx.arc(x, y, size, 0, 2 * Math.PI);
    }
    ctx.closePath();
  }

  room.mark = mark;

  function place(ctx, each, colours) {
    mark(ctx, each.style.shape, each.x, each.y, each.r);
    ctx.lineWidth = 2.5 * each.wide;
    ctx.strokeStyle = colours.surface;
    ctx.stroke();
    if (each.style.shape === "ring") {
      ctx.fillStyle = colours.surface; ctx.fill();
      ctx.lineWidth = 2 * each.wide; ctx.strokeStyle = each.style.colour === colours.rule ? colours.ink2 : each.style.colour; ctx.stroke();
    } else {
      ctx.fillStyle = each.style.colour; ctx.fill();
      ctx.lineWidth = 0.75 * each.wide; ctx.strokeStyle = colours.ink2; ctx.stroke();
    }
  }

  function ring(ctx, each, colours) {
    var from = -Math.PI / 2;
    var thick = Math.max(4, each.r * 0.3);
    ctx.beginPath(); ctx.arc(each.x, each.y, each.r + 1.5, 0, 2 * Math.PI); ctx.fillStyle = colours.surface; ctx.fill();
    each.counts.forEach(function (number, at) {
      if (!number) { return; }
      var to = from + 2 * Math.PI * number / each.number;
      ctx.beginPath(); ctx.arc(each.x, each.y, each.r - thick / 2, from, to);
      ctx.lineWidth = thick; ctx.strokeStyle = style(each.kinds[at], at).colour; ctx.stroke();
      from = to;
    });
    ctx.beginPath(); ctx.arc(each.x, each.y, each.r, 0, 2 * Math.PI); ctx.lineWidth = 0.75; ctx.strokeStyle = colours.ink2; ctx.stroke();
    ctx.fillStyle = colours.ink; ctx.font = "600 " + each.type + "px " + colours.font; ctx.textAlign = "center"; ctx.textBaseline = "middle";
    ctx.fillText(short(each.number), each.x, each.y + 0.5);
  }

  function short(number) {
    if (number < 10000) { return String(number); }
    if (room.config.lang === "en") { return (number >= 1e6 ? (number / 1e6).toFixed(1) + "M" : Math.round(number / 1000) + "k"); }
    return (number >= 1e8 ? (number / 1e8).toFixed(1) + room.word("yi") : (number / 10000).toFixed(1) + room.word("wan"));
  }

  /* ------------------------------------------------------------ what is drawn where */

  function collect(origin) {
    var wide = scale(), map = room.map, out = [];
    room.layers.forEach(function (layer) {
      if (!layer.on || layer.geometry !== "points" || !layer.part || !layer.part.kinds) { return; }
      var kinds = layer.part.kinds;
      layer.part.points.forEach(function (row) {
        var at = map.latLngToLayerPoint([row[1], row[0]]);
        out.push({ layer: layer, row: row, x: at.x - origin.x, y: at.y - origin.y, r: 5.5 * wide, wide: wide, style: style(kinds[row[2]], row[2]), number: 1 });
      });
      layer.part.clusters.forEach(function (row) {
        var at = map.latLngToLayerPoint([row[1], row[0]]);
        var number = row[2].reduce(function (a, b) { return a + b; }, 0);
        out.push({ layer: layer, cluster: row, x: at.x - origin.x, y: at.y - origin.y, r: radius(number, wide), number: number, counts: row[2],
          kinds: kinds, type: Math.round((number < 1000 ? 12 : 11) * wide), wide: wide });
      });
    });
    return out;
  }

  function paint() {
    if (!canvas || !room.map) { return; }
    var colours = { ink: room.token("ink"), ink2: room.token("ink-2"), surface: room.token("surface"), rule: room.token("rule"), font: room.token("font") };
    var ctx = canvas._ctx, origin = canvas._bounds.min, size = canvas._bounds.getSize();
    ctx.clearRect(0, 0, size.x, size.y);
    shown = collect(origin);
    room.regions.names(ctx, origin, colours, shown);
    shown.forEach(function (each) { if (each.row) { place(ctx, each, colours); } });
    shown.forEach(function (each) { if (each.cluster) { ring(ctx, each, colours); } });
    room.element.setAttribute("data-symbols", String(shown.length));
  }

  var asked = false;
  function draw() {
    if (asked) { return; }
    asked = true;
    window.requestAnimationFrame(function () { asked = false; paint(); });
  }

  room.points = { draw: draw, coloured: function () { palette = {}; draw(); if (room.shapes) { room.shapes.coloured(); } } };

  /* ------------------------------------------------------------ the canvas: moves and zooms with the map as Leaflet's own do */

  room.made.push(function (map) {
    var Canvas = window.L.Renderer.extend({
      _initContainer: function () {
        var element = (this._container = document.createElement("canvas"));
        this._ctx = element.getContext("2d");
        this._layers = {};
      },
      _destroyContainer: function () { this._container.remove(); this._container = null; this._ctx = null; },
      _updatePaths: function () { /* what is drawn is not Leaflet's */ },
      _update: function () {
        if (this._map._animatingZoom && this._bounds) { return; }
        window.L.Renderer.prototype._update.call(this);
        var size = this._bounds.getSize(), ratio = Math.min(window.devicePixelRatio || 1, 2);
        window.L.DomUtil.setPosition(this._container, this._bounds.min);
        this._container.width = ratio * size.x; this._container.height = ratio * size.y;
        this._container.style.width = size.x + "px"; this._container.style.height = size.y + "px";
        this._ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
        paint();
      }
    });
    canvas = new Canvas({ pane: "points", padding: 0.2 });
    canvas.addTo(map);
    var tip = document.createElement("div");
    tip.className = "map-tip"; tip.hidden = true;
    room.element.appendChild(tip);
    map.on("mousemove", function (event) { over(event, tip); });
    map.on("mouseout", function () { tip.hidden = true; });
    map.on("click", function (event) {
      var found = under(event);
      if (found) { chosen(found, event); } else { room.shapes.click(event); }
    });
  });

  function under(event) {
    if (!canvas || !canvas._bounds || room.busy) { return null; }
    var at = event.layerPoint.subtract(canvas._bounds.min), best = null, least = Infinity;
    shown.forEach(function (each) {
      var away = Math.hypot(each.x - at.x, each.y - at.y);
      if (away <= each.r + 4 * each.wide && away - each.r < least) { best = each; least = away - each.r; }
    });
    return best;
  }

  room.under = under;

  function over(event, tip) {
    var found = under(event);
    room.element.classList.toggle("map-pointing", Boolean(found) || room.shapes.pointing(event));
    var lines = found ? said(found) : room.shapes.said(event);
    tip.hidden = !lines.length;
    if (!lines.length) { return; }
    tip.replaceChildren.apply(tip, lines.map(function (text, at) {
      var line = document.createElement(at ? "div" : "strong");
      line.textContent = text;
      return line;
    }));
    var size = room.map.getSize(), at = event.containerPoint;
    tip.style.left = Math.min(at.x + 14, size.x - tip.offsetWidth - 8) + "px";
    tip.style.top = Math.max(8, Math.min(at.y + 14, size.y - tip.offsetHeight - 8)) + "px";
  }

  function said(each) {
    var labels = each.layer.part.labels, name = room.word("layer_" + each.layer.id);
    if (each.cluster) {
      var lines = [name + " " + room.number(each.number)];
      each.counts.forEach(function (number, at) { if (number) { lines.push(labels[at] + " " + room.number(number)); } });
      return lines;
    }
    var row = each.row;
    return [String(row[5] || row[4] || name), labels[row[2]]].concat(each.layer.card === "item" && row[4] ? [String(row[4])] : []);
  }

  function chosen(each) {
    if (each.row) {
      room.pick(each.layer.card, each.row[3]);
      return;
    }
    var spot = [each.cluster[1], each.cluster[0]];
    if (room.map.getZoom() >= 18) { room.tools.around(spot, 0.1); return; }
    room.map.setView(spot, Math.min(19, room.map.getZoom() + 2));
  }
})();
