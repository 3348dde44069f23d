/* Chinese for the date picker: it takes the first date-fns locale that is there, so this one is there on Chinese pages only. */
(function () {
  "use strict";
  if (document.documentElement.lang !== "zh-CN") { return; }
  var days = ["日", "一", "二", "三", "四", "五", "六"];

  function picked(options, names) { return names[(options && options.width) || "wide"] || names.wide; }
  function fromText(pattern, base) {
    return function (text) {
      var found = String(text).match(pattern);
      return found ? { value: base(found), rest: String(text).slice(found[0].length) } : null;
    };
  }
  function patterns(names) { return function (options) { return picked(options || {}, names); }; }

  var zhCN = {
    code: "zh-CN",
    formatDistance: function () { return ""; },
    formatRelative: function () { return "yyyy-MM-dd"; },
    formatLong: {
      date: patterns({ full: "yyyy'年'M'月'd'日' EEEE", long: "yyyy'年'M'月'd'日'", wide: "yyyy-MM-dd", medium: "yyyy-MM-dd", short: "yy-MM-dd" }),
      time: patterns({ wide: "HH:mm" }),
      dateTime: patterns({ wide: "{{date}} {{time}}" })
    },
    localize: {
      ordinalNumber: function (number) { return String(number); },
      era: function (era) { return era ? "公元" : "公元前"; },
      quarter: function (quarter) { return "第" + quarter + "季度"; },
      month: function (month) { return month + 1 + "月"; },
      day: function (day, options) {
        return picked(options, { wide: "星期" + days[day], abbreviated: "周" + days[day], short: days[day], narrow: days[day] });
      },
      dayPeriod: function (period) { return period === "pm" ? "下午" : "上午"; }
    },
    match: {
      ordinalNumber: fromText(/^\d+/, function (found) { return Number(found[0]); }),
      era: fromText(/^公元前?/, function (found) { return found[0] === "公元" ? 1 : 0; }),
      quarter: fromText(/^第?([1-4])季度/, function (found) { return Number(found[1]); }),
      month: fromText(/^(\d{1,2})月/, function (found) { return Number(found[1]) - 1; }),
      day: fromText(/^(?:星期|周)?([日一二三四五六])/, function (found) { return days.indexOf(found[1]); }),
      dayPeriod: fromText(/^(?:上午|下午)/, function (found) { return found[0] === "下午" ? "pm" : "am"; })
    },
    options: { weekStartsOn: 1, firstWeekContainsDate: 4 }
  };
  window.dateFns = window.dateFns || {};
  window.dateFns.locale = Object.assign({}, window.dateFns.locale, { zhCN: zhCN });
})();
