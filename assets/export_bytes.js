/* Pictures as bytes: what draws them, what they weigh in, and the hash by which the book knows them. For assets/export_menu.js. */
(function () {
  "use strict";

  var plotly = null;
  function drawer() {
    if (window.Plotly) { return Promise.resolve(window.Plotly); }
    if (!plotly) {
      plotly = new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = "/wall/plotly.min.js";
        script.onload = function () { resolve(window.Plotly); };
        script.onerror = function () { plotly = null; reject(new Error("")); };
        document.head.appendChild(script);
      });
    }
    return plotly;
  }

  function escaped(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  function bytesOf(address, form, alt) {
    var body = address.slice(address.indexOf(",") + 1);
    if (form === "svg") {
      /* what it shows, for whoever cannot see it */
      var text = decodeURIComponent(body).replace(/>/, "><title>" + escaped(alt).replace(/\$/g, "$$$$") + "</title>");
      return new TextEncoder().encode(text);
    }
    var signs = window.atob(body), out = new Uint8Array(signs.length);
    for (var k = 0; k < signs.length; k += 1) { out[k] = signs.charCodeAt(k); }
    return out;
  }

  function hex(words) {
    return Array.prototype.map.call(words, function (word) { return (word >>> 0).toString(16).padStart(8, "0"); }).join("");
  }

  function digest(bytes) {
    if (window.crypto && window.crypto.subtle) {
      return window.crypto.subtle.digest("SHA-256", bytes).then(function (found) {
        var view = new DataView(found), words = [];
        for (var k = 0; k < 8; k += 1) { words.push(view.getUint32(k * 4)); }
        return hex(words);
      });
    }
    return Promise.resolve(hex(sha256(bytes)));
  }

  /* FIPS 180-4, for pages that a browser does not call secure (http from another machine): it keeps its own from them */
  function sha256(bytes) {
    var primes = [], constants = [], state = [];
    for (var n = 2; primes.length < 64; n += 1) {
      if (primes.every(function (p) { return n % p; })) { primes.push(n); }
    }
    function part(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
    primes.forEach(function (p, k) {
      constants.push(part(Math.cbrt(p)));
      if (k < 8) { state.push(part(Math.sqrt(p))); }
    });
    var size = ((bytes.length + 8) >> 6) * 64 + 64, padded = new Uint8Array(size), view = new DataView(padded.buffer), w = new Int32Array(64);
    padded.set(bytes);
    padded[bytes.length] = 128;
    view.setUint32(size - 8, Math.floor(bytes.length / 536870912));
    view.setUint32(size - 4, bytes.length << 3);
    function turn(x, by) { return (x >>> by) | (x << (32 - by)); }
    for (var at = 0; at < size; at += 64) {
      var k, a = state.slice();
      for (k = 0; k < 16; k += 1) { w[k] = view.getInt32(at + k * 4); }
      for (k = 16; k < 64; k += 1) {
        var x = w[k - 15], y = w[k - 2];
        w[k] = w[k - 16] + w[k - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
      }
      for (k = 0; k < 64; k += 1) {
        var one = a[7] + (turn(a[4], 6) ^ turn(a[4], 11) ^ turn(a[4], 25)) + ((a[4] & a[5]) ^ (~a[4] & a[6])) + constants[k] + w[k];
        var two = (turn(a[0], 2) ^ turn(a[0], 13) ^ turn(a[0], 22)) + ((a[0] & a[1]) ^ (a[0] & a[2]) ^ (a[1] & a[2]));
        a = [(one + two) | 0, a[0], a[1], a[2], (a[3] + one) | 0, a[4], a[5], a[6]];
      }
      for (k = 0; k < 8; k += 1) { state[k] = (state[k] + a[k]) | 0; }
    }
    return state;
  }

  window.dubangExport = { drawer: drawer, bytesOf: bytesOf, digest: digest };
})();
