/* Staying alive: what the wall says of itself, and loading anew when the program changed, once a night, or when it is stuck. */
(function () {
  "use strict";
  var wall = window.dubangWall;
  var told = wall.told;
  var NIGHT = 3, SILENT = 300000, PAUSE_MOST = 300000;
  var born = wall.now(), reloading = false;

  /* what of the playlist cannot be read, for the list of walls */
  function leftOut(list) {
    return (list && list.left_out || []).slice(0, 5).map(function (text) { return wall.word("left_out") + " " + text.slice(0, 100); });
  }

  /* the body of a beat */
  wall.report = function (said, list, failed) {
    var check = wall.checked;
    var names = Object.keys(failed).map(function (name) { return name.slice(0, 60) + " " + String(failed[name]).slice(0, 40); });
    return Object.assign(said, {
      wall: wall.id, build: told.build, size: window.innerWidth + "x" + window.innerHeight, theme: told.theme,
      failed: leftOut(list).concat(names).slice(0, 20),
      check: check ? { ok: !check.length, words: check.map(function (each) { return each.slice(0, 80); }) } : null,
      heap: window.performance.memory ? window.performance.memory.usedJSHeapSize : null, nodes: document.getElementsByTagName("*").length,
    });
  };

  wall.reload = function (after) {
    if (reloading) { return; }
    reloading = true;
    window.setTimeout(function () {
      wall.ready().then(function (ready) {
        if (ready) { wall.remember(wall.play.place()); window.location.reload(); } else { reloading = false; }
      });
    }, after);
  };

  wall.night = function (now) {
    /* once a night, when the server is well, everything begins from nothing */
    if (Number(now.slice(11, 13)) === NIGHT && wall.now() - born > 12 * 3600 * 1000) { wall.reload(Math.random() * 1800000); }
  };

  window.setInterval(function () {
    var pulse = wall.pulse();
    if (pulse.away || !document.getElementById("stale").hidden) { wall.play.marks(); }
    if (pulse.byKey && wall.now() - pulse.byKey > PAUSE_MOST) { wall.held("key", false); }
    /* nothing has moved for long though it should have: this page is stuck */
    if (pulse.shown && !pulse.paused && wall.now() - pulse.step > SILENT + wall.wait(pulse.dwell * 3) && !pulse.away) { wall.reload(0); }
  }, 1000);
  var resizing = null;
  window.addEventListener("resize", function () {
    window.clearTimeout(resizing);
    resizing = window.setTimeout(wall.play.redraw, 250);
  });
  window.addEventListener("error", wall.broke);
  window.addEventListener("unhandledrejection", wall.broke);
  window.addEventListener("online", wall.play.beat);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { wall.play.awake(); } });
})();
