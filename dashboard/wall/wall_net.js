/* What the wall asks of the server: one question at a time for each purpose, none without an end, and no answer that is not JSON. */
(function () {
  "use strict";
  var told = JSON.parse(document.getElementById("told").textContent);
  var wall = (window.dubangWall = { told: told });

  wall.params = new URLSearchParams(told.query);

  /* which scene was on the wall, for when it is loaded again */
  wall.remember = function (at) {
    try { window.sessionStorage.setItem("dubang-wall-at", String(at)); } catch (e) { /* then it begins again */ }
  };

  wall.word = function (key, values) {
    var text = told.words[key] || key;
    Object.keys(values || {}).forEach(function (name) { text = text.split("{" + name + "}").join(values[name]); });
    return text;
  };

  /* seconds that never jump, whatever happens to the clock of this machine */
  wall.now = function () { return window.performance.now(); };

  /* time runs faster in a rehearsal (?speed=60) */
  wall.speed = Math.max(1, Math.min(600, Number(new URLSearchParams(location.search).get("speed")) || 1));
  wall.wait = function (ms) { return ms / wall.speed; };

  function address(path, values) {
    var query = new URLSearchParams(told.query);
    query.delete("speed");
    query.set("lang", told.lang);
    query.set("look", told.theme);
    query.set("shape", wall.shape ? wall.shape() : "wall");
    Object.keys(values || {}).forEach(function (name) {
      if (values[name]) { query.set(name, values[name]); } else { query.delete(name); }
    });
    return "/api/screen/" + encodeURIComponent(told.code) + path + "?" + query.toString();
  }

  var flights = {}, SLOW = 504, DROPPED = -1;

  /* lets go of the question that is asked for a purpose */
  wall.drop = function (purpose) { if (flights[purpose]) { flights[purpose](); } };

  /* {status, value}: 0 when nobody answered, 504 when not in time, -1 when it was dropped; value null unless it is good JSON. Never rejects. */
  wall.ask = function (path, values, options) {
    var abort = new AbortController(), why = 0, purpose = options && options.purpose;
    function drop() { why = DROPPED; abort.abort(); }
    if (purpose) { wall.drop(purpose); flights[purpose] = drop; }
    var timer = window.setTimeout(function () { why = SLOW; abort.abort(); }, (options && options.limit) || 15000);
    var init = { signal: abort.signal, cache: "no-store", redirect: "manual", headers: {} };
    if (told.key) { init.headers["X-Wall-Key"] = told.key; }
    if (options && options.body) {
      init.method = "POST";
      init.body = JSON.stringify(options.body);
      init.headers["Content-Type"] = "application/json";
    }
    return window.fetch(address(path, values), init).then(function (answer) {
      if (!answer.ok) { return { status: answer.status || 502, value: null }; }
      return answer.json().then(function (value) { return { status: 200, value: value }; });
    }).catch(function () { return { status: why, value: null }; }).then(function (out) {
      window.clearTimeout(timer);
      if (purpose && flights[purpose] === drop) { delete flights[purpose]; }
      return out;
    });
  };

  wall.ready = function () {
    return window.fetch("/readyz", { cache: "no-store" }).then(function (answer) { return answer.ok; }, function () { return false; });
  };

  /* the name of this browser, for the list of walls */
  wall.id = (function () {
    var made = null;
    try { made = window.localStorage.getItem("dubang-wall"); } catch (e) { /* then a new one each time */ }
    if (!made || !/^[A-Za-z0-9-]{8,40}$/.test(made)) {
      var bytes = new Uint8Array(12);
      window.crypto.getRandomValues(bytes);
      made = Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
      try { window.localStorage.setItem("dubang-wall", made); } catch (e) { /* as above */ }
    }
    return made;
  })();
})();
