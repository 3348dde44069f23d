/* Briefs as files: they are fetched, so that somebody who waits is told, and a refusal is a sentence and not a download that failed.
   The links of a brief of one's own choice follow what is ticked and the filters. */
(function () {
  "use strict";

  function line(link, text, bad) {
    var said = link.closest(".card").querySelector(".brief-said");
    said.textContent = text;
    said.classList.toggle("brief-bad", Boolean(bad));
  }

  function save(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  function take(link, words) {
    link.classList.add("brief-busy");
    line(link, words.working);
    return window.fetch(link.href, { headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok) {
          return answer.json().catch(function () { return {}; }).then(function (body) { line(link, body.message || words.failed, true); });
        }
        var named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
        return answer.blob().then(function (blob) {
          var name = named ? named[1] : new URL(link.href).pathname.split("/").pop();
          save(blob, name);
          line(link, words.saved.replace("{name}", name));
        });
      })
      .catch(function () { line(link, words.failed, true); })
      .then(function () { link.classList.remove("brief-busy"); });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a.brief-file") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    if (!link.hasAttribute("href") || link.classList.contains("brief-busy")) { return; }
    take(link, link.closest(".briefs-page").dataset);
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.briefs = {
    links: function (charts, query, view) {
      var chosen = (charts || []).map(function (chart) { return "chart=" + encodeURIComponent(chart); });
      var lang = new URLSearchParams(view || "").get("lang");
      var plain = (query || "").split("&").filter(function (part) { return part && !/^(rows|sort|dir|page|size)=/.test(part); });
      var parts = plain.concat(lang ? ["lang=" + lang] : [], chosen).join("&");
      var forms = ["docx", "pptx", "pdf", "xlsx"];
      var off = chosen.length === 0;
      var page = document.querySelector(".briefs-page");
      var words = page ? page.dataset : {};
      /* without an address it is no link, and no stop of the keyboard */
      return forms
        .map(function (form) { return off ? null : "/export/brief/charts." + form + "?" + parts; })
        .concat(forms.map(function () { return off ? "chart-link brief-file brief-off" : "chart-link brief-file"; }))
        .concat([off ? words.none || "" : (words.chosen || "").replace("{n}", chosen.length)]);
    },
  };
})();
