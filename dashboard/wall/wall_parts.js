/* What lies over the wall for a while: the rows behind a number, the keys, the code for a phone. It goes by itself. */
(function () {
  "use strict";
  var wall = window.dubangWall;
  var make = wall.make;
  var IDLE = 60000;
  var over = document.getElementById("over");
  var left = 0, timer = null, asked = 0;

  function tick() {
    left -= 1000;
    var line = over.querySelector(".resumes");
    if (line) { line.textContent = wall.word("resumes", { n: Math.max(0, Math.round(left / 1000)) }); }
    if (left <= 0) { wall.close(); } else { timer = window.setTimeout(tick, wall.wait(1000)); }
  }

  function open(title) {
    window.clearTimeout(timer);
    var box = make("div", "sheet-over");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", title);
    var head = make("header");
    head.appendChild(make("h2", "", title));
    var close = make("button", "close", wall.word("close"));
    close.type = "button";
    close.addEventListener("click", function (event) { event.stopPropagation(); wall.close(); });
    head.appendChild(close);
    box.appendChild(head);
    var body = make("div", "over-body");
    box.appendChild(body);
    var foot = make("footer");
    foot.appendChild(make("span", "resumes"));
    box.appendChild(foot);
    box.addEventListener("click", function (event) { event.stopPropagation(); left = IDLE; });
    box.addEventListener("scroll", function () { left = IDLE; }, true);
    over.replaceChildren(box);
    over.hidden = false;
    close.focus();
    wall.held("over", true);
    left = IDLE + 1000;
    tick();
    return { body: body, foot: foot };
  }

  wall.close = function () {
    if (over.hidden) { return false; }
    window.clearTimeout(timer);
    asked += 1;
    over.hidden = true;
    over.textContent = "";
    wall.held("over", false);
    return true;
  };
  over.addEventListener("click", wall.close);

  wall.dive = function (piece, panel) {
    var parts = new URLSearchParams(panel.query);
    new URLSearchParams(piece).forEach(function (value, name) { parts.set(name, value); });
    if (parts.get("pick")) { parts.set("region", parts.get("pick").split(",")[0]); }
    ["pick", "scheme", "period", "edition", "group", "by", "weights", "measure", "level"].forEach(function (name) { parts.delete(name); });
    var shown = open(panel.title), mine = (asked += 1);
    shown.body.appendChild(make("p", "text", panel.text));
    wall.ask("/rows", { at: parts.toString() }).then(function (answer) {
      if (mine !== asked || over.hidden) { return; }
      if (!answer.value) { shown.body.appendChild(make("p", "none", wall.word("away"))); return; }
      var list = make("div", "panel"), body = make("div", "body"), head = make("header");
      head.appendChild(make("h2"));
      head.appendChild(make("p", "sub"));
      list.appendChild(head);
      list.appendChild(body);
      shown.body.appendChild(list);
      wall.fill(list, answer.value, false);
      if (wall.frozen()) { shown.foot.prepend(make("span", "", wall.word("rows_live") + "　")); }
      if (wall.told.full) {
        var link = make("a", "", wall.word("open"));
        link.href = "/progress?" + answer.value.query + (wall.told.lang === "en" ? "&lang=en" : "") + "#rows";
        shown.foot.appendChild(link);
      }
    });
  };

  wall.help = function () {
    var shown = open(wall.word("help"));
    var list = make("ul", "keys");
    ["next", "previous", "pause", "jump", "frozen", "theme", "language", "full", "remote", "help"].forEach(function (name) {
      list.appendChild(make("li", "", wall.word("key." + name)));
    });
    shown.body.appendChild(list);
  };

  wall.remote = function () {
    var mine = (asked += 1);
    wall.ask("/remote", {}, { body: { wall: wall.id } }).then(function (answer) {
      if (mine !== asked) { return; }
      var shown = open(wall.word("remote"));
      if (!answer.value) { shown.body.appendChild(make("p", "none", wall.word("remote_failed"))); return; }
      var picture = new Image();
      picture.className = "code";
      picture.alt = "";
      picture.src = "data:image/svg+xml;utf8," + encodeURIComponent(answer.value.picture);
      shown.body.appendChild(picture);
      shown.body.appendChild(make("p", "text", answer.value.address));
      shown.body.appendChild(make("p", "text", wall.word("remote_about", { code: answer.value.code })));
      wall.hurry();
    });
  };
})();
