// The part of the report that follows its reader: what all draws of the run gave, and what another
// discount rate changes.
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

  // Halves to the even neighbour, and only what is a half to the last bit, as Python rounds.
  const even = (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
  const rounded = (x, decimals) =>
    Number.isInteger(x * 2 ** (decimals + 1)) ? even(x * 10 ** decimals) / 10 ** decimals
      : Number(x.toFixed(decimals));

  const number = (x, decimals = 0) =>
    new Intl.NumberFormat(content.language, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: "negative",
    }).format(rounded(x, decimals)).replace(/-(?=\d)/, "−");

  const percent = (share, decimals = 0) =>
    fill(says.percent, { number: number(100 * share, decimals) });

  const rateSaid = (rate) => percent(rate, [0, 1, 2].find((n) => Math.abs(rate * 100 * 10 ** n % 1) < 1e-6) ?? 2);

  const amount = (x, decimals, digits) => {
    if (digits === undefined || x === 0) return number(x, decimals);
    const places = digits - 1 - Math.floor(Math.log10(Math.abs(x)));
    return places >= 0 ? number(x, places) : number(even(x * 10 ** places) / 10 ** places);
  };

  // Kroner in so many digits, or to the second digit of what they are uncertain by.
  const money = (kr, digits, uncertain = 0) => {
    const place = uncertain > 10 ? Math.floor(Math.log10(uncertain)) - 1 : 0;
    const told = uncertain > 10 ? even(kr / 10 ** place) * 10 ** place : kr;
    if (told === 0 && Math.abs(kr) >= 0.5) return says.about_zero;
    const size = Math.abs(told), decimals = (unit, finest) => Math.max(unit - Math.max(finest, place), 0);
    if (size >= 1e9) return fill(says.billion, { amount: amount(told / 1e9, decimals(9, 7), digits) });
    if (size >= 1e6) return fill(says.million, { amount: amount(told / 1e6, decimals(6, 5), digits) });
    return fill(says.kroner, { amount: amount(told, 0, digits) });
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

  const place = (q, n) => Math.max(Math.ceil(q * n - 1e-9), 1) - 1;
  const mean = (values) => values.reduce((sum, x) => sum + x, 0) / values.length;

  // What the draws in the page give at a rate (null: the account's own), as a horizon's `found`.
  const sampled = (flows, asked, rate) => {
    const width = content.by.length, held = content.held;
    const account = content.accounts[asked.account], last = content.horizons[asked.horizon].step;
    const v = rate === null ? account.discount : factors(rate, width);
    const counts = Array(last + 1).fill(0), values = new Float64Array(held), depths = new Float64Array(held);
    for (let d = 0; d < held; d++) {
      const first = (asked.account * held + d) * width;
      let balance = 0, deepest = 0, lastBelow = -1;
      for (let t = 0; t <= last; t++) {
        balance += flows[first + t] * account.unit * v[t];
        if (balance < deepest) deepest = balance;
        if (balance < -content.zero) lastBelow = t;
      }
      if (lastBelow < last) counts[lastBelow + 1]++;
      values[d] = balance;
      depths[d] = -deepest > content.zero ? -deepest : 0;
    }
    for (let t = 1; t <= last; t++) counts[t] += counts[t - 1];
    const middle = mean(values), at = (ordered, q) => ordered[place(q, held)];
    values.sort();
    depths.sort();
    return {
      counts,
      value: [middle, at(values, 0.1), at(values, 0.9)],
      depth: [at(depths, 0.5), at(depths, 0.9)],
    };
  };

  // All draws of the run at the account's own rate; at another, and what the rate changes in those
  // that are in the page.
  const computed = (flows, asked) => {
    const account = content.accounts[asked.account], last = content.horizons[asked.horizon].step;
    const own = account.found[asked.horizon];
    const v = asked.rate === null ? account.discount : factors(asked.rate, content.by.length);
    let cost = 0;
    for (let t = 0; t <= last; t++) cost += account.cost[t] * v[t];
    const errors = own.errors.map((error) => error ?? NaN);
    if (asked.rate === null) return { ...own, errors, cost, last };
    const then = sampled(flows, asked, asked.rate), now = sampled(flows, asked, null);
    const moved = (key) => own[key].map((x, i) => x + then[key][i] - now[key][i]);
    let most = 0;
    const counts = own.counts.map((count, t) => {
      const changed = count + ((then.counts[t] - now.counts[t]) * content.draws) / content.held;
      return (most = Math.max(most, Math.min(Math.max(even(changed), 0), content.draws)));
    });
    return { counts, errors, value: moved("value"), depth: moved("depth").map((x) => Math.max(x, 0)), cost, last };
  };

  // The q-quantile of the payback time in steps; Infinity = never.
  const timeOf = (found, q) => {
    const t = found.counts.findIndex((count) => count > place(q, content.draws));
    return t < 0 ? Infinity : t;
  };
  const never = (found) => (content.draws - found.counts[found.last]) / content.draws;
  const back = (found) => found.counts[found.last] / content.draws;
  const within = (found, years) => {
    const t = Math.floor((years + 1e-9) * content.steps_per_year);
    return found.counts[Math.min(t, found.last)] / content.draws;
  };
  const chancesOf = (found) => found.counts.map((count) => count / content.draws);

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
    const longest = timeOf(found, 1) / content.steps_per_year;
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
    const t = timeOf(found, sure);
    if (t !== Infinity) return fill(says.sure, { percent: percent(sure), by: byStep(t) });
    return fill(says.not_sure, {
      percent: percent(sure), years: horizon.said, chance: chanceSaid(back(found)),
    });
  };

  // ---- figures ----

  const time = (t, horizon) =>
    t === Infinity
      ? horizon.not_within
      : fill(says.time, { n: number(t / content.steps_per_year, 1) });

  const points = (error) => {
    const n = 100 * content.t * error;
    return Number.isNaN(n) ? "" : fill(says.points, { n: number(n, n >= 0.05 ? 1 : 2) });
  };

  const range = (first, last) => fill(says.range,
    { percent: percent(0.8), span: first === last ? first : fill(says.span, { first, last }) });

  // [label, value, lines below]
  const figures = (found, horizon, sure) => {
    const at = (q) => timeOf(found, q), month = (t) => (t > 0 && t !== Infinity ? content.months[t] : "");
    const [value, low, high] = found.value, [middle, deep] = found.depth;
    const gained = (kr) => money(kr, undefined, (high - low) / 2), short = (kr) => money(kr, undefined, deep / 2);
    const free = Math.abs(found.cost) <= content.zero;
    return [
      [says.median, time(at(0.5), horizon),
        [month(at(0.5)), at(0.1) === Infinity ? says.mostly_never
          : range(time(at(0.1), horizon), time(at(0.9), horizon))]],
      [horizon.within, chanceSaid(back(found)), [points(found.errors[found.last])]],
      [fill(says.sure_of, { percent: percent(sure) }), time(at(sure), horizon), [month(at(sure))]],
      [says.value, gained(value), [range(gained(low), gained(high))]],
      [says.exposure, short(middle), [fill(says.above, { money: short(deep) })]],
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

  const draw = (found, horizon, sure) => {
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
    const chances = chancesOf(found), errors = found.errors, share = back(found);
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
    const met = timeOf(found, sure);
    const until = met === Infinity ? end : at(met);
    parts.push(svg("path", { d: `M${left} ${y(sure)}H${until}${met === Infinity ? "" : `V${y(0)}`}`, class: "demand" }));
    if (met !== Infinity) parts.push(svg("circle", { cx: until, cy: y(sure), r: 4, class: "met" }));
    parts.push(svg("text", { x: left + 5, y: y(sure) - 5, class: "halo" }, fill(says.demand, { percent: percent(sure) })));

    // the whole as one bar: back, and never
    const beside = end + 12, name = beside + bar + 7;
    if (share > 0) {
      parts.push(svg("rect", { x: beside, y: y(share), width: bar, height: y(0) - y(share), class: "back" }));
      parts.push(lines(name, Math.max(y(share / 2), y(0.5)), bars.back, "bold"));
    }
    if (share < 1) {
      parts.push(svg("rect", { x: beside, y: top, width: bar, height: y(share) - top, class: "lost" }));
      parts.push(lines(name, Math.min(Math.max(y((1 + share) / 2), y(0.92)), y(0.1)), bars.never, "bold warn"));
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
    const horizon = content.horizons[asked.horizon], found = computed(flows, asked);
    setForm();
    byId("sentence").textContent = finding(found, horizon);
    byId("certainty").textContent = certainty(found, horizon, asked.sure);
    showFigures(figures(found, horizon, asked.sure));
    draw(found, horizon, asked.sure);
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
