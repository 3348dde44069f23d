/* The wall looks at itself: letters large enough for five metres, nothing on top of anything else, nothing cut off, enough contrast,
   no more than seven things. What it finds is reported with the beat and shown at /walls. */
(function () {
  "use strict";
  var wall = window.dubangWall;
  var SHARE = 45, MOST = 7, CONTRAST = 4.5;

  function luminance(colour) {
    return colour.slice(0, 3).map(function (c) { c /= 255; return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4); })
      .reduce(function (sum, c, k) { return sum + c * [0.2126, 0.7152, 0.0722][k]; }, 0);
  }

  function parsed(text) {
    var found = /rgba?\(([\d.]+),\s*([\d.]+),\s*([\d.]+)(?:,\s*([\d.]+))?/.exec(text || "");
    return found ? [Number(found[1]), Number(found[2]), Number(found[3]), found[4] === undefined ? 1 : Number(found[4])] : null;
  }

  function behind(node) {
    for (var at = node; at && at.nodeType === 1; at = at.parentElement) {
      var colour = parsed(getComputedStyle(at).backgroundColor);
      if (colour && colour[3] > 0.95) { return colour; }
    }
    return [255, 255, 255, 1];
  }

  function scale(node) {
    if (node.getScreenCTM) { var m = node.getScreenCTM(); return m ? Math.hypot(m.b, m.d) : 1; }
    return 1;
  }

  /* every piece of text that can be seen: {text, box, px, node} */
  wall.texts = function () {
    var out = [];
    out.cut = [];
    var roots = [document.getElementById("head"), document.querySelector(".stage.now"), document.getElementById("foot")];
    roots.forEach(function (root) {
      if (!root) { return; }
      var walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        var piece = walker.currentNode, node = piece.parentElement;
        if (!piece.nodeValue.trim() || /^(title|style|desc)$/i.test(node.tagName)) { continue; }
        var style = getComputedStyle(node);
        if (style.visibility === "hidden" || style.display === "none" || Number(style.opacity) === 0 || node.closest("[hidden]")) { continue; }
        var range = document.createRange();
        range.selectNodeContents(piece);
        var px = parseFloat(style.fontSize) * scale(node), body = node.closest(".body"), room = body && body.getBoundingClientRect();
        Array.prototype.forEach.call(range.getClientRects(), function (line) {
          if (!line.width || !line.height) { return; }
          /* the letters of a line, without the room above and below them; upright lines only */
          var middle = (line.top + line.bottom) / 2, half = Math.min(line.height, px * 0.92) / 2;
          var box = { left: line.left, right: line.right, top: middle - half, bottom: middle + half, width: line.width, height: 2 * half };
          if (room && (box.bottom > room.bottom + px * 0.4 || box.top < room.top - px * 0.4)) {
            /* below the panel's edge it is not seen; half below is cut */
            if (box.top < room.bottom - px * 0.25 && box.bottom > room.top + px * 0.25) { out.cut.push(piece.nodeValue.trim().slice(0, 30)); }
            return;
          }
          out.push({ text: piece.nodeValue.trim(), box: box, px: px, node: node, style: style });
        });
      }
    });
    return out;
  };

  function overlap(a, b) {
    var x = Math.min(a.right, b.right) - Math.max(a.left, b.left), y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return x > 2 && y > Math.min(a.height, b.height) * 0.2;
  }

  wall.check = function () {
    var found = [], least = window.innerHeight / SHARE - 0.6, texts = wall.texts();
    texts.cut.forEach(function (text) { found.push("cut " + text); });
    texts.forEach(function (each) {
      if (each.px < least) { found.push("small " + each.px.toFixed(1) + " " + each.text.slice(0, 30)); }
      if (each.box.right > window.innerWidth + 1 || each.box.left < -1 || each.box.bottom > window.innerHeight + 1) { found.push("outside " + each.text.slice(0, 30)); }
    });
    texts.forEach(function (a, k) {
      for (var j = k + 1; j < texts.length; j += 1) {
        if (a.node !== texts[j].node && !a.node.contains(texts[j].node) && overlap(a.box, texts[j].box)) {
          found.push("overlap " + a.text.slice(0, 20) + " / " + texts[j].text.slice(0, 20));
        }
      }
    });
    texts.forEach(function (each) {
      if (each.node.ownerSVGElement) { return; }
      var ink = parsed(each.style.color);
      var one = luminance(ink), other = luminance(behind(each.node));
      var ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (ratio < (each.px >= 24 ? 3 : CONTRAST)) { found.push("contrast " + ratio.toFixed(1) + " " + each.text.slice(0, 30)); }
      if (each.node.scrollWidth > each.node.clientWidth + 2 && each.style.overflow !== "visible") { found.push("cut " + each.text.slice(0, 30)); }
    });
    var things = document.querySelectorAll(".stage.now .panel").length;
    if (things > MOST) { found.push("things " + things); }
    if (document.documentElement.scrollHeight > window.innerHeight + 1 || document.documentElement.scrollWidth > window.innerWidth + 1) { found.push("scroll"); }
    return found;
  };

  /* once the picture has settled; ``wall.checked`` is what was found, null before the first time */
  wall.checked = null;
  wall.checkLater = function (stage) {
    window.setTimeout(function () {
      if (!stage.classList.contains("now")) { return; }
      try { wall.checked = wall.check().slice(0, 20); } catch (e) { wall.checked = []; }
    }, 1200);
  };
})();
