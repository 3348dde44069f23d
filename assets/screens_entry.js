/* One card of the editor of playlists: the scene's picture, how long, which regions. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var room = (clientside.screens = clientside.screens || {});
  var SVG = "http://www.w3.org/2000/svg";
  var WIDE = 96, HIGH = 54, SEARCH_MS = 200;

  /* where the panels stand, without their contents; the one whose finding is the headline is marked */
  room.picture = function (scene) {
    var svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 " + WIDE + " " + HIGH);
    svg.setAttribute("class", "screens-picture");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", scene.boxes.map(function (box) { return box.name; }).join(" · "));
    scene.boxes.forEach(function (box) {
      var rect = document.createElementNS(SVG, "rect"), title = document.createElementNS(SVG, "title");
      rect.setAttribute("x", (box.at[0] * WIDE + 1.5).toFixed(1));
      rect.setAttribute("y", (box.at[1] * HIGH + 1.5).toFixed(1));
      rect.setAttribute("width", Math.max(2, box.at[2] * WIDE - 3).toFixed(1));
      rect.setAttribute("height", Math.max(2, box.at[3] * HIGH - 3).toFixed(1));
      rect.setAttribute("class", box.lead ? "screens-lead" : "");
      title.textContent = box.name;
      rect.appendChild(title);
      svg.appendChild(rect);
    });
    return svg;
  };

  /* a field that finds regions; act(code, name) with each that is chosen */
  function finder(label, act) {
    var box = room.make("span", "screens-finder"), field = document.createElement("input"), list = room.make("ul", "screens-found");
    var timer = 0, asked = 0;
    field.type = "search";
    field.placeholder = room.words.find_region;
    field.setAttribute("aria-label", label);
    field.autocomplete = "off";
    list.hidden = true;
    function close() { list.hidden = true; list.textContent = ""; }
    function choose(each) { close(); field.value = ""; act(each.code, each.name); }
    function look() {
      var text = field.value.trim(), mine = asked += 1;
      if (!text) { close(); return; }
      room.search(text).then(function (found) {
        if (mine !== asked) { return; }
        list.textContent = "";
        list.hidden = false;
        if (!found.length) { list.appendChild(room.make("li", "quiet", room.filled("no_region", { text: text }))); }
        found.forEach(function (each) {
          var item = document.createElement("li");
          item.appendChild(room.button(each.name, "screens-hit", function () { choose(each); }));
          list.appendChild(item);
        });
      });
    }
    field.addEventListener("input", function () { window.clearTimeout(timer); timer = window.setTimeout(look, SEARCH_MS); });
    field.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { close(); }
      if (event.key === "Enter") {
        var first = list.querySelector("button");
        event.preventDefault();
        if (first) { first.click(); } else { look(); }
      }
      if (event.key === "ArrowDown" && list.querySelector("button")) { event.preventDefault(); list.querySelector("button").focus(); }
    });
    box.appendChild(field);
    box.appendChild(list);
    return box;
  }

  function chip(code, act) {
    var name = room.known.regions[code] || code, out = room.make("span", "screens-chip", name);
    var off = room.button("×", "", act);
    off.setAttribute("aria-label", room.filled("clear", { name: name }));
    out.appendChild(off);
    return out;
  }

  /* one region or none */
  room.picker = function (label, code, none, act) {
    var box = room.make("div", "screens-field"), holder = room.make("span", "screens-chosen");
    box.appendChild(room.make("span", "", label));
    box.appendChild(holder);
    function draw() {
      holder.textContent = "";
      if (code) { holder.appendChild(chip(code, function () { code = ""; act(""); draw(); })); return; }
      holder.appendChild(finder(label + " · " + none, function (chosen) { code = chosen; act(chosen); draw(); }));
      holder.querySelector("input").placeholder = none;
    }
    draw();
    return box;
  };

  function many(entry, again) {
    var box = room.make("div", "screens-field screens-many");
    box.appendChild(room.make("span", "", room.words.regions));
    var holder = box.appendChild(room.make("span", "screens-chosen"));
    entry.cycle.regions.forEach(function (code) {
      holder.appendChild(chip(code, function () {
        entry.cycle.regions = entry.cycle.regions.filter(function (each) { return each !== code; });
        room.changed();
        again();
      }));
    });
    holder.appendChild(finder(room.words.regions, function (code) {
      if (entry.cycle.regions.indexOf(code) < 0) { entry.cycle.regions.push(code); }
      room.changed();
      again(".screens-many input");
    }));
    return box;
  }

  function number(value, least, most, act) {
    var field = document.createElement("input");
    field.type = "number";
    field.min = least;
    field.max = most;
    field.step = 1;
    field.value = value;
    field.addEventListener("input", function () { act(field.value === "" ? null : Number(field.value)); room.changed(); });
    return field;
  }

  /* which regions the scene goes through, and which selection it shows */
  function details(entry, again) {
    var words = room.words, parts = room.split(entry.query), box = room.make("div", "screens-fields screens-own");
    function own(name) { return function (value) { parts[name] = value; entry.query = room.join(parts); room.changed(); room.summary(entry); }; }
    var by = entry.cycle ? entry.cycle.by : "none";
    var choices = ["none", "worst", "rank", "list"].map(function (each) { return [each, words["cycle_" + each]]; });
    box.appendChild(room.labelled(words.cycle, room.select(choices, by, function (value) {
      entry.cycle = value === "none" ? null : { by: value, level: null, regions: (entry.cycle && entry.cycle.regions) || [], most: (entry.cycle && entry.cycle.most) || 3 };
      room.changed();
      again(".screens-own select");
    })));
    if (entry.cycle && entry.cycle.by === "list") { box.appendChild(many(entry, again)); }
    if (entry.cycle && entry.cycle.by !== "list") {
      box.appendChild(room.labelled(words.most, number(entry.cycle.most, 1, 60, function (n) { entry.cycle.most = n; room.summary(entry); })));
    }
    if (entry.cycle && entry.cycle.by === "worst") {
      var levels = [["", words.level_next]].concat(["province", "prefecture", "county", "township"].map(function (each) { return [each, words["level_" + each]]; }));
      box.appendChild(room.labelled(words.level, room.select(levels, entry.cycle.level || "", function (value) { entry.cycle.level = value || null; room.changed(); })));
    }
    box.appendChild(room.labelled(words.campaign, room.campaigns(parts.campaign, words.own, own("campaign"))));
    box.appendChild(room.picker(words.region, parts.region, words.own, own("region")));
    box.appendChild(room.other(parts, function () { entry.query = room.join(parts); room.changed(); }));
    return box;
  }

  function about(entry) {
    var words = room.words, parts = room.split(entry.query), said = [];
    if (parts.region) { said.push(room.known.regions[parts.region] || parts.region); }
    if (parts.campaign) {
      var found = room.known.campaigns.filter(function (each) { return each.code === parts.campaign; })[0];
      said.push(found ? found.name : parts.campaign);
    }
    if (parts.other) { said.push(parts.other); }
    if (entry.cycle) {
      said.push(words["cycle_" + entry.cycle.by]);
      if (entry.cycle.by === "list") { said.push(entry.cycle.regions.map(function (code) { return room.known.regions[code] || code; }).join(", ")); }
      else { said.push(room.filled("up_to", { n: entry.cycle.most })); }
    } else if (room.known.scenes[entry.scene].region && !parts.region && !room.split(room.draft.query).region) { said.push(words.region_needed); }
    return said.filter(Boolean).join(" · ");
  }

  room.summary = function (entry) {
    var card = document.querySelector('[data-key="' + entry.key + '"]');
    if (card) { card.querySelector(".screens-about").textContent = about(entry); }
  };

  function card(entry, k) {
    var words = room.words, scene = room.known.scenes[entry.scene], all = room.draft.entries;
    var out = room.make("li", "screens-entry"), row = room.make("div", "screens-main"), more = document.createElement("details");
    out.setAttribute("data-key", entry.key);
    var grip = room.button("", "screens-grip", function () {});
    grip.setAttribute("aria-label", room.filled("grip", { n: k + 1, name: scene.name }));
    grip.appendChild(room.make("span", "screens-dots", "⠿"));
    grip.appendChild(room.make("span", "", String(k + 1)));
    grip.addEventListener("keydown", function (event) {
      var step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
      if (step) { event.preventDefault(); room.move(entry, room.draft.entries.indexOf(entry) + step, ".screens-grip"); }
    });
    row.appendChild(grip);
    row.appendChild(room.picture(scene));
    var named = row.appendChild(room.make("div", "screens-named"));
    named.appendChild(room.make("b", "", scene.name));
    named.appendChild(room.make("div", "screens-about quiet", about(entry)));
    row.appendChild(room.labelled(words.dwell, number(entry.dwell, 5, 600, function (n) { entry.dwell = n; }), "screens-field screens-dwell"));
    var changes = ["fade", "slide", "cut"].map(function (each) { return [each, words["transition_" + each]]; });
    row.appendChild(room.labelled(words.transition, room.select(changes, entry.transition, function (value) { entry.transition = value; room.changed(); })));
    var steps = row.appendChild(room.make("div", "screens-steps"));
    [["move_up", -1, k === 0], ["move_down", 1, k === all.length - 1]].forEach(function (each) {
      var one = room.button(words[each[0]], "switch screens-" + each[0], function () { room.move(entry, all.indexOf(entry) + each[1], ".screens-" + each[0]); });
      one.disabled = each[2];
      one.setAttribute("aria-label", words[each[0]] + " · " + (k + 1) + " " + scene.name);
      steps.appendChild(one);
    });
    steps.appendChild(room.button(words.remove, "switch screens-danger", function () {
      all.splice(all.indexOf(entry), 1);
      room.changed();
      room.cards();
      room.say(room.filled("removed", { name: scene.name }));
      var near = document.querySelectorAll(".screens-grip")[Math.min(k, all.length - 1)];
      if (near) { near.focus(); }
    }));
    out.appendChild(row);
    more.open = Boolean(entry.open);
    more.appendChild(room.make("summary", "", words.more));
    more.addEventListener("toggle", function () { entry.open = more.open; });
    more.appendChild(details(entry, function (focus) { room.cards(entry, focus); }));
    out.appendChild(more);
    return out;
  }

  /* all cards anew; the control that was used keeps the keyboard */
  room.cards = function (entry, focus) {
    var list = document.getElementById("screens-entries");
    list.textContent = "";
    room.draft.entries.forEach(function (each, k) { list.appendChild(card(each, k)); });
    if (!room.draft.entries.length) { list.appendChild(room.make("li", "quiet screens-none", room.words.first_entry)); }
    room.tell();
    if (entry && focus) {
      var found = list.querySelector('[data-key="' + entry.key + '"] ' + focus);
      if (found && found.disabled) { found = list.querySelector('[data-key="' + entry.key + '"] .screens-grip'); }
      if (found) { found.focus(); }
    }
  };

  room.move = function (entry, to, focus) {
    var all = room.draft.entries, from = all.indexOf(entry);
    if (to < 0 || to >= all.length || to === from) { return; }
    all.splice(from, 1);
    all.splice(to, 0, entry);
    room.changed();
    room.cards(entry, focus);
    room.say(room.filled("moved", { name: room.known.scenes[entry.scene].name, n: to + 1, all: all.length }));
  };
})();
