/* The page of places: which parts of the form are shown, and what a person has ticked. A tick goes to the server only
   with the import; here it is counted. The map is places_map.js. */
(function () {
  "use strict";
  var clientside = (window.dash_clientside = window.dash_clientside || {});
  var places = (clientside.places = clientside.places || {});

  function flat(entry) { return Array.isArray(entry) ? entry : [entry]; }

  /* {layer: "outfall", crs: "epsg", ...} of a pattern of components */
  function chosen(entry) {
    var out = {};
    flat(entry).forEach(function (each) { out[each.id.name] = each.value; });
    return out;
  }

  function number(n, lang) {
    return lang !== "zh-CN" || n >= 100000 ? n.toLocaleString("en") : String(n);
  }

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, key) { return key in values ? values[key] : all; });
  }

  function counted(words, n, lang) { return filled(n === 1 ? words[0] : words[1], { n: number(n, lang) }); }

  places.only = function () {
    var now = chosen(clientside.callback_context.inputs_list[0]);
    return flat(clientside.callback_context.outputs_list).map(function (each) {
      var at = each.id.when.indexOf("=");
      return (now[each.id.when.slice(0, at)] || "") !== each.id.when.slice(at + 1);
    });
  };

  places.tally = function (selected, tally, rows) {
    var outputs = clientside.callback_context.outputs_list;
    /* before the grid stands it reports what it was told, not rows */
    var ticked = Array.isArray(selected) ? selected : rowsOf(selected, rows);
    ticked = ticked.filter(function (row) { return row.offered; });
    var kinds = {};
    ticked.forEach(function (row) { row.kinds.forEach(function (kind) { kinds[kind] = (kinds[kind] || 0) + 1; }); });
    var comes = tally.accepted + ticked.length;
    var out = tally.rows - comes;
    var said = !comes ? tally.words.nothing : out ? counted(tally.words.out, out, tally.lang) : tally.words.everything;
    return [
      ticked.map(function (row) { return row.row; }),
      flat(outputs[1]).map(function () { return counted(tally.words.button, comes, tally.lang); }),
      flat(outputs[2]).map(function () { return !comes; }),
      said,
      flat(outputs[4]).map(function (each) {
        var kind = each.id.repair;
        return filled(tally.words.confirmed, { n: number(kinds[kind] || 0, tally.lang), all: number(tally.kinds[kind] || 0, tally.lang) });
      }),
    ];
  };

  function rowsOf(selected, rows) {
    var wanted = (selected && selected.ids) || [];
    return (rows || []).filter(function (row) { return wanted.indexOf(row.id) >= 0; });
  }

  /* A whole kind is confirmed, or none of it; the ticks of other kinds stay. A row that needs several repairs is ticked once all of its
     kinds are confirmed. */
  var whole = { rows: null, kinds: {} };
  places.whole = function (all, none, rows, confirmed) {
    var context = clientside.callback_context;
    var by = (context.triggered[0] || {}).prop_id || "";
    if (!context.triggered.length || !context.triggered[0].value) { return clientside.no_update; }
    var id = JSON.parse(by.slice(0, by.lastIndexOf(".")));
    var ticked = {};
    (confirmed || []).forEach(function (row) { ticked[row] = true; });
    if (whole.rows !== rows) { whole = { rows: rows, kinds: {} }; }
    whole.kinds[id.repair] = id.type === "places-all";
    var ids = (rows || []).filter(function (row) {
      if (!row.offered || row.kinds.indexOf(id.repair) < 0) { return row.offered && ticked[row.row]; }
      return whole.kinds[id.repair] && (ticked[row.row] || row.kinds.every(function (kind) { return whole.kinds[kind]; }));
    });
    return { ids: ids.map(function (row) { return row.id; }) };
  };

  places.level = function (values) {
    var level = values && values[0];
    return !level || level === "all" ? {} : { filter: { filterType: "text", type: "equals", filter: level } };
  };

  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.placesOffered = function (node) { return !!(node.data && node.data.offered); };
  functions.placesShow = function (params) { if (params.data && places.show) { places.show(params.data.row); } };
  functions.placesKey = function (params) {
    if (params.event && params.event.key === "Enter" && params.data && places.show) { places.show(params.data.row); }
  };
})();
