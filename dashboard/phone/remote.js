/* A phone steers a wall. A press is said to be done only when the wall itself has said so. Works over plain http and without
   anything but this file; while the server or the wall is away it says so and goes on trying. */
(function () {
  "use strict";
  var words = JSON.parse(document.getElementById("words").textContent);
  var code = window.location.pathname.replace(/\/+$/, "").split("/").pop();
  var POLL_MS = 1500, REST_MS = 5000, LIMIT_MS = 10000, SEARCH_MS = 250;
  var main = document.getElementById("remote"), line = document.getElementById("line");
  var state = null, entries = [], stamp = "", over = false, busy = false, timer = 0, sent = null, note = "", noteUntil = 0, searching = 0, asked = 0;

  function byDo(name) { return main.querySelector('[data-do="' + name + '"]'); }

  function filled(text, values) {
    return (text || "").replace(/\{(\w+)\}/g, function (all, key) { return key in values ? values[key] : all; });
  }

  function put(node, text) { if (node.textContent !== text) { node.textContent = text; } }

  function say(kind, text) { put(line, text); line.className = "line " + kind; }

  function age(seconds) {
    if (seconds < 90) { return filled(words.seconds, { n: seconds }); }
    if (seconds < 5400) { return filled(words.minutes, { n: Math.round(seconds / 60) }); }
    return filled(words.hours, { n: Math.round(seconds / 3600) });
  }

  function ask(path, body) {
    var abort = new AbortController();
    var limit = window.setTimeout(function () { abort.abort(); }, LIMIT_MS);
    var options = { method: body ? "POST" : "GET", cache: "no-store", credentials: "same-origin", signal: abort.signal };
    if (body) { options.headers = { "Content-Type": "application/json" }; options.body = JSON.stringify(body); }
    return fetch("/api/remote/" + encodeURIComponent(code) + path, options).then(function (answer) {
      return answer.json().then(function (told) { window.clearTimeout(limit); return { status: answer.status, body: told }; });
    }, function (problem) { window.clearTimeout(limit); throw problem; });
  }

  function ended() {
    over = true;
    main.hidden = true;
    say("bad", words.gone);
  }

  /* ---------------------------------------------------------------- how the wall stands */

  function status() {
    if (over) { return; }
    if (note && Date.now() < noteUntil) { say("bad", note); return; }
    if (!state) { return; }
    if (sent && sent.no && state.done !== null && state.done >= sent.no) { sent = { done: sent.no, until: Date.now() + 4000 }; }
    if (sent && sent.done && Date.now() > sent.until) { sent = null; }
    if (state.away) { say("bad", filled(words.away, { age: age(state.age) })); }
    else if (sent && sent.done) { say("good", words.done); }
    else if (sent) { say("good", words.sent); }
    else { say("good", filled(words.connected, { age: age(state.age) })); }
  }

  function poll() {
    window.clearTimeout(timer);
    if (busy || over || document.hidden) { return; }
    busy = true;
    ask("/state?lang=" + words.lang + "&have=" + stamp).then(function (answer) {
      busy = false;
      if (answer.status === 404) { ended(); return; }
      if (answer.status !== 200) { throw new Error(String(answer.status)); }
      state = answer.body;
      if (state.entries) { entries = state.entries; stamp = state.stamp; list(); }
      draw();
      again(POLL_MS);
    }).catch(function () {
      busy = false;
      if (over) { return; }
      say("bad", words.offline);
      again(REST_MS);
    });
  }

  function again(wait) { window.clearTimeout(timer); timer = window.setTimeout(poll, wait * (0.8 + Math.random() * 0.4)); }

  function press(what, value) {
    sent = { no: 0 };
    note = "";
    status();
    ask("?lang=" + words.lang, { do: what, value: value === undefined ? null : value }).then(function (answer) {
      if (answer.status === 404) { ended(); return; }
      if (answer.status !== 200) {
        sent = null;
        note = (answer.body && answer.body.message) || words.offline;
        noteUntil = Date.now() + 5000;
        status();
        return;
      }
      sent = { no: answer.body.no };
      again(300);
    }).catch(function () {
      sent = null;
      note = words.not_sent;
      noteUntil = Date.now() + 5000;
      status();
    });
  }

  /* ---------------------------------------------------------------- drawing */

  function list() {
    var held = document.getElementById("scenes");
    held.textContent = "";
    entries.forEach(function (title, k) {
      var item = document.createElement("li"), one = document.createElement("button"), number = document.createElement("span");
      one.type = "button";
      number.className = "number";
      number.textContent = String(k + 1);
      one.appendChild(number);
      one.appendChild(document.createElement("span")).textContent = title;
      one.addEventListener("click", function () { press("go", k); });
      item.appendChild(one);
      held.appendChild(item);
    });
  }

  function draw() {
    main.hidden = false;
    put(document.getElementById("title"), state.title || words.nothing);
    put(document.getElementById("count"), state.at === null ? words.apart : filled(words.count, { k: state.at + 1, n: entries.length }));
    var marks = document.getElementById("marks"), told = [];
    if (state.paused) { told.push(["paused", words.paused]); }
    told.push(["", state.frozen ? words.frozen : words.live]);
    if (state.stale) { told.push(["paused", filled(words.stale, { age: age(state.stale) })]); }
    if (marks.textContent !== told.map(function (each) { return each[1]; }).join("")) {
      marks.textContent = "";
      told.forEach(function (each) { var span = document.createElement("span"); span.className = each[0]; span.textContent = each[1]; marks.appendChild(span); });
    }
    put(byDo("pause"), state.paused ? words.resume : words.pause);
    byDo("live").setAttribute("aria-pressed", state.frozen ? "false" : "true");
    byDo("frozen").setAttribute("aria-pressed", state.frozen ? "true" : "false");
    byDo("back").hidden = state.at !== null;
    Array.prototype.forEach.call(document.querySelectorAll("#scenes button"), function (one, k) {
      one.setAttribute("aria-current", k === state.at ? "true" : "false");
    });
    status();
  }

  function search() {
    var text = document.getElementById("find").value.trim(), mine = asked += 1;
    ask("/regions?lang=" + words.lang + "&q=" + encodeURIComponent(text)).then(function (answer) {
      if (mine !== asked || answer.status !== 200) { return; }
      var held = document.getElementById("regions"), found = answer.body.regions;
      held.textContent = "";
      put(document.getElementById("found"), found.length ? (answer.body.more ? words.more : "") : words.none);
      found.forEach(function (each) {
        var item = document.createElement("li"), one = document.createElement("button");
        one.type = "button";
        one.textContent = each.name;
        one.addEventListener("click", function () { press("region", each.code); });
        item.appendChild(one);
        held.appendChild(item);
      });
    }).catch(function () { /* the line says that the server is away */ });
  }

  main.addEventListener("click", function (event) {
    var what = event.target.getAttribute("data-do");
    if (!what) { return; }
    if (what === "pause") { press(state && state.paused ? "resume" : "pause"); }
    else if (what === "back") { press("region", null); }
    else if (what === "theme") { press("theme", state && state.theme === "light" ? "dark" : "light"); }
    else { press(what); }
  });
  document.getElementById("find").addEventListener("input", function () {
    window.clearTimeout(searching);
    searching = window.setTimeout(search, SEARCH_MS);
  });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { poll(); } });
  window.addEventListener("online", poll);
  poll();
  search();
})();
