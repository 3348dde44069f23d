/* Draws a scene's panels. Pictures are drawn in the wall's own units (1080 high) and enlarged as a whole: letters stay sharp at any size. */
(function () {
  "use strict";
  var wall = window.dubangWall;
  var STRETCH = 1.7, SQUEEZE = 0.72;
  var CONFIG = { displayModeBar: false, displaylogo: false, showSendToCloud: false, responsive: false, doubleClick: false, scrollZoom: false, locale: wall.told.lang };

  wall.make = function (tag, name, text) {
    var node = document.createElement(tag);
    if (name) { node.className = name; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  };
  var make = wall.make;

  wall.unit = function () { return Math.min(window.innerWidth / 1920, window.innerHeight / 1080); };
  wall.shape = function () { return window.innerWidth / window.innerHeight >= 2.6 ? "wide" : "wall"; };

  function figure(body, panel) {
    var box = body.querySelector(".graph");
    if (!box) {
      body.textContent = "";
      var sheet = make("div", "sheet");
      box = make("div", "graph");
      sheet.appendChild(box);
      body.appendChild(sheet);
    }
    var unit = wall.unit();
    var width = Math.floor(body.clientWidth / unit), room = Math.floor(body.clientHeight / unit);
    var own = panel.figure.layout.height || room;
    var height = own <= room ? Math.min(room, own * STRETCH) : room >= own * SQUEEZE ? room : own;
    var layout = Object.assign({}, panel.figure.layout, { width: width, height: Math.round(height), autosize: false });
    box.style.transform = "scale(" + unit + ")";
    box.style.width = width + "px";
    box.style.height = Math.round(height) + "px";
    box.parentElement.style.height = Math.ceil(height * unit) + "px";
    var drawn = box.classList.contains("js-plotly-plot");
    /* what a click is about is what is drawn now */
    box.panel = panel;
    return window.Plotly[drawn ? "react" : "newPlot"](box, panel.figure.data, layout, CONFIG).then(function () {
      if (drawn) { return; }
      box.on("plotly_click", function (event) { dive(event.points && event.points[0] && event.points[0].customdata, box.panel); });
      box.on("plotly_clickannotation", function (event) { dive(event.annotation && event.annotation.name, box.panel); });
    });
  }

  function dive(piece, panel) {
    if (wall.dive) { wall.dive(typeof piece === "string" && piece.indexOf("=") > 0 ? piece : "", panel); }
  }

  function figures(body, panel) {
    var list = make("ol", "figures");
    panel.figures.forEach(function (each) {
      var item = make("li", "figure" + (each.alarm ? " alarm" : ""));
      var name = make("span", "figure-name", each.name);
      if (each.parts) { name.appendChild(make("span", "figure-parts", each.parts)); }
      item.appendChild(name);
      item.appendChild(make("span", "figure-value", each.value));
      var under = make("span", "figure-under");
      if (each.change) { under.appendChild(make("span", "figure-change " + (each.good > 0 ? "better" : each.good < 0 ? "worse" : "same"), each.change)); }
      item.appendChild(under);
      item.addEventListener("click", function (event) { event.stopPropagation(); dive(each.piece, panel); });
      list.appendChild(item);
    });
    body.replaceChildren(list);
  }

  /* a name of more than nine signs of full width may take two lines */
  function long(text) {
    return Array.prototype.reduce.call(text, function (sum, sign) { return sum + (sign.charCodeAt(0) < 0x2e80 ? 0.56 : 1); }, 0) > 9;
  }

  function table(body, panel) {
    if (!panel.rows.length) {
      body.replaceChildren(make("p", "none", panel.empty));
      return;
    }
    var grid = make("table", "rows");
    var head = make("thead"), line = make("tr");
    panel.columns.forEach(function (column) { line.appendChild(make("th", column.align, column.text)); });
    head.appendChild(line);
    grid.appendChild(head);
    var rows = make("tbody");
    panel.rows.forEach(function (row) {
      var tr = make("tr", row.mark ? "mark mark-" + row.mark : "");
      row.cells.forEach(function (cell, k) { tr.appendChild(make("td", panel.columns[k].align + (long(cell) ? " long" : ""), cell)); });
      if (row.piece) { tr.addEventListener("click", function (event) { event.stopPropagation(); dive(row.piece, panel); }); }
      rows.appendChild(tr);
    });
    grid.appendChild(rows);
    var sheet = make("div", "sheet");
    sheet.appendChild(grid);
    body.replaceChildren(sheet);
  }

  /* one panel into its section, new or again; a panel of another kind begins from nothing */
  wall.fill = function (section, panel, lead) {
    section.querySelector("h2").textContent = lead ? "" : panel.title;
    section.querySelector("h2").hidden = Boolean(lead);
    section.querySelector(".sub").textContent = panel.subtitle || "";
    var title = section.querySelector("h2");
    [30, 27, 24].some(function (size) {
      title.style.fontSize = "calc(" + size + " * var(--u))";
      return title.offsetHeight <= size * 1.2 * 2.1 * wall.unit();
    });
    section.setAttribute("aria-label", panel.title);
    section.title = "";
    var body = section.querySelector(".body");
    if (section.dataset.kind !== panel.kind) { empty(body); }
    section.dataset.kind = panel.kind;
    section.dataset.chart = panel.chart;
    if (panel.kind === "figure") { return figure(body, panel); }
    (panel.kind === "figures" ? figures : table)(body, panel);
    return Promise.resolve();
  };

  wall.absent = function (section) {
    empty(section.querySelector(".body"));
    section.dataset.kind = "absent";
    section.querySelector("h2").textContent = "";
    section.querySelector(".sub").textContent = "";
    section.querySelector(".body").appendChild(make("p", "none", wall.word("missing")));
  };

  function empty(body) {
    body.querySelectorAll(".js-plotly-plot").forEach(function (box) { window.Plotly.purge(box); });
    body.textContent = "";
  }

  /* a stage with a section for each place of the grid, without data */
  wall.stage = function (entry) {
    var grid = entry[wall.shape()];
    var stage = make("section", "stage stage-" + entry.scene);
    stage.style.gridTemplateColumns = grid.columns;
    stage.style.gridTemplateRows = grid.rows;
    stage.style.gridTemplateAreas = grid.areas.map(function (row) { return '"' + row + '"'; }).join(" ");
    var names = [];
    grid.areas.join(" ").split(" ").forEach(function (name) { if (name && names.indexOf(name) < 0) { names.push(name); } });
    names.forEach(function (name) {
      var section = make("section", "panel");
      section.style.gridArea = name;
      section.dataset.panel = name;
      var head = make("header");
      head.appendChild(make("h2"));
      head.appendChild(make("p", "sub"));
      section.appendChild(head);
      section.appendChild(make("div", "body"));
      stage.appendChild(section);
    });
    return stage;
  };

  wall.clear = function (stage) {
    stage.querySelectorAll(".body").forEach(empty);
    stage.remove();
  };

  /* every panel of a stage, or only some of them; a panel that cannot be drawn takes no other with it */
  wall.fillAll = function (stage, scene, entry, only) {
    var work = [];
    stage.querySelectorAll(".panel").forEach(function (section) {
      var name = section.dataset.panel, panel = scene.panels[name];
      if (only && only.indexOf(name) < 0) { return; }
      if (!panel) { wall.absent(section); return; }
      function broken() { wall.broke(); wall.absent(section); }
      try { work.push(Promise.resolve(wall.fill(section, panel, name === entry.lead)).catch(broken)); } catch (e) { broken(); }
    });
    return Promise.all(work);
  };
})();
