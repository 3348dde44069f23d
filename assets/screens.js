/* The editor of a playlist. What stands in it is the draft; the server sees it when it is saved, and until then it is kept in the
   browser as well, so that neither a fault nor a reload loses it. Its cards are screens_entry.js, dragging is screens_drag.js. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var room = (clientside.screens = clientside.screens || {});
  var PLACE = "dubang-screens-", WAIT_MS = 12000;
  var shown = null, next = 1, pending = 0, line = "";

  room.words = {};
  room.draft = null;
  room.known = { scenes: {}, order: [], campaigns: [], regions: {}, lang: "zh-CN" };

  /* ---------------------------------------------------------------- small things */

  room.make = function (name, classes, text) {
    var out = document.createElement(name);
    if (classes) { out.className = classes; }
    if (text !== undefined) { out.textContent = text; }
    return out;
  };

  room.filled = function (name, values) {
    return (room.words[name] || name).replace(/\{(\w+)\}/g, function (all, key) { return key in (values || {}) ? values[key] : all; });
  };

  room.button = function (text, classes, act) {
    var out = room.make("button", classes || "switch", text);
    out.type = "button";
    out.addEventListener("click", act);
    return out;
  };

  room.labelled = function (text, field, classes) {
    var out = room.make("label", classes || "screens-field");
    out.appendChild(room.make("span", "", text));
    out.appendChild(field);
    return out;
  };

  room.select = function (choices, value, act) {
    var out = document.createElement("select");
    choices.forEach(function (each) {
      var one = document.createElement("option");
      one.value = each[0];
      one.textContent = each[1];
      out.appendChild(one);
    });
    out.value = value;
    out.addEventListener("change", function () { act(out.value); });
    return out;
  };

  room.say = function (text) { document.getElementById("screens-spoken").textContent = text; };

  /* a query's region, its campaign, and the rest of it; and back */
  room.split = function (query) {
    var params = new URLSearchParams(query), out = { campaign: params.get("campaign") || "", region: params.get("region") || "" };
    params.delete("campaign");
    params.delete("region");
    out.other = params.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
    return out;
  };

  room.join = function (parts) {
    var params = new URLSearchParams(parts.other.trim().replace(/^[^?]*\?/, ""));
    ["campaign", "region"].forEach(function (name) { if (parts[name]) { params.set(name, parts[name]); } });
    return params.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
  };

  room.search = function (text) {
    return fetch("/api/screens/regions?lang=" + room.known.lang + "&q=" + encodeURIComponent(text), { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : { regions: [] }; })
      .then(function (told) {
        told.regions.forEach(function (each) { room.known.regions[each.code] = each.name; });
        return told.regions;
      }, function () { return []; });
  };

  /* ---------------------------------------------------------------- the draft */

  function place(draft) { return PLACE + (draft.was || draft.code); }

  function keep() {
    try { window.sessionStorage.setItem(place(shown), JSON.stringify(room.draft)); } catch (e) { /* then a reload loses it */ }
  }

  function forget() {
    try { window.sessionStorage.removeItem(place(shown)); } catch (e) { /* nothing was kept */ }
  }

  function kept() {
    try {
      var found = JSON.parse(window.sessionStorage.getItem(place(shown)));
      return found && Array.isArray(found.entries) && found.revision === shown.revision ? found : null;
    } catch (e) { return null; }
  }

  function send() {
    clientside.set_props("screens-draft", { data: JSON.stringify(room.draft, function (key, value) { return key === "key" ? undefined : value; }) });
  }

  room.changed = function () {
    room.draft.stamp = Date.now() + "-" + (next += 1);
    room.draft.dirty = true;
    keep();
    send();
    tell();
  };

  room.entry = function (scene) {
    var cycle = room.known.scenes[scene].region ? { by: "worst", level: null, regions: [], most: 3 } : null;
    return { scene: scene, query: "", dwell: 20, transition: "fade", cycle: cycle, key: (next += 1) };
  };

  room.seconds = function () {
    return room.draft.entries.reduce(function (sum, each) {
      var times = !each.cycle ? 1 : each.cycle.by === "list" ? each.cycle.regions.length : Number(each.cycle.most) || 0;
      return sum + (Number(each.dwell) || 0) * times;
    }, 0);
  };

  function clock(seconds) {
    var minutes = Math.floor(seconds / 60), rest = seconds % 60;
    if (!minutes) { return room.filled("clock_seconds", { s: rest }); }
    return room.filled(rest ? "clock" : "clock_minutes", { m: minutes, s: rest });
  }

  /* what the line beside the button says */
  function tell(text) {
    if (text !== undefined) { line = text; }
    var more = document.getElementById("screens-more");
    if (!more || !room.draft) { return; }
    var said = more.querySelector(".screens-state") || more.appendChild(room.make("span", "screens-state"));
    said.textContent = pending ? room.words.saving : line || (room.draft.dirty ? room.words.dirty : room.draft.revision ? room.words.saved : room.words.dirty);
    var total = document.querySelector(".screens-total");
    if (total) { total.textContent = room.filled("total", { n: room.draft.entries.length, time: clock(room.seconds()) }); }
    more.querySelectorAll("[data-when]").forEach(function (each) {
      each.hidden = each.getAttribute("data-when") === "dirty" ? !room.draft.dirty : !room.draft.revision;
    });
    var open = more.querySelector("a");
    if (open) { open.href = "/screen/" + encodeURIComponent(room.draft.was || room.draft.code); }
  }
  room.tell = tell;

  /* ---------------------------------------------------------------- the whole editor */

  function whole() {
    var words = room.words, draft = room.draft, parts = room.split(draft.query);
    var box = room.make("div", "screens-fields");
    function text(name, value, most, about) {
      var field = document.createElement("input");
      field.type = "text";
      field.maxLength = most;
      field.value = value;
      field.name = "screens-" + name;
      field.addEventListener("input", function () { draft[name] = field.value; if (name === "code") { said.textContent = address(); } room.changed(); });
      var out = room.labelled(words[name], field);
      if (about) { out.appendChild(about); }
      return out;
    }
    function address() { return room.filled("code_about", { code: draft.code }); }
    function own(change) { return function (value) { parts[change] = value; draft.query = room.join(parts); room.changed(); }; }
    var said = room.make("small", "quiet", address());
    box.appendChild(text("name", draft.name, 60));
    box.appendChild(text("code", draft.code, 40, said));
    box.appendChild(room.labelled(words.campaign, room.campaigns(parts.campaign, words.all_campaigns, own("campaign"))));
    box.appendChild(room.picker(words.region, parts.region, words.whole, own("region")));
    box.appendChild(room.labelled(words.lang, room.select([["zh-CN", words["zh-CN"]], ["en", words.en]], draft.lang, function (v) { draft.lang = v; room.changed(); })));
    box.appendChild(room.labelled(words.theme, room.select([["dark", words.dark], ["light", words.light]], draft.theme, function (v) { draft.theme = v; room.changed(); })));
    box.appendChild(room.other(parts, function () { draft.query = room.join(parts); room.changed(); }));
    return box;
  }

  room.campaigns = function (value, none, act) {
    var choices = [["", none]].concat(room.known.campaigns.map(function (each) { return [each.code, each.name]; }));
    if (value && !choices.some(function (each) { return each[0] === value; })) { choices.push([value, value]); }
    return room.select(choices, value, act);
  };

  room.other = function (parts, act) {
    var field = document.createElement("input");
    field.type = "text";
    field.maxLength = 1000;
    field.value = parts.other;
    field.placeholder = room.words.query_about;
    field.addEventListener("input", function () { parts.other = field.value; act(); });
    return room.labelled(room.words.query, field, "screens-field screens-query");
  };

  function palette() {
    var box = room.make("div", "screens-palette");
    box.appendChild(room.make("h3", "", room.words.add));
    box.appendChild(room.make("p", "quiet", room.words.add_about));
    var row = box.appendChild(room.make("div", "screens-scenes"));
    room.known.order.forEach(function (scene) {
      var one = room.button("", "screens-scene", function () {
        room.draft.entries.push(room.entry(scene.id));
        room.changed();
        room.cards();
        room.say(room.filled("added", { name: scene.name, n: room.draft.entries.length }));
      });
      one.appendChild(room.picture(scene)).setAttribute("aria-hidden", "true");
      one.appendChild(room.make("span", "", scene.name));
      row.appendChild(one);
    });
    return box;
  }

  function ending() {
    var more = document.getElementById("screens-more");
    more.textContent = "";
    more.appendChild(room.make("span", "screens-state"));
    var as = room.button(room.words.save_as, "switch", function () {
      room.draft.revision = 0;
      room.draft.was = null;
      room.draft.code = (room.draft.code || "screen").slice(0, 36) + "-2";
      room.changed();
      draw();
      document.querySelector('[name="screens-code"]').focus();
    });
    as.setAttribute("data-when", "saved");
    var discard = room.button(room.words.discard, "switch", function () { forget(); begin(JSON.parse(JSON.stringify(shown))); });
    discard.setAttribute("data-when", "dirty");
    var open = room.make("a", "", room.words.preview);
    open.target = "_blank";
    open.setAttribute("data-when", "saved");
    [open, as, discard].forEach(function (each) { more.appendChild(each); });
  }

  function draw() {
    var box = document.getElementById("screens-editor");
    box.textContent = "";
    box.appendChild(whole());
    box.appendChild(room.make("p", "screens-total"));
    var list = box.appendChild(room.make("ol", "screens-entries"));
    list.id = "screens-entries";
    box.appendChild(palette());
    ending();
    room.cards();
    tell();
  }

  function begin(draft) {
    draft.entries.forEach(function (each) { each.key = next += 1; each.cycle = each.cycle || null; });
    room.draft = draft;
    line = "";
    send();
    draw();
  }

  room.open = function (opened, words) {
    if (!opened || !words) { return ""; }
    var edit = document.getElementById("screens-edit");
    room.words = words;
    room.known.campaigns = opened.campaigns;
    room.known.lang = opened.lang;
    room.known.order = opened.scenes;
    opened.scenes.forEach(function (each) { room.known.scenes[each.id] = each; });
    Object.keys(opened.regions).forEach(function (code) { room.known.regions[code] = opened.regions[code]; });
    if (opened.saved !== null && room.draft) {
      /* what was typed while it was being saved stays, and is not saved yet */
      forget();
      shown = opened.playlist;
      room.draft.revision = shown.revision;
      room.draft.was = shown.was;
      room.draft.dirty = String(opened.saved) !== String(room.draft.stamp);
      if (room.draft.dirty) { keep(); }
      answered();
      send();
      tell("");
      return "saved";
    }
    shown = opened.playlist;
    edit.hidden = false;
    var found = kept();
    begin(found || JSON.parse(JSON.stringify(shown)));
    if (found) { tell(room.words.restored); }
    var heading = edit.querySelector("h2");
    heading.tabIndex = -1;
    heading.focus();
    return "opened";
  };

  /* ---------------------------------------------------------------- saving */

  function answered() {
    window.clearTimeout(pending);
    pending = 0;
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target.closest("#screens-save, [data-copy], [data-step]") : null;
    if (!target) { return; }
    if (target.hasAttribute("data-step")) { step(target); return; }
    if (target.id === "screens-save") {
      if (!room.draft) { return; }
      window.clearTimeout(pending);
      clientside.set_props("screens-edit-said", { children: "" });
      pending = window.setTimeout(function () { pending = 0; tell(room.words.not_saved); }, WAIT_MS);
      tell("");
      watch();
      return;
    }
    copy(target, target.getAttribute("data-copy"));
  });

  /* a pressed button of a list; the lists are drawn anew while people press, so none of their buttons is a callback's own */
  function step(button) {
    var field = button.parentNode.querySelector("input");
    clientside.set_props(button.getAttribute("data-step"), {
      data: { do: button.getAttribute("data-do"), on: button.getAttribute("data-on"), n: (next += 1), text: field ? field.value : "" },
    });
    var open = button.closest("details");
    if (open) { open.open = false; }
  }

  document.addEventListener("keydown", function (event) {
    var form = event.key === "Enter" && event.target.closest ? event.target.closest(".walls-form") : null;
    if (form && event.target.tagName === "INPUT") { form.querySelector("[data-step]").click(); }
  });

  function watch() {
    var said = document.getElementById("screens-edit-said");
    if (!said || said.dataset.watched) { return; }
    said.dataset.watched = "1";
    new MutationObserver(function () { if (pending && said.textContent) { answered(); tell(""); } }).observe(said, { childList: true, subtree: true });
  }

  function copy(button, text) {
    var words = JSON.parse(JSON.stringify(room.words)), before = button.dataset.before || button.textContent;
    button.dataset.before = before;
    function done(ok) {
      button.textContent = ok ? words.copied || "✓" : (words.copy_failed || "") + " " + text;
      window.setTimeout(function () { button.textContent = before; }, ok ? 2000 : 20000);
    }
    if (window.navigator.clipboard && window.isSecureContext) {
      window.navigator.clipboard.writeText(text).then(function () { done(true); }, function () { done(byHand(text)); });
    } else { done(byHand(text)); }
  }

  function byHand(text) {
    var field = document.createElement("textarea");
    field.value = text;
    field.className = "screens-spoken";
    document.body.appendChild(field);
    field.select();
    var ok = false;
    try { ok = document.execCommand("copy"); } catch (e) { ok = false; }
    field.remove();
    return ok;
  }
})();
