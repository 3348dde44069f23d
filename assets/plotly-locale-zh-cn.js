/* Chinese for Plotly: the words of its bar, and its days and months. */
(function () {
  "use strict";
  var months = ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"];
  var locale = {
    moduleType: "locale",
    name: "zh-CN",
    dictionary: {
      Autoscale: "自动缩放",
      "Box Select": "框选",
      "Click to enter Plot title": "点击输入标题",
      "Compare data on hover": "悬停时比较数据",
      "Double-click on legend to isolate one trace": "双击图例只看这一项",
      "Double-click to zoom back out": "双击还原",
      "Download plot": "下载图片",
      "Download plot as a PNG": "下载 PNG 图片",
      "Lasso Select": "套索选择",
      Pan: "平移",
      Reset: "还原",
      "Reset axes": "还原坐标轴",
      "Show closest data on hover": "悬停时显示最近的数据",
      "Toggle Spike Lines": "显示或隐藏辅助线",
      Zoom: "缩放",
      "Zoom in": "放大",
      "Zoom out": "缩小"
    },
    format: {
      days: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
      shortDays: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
      months: months,
      shortMonths: months,
      date: "%Y-%m-%d"
    }
  };
  if (typeof window.Plotly === "undefined") {
    (window.PlotlyLocales = window.PlotlyLocales || []).push(locale);
  } else {
    window.Plotly.register(locale);
  }
})();
