/* Head and foot of the wall: the finding, what kind of data it rests on, where it comes from, and since when it is old. */
(function () {
  "use strict";
  var wall = window.dubangWall;
  var make = wall.make;

  function age(from) {
    var seconds = Math.max(1, Math.round((wall.now() - from) / 1000));
    var parts = seconds < 60 ? ["seconds", seconds] : seconds < 3600 ? ["minutes", Math.round(seconds / 60)]
      : seconds < 86400 ? ["hours", Math.round(seconds / 3600)] : ["days", Math.round(seconds / 86400)];
    return wall.word(parts[0], { n: parts[1] });
  }

  /* ``from``: since when the picture is not certain, and what the server's clock said then; null while it is good */
  wall.marks = function (scene, from, paused) {
    var box = document.getElementById("marks"), out = [], head = scene && scene.head;
    if (head) {
      if (head.simulated) { out.push(["simulated", wall.word("simulated")]); }
      if (head.as_of) { out.push(["day", wall.word("as_of", { day: head.as_of })]); }
      if (head.known_at) { out.push(["day", wall.word("known_at", { day: head.known_at })]); }
    }
    var state = scene && scene.frozen;
    /* what is old is not called live */
    if (state) { out.push(["frozen", wall.word("frozen", state)]); } else if (!from) { out.push(["live", wall.word("live")]); }
    if (paused) { out.push(["paused", wall.word("paused")]); }
    box.replaceChildren.apply(box, out.map(function (each) { return make("span", "mark-" + each[0], each[1]); }));
    var stale = document.getElementById("stale");
    stale.hidden = !from;
    if (from) { stale.textContent = wall.word("stale", { at: from.stamp.slice(11), age: age(from.at) }); }
  };

  wall.foot = function (scene, count, here) {
    var dots = document.getElementById("dots");
    if (dots.childElementCount !== count) {
      dots.replaceChildren.apply(dots, Array.from({ length: count }, function () { return make("li"); }));
    }
    Array.prototype.forEach.call(dots.children, function (dot, k) { dot.className = k === here ? "here" : ""; });
    var head = scene.head, source = wall.word("source", { n: head.version });
    if (scene.frozen) { source += " · " + wall.word("hash", scene.frozen); }
    document.getElementById("source").textContent = head.name + " · " + source;
  };

  wall.heading = function (scene) {
    document.getElementById("title").textContent = scene.head.title;
    document.getElementById("place").textContent = scene.head.place;
    /* a long finding is set smaller, in two lines at most, until it fits */
    var head = document.getElementById("head"), title = document.getElementById("title");
    [46, 40, 36, 32, 28].some(function (size) {
      title.style.fontSize = "calc(" + size + " * var(--u))";
      return title.parentElement.offsetHeight <= head.clientHeight - 6;
    });
    document.title = scene.head.title + " · " + wall.word("brand");
  };

  wall.notice = function (text) {
    var line = make("p", "notice", text);
    document.body.appendChild(line);
    window.setTimeout(function () { line.remove(); }, 6000);
  };
})();
