/* What is longer than its panel goes by itself, a page at a time, and stays longer where rows matter. */
(function () {
  "use strict";
  var wall = window.dubangWall;
  var SHORT = 5000, LONG = 9000;

  function pages(body) {
    var sheet = body.querySelector(".sheet");
    if (!sheet) { return []; }
    var room = body.clientHeight, whole = sheet.scrollHeight;
    if (whole <= room + 2) { return []; }
    var rows = Array.prototype.slice.call(sheet.querySelectorAll("tbody tr"));
    if (!rows.length) {
      /* a picture: a little of the page before stays in sight */
      var step = room * 0.9, out = [];
      for (var at = 0; at < whole - room; at += step) { out.push({ top: at, loud: true }); }
      out.push({ top: whole - room, loud: true });
      return out;
    }
    var head = sheet.querySelector("thead").offsetHeight, room_ = room - head, list = [], k = 0;
    while (k < rows.length) {
      var top = rows[k].offsetTop, loud = false, j = k;
      while (j < rows.length && rows[j].offsetTop + rows[j].offsetHeight - top <= room_ + 1) {
        loud = loud || /mark-(overdue|red)/.test(rows[j].className);
        j += 1;
      }
      list.push({ top: top - head, loud: loud, first: k, last: Math.max(j, k + 1) });
      k = Math.max(j, k + 1);
    }
    return list;
  }

  function show(panel, list, at) {
    var sheet = panel.querySelector(".sheet"), page = list[at];
    sheet.style.transform = "translateY(" + -page.top + "px)";
    var head = sheet.querySelector("thead");
    if (head) { head.style.transform = "translateY(" + page.top + "px)"; }
    /* a row cut in half is not shown */
    Array.prototype.forEach.call(sheet.querySelectorAll("tbody tr"), function (row, k) {
      row.style.visibility = page.last === undefined || (k >= page.first && k < page.last) ? "" : "hidden";
    });
    panel.querySelector(".page").textContent = wall.word("more", { k: at + 1, n: list.length });
  }

  /* sets every panel of a stage in motion; gives how long one pass takes, in ms of the playlist's time, and a stop */
  wall.scroll = function (stage) {
    var timers = [], longest = 0;
    stage.querySelectorAll(".panel").forEach(function (panel) {
      var mark = panel.querySelector(".page");
      if (mark) { mark.remove(); }
      panel.querySelector("header").classList.remove("paged");
      panel.querySelectorAll("tbody tr").forEach(function (row) { row.style.visibility = ""; });
      var sheet = panel.querySelector(".sheet");
      if (sheet) { sheet.style.transform = ""; }
      var list = pages(panel.querySelector(".body"));
      if (list.length < 2) { return; }
      panel.querySelector("header").appendChild(wall.make("span", "page"));
      panel.querySelector("header").classList.add("paged");
      /* the page's number takes room of its own */
      list = pages(panel.querySelector(".body"));
      if (list.length < 2) { return; }
      longest = Math.max(longest, list.reduce(function (sum, page) { return sum + (page.loud ? LONG : SHORT); }, 0));
      var at = 0;
      function turn() {
        show(panel, list, at);
        timers[slot] = window.setTimeout(function () { at = (at + 1) % list.length; turn(); }, wall.wait(list[at].loud ? LONG : SHORT));
      }
      var slot = timers.length;
      timers.push(0);
      turn();
    });
    return { pass: longest, stop: function () { timers.forEach(window.clearTimeout); } };
  };
})();
