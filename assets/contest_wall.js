/* The wall reveals its result from the last place to the first: space or the button for the next, A for all, Home to begin again.
   How far it has come survives a reload. */
(function () {
  "use strict";

  function wall() { return document.querySelector(".wall[data-contest]"); }

  function place() { return "dubang-wall-" + wall().getAttribute("data-contest"); }

  function groups() {
    /* the first part is revealed before the second; inside a part places without a rank, then the last, and so on; one rank together */
    var out = [], seen = {}, lines = Array.prototype.slice.call(document.querySelectorAll(".wall-line"));
    var parts = [];
    lines.forEach(function (line) { if (parts.indexOf(line.dataset.part) < 0) { parts.push(line.dataset.part); } });
    parts.forEach(function (part) {
      lines.filter(function (line) { return line.dataset.part === part; }).reverse().forEach(function (line) {
        var key = part + "-" + line.dataset.rank;
        if (!seen[key]) { seen[key] = []; out.push(seen[key]); }
        seen[key].push(line);
      });
    });
    return out;
  }

  function shown() {
    try { return Number(window.sessionStorage.getItem(place())) || 0; } catch (e) { return 0; }
  }

  function show(count) {
    var all = groups();
    var now = Math.max(0, Math.min(all.length, count));
    try { window.sessionStorage.setItem(place(), String(now)); } catch (e) { /* then a reload begins again */ }
    apply(now);
  }

  function apply(now) {
    groups().forEach(function (lines, k) {
      lines.forEach(function (line) {
        line.classList.toggle("wall-shown", k < now);
        line.classList.toggle("wall-latest", k === now - 1);
        if (k < now) { line.removeAttribute("aria-hidden"); } else { line.setAttribute("aria-hidden", "true"); }
      });
    });
  }

  function act(what) {
    if (what === "next") { show(shown() + 1); } else if (what === "back") { show(shown() - 1); } else { show(what === "all" ? groups().length : 0); }
  }

  document.addEventListener("keydown", function (event) {
    if (!wall() || !document.querySelector(".wall-line") || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === " " && event.target.closest && event.target.closest("button, a, input")) { return; }
    var what = { " ": "next", ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back", a: "all", A: "all", Home: "none" }[event.key];
    if (what) { event.preventDefault(); act(what); }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-wall]");
    if (button && wall()) { act(button.getAttribute("data-wall")); }
  });

  var drawn = null;
  function look() {
    var first = document.querySelector(".wall-line");
    if (first && first !== drawn) { drawn = first; apply(shown()); }
  }
  function begin() { look(); new MutationObserver(look).observe(document.body, { childList: true, subtree: true }); }
  if (document.body) { begin(); } else { document.addEventListener("DOMContentLoaded", begin); }
})();
