/* A scene out of an answer and what the wall had: panels that did not change are not sent again, and a chart that failed keeps its last
   picture. */
(function () {
  "use strict";
  var wall = window.dubangWall;

  /* null without the lead; ``mixed``: since when a panel of it may be old (``until``: how long what was had was certain) */
  wall.merged = function (value, had, entry, until) {
    var panels = {}, mixed = null;
    Object.keys(value.hashes).forEach(function (name) {
      panels[name] = value.panels[name] || (had && had.panels[name]);
    });
    (value.head.failed || []).forEach(function (name) {
      if (!had || !had.panels[name]) { return; }
      panels[name] = had.panels[name];
      if (had.mixed || had.head.version !== value.head.version) { mixed = had.mixed || until; }
    });
    if (!panels[entry.lead]) { return null; }
    /* the finding goes with the picture that it is of */
    var old = had && value.head.failed.indexOf(entry.lead) >= 0;
    var head = old ? Object.assign({}, value.head, { title: had.head.title }) : value.head;
    return { head: head, late: value.head.failed.length > 0, frozen: value.frozen, hashes: value.hashes, panels: panels, mixed: mixed };
  };
})();
