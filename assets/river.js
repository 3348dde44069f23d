/* A river's page keeps its own water body in the filters. The list of rivers: what is typed hides the rows that do not hold it, and the basins that have none left. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var river = (clientside.river = clientside.river || {});

  function look(text) {
    var wanted = (text || "").trim().toLowerCase();
    var found = 0;
    document.querySelectorAll("#river-list .river-basin").forEach(function (basin) {
      var here = 0;
      basin.querySelectorAll("tbody tr").forEach(function (row) {
        var shown = !wanted || (row.getAttribute("data-name") || "").indexOf(wanted) >= 0;
        row.hidden = !shown;
        here += shown ? 1 : 0;
      });
      basin.hidden = !here;
      found += here;
    });
    var none = document.querySelector("#river-list .river-none-found");
    if (none) { none.hidden = found > 0; }
    var words = document.getElementById("river-found");
    if (words && none) { words.textContent = (words.getAttribute("data-words") || "").replace("{n}", String(found)); }
  }

  /* filters that name no water body, as after a reset, are those of the page's own */
  river.hold = function (query, code) {
    var params = new URLSearchParams(query || "");
    if (!code || params.get("water")) { return query || ""; }
    params.set("water", code);
    params.sort();
    clientside.set_props("filters", { data: params.toString().replace(/%2C/g, ",") });
    return params.toString();
  };

  river.find = function (text) {
    /* the rows are there once the page has been drawn with them */
    window.requestAnimationFrame(function () { window.requestAnimationFrame(function () { look(text); }); });
    return clientside.no_update;
  };
})();
