/* Draws the kept picture, and sends what a person decides about it. */
(function () {
  "use strict";
  var told = JSON.parse(document.getElementById("told").textContent);
  var place = document.getElementById("picture");
  if (place && told.figure && window.Plotly) {
    var layout = Object.assign({}, told.figure.layout, { autosize: true });
    var config = { displayModeBar: false, displaylogo: false, responsive: true, locale: told.lang, plotlyServerURL: "", showSendToCloud: false };
    /* on a very wide screen it is drawn at desk size and enlarged as a whole (state.css) */
    var drawn = document.createElement("div");
    drawn.className = "drawn";
    place.appendChild(drawn);
    window.Plotly.newPlot(drawn, told.figure.data, layout, config);
  }
  var release = document.getElementById("release");
  if (!release) return;
  var said = document.getElementById("said");
  release.addEventListener("click", function (event) {
    var status = event.target.getAttribute && event.target.getAttribute("data-status");
    if (!status) return;
    var body = { code: told.code, status: status, by: document.getElementById("by").value, note: document.getElementById("note").value };
    var ask = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    fetch("/api/export/release?lang=" + told.lang, ask)
      .then(function (answer) {
        return answer.json().then(function (words) {
          if (answer.ok) window.location.reload();
          else said.textContent = words.message || told.words.failed;
        });
      })
      .catch(function () {
        said.textContent = told.words.failed;
      });
  });
})();
