/* Keys as presenters' remotes send them, clicks, and what a phone orders. */
(function () {
  "use strict";
  var wall = window.dubangWall;
  var told = wall.told, stages = document.getElementById("stages");

  function play() { return wall.play; }

  /* language and theme are the page's own: it is loaded anew, at the same scene */
  function change(name, value) {
    wall.params.set(name, value);
    wall.remember(play().place());
    window.location.search = "?" + wall.params.toString();
  }

  wall.obey = function (order) {
    var value = order.value;
    if (order.do === "next") { play().next(); }
    else if (order.do === "previous") { play().previous(); }
    else if (order.do === "first") { play().jump(0); }
    else if (order.do === "pause") { play().pause(true); }
    else if (order.do === "resume") { play().pause(false); }
    else if (order.do === "go" && typeof value === "number") { play().jump(value); }
    else if (order.do === "region") { if (typeof value === "string") { play().visit(value); } else { play().back(); } }
    else if (order.do === "frozen") { play().freeze("newest"); }
    else if (order.do === "live") { play().freeze(""); }
    else if (order.do === "theme") { change("look", value === "light" || value === "dark" ? value : told.theme === "dark" ? "light" : "dark"); }
    window.setTimeout(play().beat, 150);
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    var key = event.key, done = true;
    if (key === "Escape") { done = wall.close(); }
    else if (event.target.closest && event.target.closest("button, a") && (key === " " || key === "Enter")) { return; }
    else if (key === "PageDown" || key === "ArrowRight" || key === "ArrowDown") { wall.close(); play().next(); }
    else if (key === "PageUp" || key === "ArrowLeft" || key === "ArrowUp") { wall.close(); play().previous(); }
    else if (key === "Home") { wall.close(); play().jump(0); }
    else if (key === "End") { wall.close(); play().last(); }
    else if (key === " " || key === "." || key === "b" || key === "B") { play().pause(); }
    else if (/^[1-9]$/.test(key)) { if (Number(key) <= play().count()) { wall.close(); play().jump(Number(key) - 1); } }
    else if (key === "f" || key === "F") { play().freeze(); }
    else if (key === "t" || key === "T") { change("look", told.theme === "dark" ? "light" : "dark"); }
    else if (key === "l" || key === "L") { change("lang", told.lang === "en" ? "zh-CN" : "en"); }
    else if (key === "r" || key === "R") { wall.remote(); }
    else if (key === "h" || key === "H" || key === "?") { wall.help(); }
    else if (key === "Enter") { full(); }
    else { done = false; }
    if (done) { event.preventDefault(); }
  });

  function full() {
    if (document.fullscreenElement) { document.exitFullscreen(); } else if (document.documentElement.requestFullscreen) { document.documentElement.requestFullscreen().catch(function () { /* not allowed here */ }); }
  }

  stages.addEventListener("click", function (event) {
    var section = event.target.closest(".panel");
    if (!section || !over().hidden) { return; }
    var panel = play().panel(section.dataset.panel);
    if (panel && !event.target.closest(".graph .points, .graph .annotation")) { wall.dive("", panel); }
  });
  function over() { return document.getElementById("over"); }

  var moved = null;
  document.addEventListener("mousemove", function () {
    document.body.classList.add("moving");
    window.clearTimeout(moved);
    moved = window.setTimeout(function () { document.body.classList.remove("moving"); }, 3000);
  });
})();
