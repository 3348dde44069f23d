/* Leaflet, for pages that have a map: fetched once, when the first of them asks. window.dubangLeaflet() promises it. */
(function () {
  "use strict";
  var promised = null;

  function loaded() {
    return new Promise(function (resolve, reject) {
      var style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = "/vendor/leaflet.css?v=1.9.4";
      document.head.appendChild(style);
      var script = document.createElement("script");
      script.src = "/vendor/leaflet.js?v=1.9.4";
      script.onload = function () { resolve(window.L); };
      script.onerror = function () {
        promised = null;
        reject(new Error("leaflet"));
      };
      document.head.appendChild(script);
    });
  }

  window.dubangLeaflet = function () {
    promised = promised || loaded();
    return promised;
  };

  /* whoever comes straight to the map need not wait for the page to be laid out */
  if (window.location.pathname === "/map") { window.dubangLeaflet().catch(function () { /* the page asks again */ }); }
})();
