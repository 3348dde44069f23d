/* Dragging the cards of a playlist into order, with a mouse, a pen or a finger: the card goes where the pointer is, the others make room. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var room = (clientside.screens = clientside.screens || {});
  var EDGE = 70, STEP = 14, LEAST = 4;
  var held = null;

  function cards() { return Array.prototype.slice.call(document.querySelectorAll("#screens-entries > [data-key]")); }

  function order() { return cards().map(function (each) { return each.getAttribute("data-key"); }); }

  function follow(y) {
    var list = held.card.parentNode, others = cards().filter(function (each) { return each !== held.card; });
    var below = others.filter(function (each) { var box = each.getBoundingClientRect(); return y < box.top + box.height / 2; })[0] || null;
    if (held.card.nextElementSibling !== below) { list.insertBefore(held.card, below); }
    if (y < EDGE) { window.scrollBy(0, -STEP); }
    if (y > window.innerHeight - EDGE) { window.scrollBy(0, STEP); }
  }

  function end(kept) {
    var was = held, entry, to;
    held = null;
    was.card.classList.remove("screens-dragged");
    document.body.classList.remove("screens-dragging");
    if (!was.moved) { return; }
    entry = room.draft.entries.filter(function (each) { return String(each.key) === was.key; })[0];
    to = order().indexOf(was.key);
    if (kept && entry && to !== room.draft.entries.indexOf(entry)) { room.move(entry, to, ".screens-grip"); } else { room.cards(entry, ".screens-grip"); }
  }

  document.addEventListener("pointerdown", function (event) {
    var grip = event.target.closest ? event.target.closest(".screens-grip") : null;
    if (!grip || event.button !== 0 || held) { return; }
    var card = grip.closest("[data-key]");
    held = { card: card, key: card.getAttribute("data-key"), from: event.clientY, moved: false, id: event.pointerId };
  });

  document.addEventListener("pointermove", function (event) {
    if (!held || event.pointerId !== held.id) { return; }
    if (!held.moved && Math.abs(event.clientY - held.from) < LEAST) { return; }
    if (!held.moved) {
      held.moved = true;
      held.card.classList.add("screens-dragged");
      document.body.classList.add("screens-dragging");
    }
    event.preventDefault();
    follow(event.clientY);
  });

  document.addEventListener("pointerup", function (event) { if (held && event.pointerId === held.id) { end(true); } });
  document.addEventListener("pointercancel", function (event) { if (held && event.pointerId === held.id) { end(false); } });
  document.addEventListener("keydown", function (event) { if (held && event.key === "Escape") { end(false); } });
})();
