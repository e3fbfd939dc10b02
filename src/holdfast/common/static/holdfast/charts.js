/* Holdfast 守客: charts a person works with. The page says what to draw, this says how figures read.

   <div class="chart" data-chart="bridge" data-source="bridge-data"></div> with <script type="application/json" id="bridge-data">
   Kinds: bridge, curve, bars, monthly, stack, line, radar, histogram. Words come with the data or from #hf-words. */
"use strict";
(() => {
  if (!window.echarts) return;
  const HF = window.HF = window.HF || {};
  const words = HF.words || JSON.parse(document.getElementById("hf-words")?.textContent || "{}");
  const isChinese = (words.language || document.documentElement.lang || "zh").startsWith("zh");
  const css = getComputedStyle(document.documentElement);
  const token = (name) => css.getPropertyValue(`--hf-${name}`).trim();
  const INK = token("ink"), INK2 = token("ink-2"), INK3 = token("ink-3"), LINE = token("line");
  const TONES = {
    brand: token("brand"), soft: token("brand-soft"), gold: token("star"), total: token("slate-mark"), now: token("brand"), slate: token("slate-mark"),
    new: token("indigo-mark"), returned: token("plum-mark"), rising: token("bamboo-mark"), stable: "#b4bdbb", declining: token("amber-mark"), lost: token("cinnabar-mark"),
    irregular: "#cdd5d2", not_bought: "#d08f5a", not_due: "#d3dad6", overdue: "#e0a652",
    delight: token("bamboo-mark"), acceptable: token("amber-mark"), angry: token("cinnabar-mark"), grey: "#dfe4e4",
    bamboo: token("bamboo-mark"), amber: token("amber-mark"), cinnabar: token("cinnabar-mark"), indigo: token("indigo-mark"), plum: token("plum-mark"),
    "star-5": token("star-5"), "star-4": token("star-4"), "star-3": token("star-3"), "star-2": token("star-2"), "star-1": token("star-1"),
  };
  const INKS = { declining: token("amber-ink"), amber: token("amber-ink"), lost: token("cinnabar-ink"), cinnabar: token("cinnabar-ink"), angry: token("cinnabar-ink"), delight: token("bamboo-ink"), bamboo: token("bamboo-ink"), acceptable: token("amber-ink") };
  const tone = (name, otherwise = "brand") => TONES[name] || TONES[otherwise];
  const phone = () => matchMedia("(max-width: 767px)").matches;

  /* ---- figures: amounts arrive in minor units ---- */
  const MINUS = "−";
  const grouped = (value, decimals) => Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const sign = (value, plus) => value < 0 ? MINUS : plus && value > 0 ? "+" : "";
  const minorOf = (data) => data.minor_digits === undefined ? 100 : 10 ** data.minor_digits;
  function moneyText(data, minor, plus = false) {
    const value = minor / minorOf(data), size = Math.abs(value), mark = sign(value, plus) + (data.symbol || "¥");
    if (isChinese) return mark + (size >= 99999500 ? grouped(value / 1e8, 2) + " 亿" : size >= 1e4 ? grouped(value / 1e4, 1) + " 万" : grouped(value, 0));
    return mark + (size >= 999995e3 ? grouped(value / 1e9, 2) + "B" : size >= 999500 ? grouped(value / 1e6, 2) + "M" : size >= 99950 ? grouped(value / 1e3, 0) + "K" : size >= 1e3 ? grouped(value / 1e3, 1) + "K" : grouped(value, 0));
  }
  /* in the axis' own unit: 万元 or thousands */
  const axisUnit = (data) => (isChinese ? 1e4 : 1e3) * minorOf(data);
  const isMoney = (data) => (data.format || "number") === "money";
  const scaled = (data, value) => isMoney(data) ? value / axisUnit(data) : data.format === "percent" ? value * 100 : value;
  function figure(data, value, plus = false) {
    if (value === null || value === undefined) return "—";
    if (isMoney(data)) return moneyText(data, value, plus);
    if (data.format === "percent") return sign(value, plus) + grouped(value * 100, 1) + "%";
    return sign(value, plus) + grouped(value, Number.isInteger(value) ? 0 : 1) + (data.unit ? ` ${data.unit}` : "");
  }
  function label(data, value, plus = false) {
    const shown = scaled(data, value), size = Math.abs(shown);
    const decimals = isMoney(data) ? (phone() || size >= 10000 ? 0 : size < 10 && size > 0 ? 1 : 1) : data.format === "percent" ? 1 : Number.isInteger(shown) ? 0 : 1;
    return sign(value, plus) + grouped(shown, decimals) + (data.format === "percent" ? "%" : "");
  }
  const axisText = (data) => (value) => value < 0 && data.absolute ? grouped(value, 0) : sign(value) + grouped(value, Math.abs(value) < 1 && value !== 0 ? 1 : Number.isInteger(value) ? 0 : 1) + (data.format === "percent" ? "%" : "");
  const axisName = (data) => data.axis_name !== undefined ? data.axis_name : isMoney(data) ? words.axisMoney : data.unit || "";

  /* ---- building blocks ---- */
  // A short unit stands over the figures; a long word begins at the chart's edge, so that nothing of it is cut off.
  const nameStyle = (name) => name.length > 3 ? { align: "left", padding: [0, 0, 0, -44] } : { align: "right", padding: [0, 6, 0, 0] };
  const valueAxis = (data, more = {}) => ({ type: "value", boundaryGap: [0, "12%"], name: axisName(data), nameGap: 12, nameTextStyle: nameStyle(axisName(data)), axisLabel: { formatter: axisText(data) }, ...more });
  const categoryAxis = (names, more = {}) => ({ type: "category", data: names, axisLabel: { interval: names.length > 14 ? "auto" : 0, hideOverlap: true, fontSize: phone() ? 11 : 12, color: INK2 }, ...more });
  const grid = (more = {}) => ({ left: 4, right: 8, top: 30, bottom: 4, containLabel: true, ...more });
  const legend = (more = {}) => ({ top: 0, left: 0, itemGap: phone() ? 10 : 16, ...more });
  function tip(title, lines) {
    const box = document.createElement("div");
    box.className = "chart-tip";
    if (title) box.append(title);
    lines.forEach(({ name, text, tone: kind }) => {
      const line = document.createElement("div");
      if (kind) { const mark = document.createElement("span"); mark.className = "sw"; mark.style.background = kind; line.append(mark); }
      const strong = document.createElement("b");
      strong.textContent = text;
      line.append(name ? `${name}  ` : "", strong);
      box.append(line);
    });
    return box;
  }
  const seriesTip = (data, names, series) => ({ trigger: "axis", axisPointer: { type: "shadow" }, formatter: (points) => {
    const place = points[0].dataIndex;
    return tip(names[place], series.map((one) => ({ name: one.name, text: figure(data, data.absolute ? Math.abs(one.values[place]) : one.values[place]), tone: tone(one.tone) })));
  } });
  /* 2026 年 10 月 → 10 月, October 2026 → Oct: where a phone has no room for the year */
  const shortMonth = (text) => text.replace(/^\d{4} 年 /, "").replace(/^([A-Z][a-z]{2})[a-z]* \d{4}$/, "$1");
  function niceFloor(value, top) {
    const step = 10 ** Math.floor(Math.log10(Math.max(top - value, 1e-9)));
    return Math.max(0, Math.floor((value - (top - value) * 0.25) / step) * step);
  }

  /* ---- kinds: each gives { option, table: { head, rows: [[text or {text, url}]] }, url(point) } ---- */
  const KINDS = {
    /* revenue bridge; steps: [{label, value, total?, tone, url}] */
    bridge(data) {
      const steps = data.steps;
      let level = 0; const low = [], high = [];
      steps.forEach((step) => {
        if (step.total) { low.push(0); high.push(step.value); level = step.value; return; }
        low.push(Math.min(level, level + step.value)); high.push(Math.max(level, level + step.value)); level += step.value;
      });
      const floors = steps.map((step, i) => step.total ? high[i] : low[i]).map((value) => scaled(data, value));
      const top = Math.max(...high.map((value) => scaled(data, value))), bottom = Math.min(...floors, ...low.filter((v, i) => !steps[i].total).map((v) => scaled(data, v)));
      const start = bottom > 0 && (top - bottom) / top < 0.6 ? niceFloor(bottom, top) : Math.min(0, bottom);
      const base = low.map((value, i) => Math.max(scaled(data, value), start) - 0).map((value, i) => steps[i].total ? start : value);
      const size = high.map((value, i) => scaled(data, value) - base[i]);
      return {
        url: (point) => steps[point.dataIndex]?.url,
        table: { head: data.columns || ["", axisName(data)], rows: steps.map((step) => [{ text: step.label, url: step.url }, figure(data, step.value, !step.total), ...(step.more || [])]) },
        option: {
          grid: grid({ top: 26, right: 4 }),
          tooltip: { trigger: "item", formatter: (p) => p.seriesIndex ? tip(steps[p.dataIndex].label, [{ name: "", text: figure(data, steps[p.dataIndex].value, !steps[p.dataIndex].total) }, ...(steps[p.dataIndex].note ? [{ name: steps[p.dataIndex].note, text: "" }] : [])]) : "" },
          xAxis: categoryAxis(steps.map((step) => step.total && phone() ? shortMonth(step.label) : step.label), { axisLabel: phone() && !isChinese ? { interval: 0, fontSize: 10, color: INK2, rotate: 40 } : { interval: 0, fontSize: phone() ? 10 : 12, color: INK2, overflow: "break", width: phone() ? 36 : 84 } }),
          yAxis: { type: "value", min: start, axisLabel: { show: !phone(), formatter: (value) => value === start && start !== 0 ? (words.from || "{n}").replace("{n}", axisText(data)(value)) : axisText(data)(value) } },
          series: [
            { type: "bar", stack: "a", silent: true, data: base.map((v) => v - 0), itemStyle: { color: "transparent" }, tooltip: { show: false } },
            { type: "bar", stack: "a", barMaxWidth: 46, barMinHeight: 1.5, data: steps.map((step, i) => ({ value: size[i], cursor: step.url ? "pointer" : "default", itemStyle: { color: tone(step.tone, step.total ? "total" : "brand"), borderRadius: 2 } })),
              label: { show: true, position: "top", fontSize: phone() ? 10 : 12, fontWeight: 600, color: INK, formatter: (p) => label(data, steps[p.dataIndex].value, !steps[p.dataIndex].total) } }],
        },
      };
    },

    /* cumulative curve (Pareto, Lorenz, whale); points: [[x %, y %]], marks: [{x, y, label, tone, place}], level: 100, diagonal */
    curve(data) {
      const top = Math.max(...data.points.map((point) => point[1]), 100), max = top > 100 ? Math.ceil((top + 8) / 20) * 20 : 100;
      const ink = (name) => INKS[name] || INK;
      const marks = (data.marks || []).map((mark) => ({
        coord: [mark.x, mark.y], itemStyle: { color: tone(mark.tone), borderColor: "#fff", borderWidth: 2 },
        label: { color: ink(mark.tone), position: mark.place || (mark.x > 75 ? "bottom" : "right"), align: mark.x > 75 ? "right" : undefined, offset: mark.place === "top" ? [0, 0] : mark.x > 75 ? [8, 4] : [4, 12], formatter: mark.label },
      }));
      const series = [{ type: "line", smooth: false, showSymbol: false, data: data.points, lineStyle: { color: tone("brand"), width: 2.5 }, itemStyle: { color: tone("brand") }, areaStyle: { color: "rgba(15,92,94,.07)" },
        markLine: data.level ? { silent: true, symbol: "none", lineStyle: { color: INK3, type: "dashed", width: 1 }, data: [{ yAxis: data.level, label: { show: false } }] } : undefined,
        markPoint: { symbol: "circle", symbolSize: 9, label: { fontSize: 12, fontWeight: 500, lineHeight: 17 }, data: marks } }];
      if (data.diagonal) series.push({ type: "line", silent: true, showSymbol: false, data: [[0, 0], [100, 100]], lineStyle: { color: TONES.slate, width: 1, type: "dashed" }, tooltip: { show: false } });
      return {
        table: { head: data.columns || ["%", "%"], rows: data.points.filter((_, i) => i % Math.ceil(data.points.length / 21) === 0 || i === data.points.length - 1).map(([x, y]) => [`${grouped(x, 0)}%`, `${sign(y)}${grouped(y, 1)}%`]) },
        url: () => data.url,
        option: {
          grid: grid({ top: 16, right: 20, bottom: data.x_name ? 22 : 4 }),
          tooltip: { trigger: "axis", formatter: (points) => tip("", [{ name: data.x_name || "", text: `${grouped(points[0].value[0], 1)}%` }, { name: data.y_name || "", text: `${sign(points[0].value[1])}${grouped(points[0].value[1], 1)}%` }]) },
          xAxis: { type: "value", min: 0, max: 100, name: data.x_name || "", nameLocation: "middle", nameGap: 26, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: token("line-strong") } } },
          yAxis: { type: "value", max, interval: max > 100 ? 20 : 25, axisLabel: { formatter: "{value}%" } },
          series,
        },
      };
    },

    /* one value a category; items: [{label, value, tone, url, note}], horizontal */
    bars(data) {
      const items = data.horizontal ? [...data.items].reverse() : data.items;
      const names = items.map((item) => item.label), few = items.length <= 10;
      const value = { ...valueAxis(data), ...(data.horizontal ? { name: "", axisLabel: { show: !few, formatter: axisText(data) }, splitLine: { show: !few } } : {}) };
      const category = categoryAxis(names);
      return {
        url: (point) => items[point.dataIndex]?.url,
        table: { head: data.columns || ["", axisName(data)], rows: data.items.map((item) => [{ text: item.label, url: item.url }, figure(data, item.value), ...(item.more || [])]) },
        option: {
          grid: grid({ top: data.horizontal ? 4 : 30, right: data.horizontal ? 64 : 8 }),
          tooltip: { trigger: "item", formatter: (p) => tip(names[p.dataIndex], [{ name: items[p.dataIndex].note || "", text: figure(data, items[p.dataIndex].value) }]) },
          xAxis: data.horizontal ? value : category, yAxis: data.horizontal ? category : value,
          series: [{ type: "bar", barMaxWidth: data.horizontal ? 20 : 46, data: items.map((item) => ({ value: scaled(data, item.value), itemStyle: { color: tone(item.value < 0 ? "cinnabar" : item.tone), borderRadius: 2 } })),
            label: { show: few, position: data.horizontal ? "right" : "top", fontSize: 12, fontWeight: 600, color: INK, formatter: (p) => label(data, items[p.dataIndex].value) } }],
        },
      };
    },

    /* bars by month, the second series standing inside the first; labels, series: [{name, values, tone}], urls */
    monthly(data) {
      return {
        url: (point) => (data.urls || [])[point.dataIndex],
        table: seriesTable(data),
        option: {
          legend: legend({ left: "auto", right: 0, data: data.series.map((one) => one.name) }), tooltip: seriesTip(data, data.labels, data.series), grid: grid({ top: 36, right: 4 }),
          xAxis: categoryAxis(data.labels), yAxis: valueAxis(data, { splitNumber: 3, nameTextStyle: { align: "left", padding: [0, 0, 0, -18] } }),
          series: data.series.map((one, place) => ({ name: one.name, type: "bar", barMaxWidth: 22, barGap: "-100%", z: 2 + place, data: one.values.map((value) => scaled(data, value)), itemStyle: { color: tone(one.tone, place ? "gold" : "brand") } })),
        },
      };
    },

    /* stacked columns, what goes out below zero; labels, series: [{name, values, tone}] */
    stack(data) {
      return {
        url: (point) => (data.series[point.seriesIndex].urls || data.urls || [])[point.dataIndex],
        table: seriesTable(data),
        option: {
          legend: legend(), tooltip: seriesTip(data, data.labels, data.series), grid: grid({ top: 36, right: 4 }),
          xAxis: categoryAxis(data.labels, { axisLine: { onZero: true } }), yAxis: valueAxis(data, { name: "" }),
          series: data.series.map((one) => ({ name: one.name, type: "bar", stack: "all", barMaxWidth: 24, itemStyle: { color: tone(one.tone), borderRadius: 0 }, data: one.values.map((value) => scaled(data, value)) })),
        },
      };
    },

    /* change over time; labels, series: [{name, values, tone, dashed}] */
    line(data) {
      const all = data.series.flatMap((one) => one.values).filter((value) => value !== null).map((value) => scaled(data, value));
      const isCut = all.length > 0 && Math.min(...all) > 0 && Math.min(...all) / Math.max(...all) > 0.6;
      const cutText = (value, place) => isCut && place === 0 ? (words.from || "{n}").replace("{n}", axisText(data)(value)) : axisText(data)(value);
      return {
        url: (point) => (data.urls || [])[point.dataIndex],
        table: seriesTable(data),
        option: {
          legend: data.series.length > 1 ? legend() : undefined, tooltip: seriesTip(data, data.labels, data.series), grid: grid({ top: data.series.length > 1 ? 40 : 26, right: 12 }),
          xAxis: categoryAxis(data.labels), yAxis: valueAxis(data, { scale: isCut, axisLabel: { formatter: cutText } }),
          series: data.series.map((one) => ({ name: one.name, type: "line", showSymbol: data.labels.length <= 13, symbolSize: 6, data: one.values.map((value) => value === null ? null : scaled(data, value)), itemStyle: { color: tone(one.tone) }, lineStyle: { width: 2, type: one.dashed ? "dashed" : "solid" } })),
        },
      };
    },

    /* five angles; axes: [name], series: [{name, values, dashed, tone}], max. Drawn by hand: a missing angle (null) has
       no point, and no line runs through the middle in its place. */
    radar(data) {
      return {
        url: () => null,
        table: { head: ["", ...data.series.map((one) => one.name)], rows: data.axes.map((name, place) => [name, ...data.series.map((one) => isKnown(one.values[place]) ? grouped(one.values[place], 0) : "—")]) },
        svg: (node) => radarPicture(node, data),
      };
    },

    /* how long things took; bins: [{label, value, grey, zone, url}], lines: [{at, label, tone, solid}], zones: [{from, to, label, tone}] in bin numbers from 0.5 */
    histogram(data) {
      const bins = data.bins, names = bins.map((bin) => bin.label), ends = bins.length + 0.5;
      const tint = { delight: "rgba(60,145,96,.07)", acceptable: "rgba(198,126,26,.10)", angry: "rgba(196,71,47,.07)" };
      return {
        url: (point) => bins[point.dataIndex]?.url,
        table: { head: data.columns || ["", axisName(data)], rows: bins.map((bin) => [{ text: bin.label, url: bin.url }, grouped(bin.value, 0), ...(bin.grey === undefined ? [] : [grouped(bin.grey, 0)])]) },
        option: {
          grid: grid({ top: 44, bottom: data.x_name ? 22 : 4 }),
          tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: (points) => { const bin = bins[points[0].dataIndex]; return tip(bin.label, [{ name: "", text: figure(data, bin.value) }, ...(bin.grey ? [{ name: data.grey_name || "", text: figure(data, bin.grey) }] : [])]); } },
          xAxis: [categoryAxis(names, { name: data.x_name || "", nameLocation: "middle", nameGap: 28 }), { type: "value", min: 0.5, max: ends, show: false, position: "bottom" }],
          yAxis: valueAxis(data),
          series: [
            { type: "bar", stack: "z", barMaxWidth: 44, barCategoryGap: "18%", data: bins.map((bin) => ({ value: bin.value - (bin.grey || 0), itemStyle: { color: tone(bin.zone), borderRadius: bin.grey ? 0 : [2, 2, 0, 0] } })) },
            { type: "bar", stack: "z", data: bins.map((bin) => bin.grey || 0), itemStyle: { color: "#dfe4e4", decal: { symbol: "rect", color: "#98a4a8", dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: -Math.PI / 4 } } },
            { type: "scatter", xAxisIndex: 1, data: [],
              markArea: { silent: true, label: { position: "insideTopLeft", fontSize: phone() ? 11 : 13, fontWeight: 600, distance: 8 }, data: (data.zones || []).map((zone) => [{ xAxis: zone.from, name: zone.label, itemStyle: { color: tint[zone.tone] }, label: { color: INKS[zone.tone] || INK2 } }, { xAxis: zone.to }]) },
              markLine: { silent: true, symbol: "none", label: { position: "end", fontSize: 12, fontWeight: 600 }, data: (data.lines || []).map((line, place) => ({ xAxis: line.at, label: { formatter: line.label, color: INKS[line.tone] || INK, align: place ? "left" : "right" }, lineStyle: { color: line.solid ? INK : tone(line.tone), width: 1.5, type: line.solid ? "solid" : "dashed" } })) } }],
        },
      };
    },
  };
  const seriesTable = (data) => ({ head: ["", ...data.series.map((one) => one.name)], rows: data.labels.map((name, place) => [{ text: name, url: (data.urls || [])[place] }, ...data.series.map((one) => figure(data, one.values[place]))]) });

  const isKnown = (value) => value !== null && value !== undefined;
  function shape(parent, name, attributes, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    if (text !== undefined) node.textContent = text;
    parent.append(node);
    return node;
  }
  function radarPicture(node, data) {
    const wide0 = Math.max(node.clientWidth, 220), high = Math.max(node.clientHeight, 180);
    const count = data.axes.length, max = data.max || 100, cx = wide0 / 2, cy = (high - 24) / 2 + 6, radius = Math.min((high - 84) / 2, wide0 / 2 - 84);
    const angle = (place) => -(place / count) * 2 * Math.PI - Math.PI / 2;
    const at = (place, value) => { const r = (Math.max(0, Math.min(value, max)) / max) * radius; return [cx + r * Math.cos(angle(place)), cy + r * Math.sin(angle(place))]; };
    const list = (points) => points.map((point) => point.map((part) => part.toFixed(1)).join(",")).join(" ");
    node.replaceChildren();
    const svg = shape(node, "svg", { width: wide0, height: high, "font-size": 12, "font-family": "inherit" });
    [0.25, 0.5, 0.75, 1].forEach((part) => shape(svg, "polygon", { points: list(data.axes.map((_, place) => at(place, max * part))), fill: "none", stroke: LINE }));
    const main = data.series.find((one) => !one.dashed) || data.series[0];
    data.axes.forEach((name, place) => {
      const [x, y] = at(place, max), [lx, ly] = [cx + (radius + 12) * Math.cos(angle(place)), cy + (radius + 14) * Math.sin(angle(place))];
      shape(svg, "line", { x1: cx, y1: cy, x2: x, y2: y, stroke: LINE, "stroke-dasharray": isKnown(main.values[place]) ? "none" : "2 3" });
      const anchor = Math.abs(lx - cx) < 4 ? "middle" : lx > cx ? "start" : "end";
      shape(svg, "text", { x: lx, y: ly + 4, "text-anchor": anchor, fill: isKnown(main.values[place]) ? INK2 : INK3 }, name);
    });
    data.series.forEach((one) => radarSeries(svg, one, data, at, list));
    const wide = data.series.map((one) => 26 + [...one.name].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12 : 6.6), 0));
    let x = cx - (wide.reduce((sum, part) => sum + part, 0) + 12 * (wide.length - 1)) / 2;
    data.series.forEach((one, place) => {
      const colour = one.dashed ? TONES.slate : tone(one.tone);
      shape(svg, "line", { x1: x, x2: x + 16, y1: high - 10, y2: high - 10, stroke: colour, "stroke-width": 2, "stroke-dasharray": one.dashed ? "4 3" : "none" });
      shape(svg, "text", { x: x + 21, y: high - 6, fill: INK2 }, one.name);
      x += wide[place] + 12;
    });
  }
  function radarSeries(svg, one, data, at, list) {
    const colour = one.dashed ? TONES.slate : tone(one.tone), count = data.axes.length;
    const known = data.axes.map((_, place) => place).filter((place) => isKnown(one.values[place]));
    if (known.length >= 3 && !one.dashed) shape(svg, "polygon", { points: list(known.map((place) => at(place, one.values[place]))), fill: colour, "fill-opacity": 0.12 });
    known.forEach((place) => {
      const next = (place + 1) % count;
      if (!isKnown(one.values[next])) return;
      const [[x1, y1], [x2, y2]] = [at(place, one.values[place]), at(next, one.values[next])];
      shape(svg, "line", { x1, y1, x2, y2, stroke: colour, "stroke-width": one.dashed ? 1.5 : 2, "stroke-dasharray": one.dashed ? "4 3" : "none", "stroke-linecap": "round" });
    });
    known.forEach((place) => {
      const [x, y] = at(place, one.values[place]);
      const dot = shape(svg, "circle", { cx: x, cy: y, r: one.dashed ? 2 : 3, fill: colour });
      shape(dot, "title", {}, `${data.axes[place]} · ${one.name} ${grouped(one.values[place], 0)}`);
    });
  }

  /* ---- the table behind every chart ---- */
  function drawTable(box, { head, rows }) {
    const table = document.createElement("table");
    table.className = "hf-table";
    const top = table.createTHead().insertRow();
    head.forEach((text, place) => { const cell = document.createElement("th"); cell.scope = "col"; cell.textContent = text; if (place) cell.className = "num"; top.append(cell); });
    const body = table.createTBody();
    rows.forEach((row) => {
      const line = body.insertRow();
      row.forEach((cell, place) => {
        const td = line.insertCell();
        if (place) td.className = "num";
        if (cell && cell.url) { const link = document.createElement("a"); link.href = cell.url; link.textContent = cell.text; td.append(link); } else td.textContent = cell && cell.text !== undefined ? cell.text : cell;
      });
    });
    box.replaceChildren(table);
  }

  let theme = null;
  async function loadTheme() {
    const source = document.querySelector("script[data-chart-theme]");
    const answer = await fetch(source.dataset.chartTheme);
    echarts.registerTheme("holdfast", await answer.json());
  }
  function draw(node) {
    const source = document.getElementById(node.dataset.source), make = KINDS[node.dataset.chart];
    if (!source || !make || node.dataset.drawn) return;
    node.dataset.drawn = "1";
    const data = JSON.parse(source.textContent), box = node.closest("[data-chart-box]");
    let made = make(data);
    node.setAttribute("role", "img");
    if (!node.getAttribute("aria-label") && data.title) node.setAttribute("aria-label", data.title);
    const chart = made.svg ? null : echarts.init(node, "holdfast", { renderer: "svg" });
    if (chart) {
      const paint = () => { made = make(data); chart.setOption({ animation: false, aria: { enabled: false }, ...made.option }, true); };
      paint();
      chart.on("click", (point) => { const url = made.url(point); if (url) location.href = url; });
      let width = node.clientWidth;
      new ResizeObserver(() => { if (node.clientWidth && Math.abs(node.clientWidth - width) > 1) { width = node.clientWidth; chart.resize(); paint(); } }).observe(node);
    } else {
      made.svg(node);
      let width = node.clientWidth;
      new ResizeObserver(() => { if (node.clientWidth && Math.abs(node.clientWidth - width) > 1) { width = node.clientWidth; made.svg(node); } }).observe(node);
    }
    const toggle = box && box.querySelector("[data-chart-toggle]"), table = box && box.querySelector("[data-chart-table]");
    if (toggle && table) toggle.addEventListener("click", () => {
      const show = table.hidden;
      if (show && !table.firstChild) drawTable(table, made.table);
      table.hidden = !show; node.hidden = show;
      toggle.setAttribute("aria-pressed", String(show));
      toggle.textContent = show ? words.chart : words.table;
      if (!show) chart?.resize();
    });
  }
  async function drawAll(root) {
    const nodes = [...(root.querySelectorAll ? root.querySelectorAll("[data-chart]") : [])];
    if (!nodes.length) return;
    theme = theme || loadTheme();
    await theme;
    nodes.forEach(draw);
  }
  HF.drawAll = drawAll;
  HF.chartKinds = Object.keys(KINDS);
  if (HF.onContent) HF.onContent(drawAll); else drawAll(document);
})();
