/* The links of a brief of one's own choice follow what is ticked and the filters. */
(function () {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.briefs = {
    links: function (charts, query, view) {
      var chosen = (charts || []).map(function (chart) { return "chart=" + encodeURIComponent(chart); });
      var lang = new URLSearchParams(view || "").get("lang");
      var plain = (query || "").split("&").filter(function (part) { return part && !/^(rows|sort|dir|page|size)=/.test(part); });
      var parts = plain.concat(lang ? ["lang=" + lang] : [], chosen).join("&");
      var forms = ["docx", "pptx", "pdf", "xlsx"];
      var off = chosen.length === 0;
      return forms
        .map(function (form) { return off ? "" : "/export/brief/charts." + form + "?" + parts; })
        .concat(forms.map(function () { return off ? "chart-link brief-file brief-off" : "chart-link brief-file"; }));
    },
  };
})();
