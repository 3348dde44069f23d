/* The panel of layers: which are on, in which order, coloured by what, with a legend and counts of their own. */
(function () {
  "use strict";
  var room = window.dubangMap;
  var panel = (room.panel = {});

  function make(tag, className, text) {
    var out = document.createElement(tag);
    if (className) { out.className = className; }
    if (text !== undefined) { out.textContent = text; }
    return out;
  }

  room.make = make;

  function sample(kind, at) {
    var canvas = make("canvas", "legend-mark"), ratio = window.devicePixelRatio || 1, style = room.style(kind, at);
    var wide = parseFloat(room.token("wide")) || 1, size = 16 * wide;
    canvas.width = canvas.height = size * ratio;
    canvas.style.width = canvas.style.height = size + "px";
    canvas.setAttribute("aria-hidden", "true");
    var ctx = canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    room.mark(ctx, style.shape, size / 2, size / 2, 5 * wide);
    if (style.shape === "ring") {
      ctx.lineWidth = 2 * wide; ctx.strokeStyle = room.token("ink-2"); ctx.stroke();
    } else {
      ctx.fillStyle = style.colour; ctx.fill(); ctx.lineWidth = 0.75; ctx.strokeStyle = room.token("ink-2"); ctx.stroke();
    }
    return canvas;
  }

  function entry(mark, text, number) {
    var line = make("li", "legend-line");
    line.append(mark, make("span", "legend-name", text));
    if (number !== null) { line.append(make("span", "legend-number", number)); }
    return line;
  }

  function swatch(name, style) {
    var out = make("span", "legend-swatch " + name);
    Object.assign(out.style, style || {});
    out.setAttribute("aria-hidden", "true");
    return out;
  }

  /* ------------------------------------------------------------ one layer */

  function box(layer) { return document.getElementById("map-layer-" + layer.id); }

  function row(layer) {
    var li = make("li", "map-layer"), head = make("div", "map-layer-head");
    li.id = "map-layer-" + layer.id;
    var button = make("button", "map-switch", room.word("layer_" + layer.id));
    button.type = "button"; button.setAttribute("role", "switch"); button.setAttribute("data-layer", layer.id);
    button.addEventListener("click", function () { toggle(layer); });
    var up = make("button", "map-move", "↑");
    up.type = "button"; up.title = room.word("up"); up.setAttribute("aria-label", room.word("up") + " " + room.word("layer_" + layer.id));
    up.addEventListener("click", function () { move(layer, 1); });
    head.append(button, make("span", "map-layer-count"), up);
    li.append(head);
    if (layer.choices.length > 1) {
      var select = make("select", "map-by");
      select.setAttribute("aria-label", room.word("by"));
      layer.choices.forEach(function (by) {
        var option = make("option", "", room.word("by_" + by));
        option.value = by; option.selected = by === layer.by;
        select.append(option);
      });
      select.addEventListener("change", function () {
        layer.by = select.value;
        room.writeHash();
        room.look(layer, true);
      });
      li.append(select);
    }
    var legend = make("ul", "map-legend");
    legend.setAttribute("aria-label", room.word("legend"));
    li.append(legend, make("p", "map-layer-note"));
    return li;
  }

  function mount() {
    var list = document.getElementById("map-layers");
    if (!list) { return; }
    /* the topmost layer stands first */
    list.replaceChildren.apply(list, room.layers.slice().reverse().map(row));
    room.layers.forEach(shown);
    room.layers.forEach(counted);
  }

  function shown(layer) {
    var li = box(layer);
    if (!li) { return; }
    var select = li.querySelector(".map-by");
    if (select) { select.hidden = !layer.on; }
    li.querySelector(".map-switch").setAttribute("aria-checked", String(layer.on));
  }

  function toggle(layer) {
    layer.on = !layer.on;
    if (!layer.on) { layer.part = null; layer.key = null; }
    shown(layer);
    room.writeHash();
    if (layer.geometry !== "lines") { room.shapes.redraw(); }
    room.drawn(layer);
    room.look(layer, true);
  }

  function move(layer, steps) {
    var at = room.layers.indexOf(layer), to = Math.min(room.layers.length - 1, at + steps);
    if (at === to) { return; }
    room.layers.splice(at, 1);
    room.layers.splice(to, 0, layer);
    mount();
    var button = box(layer).querySelector(".map-move");
    if (button) { button.focus(); }
    room.points.draw();
  }

  function counted(layer) {
    var li = layer && box(layer);
    if (!li) { return; }
    var number = li.querySelector(".map-layer-count"), legend = li.querySelector(".map-legend"), note = li.querySelector(".map-layer-note");
    var part = layer.part;
    legend.hidden = note.hidden = true;
    number.textContent = "";
    if (!layer.on) { return; }
    if (layer.failed) {
      note.textContent = room.word("layer_failed"); note.hidden = false;
    }
    if (layer.geometry === "regions") { ruler(legend); return; }
    if (!part) { return; }
    number.textContent = room.number(part.total);
    number.title = room.word("in_view", { n: room.number(part.box) });
    if (part.kinds) {
      legend.replaceChildren.apply(legend, part.kinds.map(function (kind, at) { return [kind, at]; }).filter(function (each) {
        return part.counts[each[1]];
      }).map(function (each) { return entry(sample(each[0], each[1]), part.labels[each[1]], room.number(part.counts[each[1]])); }));
      legend.hidden = !part.total;
    }
    if (layer.id === "source-areas") { zones(legend, part); }
    var notes = [];
    if (layer.failed) { notes.push(room.word("layer_failed")); }
    if (part.total === 0) { notes.push(room.word("layer_empty")); }
    if (part.unplaced) { notes.push(room.word("unplaced", { n: room.number(part.unplaced) })); }
    if (part.cut || part.zones_cut) { notes.push(room.word("cut")); }
    if (layer.id === "source-areas" && part.total && room.map.getZoom() < 9) { notes.push(room.word("zones_nearer")); }
    note.textContent = notes.join(" ");
    note.hidden = !notes.length;
  }

  function zones(legend, part) {
    if (!part.zones.length) { return; }
    ["grade1", "grade2", "quasi"].forEach(function (grade) {
      var number = part.zones.filter(function (zone) { return zone.grade === grade; }).length;
      if (number) { legend.append(entry(swatch("zone-" + grade), room.word("grade_" + grade), null)); }
    });
    legend.hidden = false;
  }

  function ruler(legend) {
    var body = room.regions.body, layer = room.layer("regions");
    if (!body || !layer.on) { return; }
    var lines = body.edges.map(function (text, at) {
      return entry(swatch("", { background: body.colours[room.theme()][at] }), text, room.number(body.counts[at]));
    });
    if (body.empty) { lines.push(entry(swatch("legend-hatched"), room.word("no_items"), room.number(body.empty))); }
    legend.replaceChildren.apply(legend, lines);
    legend.hidden = false;
  }

  panel.counted = counted;
  panel.measure = function () { return room.regions.body ? room.regions.body.name : ""; };

  panel.regions = function (body) {
    var trail = document.getElementById("map-trail");
    if (trail) {
      trail.replaceChildren.apply(trail, body.trail.map(function (step, at) {
        /* without a chosen region nothing wider is meant */
        var li = make("li"), last = at === body.trail.length - 1 || !new URLSearchParams(room.query || "").get("region");
        var inside = make(last ? "span" : "button", last ? "" : "map-step", step[1]);
        if (at === body.trail.length - 1) { inside.setAttribute("aria-current", "location"); }
        if (!last) {
          inside.type = "button";
          inside.addEventListener("click", function () { room.select({ region: at ? step[0] : "", level: "" }); });
        }
        li.append(inside);
        return li;
      }));
    }
    var measure = document.getElementById("map-measure");
    if (measure) { measure.value = body.measure; }
  };

  panel.selected = function () {
    var params = new URLSearchParams(room.query || ""), left = document.getElementById("map-left");
    if (left) { left.setAttribute("aria-pressed", String(params.get("rows") === "open")); }
    var clear = document.getElementById("map-area-clear");
    if (clear) { clear.hidden = !params.get("area"); }
    room.tools.selected();
    room.layers.forEach(counted);
  };

  panel.mount = mount;
  room.made.push(mount);
})();
