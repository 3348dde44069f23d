/* Light or dark: kept in a cookie, so that the server's first byte already has the right one. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var dubang = (clientside.dubang = clientside.dubang || {});

  dubang.switch_theme = function (clicks, view) {
    if (!clicks) { return clientside.no_update; }
    var root = document.documentElement;
    var theme = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", theme);
    document.cookie = "dubang-theme=" + theme + "; Path=/; Max-Age=31536000; SameSite=Lax";
    var button = document.getElementById("theme-switch");
    if (button) { button.textContent = button.getAttribute("data-" + theme); }
    var shown = new URLSearchParams(view || "");
    shown.set("theme", theme);
    return shown.toString();
  };
})();
