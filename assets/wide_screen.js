/* Charts on a very wide screen are enlarged by a transform (progress.css), which takes no room of its own:
   the box around each is given the enlarged height. Elsewhere --wide is 1 and boxes keep their natural height. */
(function () {
  "use strict";
  if (!window.ResizeObserver || !window.MutationObserver) { return; }

  function factor() {
    return parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--wide")) || 1;
  }

  function fit(graph) {
    var box = graph.parentElement;
    if (!box || !box.classList.contains("chart-picture")) { return; }
    var wide = factor();
    /* a hidden chart has no height: it keeps the one it had */
    if (wide !== 1 && !graph.offsetHeight) { return; }
    box.style.height = wide === 1 ? "" : Math.ceil(graph.offsetHeight * wide) + "px";
  }

  var sizes = new ResizeObserver(function (entries) { entries.forEach(function (entry) { fit(entry.target); }); });
  var known = new WeakSet();

  function look() {
    document.querySelectorAll(".chart-picture > .chart-graph").forEach(function (graph) {
      if (!known.has(graph)) { known.add(graph); sizes.observe(graph); }
    });
  }

  function begin() {
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  }

  window.addEventListener("resize", function () { document.querySelectorAll(".chart-picture > .chart-graph").forEach(fit); });
  if (document.body) { begin(); } else { document.addEventListener("DOMContentLoaded", begin); }
})();
