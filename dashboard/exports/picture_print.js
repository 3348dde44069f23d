/* Draws the picture on its sheet and opens the browser's own print dialogue. */
(function () {
  "use strict";
  var told = JSON.parse(document.getElementById("told").textContent);
  var box = document.getElementById("picture");
  var wide = told.figure.layout.width;
  box.style.width = wide + "px";
  box.style.transform = "scale(" + told.wide / wide + ")";
  document.getElementById("print").addEventListener("click", function () { window.print(); });
  window.Plotly.newPlot(box, told.figure.data, told.figure.layout, { staticPlot: true, displayModeBar: false }).then(function () {
    box.setAttribute("data-drawn", "1");
    window.print();
  });
})();
