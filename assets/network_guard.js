/* Between Dash's renderer and the network: no request hangs, no answer that is not JSON is parsed, and a reader
   sees when what is on the screen has grown old. */
(function () {
  "use strict";
  var LIMIT_MS = 60000;
  var PROBE_MS = 5000;
  var plain = window.fetch.bind(window);
  var lastGood = Date.now();
  var stale = false;

  function pathOf(input) {
    var url = typeof input === "string" ? input : input.url || String(input);
    return new URL(url, window.location.href).pathname;
  }

  function synthetic(status, reason) {
    return new Response(JSON.stringify({ error: reason }), { status: status, headers: { "Content-Type": "application/json" } });
  }

  function bounded(input, init) {
    var abort = new AbortController();
    var timer = window.setTimeout(function () { abort.abort(); }, LIMIT_MS);
    var options = Object.assign({}, init, { redirect: "manual", signal: abort.signal });
    return plain(input, options).then(
      function (answer) {
        window.clearTimeout(timer);
        if (answer.type === "opaqueredirect") { return synthetic(401, "redirect"); }
        var kind = answer.headers.get("Content-Type") || "";
        if (answer.status === 200 && kind.indexOf("application/json") !== 0) { return synthetic(502, "not json"); }
        return answer;
      },
      function () {
        window.clearTimeout(timer);
        return synthetic(503, "network");
      }
    );
  }

  function readable(answer) {
    /* Dash reads the body of a refusal twice */
    if (answer.status < 400) { return answer; }
    return answer.text().then(function (body) {
      var again = new Response(body, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
      again.text = function () { return Promise.resolve(body); };
      again.json = function () { return new Promise(function (resolve) { resolve(JSON.parse(body)); }); };
      return again;
    });
  }

  function away(status) { return status === 502 || status === 503 || status === 504; }

  function age() {
    var badge = document.getElementById("stale-badge");
    var seconds = Math.max(1, Math.round((Date.now() - lastGood) / 1000));
    var parts = seconds < 60 ? ["seconds", seconds] : seconds < 3600 ? ["minutes", Math.round(seconds / 60)] : ["hours", Math.round(seconds / 3600)];
    return (badge.getAttribute("data-" + parts[0]) || "{n}").replace("{n}", parts[1]);
  }

  function show() {
    var badge = document.getElementById("stale-badge");
    if (!badge) { return; }
    badge.hidden = !stale;
    if (stale) { badge.textContent = (badge.getAttribute("data-stale") || "{age}").replace("{age}", age()); }
  }

  function note(status) {
    if (away(status)) {
      if (!stale) { stale = true; probe(); }
    } else if (status !== 401) {
      lastGood = Date.now();
      if (stale) { recovered(); }
    }
    show();
  }

  function probe() {
    window.setTimeout(function () {
      if (!stale) { return; }
      plain("/readyz", { cache: "no-store" }).then(
        function (answer) { if (answer.ok) { note(200); } else { probe(); } },
        probe
      );
      show();
    }, PROBE_MS * (0.75 + Math.random() / 2));
  }

  function recovered() {
    stale = false;
    /* what failed while the server was away is asked again, once */
    var dubang = window.dash_clientside && window.dash_clientside.dubang;
    if (dubang && dubang.again) { dubang.again(); }
  }

  function patiently(input, init, wait) {
    /* the first load: without layout and dependencies there is no page at all, so keep trying */
    return bounded(input, init).then(function (answer) {
      if (!away(answer.status) && answer.status !== 500) { return answer; }
      return new Promise(function (resolve) { window.setTimeout(resolve, wait * (0.75 + Math.random() / 2)); }).then(function () {
        return patiently(input, init, Math.min(wait * 2, 15000));
      });
    });
  }

  window.fetch = function (input, init) {
    var path = pathOf(input);
    if (path === "/_dash-layout" || path === "/_dash-dependencies") { return patiently(input, init, 1000); }
    if (path !== "/_dash-update-component") { return plain(input, init); }
    return bounded(input, init).then(function (answer) {
      note(answer.status);
      return readable(answer);
    });
  };
  window.setInterval(function () { if (stale) { show(); } }, 1000);
})();
