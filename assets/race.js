/* The race is paused by interrupting it, and Plotly then rejects the promise of the run that was cut short, with no reason given.
   Nobody holds that promise, so the browser would report a fault where there is none. */
(function () {
  "use strict";
  window.addEventListener("unhandledrejection", function (event) {
    if (event.reason === undefined && document.querySelector(".js-plotly-plot .updatemenu-button")) { event.preventDefault(); }
  });
})();
