/* A judge's phone: points are kept on the phone first, sent when there is a connection, and dropped from the phone only when the
   server has said that they are in. Works over plain http and without anything but this file. */
(function () {
  "use strict";
  var words = JSON.parse(document.getElementById("words").textContent);
  var contest = document.body.getAttribute("data-contest");
  var token = window.location.pathname.replace(/\/+$/, "").split("/").pop();
  var place = "dubang-judge-" + contest + "-" + token.slice(0, 8);
  var POLL_MS = 4000, LIMIT_MS = 15000;
  var main = document.getElementById("entries"), line = document.getElementById("line");
  var kept = read();
  var state = null, asking = {}, over = false, timer = 0, busy = false, drawn = ["", ""];

  function random() {
    var bytes = new Uint8Array(24), out = "";
    window.crypto.getRandomValues(bytes);
    bytes.forEach(function (b) { out += String.fromCharCode(b); });
    return window.btoa(out).replace(/\+/g, "-").replace(/\//g, "_");
  }

  function read() {
    var found = null;
    try { found = JSON.parse(window.localStorage.getItem(place)); } catch (e) { found = null; }
    if (!found || typeof found !== "object") { found = {}; }
    return { device: found.device || random(), draft: found.draft || {}, sheets: found.sheets || {} };
  }

  function keep() {
    try { window.localStorage.setItem(place, JSON.stringify(kept)); return true; } catch (e) { return false; }
  }

  function say(key, kind, text) {
    var shown = text || words[key] || key;
    if (line.textContent !== shown) { line.textContent = shown; }
    line.className = "line " + (kind || "");
  }

  function ask(path, body) {
    var abort = new AbortController();
    var limit = window.setTimeout(function () { abort.abort(); }, LIMIT_MS);
    var options = { method: body ? "POST" : "GET", cache: "no-store", credentials: "same-origin", signal: abort.signal,
      headers: { "X-Judge-Token": token, "X-Judge-Device": kept.device } };
    if (body) { options.headers["Content-Type"] = "application/json"; options.body = JSON.stringify(body); }
    return fetch("/api/contest/" + contest + "/" + path + "?lang=" + words.lang, options).then(function (answer) {
      return answer.json().then(function (told) { window.clearTimeout(limit); return { status: answer.status, body: told }; });
    }, function (problem) { window.clearTimeout(limit); throw problem; });
  }

  function ended(code) { return code === "other_phone" || code === "removed" || code === "missing"; }

  function refused(answer) {
    over = true;
    main.textContent = "";
    say("", "bad", answer.body.message || words.gone);
  }

  /* ---------------------------------------------------------------- sending */

  function waiting() {
    return Object.keys(kept.sheets).filter(function (id) { return !kept.sheets[id].sent && !kept.sheets[id].refused; });
  }

  function settle() {
    /* what the server says is what counts: points it lost are sent again, points it returned are open again */
    state.entries.forEach(function (entry) {
      var sheet = kept.sheets[entry.id];
      if (entry.points) {
        kept.sheets[entry.id] = { key: sheet ? sheet.key : "", points: entry.points, sent: true };
      } else if (sheet && state.returned.indexOf(sheet.key) >= 0) {
        kept.draft[entry.id] = sheet.points;
        delete kept.sheets[entry.id];
      } else if (sheet && sheet.sent) {
        sheet.sent = false;
      } else if (sheet && sheet.refused && entry.state === "open" && sheet.code === "closed") {
        sheet.refused = "";
      }
    });
    keep();
  }

  function flush() {
    var id = waiting()[0];
    if (!id || over) { return Promise.resolve(); }
    var sheet = kept.sheets[id];
    return ask("score", { entry: Number(id), key: sheet.key, points: sheet.points }).then(function (answer) {
      if (answer.status === 200) { sheet.sent = true; delete kept.draft[id]; }
      else if (answer.status >= 500 || answer.status === 429) { throw new Error("busy"); }
      else if (ended(answer.body.error)) { refused(answer); return Promise.resolve(); }
      else if (answer.body.error === "not_open") { throw new Error("later"); }
      else { sheet.refused = answer.body.message || words.refused; sheet.code = answer.body.error; }
      keep();
      draw();
      return flush();
    });
  }

  function turn() {
    if (busy || over) { return; }
    busy = true;
    window.clearTimeout(timer);
    var begin = state ? Promise.resolve({ status: 200 }) : ask("open", { device: kept.device });
    begin.then(function (answer) {
      if (answer.status !== 200) {
        if (answer.status >= 500 || answer.status === 429) { throw new Error("busy"); }
        refused(answer);
        return null;
      }
      /* what waits goes first; whether that worked is seen by what the server says next */
      return (state ? flush().catch(function () {}) : Promise.resolve()).then(function () { return over ? null : ask("state"); });
    }).then(function (answer) {
      if (!answer) { return null; }
      if (answer.status !== 200) {
        if (ended(answer.body.error)) { refused(answer); return null; }
        throw new Error("busy");
      }
      state = answer.body;
      settle();
      draw();
      return flush();
    }).then(function () {
      if (!over) { say(state && state.state === "revealed" ? "revealed" : "connected", "good"); }
    }, function () {
      if (!over) { say(waiting().length ? "offline_kept" : "offline", "bad"); }
      draw();
    }).then(function () {
      busy = false;
      if (!over) { timer = window.setTimeout(turn, POLL_MS * (0.75 + Math.random() / 2)); }
    });
  }

  /* ---------------------------------------------------------------- drawing */

  function make(name, classes, text) {
    var out = document.createElement(name);
    if (classes) { out.className = classes; }
    if (text !== undefined) { out.textContent = text; }
    return out;
  }

  function button(text, classes, act) {
    var out = make("button", classes, text);
    out.type = "button";
    out.addEventListener("click", act);
    return out;
  }

  function mark(entry) {
    var sheet = kept.sheets[entry.id];
    if (entry.own) { return "own"; }
    if (sheet) { return sheet.sent ? "sent" : sheet.refused ? "refused" : "kept"; }
    return entry.state === "open" ? "todo" : entry.state;
  }

  function sheetOf(entry) { return state.criteria.filter(function (each) { return each.part === entry.part; }); }

  function choose(entry, criterion, value) {
    var draft = kept.draft[entry.id] = kept.draft[entry.id] || {};
    var steps = Math.round(Math.min(criterion.most, Math.max(0, value)) / criterion.step);
    draft[criterion.id] = Number((steps * criterion.step).toFixed(4));
    asking[entry.id] = false;
    if (!keep()) { say("no_room", "bad"); }
    draw();
  }

  function numbers(entry, criterion) {
    var now = (kept.draft[entry.id] || {})[criterion.id];
    var box = make("fieldset", "criterion");
    var legend = make("legend", "", criterion.name);
    legend.appendChild(make("span", "most", words.most.replace("{n}", criterion.most)));
    box.appendChild(legend);
    var row = make("div", "numbers");
    if (criterion.most <= 10) {
      for (var n = 0; n <= criterion.most; n += 1) {
        var one = button(String(n), "number" + (now !== undefined && Math.floor(now) === n ? " chosen" : ""), choose.bind(null, entry, criterion, n));
        one.setAttribute("aria-pressed", now === n ? "true" : "false");
        one.id = "n" + entry.id + "-" + criterion.id + "-" + n;
        row.appendChild(one);
      }
    }
    box.appendChild(row);
    if (criterion.most > 10 || criterion.step < 1) {
      var steps = make("div", "steps");
      var less = button("\u2212", "step", function () { choose(entry, criterion, (now === undefined ? criterion.most : now) - criterion.step); });
      var more = button("+", "step", function () { choose(entry, criterion, (now === undefined ? 0 : now) + criterion.step); });
      less.id = "l" + entry.id + "-" + criterion.id;
      more.id = "m" + entry.id + "-" + criterion.id;
      less.setAttribute("aria-label", criterion.name + " \u2212" + criterion.step);
      more.setAttribute("aria-label", criterion.name + " +" + criterion.step);
      var field = document.createElement("input");
      field.type = "number"; field.inputMode = "decimal"; field.min = "0"; field.max = criterion.most; field.step = criterion.step;
      field.value = now === undefined ? "" : now;
      field.id = "f" + entry.id + "-" + criterion.id;
      field.setAttribute("aria-label", criterion.name);
      field.addEventListener("change", function () { if (field.value !== "" && isFinite(field.value)) { choose(entry, criterion, Number(field.value)); } });
      [less, field, more].forEach(function (each) { steps.appendChild(each); });
      box.appendChild(steps);
    }
    return box;
  }

  function filled(entry) {
    var draft = kept.draft[entry.id] || {};
    return sheetOf(entry).every(function (each) { return draft[each.id] !== undefined; });
  }

  function said(entry, points) {
    return sheetOf(entry).map(function (each) { return each.name + " " + points[each.id]; }).join(words.comma);
  }

  function send(entry) {
    var points = {};
    sheetOf(entry).forEach(function (each) { points[each.id] = kept.draft[entry.id][each.id]; });
    kept.sheets[entry.id] = { key: random(), points: points, sent: false };
    asking[entry.id] = false;
    if (!keep()) { say("no_room", "bad"); }
    draw();
    turn();
  }

  function card(entry) {
    var which = mark(entry), box = make("section", "entry " + which);
    var head = make("h2", "", entry.name);
    head.appendChild(make("span", "mark", words["mark_" + which]));
    box.appendChild(head);
    var sheet = kept.sheets[entry.id];
    if (sheet) { box.appendChild(make("p", "given", said(entry, sheet.points))); }
    if (which === "refused") { box.appendChild(make("p", "why", sheet.refused)); }
    if (which !== "todo") { return box; }
    sheetOf(entry).forEach(function (each) { box.appendChild(numbers(entry, each)); });
    var ready = filled(entry), done;
    if (asking[entry.id] && ready) {
      box.appendChild(make("p", "sure", words.sure + said(entry, kept.draft[entry.id])));
      done = make("div", "pair");
      done.appendChild(button(words.back, "quiet", function () { asking[entry.id] = false; draw(); }));
      done.appendChild(button(words.confirm, "send", function () { send(entry); }));
    } else {
      done = button(ready ? words.submit : words.fill, "send", function () { asking[entry.id] = true; draw(); });
      done.disabled = !ready;
    }
    if (!done.id) { done.id = "s" + entry.id; }
    box.appendChild(done);
    return box;
  }

  function draw() {
    if (!state || over) { return; }
    var own = JSON.stringify([kept, asking]), theirs = JSON.stringify(state), at = document.activeElement;
    if (own === drawn[0] && theirs === drawn[1]) { return; }
    /* nothing is taken from under a finger: while a number is being typed, only the judge's own choices redraw the page */
    if (own === drawn[0] && at && at.tagName === "INPUT" && main.contains(at)) { return; }
    var here = at && at.id;
    drawn = [own, theirs];
    var order = { todo: 0, kept: 1, refused: 2, waiting: 3, sent: 4, closed: 5, own: 6 };
    var list = state.entries.slice().sort(function (a, b) { return order[mark(a)] - order[mark(b)]; });
    main.textContent = "";
    if (!list.length) { main.appendChild(make("p", "empty", words.nothing)); }
    list.forEach(function (entry) { main.appendChild(card(entry)); });
    var again = here && document.getElementById(here);
    if (again) { again.focus({ preventScroll: true }); }
  }

  keep();
  /* when the hall's network is back, phones do not all go at the same moment */
  window.addEventListener("online", function () { window.setTimeout(turn, 1000 * Math.random()); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { turn(); } });
  turn();
})();
