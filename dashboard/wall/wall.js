/* The wall: plays its list, beats every half minute, renews what has changed, and keeps its last good picture whatever happens. */
(function () {
  "use strict";
  var wall = window.dubangWall;
  var told = wall.told;
  var TICK = 30000, AWAY_FIRST = 3000, AWAY_MOST = 30000, KEPT = 40, SLOW = 15000;
  var FADE = 700;
  var stages = document.getElementById("stages");

  var list = null, at = 0, current = null, kept = new Map();
  var frozen = null, frozenAsked = new URLSearchParams(told.query).get("frozen") || "";
  var beatTimer = null, nextTimer = null, scroll = null;
  var lastGood = wall.now(), lastStamp = "", away = 0, tick = TICK, command = -1;
  var showing = false, renewing = false, again = false, beating = false, wanted = null, going = false, queued = null, reading = null, newest = null, seen = {};
  var held = {}, pausedAt = null, entered = wall.now(), pass = 0, lastStep = wall.now();
  var failed = {}, errors = 0, version = null;

  wall.state = function () {
    return { at: at, entry: current && current.entry.name, version: version, away: away, failed: Object.keys(failed), errors: errors, kept: kept.size,
      frozen: frozen && frozen.code, paused: paused(), revision: list && list.revision };
  };
  wall.frozen = function () { return frozen; };
  wall.broke = function () { errors += 1; };
  /* what the watch over this page looks at (wall_life.js) */
  wall.pulse = function () {
    return { shown: Boolean(current), away: away, dwell: current ? current.entry.dwell : 0, step: Math.max(lastStep, pausedAt || 0), paused: paused(), byKey: held.key ? pausedAt : null };
  };

  /* ------------------------------------------------------------------ how certain the picture is */

  /* until when a scene was certainly what the store held */
  function goodUntil(scene) {
    var heard = seen[scene.head.version];
    return heard && heard.at > scene.good ? heard : { at: scene.good, stamp: scene.stamp };
  }

  /* since when the picture is not certain, and what the server's clock said then; null while it is good */
  function since() {
    var scene = current && current.scene;
    if (scene && scene.mixed) { return scene.mixed; }
    if (scene && current.old && !scene.frozen && newest !== null && scene.head.version !== newest) { return goodUntil(scene); }
    return away ? { at: lastGood, stamp: lastStamp } : null;
  }

  function paused() { return Object.keys(held).some(function (why) { return held[why]; }); }

  wall.held = function (why, on) {
    held[why] = on;
    pausedAt = paused() ? pausedAt || wall.now() : null;
    if (!paused()) {
      entered = Math.max(entered, wall.now() - wall.wait((current ? current.entry.dwell : 0) - 3000));
      lastStep = wall.now();
    }
    marks();
    plan();
  };

  function marks() { wall.marks(current && current.scene, since(), held.key); }

  function foot() { wall.foot(current.scene, list.entries.length, wanted ? -1 : at); }

  /* ------------------------------------------------------------------ answers */

  function good(value) {
    lastGood = wall.now();
    if (value && value.now) { lastStamp = value.now; }
    if (away) { away = 0; marks(); }
  }

  function gone() {
    if (!away) { away = 1; marks(); }
  }

  function keep(name, scene) {
    kept.delete(name);
    kept.set(name, scene);
    while (kept.size > KEPT) { kept.delete(kept.keys().next().value); }
  }

  /* the scene of an entry: what is new of it laid over what is held; null when there is nothing to be had */
  function fetchScene(entry, purpose) {
    var id = frozenAsked + "|" + entry.name, had = kept.get(id);
    var have = had ? Object.keys(had.hashes).map(function (name) { return had.hashes[name]; }).join(",") : "";
    return wall.ask("/scene/" + encodeURIComponent(entry.name), { have: have, frozen: frozenAsked }, { limit: Math.max(5000, wall.wait(SLOW)), purpose: purpose }).then(function (answer) {
      var value = answer.value;
      if (answer.status < 0) { return null; }
      if (!value || !value.head || !value.hashes || !value.panels) {
        if (answer.status === 0 || answer.status === 502) { gone(); }
        failed[entry.name] = answer.status || "network";
        return had ? { scene: had, old: true, status: answer.status } : null;
      }
      good(null);
      var scene = wall.merged(value, had, entry, had && goodUntil(had));
      if (value.head.failed.length || !scene) { failed[entry.name] = value.head.failed.join("+") || "lead"; } else { delete failed[entry.name]; }
      if (!scene) { return had ? { scene: had, old: true } : null; }
      scene.good = wall.now();
      scene.stamp = lastStamp;
      keep(id, scene);
      return { scene: scene, old: false, fresh: Object.keys(value.panels) };
    });
  }

  function fetchList(asked) {
    return wall.ask("", { frozen: asked }).then(function (answer) {
      if (answer.value && answer.value.entries) { good(answer.value); return answer.value; }
      if (answer.status === 0 || answer.status >= 500) { gone(); }
      return answer.status === 404 && asked ? { missing: true } : null;
    });
  }

  /* ------------------------------------------------------------------ drawing */

  function motion() {
    if (scroll) { scroll.stop(); }
    scroll = wall.scroll(current.stage);
    pass = scroll.pass;
  }

  /* puts an entry on the wall; true when it is there */
  function show(entry) {
    if (showing) { return Promise.resolve(false); }
    showing = true;
    return fetchScene(entry, "scene").then(function (got) {
      /* an answer that is not to be had is a step as well: nothing here is stuck */
      if (!got) { lastStep = wall.now(); return false; }
      var stage = wall.stage(entry);
      stages.appendChild(stage);
      return wall.fillAll(stage, got.scene, entry).then(function () {
        var before = current;
        current = { entry: entry, scene: got.scene, stage: stage, old: got.old };
        wall.heading(got.scene);
        foot();
        marks();
        stage.classList.add("now", "by-" + entry.transition);
        document.getElementById("begin").hidden = true;
        motion();
        wall.checkLater(stage);
        entered = wall.now();
        version = got.scene.head.version;
        lastStep = wall.now();
        if (before) {
          before.stage.classList.remove("now");
          before.stage.classList.add("gone");
          window.setTimeout(function () { wall.clear(before.stage); }, entry.transition === "cut" ? 0 : FADE);
        }
        return true;
      });
    }).catch(function (problem) {
      errors += 1;
      if (window.console) { window.console.warn("wall", problem); }
      return false;
    }).then(function (done) { showing = false; return done; });
  }

  /* what is called for while something is fetched: that is let go, and this comes next. True when it has to wait */
  function later(what) {
    if (!going) { return false; }
    queued = what;
    wall.drop("scene");
    return true;
  }

  function settled() {
    going = false;
    var next = queued;
    queued = null;
    if (next) { next(); return; }
    plan();
    if (again) { renew(); }
  }

  /* the first entry from ``k`` on that can be shown, going round once */
  function go(k, step) {
    if (!list || !list.entries.length) { return Promise.resolve(false); }
    if (going) {
      /* where it would be: another press counts from there */
      at = ((k % list.entries.length) + list.entries.length) % list.entries.length;
      later(function () { go(k, step); });
      return Promise.resolve(false);
    }
    going = true;
    var tries = 0;
    wanted = null;
    function next() {
      /* the list may be another one by now */
      var size = list.entries.length, place = (((k + step * tries) % size) + size) % size;
      if (tries >= size || queued) { return Promise.resolve(false); }
      tries += 1;
      at = place;
      return show(list.entries[place]).then(function (done) { return done || next(); });
    }
    window.clearTimeout(nextTimer);
    return next().then(function (done) {
      wall.remember(at);
      if (!current) { document.getElementById("begin").textContent = wall.word("nothing"); }
      if (!done) { entered = wall.now(); }
      settled();
      return done;
    });
  }

  function plan() {
    window.clearTimeout(nextTimer);
    if (!list || !list.entries.length || paused()) { return; }
    var entry = current ? current.entry : { dwell: 5000 };
    var due = entered + wall.wait(Math.max(entry.dwell, Math.min(pass, entry.dwell * 3)));
    nextTimer = window.setTimeout(function () {
      if (paused() || going) { return; }
      /* one scene alone is renewed by the beat, and not drawn anew */
      if (list.entries.length === 1 && current && !wanted) { entered = wall.now(); lastStep = wall.now(); plan(); return; }
      go(wanted ? at : at + 1, 1);
    }, Math.max(current ? 300 : wall.wait(5000), due - wall.now()));
  }

  /* ------------------------------------------------------------------ renewing */

  /* the scene on the wall, of a newer version: only panels that changed are touched, and in place */
  function renew() {
    if (renewing || showing || !current) { again = true; return; }
    renewing = true;
    again = false;
    var entry = current.entry, stage = current.stage;
    fetchScene(entry, "renew").then(function (got) {
      if (!got || !current || current.stage !== stage) { return null; }
      current.old = got.old;
      if (got.old) { marks(); return null; }
      current.scene = got.scene;
      version = got.scene.head.version;
      wall.heading(got.scene);
      marks();
      foot();
      if (!got.fresh.length) { return null; }
      return wall.fillAll(stage, got.scene, entry, got.fresh).then(function () { motion(); wall.checkLater(stage); });
    }).catch(function () { errors += 1; }).then(function () { renewing = false; });
  }

  /* one at a time; with ``asked``, a frozen state's code or nothing for the live list, after the one that is on its way */
  function reread(asked) {
    if (reading && asked === undefined) { return reading; }
    var mine = (reading || Promise.resolve()).then(function () { return readList(asked === undefined ? frozenAsked : asked); }).then(function (ok) {
      if (reading === mine) { reading = null; }
      return ok;
    });
    reading = mine;
    return mine;
  }

  function readList(asked) {
    return fetchList(asked).then(function (found) {
      if (!found) { return false; }
      if (found.missing || (asked && !found.frozen)) { wall.notice(wall.word("no_frozen")); return readList(""); }
      /* from now on this state, even when a newer one is frozen meanwhile */
      frozenAsked = found.frozen ? found.frozen.code : "";
      /* a scene that is on its way keeps its place in the list, not the one before it */
      var name = current && current.entry.name, coming = going && !wanted && list && list.entries[at] ? list.entries[at].name : name;
      Object.keys(failed).forEach(function (each) {
        if (!found.entries.some(function (entry) { return entry.name === each; })) { delete failed[each]; }
      });
      list = found;
      frozen = found.frozen;
      if (!list.entries.length) { document.getElementById("begin").textContent = wall.word("no_entries"); document.getElementById("begin").hidden = Boolean(current); return true; }
      var place = placeOf(name), next = placeOf(coming);
      if (next >= 0) { at = next; } else if (at >= list.entries.length) { at = 0; }
      if (place >= 0) {
        current.entry = list.entries[place];
        foot();
      }
      return true;
    });
  }

  function placeOf(name) { return list.entries.findIndex(function (entry) { return entry.name === name; }); }

  function dropped() { return !wanted && placeOf(current.entry.name) < 0; }

  /* ------------------------------------------------------------------ the beat */

  /* of each of the newest versions, when it was last heard of */
  function hear(value) {
    newest = value.version;
    seen[newest] = { at: lastGood, stamp: lastStamp };
    var known = Object.keys(seen);
    if (known.length > KEPT) { delete seen[known[0]]; }
  }

  function beat() {
    window.clearTimeout(beatTimer);
    if (beating) { return; }
    beating = true;
    var from = since();
    var body = wall.report({
      scene: current ? current.entry.name : null, version: version, entry: wanted ? null : at, paused: paused(),
      region: current ? current.entry.region || (wanted ? wanted.slice(3) : null) : null, frozen: frozen ? frozen.code : null,
      stale: from ? Math.round((wall.now() - from.at) / 1000) : 0, errors: errors, done: command < 0 ? null : command,
    }, list, failed);
    wall.ask("/beat", {}, { body: body, limit: 10000 }).then(function (answer) {
      beating = false;
      var value = answer.value;
      if (!value) {
        if (answer.status === 0 || answer.status >= 500) { gone(); }
        away = Math.min(away + 1, 8);
        marks();
        return;
      }
      var was = away;
      good(value);
      tick = value.tick || TICK;
      if (command < 0) { command = value.no; } else if (value.command && value.command.no > command) { command = value.command.no; wall.obey(value.command); } else if (value.no < command) { command = value.no; }
      if (value.build !== told.build) { wall.reload(wall.wait(Math.random() * 60000)); }
      hear(value);
      var newer = !frozen && version !== null && value.version !== version, more = again || Boolean(current && current.scene.late);
      if (!list || was || (!frozen && (value.revision !== list.revision || value.version !== list.version))) {
        reread().then(function (ok) {
          /* a region that is no longer among the worst has no scene any more: the one in its place comes now */
          if (ok && (!current || dropped())) { if (!current || !paused()) { go(at, 1); } } else if (was || newer || more) { renew(); }
        });
      } else if (newer || more) { renew(); }
      wall.night(value.now);
    }).catch(function () { beating = false; errors += 1; }).then(function () {
      beatTimer = window.setTimeout(beat, away ? Math.min(AWAY_FIRST * Math.pow(1.5, away - 1), AWAY_MOST) * (0.8 + Math.random() * 0.4) : wall.wait(tick) * (0.9 + Math.random() * 0.2));
    });
  }

  wall.hurry = function () { tick = 1000; beat(); };

  /* a region's dossier, called for from a phone; then the list goes on where it was */
  function visit(region) {
    if (later(function () { visit(region); })) { return; }
    var grid = (list.dossier || {});
    going = true;
    wanted = "go." + region;
    window.clearTimeout(nextTimer);
    wall.close();
    show({ name: wanted, scene: "dossier", lead: grid.lead, wall: grid.wall, wide: grid.wide, dwell: 60000, transition: "fade" }).then(function (done) {
      if (!done) { wanted = null; }
      settled();
    });
  }

  function freeze(code) {
    var before = frozenAsked;
    if (before === code) { return; }
    reread(code).then(function (ok) {
      if (!ok || frozenAsked === before) { return; }
      if (frozenAsked) { wall.params.set("frozen", frozenAsked); } else { wall.params.delete("frozen"); }
      told.query = wall.params.toString();
      window.history.replaceState(null, "", location.pathname + (told.query ? "?" + told.query : ""));
      go(Math.max(0, at), 1);
    });
  }

  /* the picture again, for a screen of another size */
  function redraw() {
    if (!current) { return; }
    var old = current.stage, stage = wall.stage(current.entry);
    stages.appendChild(stage);
    wall.fillAll(stage, current.scene, current.entry).then(function () {
      if (!current || current.stage !== old) { wall.clear(stage); return; }
      current.stage = stage;
      stage.classList.add("now", "by-cut");
      wall.clear(old);
      motion();
      wall.checkLater(stage);
      renew();
    });
  }

  /* what keys, clicks and phones can do (wall_keys.js) */
  wall.play = {
    next: function () { go(at + 1, 1); }, previous: function () { go(at - 1, -1); }, jump: function (k) { go(k, 1); },
    last: function () { if (list) { go(list.entries.length - 1, -1); } },
    count: function () { return list ? list.entries.length : 0; },
    pause: function (on) { wall.held("key", on === undefined ? !held.key : on); },
    freeze: function (code) { freeze(code === undefined ? (frozenAsked ? "" : "newest") : code); },
    visit: visit,
    back: function () { if (wanted) { go(at, 1); } },
    awake: function () { beat(); plan(); },
    marks: marks, redraw: redraw,
    place: function () { return at; },
    panel: function (name) { return current && current.scene.panels[name]; },
    beat: beat,
  };

  /* ------------------------------------------------------------------ beginning */

  try { at = Number(window.sessionStorage.getItem("dubang-wall-at")) || 0; } catch (e) { at = 0; }
  function begin(wait) {
    reread().then(function (ok) {
      if (ok) { go(at, 1).then(beat); return; }
      document.getElementById("begin").textContent = wall.word("nothing");
      window.setTimeout(function () { begin(Math.min(wait * 1.5, AWAY_MOST)); }, wait * (0.8 + Math.random() * 0.4));
    });
  }
  begin(AWAY_FIRST);
})();
