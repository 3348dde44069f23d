/* The pages that take files in hand them over as they are, one after another: the browser streams them from disk, so a large
   workbook neither freezes the page nor travels as base64. The rest of the page is the server's. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var imports = (clientside.imports = clientside.imports || {});
  var line = [];
  var busy = false;

  function zone() { return document.getElementById("import-zone"); }
  function words(name, values) {
    var text = (zone() && zone().getAttribute("data-" + name)) || "";
    return text.replace(/\{(\w+)\}/g, function (all, key) { return key in values ? values[key] : all; });
  }

  function say(kind, text) {
    var place = document.getElementById("import-sending");
    if (!place) { return; }
    var old = place.querySelector(".import-sending-now");
    if (old) { old.remove(); }
    if (!text) { return; }
    var p = document.createElement("p");
    p.className = kind === "bad" ? "import-note import-note-bad" : "import-note import-sending-now";
    p.textContent = text;
    if (kind === "now") {
      var bar = document.createElement("progress");
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", text);
      p.appendChild(bar);
    }
    place.appendChild(p);
  }

  function share(value) {
    var bar = document.querySelector("#import-sending progress");
    if (bar) { bar.value = value; }
  }

  function next() {
    if (busy || !line.length) { return; }
    var waiting = line.shift();
    var file = waiting.file;
    var about = waiting.about;
    var limit = Number(about.limit);
    if (limit && file.size > limit) {
      say("bad", words("too-large", { name: file.name, limit: about.largest }));
      next();
      return;
    }
    busy = true;
    say("now", words("sending", { name: file.name }));
    var request = new XMLHttpRequest();
    var page = document.querySelector("[data-lang]");
    var lang = page ? page.getAttribute("data-lang") : "";
    request.open("POST", "/import/upload?lang=" + encodeURIComponent(lang) + "&room=" + encodeURIComponent(about.room) +
      "&name=" + encodeURIComponent(file.name.slice(-200)));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = function (event) { if (event.lengthComputable) { share(event.loaded / event.total); } };
    function finish(text) {
      busy = false;
      say("now", "");
      if (text) { say("bad", text); }
      next();
    }
    request.onload = function () {
      var answer = {};
      try { answer = JSON.parse(request.responseText); } catch (problem) { answer = {}; }
      if (request.status === 200 && answer.id) {
        /* on the other page it waits in its own line */
        if (zone() && zone().dataset.room === about.room) { clientside.set_props(about.arrived, { data: answer.id }); }
        finish("");
      } else {
        finish(file.name + " · " + (answer.message || words("lost", { name: file.name })));
      }
    };
    request.onerror = function () { finish(words("lost", { name: file.name })); };
    request.send(file);
  }

  function take(files) {
    document.querySelectorAll("#import-sending .import-note-bad").forEach(function (old) { old.remove(); });
    var about = Object.assign({}, zone().dataset);
    Array.prototype.forEach.call(files, function (file) { line.push({ file: file, about: about }); });
    next();
  }

  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("#import-choose")) { return; }
    var input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.accept = zone().getAttribute("data-accept");
    input.onchange = function () { take(input.files); };
    input.click();
  });

  function over(event) {
    if (!zone() || !event.dataTransfer || Array.prototype.indexOf.call(event.dataTransfer.types || [], "Files") < 0) { return false; }
    /* a file dropped beside the zone must not replace the page */
    event.preventDefault();
    return true;
  }
  document.addEventListener("dragover", function (event) { if (over(event)) { zone().classList.add("import-zone-over"); } });
  document.addEventListener("dragleave", function (event) { if (zone() && !event.relatedTarget) { zone().classList.remove("import-zone-over"); } });
  document.addEventListener("drop", function (event) {
    if (!over(event)) { return; }
    zone().classList.remove("import-zone-over");
    take(event.dataTransfer.files);
  });
  window.addEventListener("beforeunload", function (event) { if (busy) { event.preventDefault(); } });

  imports.fresh = function (campaign) { return campaign !== "+"; };
})();
