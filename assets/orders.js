/* The page of orders: quick picks of a deadline, printing, and the keyboard: a form that opens takes the focus, Escape closes it and gives the
   focus back. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var DAY = 86400000;
  /* the name of the button that opened a form, to come back to */
  var opener = null;

  function later(text, days) {
    var parts = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec((text || "").trim());
    if (!parts) { return null; }
    var moment = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) + days * DAY;
    return isNaN(moment) ? null : new Date(moment).toISOString().slice(0, 10);
  }

  function pick(button) {
    var meeting = document.getElementById("order-field-meeting");
    var due = later(meeting && meeting.value, Number(button.getAttribute("data-days")));
    if (due) { clientside.set_props("order-field-due", { value: due }); }
  }

  document.addEventListener("click", function (event) {
    var target = event.target instanceof Element ? event.target : null;
    if (!target || !target.closest(".orders-page")) { return; }
    var days = target.closest("[data-days]");
    if (days) { pick(days); }
    if (target.closest("[data-print]")) { window.print(); }
    var button = target.closest("button");
    if (button && /"type":"(order|escalation)-ask"/.test(button.id) && !button.hasAttribute("data-cancel")) { opener = button.id; }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || !(event.target instanceof Element)) { return; }
    var form = event.target.closest(".order-step-form");
    var cancel = form && form.querySelector("[data-cancel]");
    if (cancel) { cancel.click(); }
  });

  function arrived(node) {
    if (!(node instanceof Element)) { return; }
    var form = node.matches("[data-first]") ? node : node.querySelector("[data-first]");
    if (form) {
      var field = form.querySelector("input, textarea, button");
      if (field) { field.focus(); }
      return;
    }
    /* the list was drawn again without a form: back to where it was opened from */
    if (opener && (document.activeElement === document.body || !document.activeElement)) {
      var before = document.getElementById(opener);
      if (before) { before.focus({ preventScroll: true }); opener = null; }
    }
  }

  function watch() {
    new MutationObserver(function (changes) {
      changes.forEach(function (change) { change.addedNodes.forEach(arrived); });
    }).observe(document.body, { childList: true, subtree: true });
  }
  if (document.body) { watch(); } else { document.addEventListener("DOMContentLoaded", watch); }
})();
