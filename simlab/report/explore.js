// The part of the report that follows its reader: the run's own draws, reckoned anew.
//
// Definitions are those of simlab/risk/payback.py, simlab/words/finding.py and
// simlab/report/key_figures.py; a test holds every word and figure against theirs. The page hands
// over the draws (simlab/report/packed.py) and all words (simlab/report/sections/explore.py).
"use strict";

{
  const byId = (name) => document.getElementById(`explore-${name}`);
  const content = JSON.parse(byId("content").textContent);
  const says = content.says;
  const fill = (message, gaps) => message.replace(/\{(\w+)\}/g, (all, name) => gaps[name] ?? all);

  // ---- numbers, as simlab/words/words.py writes them ----

  const number = (x, decimals = 0) =>
    new Intl.NumberFormat(content.language, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      roundingMode: "halfEven",
      signDisplay: "negative",
    }).format(x).replace(/-(?=\d)/, "−");

  const percent = (share, decimals = 0) =>
    fill(says.percent, { number: number(100 * share, decimals) });

  const rateSaid = (rate) => percent(rate, [0, 1, 2].find((n) => Math.abs(rate * 100 * 10 ** n % 1) < 1e-6) ?? 2);

  const amount = (x, decimals, digits) => {
    if (digits === undefined || x === 0) return number(x, decimals);
    const places = digits - 1 - Math.floor(Math.log10(Math.abs(x)));
    return places >= 0 ? number(x, places) : number(Math.round(x * 10 ** places) / 10 ** places);
  };

  const money = (kr, digits) => {
    const size = Math.abs(kr);
    if (size >= 1e9) return fill(says.billion, { amount: amount(kr / 1e9, 2, digits) });
    if (size >= 1e6) return fill(says.million, { amount: amount(kr / 1e6, 1, digits) });
    return fill(says.kroner, { amount: amount(kr, 0, digits) });
  };

  const chanceSaid = (share) => {
    if (share > 0 && share < 0.0005) return fill(says.below_percent, { percent: percent(0.001, 1) });
    if (share > 0.9995 && share < 1) return fill(says.above_percent, { percent: percent(0.999, 1) });
    return percent(share, 1);
  };

  // Of 20 futures, in how many? Halves round to even.
  const ofTwenty = (chance) => {
    const x = 20 * chance, below = Math.floor(x);
    const near = x - below === 0.5 ? below + (below % 2) : Math.round(x);
    return Math.min(Math.max(near, 1), 19);
  };

  const frequency = (chance, phrases) => {
    if (chance <= 0) return phrases.none;
    if (chance < 0.025) return phrases.few;
    if (chance >= 1) return phrases.all;
    if (chance > 0.995) return phrases.almost;
    if (chance > 0.975) return phrases.many;
    return phrases.counts[ofTwenty(chance) - 1];
  };

  // ---- the draws ----

  // Whole numbers from text: two planes of bytes, folded differences from step to step.
  const unpacked = async (text, width) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const planes = new Uint8Array(await new Response(stream).arrayBuffer());
    const count = planes.length / 2, flows = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const folded = planes[i] | (planes[count + i] << 8);
      flows[i] = ((folded >>> 1) ^ -(folded & 1)) + (i % width === 0 ? 0 : flows[i - 1]);
    }
    return flows;
  };

  // v_t, v_0 = 1, at one rate a year.
  const factors = (rate, width) => {
    const v = [1];
    for (let t = 1; t < width; t++) v.push(v[t - 1] * (1 + rate) ** (-1 / content.steps_per_year));
    return v;
  };

  // Payback (in steps, Infinity = never), value and deepest balance of each draw.
  const reckoned = (flows, asked) => {
    const width = content.by.length, draws = content.draws;
    const account = content.accounts[asked.account], last = content.horizons[asked.horizon].step;
    const v = asked.rate === null ? account.discount : factors(asked.rate, width);
    const found = { payback: [], value: [], depth: [], cost: 0, last };
    for (let t = 0; t <= last; t++) found.cost += account.cost[t] * v[t];
    for (let d = 0; d < draws; d++) {
      const first = (asked.account * draws + d) * width;
      let balance = 0, deepest = 0, lastBelow = -1;
      for (let t = 0; t <= last; t++) {
        balance += flows[first + t] * account.unit * v[t];
        if (balance < deepest) deepest = balance;
        if (balance < -content.zero) lastBelow = t;
      }
      found.payback.push(lastBelow === last ? Infinity : lastBelow + 1);
      found.value.push(balance);
      found.depth.push(-deepest > content.zero ? -deepest : 0);
    }
    found.inOrder = Float64Array.from(found.payback).sort();
    return found;
  };

  const mean = (values) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const place = (q, n) => Math.max(Math.ceil(q * n - 1e-9), 1) - 1;
  const quantile = (ordered, q) => ordered[place(q, ordered.length)];
  const quantileOf = (values, q) => quantile(Float64Array.from(values).sort(), q);
  const never = (found) => mean(found.payback.map((t) => (t === Infinity ? 1 : 0)));
  const within = (found, years) =>
    mean(found.payback.map((t) => (t / content.steps_per_year <= years + 1e-9 ? 1 : 0)));

  // The chance by each step, and its standard error between the replicates (NaN: too few draws).
  const curve = (found) => {
    const many = content.replicates, sizes = Array(many).fill(0), chances = [], errors = [];
    const hits = Array.from({ length: many }, () => Array(found.last + 1).fill(0));
    found.payback.forEach((t, d) => {
      sizes[d % many]++;
      if (t !== Infinity) hits[d % many][t]++;
    });
    const sums = Array(many).fill(0);
    for (let t = 0; t <= found.last; t++) {
      for (let r = 0; r < many; r++) sums[r] += hits[r][t];
      const chance = sums.reduce((sum, s) => sum + s, 0) / content.draws;
      const shares = sums.map((s, r) => s / sizes[r]), middle = mean(shares);
      const variance = shares.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (many - 1);
      const sure = chance === 0 || chance === 1;
      chances.push(chance);
      errors.push(content.draws < 2 * many ? NaN : sure ? 3 / content.draws : Math.sqrt(variance / many));
    }
    return { chances, errors };
  };

  // ---- sentences ----

  // The moment a sentence names: the chance nearest to 70 %, or to 70 % of those that pay back.
  const moment = (found, horizon) => {
    const lost = never(found), aim = lost <= 0.25 ? 0.7 : 0.7 * (1 - lost);
    let best = 0, nearest = Infinity;
    horizon.moments.forEach((years, i) => {
      const chance = within(found, years), distance = Math.abs(chance - aim);
      if (chance > 0 && distance < nearest) [best, nearest] = [i, distance];
    });
    return best;
  };

  const finding = (found, horizon) => {
    const lost = never(found), years = horizon.said;
    if (found.cost < 0.5)
      return fill(lost === 0 ? says.free : says.free_but, {
        futures: frequency(lost, content.futures), years,
      });
    const gaps = { money: money(found.cost, 3), years };
    if (lost === 1) return fill(says.never, gaps);
    const named = moment(found, horizon), chance = within(found, horizon.moments[named]);
    const longest = Math.max(...found.payback) / content.steps_per_year;
    const end = horizon.moments.findIndex((m, i) => i > 0 && m + 1e-9 >= longest);
    gaps.by = horizon.by[named];
    gaps.all = horizon.by[end];
    gaps.some = frequency(chance, content.of_them);
    gaps.others = frequency(lost, content.of_them);
    gaps.futures = frequency(lost > 0.5 ? lost : chance, content.futures);
    if (lost > 0.5) return fill(says.mostly_not, gaps);
    const kind = named === 0 ? ["ahead", "ahead_or_back", "ahead_or_never"]
      : ["back", "back_always", "back_or_never"];
    return fill(says[kind[chance === 1 ? 0 : lost === 0 ? 1 : 2]], gaps);
  };

  const byStep = (t) => (t === 0 ? says.from_the_start : content.by[t]);

  const certainty = (found, horizon, sure) => {
    const t = quantile(found.inOrder, sure);
    if (t !== Infinity) return fill(says.sure, { percent: percent(sure), by: byStep(t) });
    return fill(says.not_sure, {
      percent: percent(sure), years: horizon.said, chance: chanceSaid(1 - never(found)),
    });
  };

  // ---- figures ----

  const time = (t, horizon) =>
    t === Infinity
      ? fill(says.not_within, { n: horizon.number })
      : fill(says.time, { n: number(t / content.steps_per_year, 1) });

  const points = (error) => {
    const n = 100 * content.t * error;
    return Number.isNaN(n) ? "" : fill(says.points, { n: number(n, n >= 0.05 ? 1 : 2) });
  };

  const range = (low, high) => fill(says.range, { percent: percent(0.8), low, high });

  // [label, value, lines below]
  const figures = (found, drawn, horizon, sure) => {
    const at = (q) => quantile(found.inOrder, q), back = drawn.chances[found.last];
    const month = (t) => (t > 0 && t !== Infinity ? content.months[t] : "");
    const value = mean(found.value), free = Math.abs(found.cost) <= content.zero;
    const spread = (q) => money(quantileOf(found.value, q));
    return [
      [says.median, time(at(0.5), horizon),
        [month(at(0.5)), range(time(at(0.1), horizon), time(at(0.9), horizon))]],
      [fill(says.within, { n: horizon.number }), chanceSaid(back), [points(drawn.errors[found.last])]],
      [fill(says.sure_of, { percent: percent(sure) }), time(at(sure), horizon), [month(at(sure))]],
      [says.value, money(value), [range(spread(0.1), spread(0.9))]],
      [says.exposure, money(quantileOf(found.depth, 0.5)),
        [fill(says.above, { money: money(quantileOf(found.depth, 0.9)) })]],
      [says.ratio, free ? says.none : number((value + found.cost) / found.cost, 2),
        [free ? says.no_cost : says.benefit_cost]],
    ];
  };

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  const showFigures = (rows) => {
    byId("figures").replaceChildren(...rows.map(([label, value, lines]) => {
      const box = document.createElement("div");
      box.append(element("dt", label), element("dd", value, "value"));
      box.append(...lines.filter(Boolean).map((line) => element("dd", line, "beside")));
      return box;
    }));
  };

  // ---- the curve, in the look of simlab/charts ----

  const svg = (name, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // The width of the widest text, pixels.
  const ruler = document.createElement("canvas").getContext("2d");
  const wideOf = (texts, weight = "") => {
    ruler.font = `${weight}12px ${getComputedStyle(document.body).fontFamily}`;
    return Math.ceil(Math.max(...texts.map((text) => ruler.measureText(text).width)));
  };

  // Lines of text, the middle one at y.
  const lines = (x, y, text, kind) => {
    const made = svg("text", { class: kind }), said = text.split("\n");
    said.forEach((line, i) => made.append(svg("tspan", { x, y: y + 15 * (i - (said.length - 1) / 2) + 4 }, line)));
    return made;
  };

  // A percentage that never rounds something to nothing.
  const shareSaid = (chance) => {
    if (chance > 0 && chance < 0.005) return fill(says.under, { percent: percent(0.01) });
    if (chance > 0.995 && chance < 1) return fill(says.over, { percent: percent(0.99) });
    return percent(chance);
  };

  const spoken = (found, horizon) => {
    const list = horizon.moments.slice(1).map((years, i) =>
      fill(says.at, { by: horizon.by[i + 1], percent: shareSaid(within(found, years)) }));
    list.push(fill(says.not_back, { percent: shareSaid(never(found)) }));
    return fill(says.curve, { list: list.join(", ") });
  };

  const draw = (found, drawn, horizon, sure) => {
    const picture = byId("curve"), wide = Math.max(picture.clientWidth, 260), high = 300;
    const bars = {
      back: fill(says.bar_back, { percent: shareSaid(1 - never(found)) }),
      never: fill(says.bar_never, { years: horizon.said, percent: shareSaid(never(found)) }),
    };
    const top = 22, bottom = 30, bar = 16, left = wideOf([percent(1)]) + 8;
    const right = bar + 20 + wideOf(Object.values(bars).flatMap((told) => told.split("\n")), "bold ");
    const span = horizon.moments.at(-1), end = wide - right;
    const x = (years) => left + ((end - left) * years) / span;
    const y = (chance) => high - bottom - (high - top - bottom) * chance;
    const at = (t) => x(Math.min(t / content.steps_per_year, span));
    const { chances, errors } = drawn, back = chances[found.last];
    const parts = [];

    for (const q of [0, 0.25, 0.5, 0.75, 1]) {
      parts.push(svg("path", { d: `M${left} ${y(q)}H${end}`, class: q ? "grid" : "axis" }));
      parts.push(svg("text", { x: left - 6, y: y(q) + 4, "text-anchor": "end" }, percent(q)));
    }
    parts.push(svg("text", { x: 0, y: 11, class: "soft" }, says.axis));
    for (const years of horizon.moments) parts.push(svg("path", { d: `M${x(years)} ${y(0)}v4`, class: "axis" }));
    const every = Math.ceil((36 * horizon.marks.length) / (end - left));
    horizon.marks.forEach(([years, name], i) => {
      if (i % every === 0)
        parts.push(svg("text", { x: x(years), y: y(0) + 17, "text-anchor": "middle" }, name));
    });

    const steps = (of) => of.map((c, t) => `${t ? `H${at(t)}V` : `M${at(0)} `}${y(Math.min(Math.max(c, 0), 1))}`).join("");
    if (!errors.some(Number.isNaN)) {
      const upper = chances.map((c, t) => c + content.t * errors[t]);
      const lower = chances.map((c, t) => c - content.t * errors[t]);
      let returning = "";
      for (let t = found.last; t >= 0; t--) {
        const low = y(Math.max(lower[t], 0));
        returning += `L${at(Math.min(t + 1, found.last))} ${low}L${at(t)} ${low}`;
      }
      parts.push(svg("path", { d: `${steps(upper)}${returning}Z`, class: "band" }));
    }
    parts.push(svg("path", { d: steps(chances), class: "line" }));

    // the demand, and when it is met
    const met = quantile(found.inOrder, sure);
    const until = met === Infinity ? end : at(met);
    parts.push(svg("path", { d: `M${left} ${y(sure)}H${until}${met === Infinity ? "" : `V${y(0)}`}`, class: "demand" }));
    if (met !== Infinity) parts.push(svg("circle", { cx: until, cy: y(sure), r: 4, class: "met" }));
    parts.push(svg("text", { x: left + 5, y: y(sure) - 5, class: "halo" }, fill(says.demand, { percent: percent(sure) })));

    // the whole as one bar: back, and never
    const beside = end + 12, name = beside + bar + 7;
    if (back > 0) {
      parts.push(svg("rect", { x: beside, y: y(back), width: bar, height: y(0) - y(back), class: "back" }));
      parts.push(lines(name, Math.max(y(back / 2), y(0.5)), bars.back, "bold"));
    }
    if (back < 1) {
      parts.push(svg("rect", { x: beside, y: top, width: bar, height: y(back) - top, class: "lost" }));
      parts.push(lines(name, Math.min(Math.max(y((1 + back) / 2), y(0.92)), y(0.1)), bars.never, "bold warn"));
    }
    picture.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    picture.setAttribute("aria-label", spoken(found, horizon));
    byId("drawing").replaceChildren(...parts);
  };

  // ---- the form ----

  const asked = { account: 0, horizon: content.horizons.length - 1, rate: null, sure: content.sure.at_first / 100 };
  const at_first = { ...asked };

  const tell = (name, text) => {
    byId(`${name}-said`).textContent = text;
    byId(name).setAttribute("aria-valuetext", text);
  };

  const setForm = () => {
    const own = content.accounts[asked.account].percent, horizon = content.horizons[asked.horizon];
    const rate = asked.rate === null ? own / 100 : asked.rate;
    byId("perspective").value = asked.account;
    byId("horizon").value = asked.horizon;
    byId("rate").value = 100 * rate;
    byId("sure").value = Math.round(100 * asked.sure);
    tell("horizon", horizon.said);
    tell("rate", asked.rate === null ? fill(says.own_rate, { percent: rateSaid(rate) }) : rateSaid(rate));
    tell("sure", percent(asked.sure));
  };

  const show = (flows) => {
    const horizon = content.horizons[asked.horizon], found = reckoned(flows, asked), drawn = curve(found);
    setForm();
    byId("sentence").textContent = finding(found, horizon);
    byId("certainty").textContent = certainty(found, horizon, asked.sure);
    showFigures(figures(found, drawn, horizon, asked.sure));
    draw(found, drawn, horizon, asked.sure);
  };

  const bounds = (name, min, max, step) => Object.assign(byId(name), { min, max, step });

  const wake = (flows) => {
    const own = content.accounts.map((account) => account.percent);
    byId("perspective").append(...content.accounts.map((account, i) => new Option(account.name, i)));
    bounds("horizon", 0, content.horizons.length - 1, 1);
    bounds("rate", 0, Math.max(content.most_percent, ...own), 0.25);
    bounds("sure", content.sure.least, content.sure.most, content.sure.step);
    const follow = (name, take) =>
      byId(name).addEventListener("input", (event) => {
        take(Number(event.target.value));
        show(flows);
      });
    follow("perspective", (value) => (asked.account = value));
    follow("horizon", (value) => (asked.horizon = value));
    follow("rate", (value) => (asked.rate = value / 100));
    follow("sure", (value) => (asked.sure = value / 100));
    byId("reset").addEventListener("click", () => {
      Object.assign(asked, at_first);
      show(flows);
    });
    byId("asleep").hidden = true;
    byId("awake").hidden = false;
    show(flows);
    let width = byId("curve").clientWidth;
    new ResizeObserver(() => {
      if (byId("curve").clientWidth === width) return;
      width = byId("curve").clientWidth;
      show(flows);
    }).observe(byId("curve"));
  };

  unpacked(content.flows, content.by.length).then(wake);
}
