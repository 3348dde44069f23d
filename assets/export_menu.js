/* The menu by which a chart, a table or a map leaves the page. Pictures are drawn here, of a figure that the server has dressed for them: the
   one on the page stays as it is. A picture is written into the book of what went out before it is handed out. */
(function () {
  "use strict";
  var bytes = window.dubangExport;
  var FILES = ["pptx", "xlsx", "docx", "csv", "json"];
  /* lists of any length come row by row: the browser itself saves them */
  var STREAMED = { "item-list.csv": true };
  var told = {};
  var chosen = { preset: "slide", scale: 2 };
  /* the menu that is open: {button, box, menu, said, words, lang, chart} */
  var open = null;
  var busy = false;

  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) { node.className = name; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function say(text, link, bad) {
    if (!open) { return; }
    open.said.textContent = text;
    open.said.classList.toggle("export-bad", Boolean(bad));
    if (link) { open.said.appendChild(link); }
  }

  /* ----- the server ----- */

  function refused(answer) {
    return answer.json().catch(function () { return {}; }).then(function (body) {
      var problem = new Error("refused");
      problem.said = body.message;
      throw problem;
    });
  }

  function asked(url, options) {
    return window.fetch(url, options).then(function (answer) { return answer.ok ? answer : refused(answer); });
  }

  function menuOf(lang) {
    if (!told[lang]) {
      told[lang] = asked("/api/export/menu?lang=" + encodeURIComponent(lang)).then(function (answer) { return answer.json(); });
      told[lang].catch(function () { delete told[lang]; });
    }
    return told[lang];
  }

  /* the selection as it stands now: the addresses of the files are kept in step with the filters */
  function address(form) {
    return open.button.parentNode.querySelector('[data-export="' + open.chart + "." + form + '"]').getAttribute("href");
  }

  function query(more) {
    var search = new URL(address("json"), window.location.href).search.replace(/^\?/, "");
    return [search, /(^|&)lang=/.test(search) ? "" : "lang=" + encodeURIComponent(open.lang), more].filter(Boolean).join("&");
  }

  function figure() {
    var url = "/api/export/picture?chart=" + encodeURIComponent(open.chart) + "&preset=" + chosen.preset + "&" + query("");
    return asked(url).then(function (answer) { return answer.json(); });
  }

  /* ----- pictures ----- */

  function drawn(form) {
    return Promise.all([figure(), bytes.drawer()]).then(function (both) {
      var picture = both[0], layout = picture.figure.layout;
      var scale = picture.width / layout.width * (form === "png" ? chosen.scale : 1);
      return both[1].toImage({ data: picture.figure.data, layout: layout }, {
        format: form, width: layout.width, height: layout.height, scale: scale
      }).then(function (url) {
        var made = bytes.bytesOf(url, form, picture.alt);
        var times = form === "png" && chosen.scale > 1 ? "@" + chosen.scale + "x" : "";
        /* an address has no place for the sign in all file systems */
        var name = picture.name + times.replace("@", "_") + "." + form;
        return written(picture, form, name, made).then(function () {
          return { blob: new Blob([made], { type: form === "svg" ? "image/svg+xml" : "image/png" }), name: name };
        });
      });
    });
  }

  /* the line in the book comes first: without it nothing is handed out */
  function written(picture, form, name, made) {
    return bytes.digest(made).then(function (hash) {
      return asked("/api/export/taken", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ code: picture.code, format: form, name: name, sha256: hash, bytes: made.length })
      });
    });
  }

  /* ----- handing out ----- */

  function save(blob, name) {
    var link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    /* inside the menu: a click outside it would close it */
    (open ? open.box : document.body).appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
    return open ? open.words.saved.replace("{name}", name) : "";
  }

  function file(url) {
    return asked(url).then(function (answer) {
      var named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
      return answer.blob().then(function (blob) { return save(blob, named ? named[1] : open.chart); });
    });
  }

  function canCopy() { return Boolean(window.isSecureContext && navigator.clipboard && navigator.clipboard.write && window.ClipboardItem); }

  /* what is copied is promised at once: browsers allow it only while a click is fresh */
  function copied(kind, blob) {
    var item = {};
    item[kind] = blob;
    return navigator.clipboard.write([new window.ClipboardItem(item)]);
  }

  function copyPicture() {
    var words = open.words, made = drawn("png");
    function instead() {
      return made.then(function (done) {
        save(done.blob, done.name);
        return words.no_clipboard.replace("{name}", done.name);
      });
    }
    if (!canCopy()) { return instead(); }
    return copied("image/png", made.then(function (done) { return done.blob; })).then(function () { return words.copied; }, instead);
  }

  function copyText(text, done) {
    var words = open.words;
    function byHand() {
      return text.then(function (found) {
        var field = make("textarea");
        field.value = found;
        field.setAttribute("readonly", "");
        field.style.position = "fixed";
        open.box.appendChild(field);
        var before = document.activeElement;
        field.select();
        var ok = document.execCommand("copy");
        field.remove();
        if (before) { before.focus(); }
        return ok ? done : words.no_copy.replace("{text}", found);
      });
    }
    if (!canCopy()) { return byHand(); }
    return copied("text/plain", text.then(function (found) { return new Blob([found], { type: "text/plain" }); })).then(
      function () { return done; }, byHand
    );
  }

  /* the page with the same selection, its day written out */
  function pageLink(picture) {
    var lang = new URLSearchParams(window.location.search).get("lang");
    var parts = [picture.query, lang ? "lang=" + encodeURIComponent(lang) : ""].filter(Boolean);
    return window.location.origin + window.location.pathname + (parts.length ? "?" + parts.join("&") : "");
  }

  function act(name) {
    var words = open.words;
    if (name === "png" || name === "svg") { return drawn(name).then(function (done) { return save(done.blob, done.name); }); }
    if (name === "pdf") { return file("/export/" + open.chart + ".pdf?" + query("preset=" + chosen.preset)); }
    if (name === "copy_picture") { return copyPicture(); }
    if (name === "copy_sentence") { return copyText(figure().then(function (p) { return p.sentence; }), words.copied_sentence); }
    if (name === "copy_link") { return copyText(figure().then(pageLink), words.copied_link); }
    if (name === "copy_embed") { return copyText(figure().then(function (p) { return p.embed; }), words.copied_embed); }
    return file(address(name));
  }

  function run(name) {
    if (busy || !open) { return; }
    var mine = open;
    busy = true;
    mine.box.setAttribute("aria-busy", "true");
    say(mine.words.working);
    act(name).then(
      function (said) { return { said: said }; },
      function (problem) { return { said: (problem && problem.said) || mine.words.failed, bad: true }; }
    ).then(function (end) {
      busy = false;
      mine.box.removeAttribute("aria-busy");
      if (open === mine) { say(end.said, null, end.bad); }
    });
  }

  /* ----- the menu ----- */

  function item(text, name) {
    var node = make("button", "export-item", text);
    node.type = "button";
    node.setAttribute("role", "menuitem");
    node.setAttribute("data-do", name);
    node.tabIndex = -1;
    node.addEventListener("click", function () { run(name); });
    return node;
  }

  function anchor(text, href, name, done) {
    var node = make("a", "export-item", text);
    node.href = href;
    node.setAttribute("role", "menuitem");
    node.setAttribute("data-do", name);
    node.tabIndex = -1;
    node.addEventListener("click", function () { say(done); });
    return node;
  }

  function radios(label, options, key) {
    var group = make("div", "export-choice");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    group.appendChild(make("span", "export-choice-name", label)).setAttribute("aria-hidden", "true");
    options.forEach(function (option) {
      var node = make("button", "export-radio", option.text);
      node.type = "button";
      node.setAttribute("role", "menuitemradio");
      node.setAttribute("data-" + key, option.name);
      node.tabIndex = -1;
      node.setAttribute("aria-checked", String(String(chosen[key]) === String(option.name)));
      node.addEventListener("click", function () {
        chosen[key] = option.name;
        group.querySelectorAll("[role=menuitemradio]").forEach(function (each) { each.setAttribute("aria-checked", String(each === node)); });
        printLink();
      });
      group.appendChild(node);
    });
    return group;
  }

  function printAddress() { return "/print/" + open.chart + "?" + query("preset=" + chosen.preset); }

  function printLink() {
    var link = open && open.menu.querySelector('[data-do="print"]');
    if (link) { link.href = printAddress(); }
  }

  function group(name, nodes) {
    var box = make("div", "export-group");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
    box.appendChild(make("p", "export-group-name", name)).setAttribute("aria-hidden", "true");
    nodes.forEach(function (node) { box.appendChild(node); });
    return box;
  }

  function fill(menu) {
    var words = menu.words, list = open.menu;
    var pdf = menu.pdf ? item(words.pdf, "pdf") : anchor(words.print, printAddress(), "print", words.opened);
    if (!menu.pdf) { pdf.target = "_blank"; pdf.rel = "noopener"; }
    list.appendChild(group(words.pictures, [
      radios(words.size, menu.presets, "preset"),
      radios(words.scale, menu.scales.map(function (n) { return { name: n, text: n + "×" }; }), "scale"),
      item(words.png, "png"), item(words.svg, "svg"), pdf, item(words.copy_picture, "copy_picture")
    ]));
    list.appendChild(group(words.data, FILES.map(function (form) {
      if (!STREAMED[open.chart + "." + form]) { return item(words[form], form); }
      var link = anchor(words[form], address(form), form, "");
      link.download = "";
      return link;
    })));
    list.appendChild(group(words.copy, ["copy_sentence", "copy_link", "copy_embed"].map(function (name) { return item(words[name], name); })));
  }

  function place() {
    var at = open.button.getBoundingClientRect(), box = open.box, wide = box.offsetWidth;
    box.style.maxHeight = "";
    var below = window.innerHeight - at.bottom - 12, above = at.top - 12, up = below < box.offsetHeight && above > below;
    /* it never covers its button, and is pushed where it has no room */
    box.style.maxHeight = Math.max(220, up ? above : below) + "px";
    var top = up ? Math.max(8, at.top - box.offsetHeight - 4) : at.bottom + 4;
    box.style.top = Math.round(top + window.scrollY) + "px";
    box.style.left = Math.round(Math.min(Math.max(8, at.right - wide), document.documentElement.clientWidth - wide - 8) + window.scrollX) + "px";
  }

  function show(button) {
    close(false);
    var box = make("div", "export-popup"), list = make("div", "export-list"), said = make("p", "export-said"), shut = make("button", "export-close", button.getAttribute("data-close"));
    list.setAttribute("role", "menu");
    list.setAttribute("aria-label", button.getAttribute("aria-label"));
    list.id = "export-list";
    said.setAttribute("role", "status");
    said.setAttribute("aria-live", "polite");
    shut.type = "button";
    shut.tabIndex = -1;
    shut.addEventListener("click", function () { close(true); });
    box.appendChild(list);
    box.appendChild(said);
    box.appendChild(shut);
    document.body.appendChild(box);
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-controls", "export-list");
    open = { button: button, box: box, menu: list, said: said, words: {}, lang: button.getAttribute("data-lang"), chart: button.getAttribute("data-chart") };
    var mine = open;
    place();
    menuOf(open.lang).then(
      function (menu) {
        if (open !== mine) { return; }
        mine.words = menu.words;
        fill(menu);
        place();
        focusable()[0].focus({ preventScroll: true });
      },
      function () { if (open === mine) { say(button.getAttribute("data-failed"), null, true); place(); } }
    );
  }

  function close(back) {
    if (!open) { return; }
    var button = open.button;
    open.box.remove();
    open = null;
    button.setAttribute("aria-expanded", "false");
    button.removeAttribute("aria-controls");
    if (back) { button.focus({ preventScroll: true }); }
  }

  function focusable() {
    /* of a choice only what is chosen is a stop: left and right move within it */
    return Array.prototype.filter.call(open.menu.querySelectorAll("[role=menuitem], [role=menuitemradio]"), function (node) {
      return node.getAttribute("role") === "menuitem" || node.getAttribute("aria-checked") === "true";
    });
  }

  function keys(event) {
    if (!open) { return; }
    if (event.key === "Escape") { event.preventDefault(); close(true); return; }
    if (!open.menu.contains(document.activeElement)) { return; }
    if (event.key === "Tab") { close(true); return; }
    var here = document.activeElement, stops = focusable(), at = stops.indexOf(here);
    var next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      stops[(next + stops.length) % stops.length].focus();
    } else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && here.getAttribute("role") === "menuitemradio") {
      event.preventDefault();
      var some = Array.prototype.slice.call(here.parentNode.querySelectorAll("[role=menuitemradio]"));
      var to = some[(some.indexOf(here) + (event.key === "ArrowRight" ? 1 : -1) + some.length) % some.length];
      to.click();
      to.focus();
    } else if (event.key === " " && here.tagName === "A") {
      event.preventDefault();
      here.click();
    }
  }

  document.addEventListener("keydown", keys);
  document.addEventListener("keydown", function (event) {
    var button = event.target.closest ? event.target.closest(".export-button") : null;
    if (button && (event.key === "ArrowDown" || event.key === "ArrowUp") && !open) { event.preventDefault(); show(button); }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest(".export-button") : null;
    if (button) {
      if (open && open.button === button) { close(true); } else { show(button); }
    } else if (open && !open.box.contains(event.target)) {
      close(false);
    }
  });
  /* the page under it has become another */
  window.addEventListener("popstate", function () { close(false); });
  window.addEventListener("_dashprivate_pushstate", function () { close(false); });
  window.addEventListener("resize", function () { if (open) { place(); } });
})();
