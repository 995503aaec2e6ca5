// Filters, sorting, the map and the pages of communes. All that is shown is text, never markup.
(function () {
  "use strict";

  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.texts;
  const byCode = new Map(data.communes.map((commune, at) => [commune.code, at]));
  const criterionAt = new Map(data.criteria.map((criterion, at) => [criterion.code, at]));
  const numbers = new Intl.NumberFormat(data.language);
  const letters = new Intl.Collator("vi", { numeric: true });
  const SIZES = 8;
  const STEP = 200;
  const TASK_STEP = 50;
  // Places among the cells of a task.
  const [WHO, LATE, PLACE] = [2, 5, 6];
  const NOBODY = "–";
  const LEVEL = 16;
  const OVERRIDDEN = 1;
  const CONFLICTING = 2;
  const CODE = /\b([A-Z]{1,4}-\d{1,3})\b/;
  const SIGNS = { holds: "✓", fails: "✗", open: "?", waived: "–" };
  // What needs attention first.
  const RATING_ORDER = ["not_met", "partly_met", "insufficient", "unaudited", "met", "not_applicable"];
  const CLASS_ORDER = ["red", "yellow", "grey", "green"];
  const ratingRank = data.ratings.map((rating) => RATING_ORDER.indexOf(rating.key));
  const classRank = data.classes.map((each) => CLASS_ORDER.indexOf(each.key));
  const title = document.title;

  const by = (id) => document.getElementById(id);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  const say = (text) => { by("live").textContent = text; };

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
    }
    made.append(...children.filter((child) => child !== null && child !== "").flatMap(unbroken));
    return made;
  }

  // No line breaks within the code of a criterion.
  function unbroken(child) {
    if (typeof child !== "string" || !CODE.test(child)) return [child];
    return child.split(CODE).map((part, at) => {
      if (at % 2 === 0) return part;
      const code = document.createElement("span");
      code.className = "code";
      code.textContent = part;
      return code;
    });
  }

  function fold(text) {
    return text.normalize("NFKD").toLowerCase().replace(/[đðɖ]/g, "d")
      .replace(/[\p{M}\p{Cf}'’‘ʼ`´′]/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  // Ratings and classes

  const ratingOf = (commune, at) => Number(commune.ratings[at]);
  const marksOf = (commune, at) => Number(commune.marks[at]);

  function signOf(commune, at) {
    const marks = marksOf(commune, at);
    return data.ratings[ratingOf(commune, at)].letter
      + (marks & OVERRIDDEN ? "*" : "") + (marks & CONFLICTING ? "!" : "");
  }

  function ratingWords(commune, at) {
    const marks = marksOf(commune, at);
    const parts = [data.ratings[ratingOf(commune, at)].label];
    if (marks & OVERRIDDEN) parts.push(words.overridden);
    if (marks & CONFLICTING) parts.push(words.conflicting);
    return parts.join(", ");
  }

  function whyWords(commune, at) {
    const { code, short } = data.criteria[at];
    return fill(words.criterion_of, { code: code, name: short, rating: ratingWords(commune, at) });
  }

  const classWords = (commune) => data.classes[commune.class].label + (commune.doubtful ? " ?" : "");
  const classSign = (commune) => data.classes[commune.class].letter + (commune.doubtful ? "?" : "");

  // Views

  const views = new Map(all("section.view").map((section) => [section.id, section]));
  // Else the browser would scroll to a view by itself, past what stands above it.
  for (const [id, section] of views) section.id = "view-" + id;
  let shownView = "";

  function whereTo() {
    let text = location.hash.slice(1);
    // What stands behind the mark is decoded once, by whoever reads it.
    if (!text.includes("?")) try { text = decodeURIComponent(text); } catch (error) { text = ""; }
    const [path, query] = text.replace(/^\//, "").split("?");
    const [name, ...rest] = path.split("/");
    return { name: views.has(name) ? name : "summary", rest: rest, query: new URLSearchParams(query || "") };
  }

  function go(isFirst) {
    const { name, rest, query } = whereTo();
    for (const [id, section] of views) section.hidden = id !== name;
    for (const link of all(".views a")) {
      if (link.dataset.view === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    by("print").textContent = name === "commune" ? words.print_page : words.print_report;
    const isNew = shownView !== name || name === "commune";
    shownView = name;
    document.documentElement.dataset.view = name;
    if (name === "matrix") readFilters(query);
    if (name === "map") readMap(query);
    if (name === "tasks") readTasks(query);
    const heading = views.get(name).querySelector("h2");
    const asksTasks = name === "tasks" && String(query) !== "" && tasks.length > 0;
    const target = name === "commune" ? showCommune(rest[0] || "", rest[1] || "") : asksTasks ? by("h-task-list") : heading;
    document.title = name === "summary" ? title : fill(words.page_of, { name: heading.textContent, title: title });
    if (isFirst && name !== "commune" && !asksTasks) return;
    if (isNew || asksTasks) {
      if (target === heading) scrollTo(0, 0);
      else target.scrollIntoView();
      target.focus({ preventScroll: true });
    }
  }

  // Filters of the matrix and of the tasks, and lists of which not all is laid out at once

  const wordsOf = (text) => fold(text).split(" ").filter((word) => word);
  const valuesOf = (fields) => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value]));

  function readFields(fields, query) {
    for (const [name, field] of Object.entries(fields)) {
      field.value = query.get(name) || "";
      if (field.selectedIndex === -1) field.value = "";
    }
  }

  function remember(view, wanted) {
    const query = new URLSearchParams(Object.entries(wanted).filter(([_name, value]) => value)).toString();
    history.replaceState(null, "", "#" + view + (query ? "?" + query : ""));
  }

  function setUpFields(form, fields, clear, run) {
    let waiting = 0;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(run, 120);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", (event) => event.preventDefault());
    clear.addEventListener("click", () => {
      for (const field of Object.values(fields)) field.value = "";
      run();
    });
  }

  // Rows beyond what anybody looks at are laid out when they are reached.
  function stepwise(step, button) {
    let held = [];
    let room = step;
    const layOut = () => {
      held.forEach((row, place) => row.classList.toggle("later", place >= room));
      const left = Math.max(0, held.length - room);
      button.hidden = left === 0;
      button.textContent = fill(words.show_more, { count: numbers.format(left) });
    };
    return {
      begin(shownRows) { held = shownRows; room = step; layOut(); },
      more() {
        if (room >= held.length) return null;
        room += step;
        layOut();
        return held[room - step];
      },
    };
  }

  // Matrix: what is shown, and in which order

  const table = by("matrix-table");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const filters = { text: by("f-text"), class: by("f-class"), cluster: by("f-cluster"), criterion: by("f-criterion"), rating: by("f-rating") };
  let sorting = { key: "", isDown: false };
  let order = data.communes.map((_commune, at) => at);
  let shown = order;
  const steps = stepwise(STEP, by("f-more"));
  const more = () => steps.more();

  function fits(commune, text, wanted) {
    if (text.length && !text.every((word) => commune.found.includes(word))) return false;
    if (wanted.class && data.classes[commune.class].key !== wanted.class) return false;
    if (wanted.cluster && String(commune.cluster) !== wanted.cluster) return false;
    if (!wanted.rating) return true;
    const places = wanted.criterion ? [criterionAt.get(wanted.criterion)] : data.criteria.keys();
    for (const at of places) {
      const rating = ratingOf(commune, at);
      const key = data.ratings[rating].key;
      if (wanted.rating === "short" ? key === "not_met" || key === "partly_met"
        : wanted.rating === "open" ? key === "insufficient" || key === "unaudited"
          : wanted.rating === "r" + rating) return true;
    }
    return false;
  }

  function compare(one, other) {
    const [left, right] = [data.communes[one], data.communes[other]];
    const numbersOf = (commune) => {
      switch (sorting.key) {
        case "class": return [classRank[commune.class], commune.doubtful, commune.index ? commune.index[0] : 2];
        case "met": return [commune.met, -commune.applicable];
        case "index": return commune.index || [2, 2];
        default: return [ratingRank[ratingOf(commune, Number(sorting.key))]];
      }
    };
    if (sorting.key === "name") return letters.compare(left.short, right.short);
    if (sorting.key === "cluster") return letters.compare(data.clusters[left.cluster], data.clusters[right.cluster]);
    const [first, second] = [numbersOf(left), numbersOf(right)];
    for (let at = 0; at < first.length; at += 1) {
      if (first[at] !== second[at]) return first[at] - second[at];
    }
    return 0;
  }

  function sort() {
    order = data.communes.map((_commune, at) => at);
    if (sorting.key) {
      const sign = sorting.isDown ? -1 : 1;
      order.sort((one, other) => sign * compare(one, other) || one - other);
    }
    const fragment = document.createDocumentFragment();
    for (const at of order) fragment.append(rows[at]);
    body.append(fragment);
    for (const head of all("th[data-sort]", table)) {
      if (head.dataset.sort === sorting.key) head.setAttribute("aria-sort", sorting.isDown ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  function filter() {
    const wanted = valuesOf(filters);
    const text = wordsOf(wanted.text);
    const held = new Set(order.filter((at) => fits(data.communes[at], text, wanted)));
    rows.forEach((row, at) => { if (row.hidden === held.has(at)) row.hidden = !held.has(at); });
    shown = order.filter((at) => held.has(at));
    by("f-count").textContent = fill(words.showing, { shown: numbers.format(shown.length), all: numbers.format(rows.length) });
    by("f-none").textContent = words.none_shown;
    by("f-none").hidden = shown.length > 0 || rows.length === 0;
    steps.begin(shown.map((at) => rows[at]));
    if (here && here.parentElement.hidden) rove(firstCell());
    return wanted;
  }

  const sorted = () => (sorting.key ? (sorting.isDown ? "-" : "") + sorting.key : "");
  const filterAnew = () => remember("matrix", { ...filter(), sort: sorted() });

  function readFilters(query) {
    readFields(filters, query);
    const text = query.get("sort") || "";
    const key = text.replace(/^-/, "");
    const known = all("th[data-sort]", table).some((head) => head.dataset.sort === key);
    const next = { key: known ? key : "", isDown: text.startsWith("-") };
    if (next.key !== sorting.key || next.isDown !== sorting.isDown) {
      sorting = next;
      sort();
    }
    filter();
  }

  function sortBy(head) {
    const key = head.dataset.sort;
    if (sorting.key !== key) sorting = { key: key, isDown: false };
    else if (!sorting.isDown) sorting = { key: key, isDown: true };
    else sorting = { key: "", isDown: false };
    sort();
    filterAnew();
    const way = sorting.isDown ? words.sorted_down : words.sorted_up;
    say(sorting.key ? fill(words.sorted_by, { column: head.dataset.label }) + ", " + way : words.sorted_not);
  }

  function setUpMatrix() {
    for (const head of all("th[data-sort]", table)) {
      const button = make("button", { type: "button", class: "sort" });
      head.dataset.label = head.textContent.trim().replace(/\s+/g, " ");
      button.append(...Array.from(head.childNodes));
      head.append(button);
      button.addEventListener("click", () => sortBy(head));
    }
    by("f-more").addEventListener("click", more);
    by("matrix-scroll").addEventListener("scroll", (event) => {
      const held = event.currentTarget;
      if (held.scrollTop + 2 * held.clientHeight > held.scrollHeight) more();
    }, { passive: true });
    setUpFields(by("filters"), filters, by("f-clear"), filterAnew);
    table.setAttribute("role", "grid");
    body.addEventListener("click", (event) => {
      const cell = event.target.closest("td, th");
      if (cell && !event.target.closest("a") && !String(getSelection())) open(cell);
    });
    body.addEventListener("mouseover", (event) => describe(event.target.closest("td")));
    body.addEventListener("focusin", (event) => describe(event.target.closest("td")));
    body.addEventListener("keydown", walkGrid);
    for (const link of all("tbody th a", table)) link.tabIndex = -1;
    if (rows.length) rove(firstCell());
  }

  // Matrix: the cell under the keyboard

  let here = null;

  const FIRST = 2;
  const firstCell = () => rows[shown.length ? shown[0] : 0].cells[0];
  const criterionOf = (cell) => {
    const at = cell.cellIndex - FIRST;
    return at >= 0 && at < data.criteria.length ? at : -1;
  };

  function rove(cell) {
    if (here) here.removeAttribute("tabindex");
    here = cell;
    here.tabIndex = 0;
  }

  function describe(cell) {
    if (!cell || cell.title || criterionOf(cell) < 0) return;
    cell.title = whyWords(data.communes[byCode.get(cell.parentElement.dataset.code)], criterionOf(cell));
  }

  function open(cell) {
    const at = criterionOf(cell);
    const code = cell.parentElement.dataset.code;
    if (at >= 0) location.hash = "#/commune/" + code + "/" + data.criteria[at].code;
    else if (cell.cellIndex === 0) location.hash = "#/commune/" + code;
  }

  function walkGrid(event) {
    const cell = event.target.closest("td, th");
    if (!cell || event.altKey || event.metaKey) return;
    const column = cell.cellIndex;
    const at = shown.indexOf(byCode.get(cell.parentElement.dataset.code));
    const last = cell.parentElement.cells.length - 1;
    const rowAt = (place) => rows[shown[Math.max(0, Math.min(shown.length - 1, place))]];
    let next = null;
    switch (event.key) {
      case "ArrowLeft": next = cell.previousElementSibling; break;
      case "ArrowRight": next = cell.nextElementSibling; break;
      case "ArrowUp": next = rowAt(at - 1).cells[column]; break;
      case "ArrowDown": next = rowAt(at + 1).cells[column]; break;
      case "PageUp": next = rowAt(at - 10).cells[column]; break;
      case "PageDown": next = rowAt(at + 10).cells[column]; break;
      case "Home": next = rowAt(event.ctrlKey ? 0 : at).cells[0]; break;
      case "End": next = rowAt(event.ctrlKey ? shown.length - 1 : at).cells[last]; break;
      case "Enter": open(cell); break;
      default: return;
    }
    event.preventDefault();
    if (next) {
      while (next.parentElement.classList.contains("later")) more();
      rove(next);
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  // Map

  const tiles = all(".tile");
  let tileHere = null;

  function readMap(query) {
    const code = query.get("by") || "";
    by("by").value = criterionAt.has(code) ? code : "";
    colour();
  }

  function colour() {
    const at = by("by").value ? criterionAt.get(by("by").value) : -1;
    const counts = new Map();
    for (const tile of tiles) {
      const commune = data.communes[byCode.get(tile.dataset.code)];
      const look = at < 0 ? "c" + commune.class : "r" + ratingOf(commune, at);
      counts.set(look, (counts.get(look) || 0) + 1);
      tile.className = "tile " + look;
      tile.querySelector(".sign").textContent = at < 0 ? classSign(commune) : signOf(commune, at);
      const text = commune.name + ": " + (at < 0 ? classWords(commune) : whyWords(commune, at));
      tile.title = text;
      tile.setAttribute("aria-label", text);
    }
    const entries = at < 0 ? data.classes.map((each, place) => ["c" + place, each]) : data.ratings.map((each, place) => ["r" + place, each]);
    by("map-legend").replaceChildren(...entries.map(([look, each]) => make("li", {},
      make("span", { class: "key " + look }, each.letter), " ", each.label + ": " + numbers.format(counts.get(look) || 0))));
  }

  function roveTile(tile) {
    if (tileHere) tileHere.tabIndex = -1;
    tileHere = tile;
    tile.tabIndex = 0;
  }

  function nextTile(tile, across, down) {
    const group = tiles.filter((each) => each.closest(".map") === tile.closest(".map"));
    const [y, x] = [Number(tile.dataset.y), Number(tile.dataset.x)];
    let best = null;
    let least = Infinity;
    for (const each of group) {
      const [dy, dx] = [Number(each.dataset.y) - y, Number(each.dataset.x) - x];
      const ahead = across ? dx * across : dy * down;
      const aside = Math.abs(across ? dy : dx);
      if (ahead <= 0 || (across && dy !== 0)) continue;
      const far = ahead * 100 + aside;
      if (far < least) { least = far; best = each; }
    }
    return best;
  }

  function detail(tile) {
    const commune = data.communes[byCode.get(tile.dataset.code)];
    const short = data.criteria.filter((_criterion, at) => ["not_met", "partly_met"].includes(data.ratings[ratingOf(commune, at)].key));
    by("map-detail").hidden = false;
    by("map-detail").replaceChildren(
      make("h3", {}, commune.name),
      make("p", {}, make("span", { class: "key c" + commune.class }, classWords(commune))),
      make("p", {}, fill(words.met, { met: commune.met, applicable: commune.applicable })),
      make("p", {}, words.index + ": " + data.strings[commune.index_words]),
      make("p", {}, words.falls_short + ": " + (short.map((criterion) => criterion.code).join(", ") || words.nothing_short)),
    );
  }

  function setUpMap() {
    by("by").addEventListener("change", () => {
      history.replaceState(null, "", "#map" + (by("by").value ? "?by=" + by("by").value : ""));
      colour();
    });
    by("by").form.addEventListener("submit", (event) => event.preventDefault());
    for (const tile of tiles) {
      tile.tabIndex = -1;
      tile.addEventListener("focus", () => { roveTile(tile); detail(tile); });
      tile.addEventListener("mouseenter", () => detail(tile));
      tile.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        const next = nextTile(tile, way[0], way[1]);
        if (next) next.focus();
      });
    }
    if (tiles.length) roveTile(tiles[0]);
  }

  // Tasks

  const tasks = data.communes.flatMap((commune) => commune.tasks.map((cells) => ({ commune: commune, cells: cells })))
    .sort((one, other) => one.cells[PLACE] - other.cells[PLACE]);
  const taskFields = { text: by("t-text"), who: by("t-who"), late: by("t-late") };
  let taskSteps = null;

  const whoHash = (who) => "#tasks?" + new URLSearchParams({ who: who });

  function taskRow({ commune, cells: [code, work, who, day, status, late] }) {
    const text = (at) => data.strings[at];
    return make("tr", {},
      make("th", { scope: "row" }, make("a", { href: "#/commune/" + commune.code + "/" + text(code) }, commune.name)),
      make("td", { class: "code", title: data.criteria[criterionAt.get(text(code))].short }, text(code)), make("td", {}, text(work)),
      make("td", {}, text(who) === NOBODY ? NOBODY : make("a", { href: whoHash(text(who)) }, text(who))),
      make("td", { class: "when" }, text(day)), make("td", { class: late ? "late" : undefined }, text(status)));
  }

  // A list nobody has asked for is not made.
  function needTasks() {
    if (taskSteps || !tasks.length) return;
    taskSteps = stepwise(TASK_STEP, by("t-more"));
    for (const task of tasks) {
      const [code, work, who] = task.cells;
      const own = data.criteria[criterionAt.get(data.strings[code])].short;
      task.row = taskRow(task);
      task.found = task.commune.found + " " + fold([data.strings[code], own, data.strings[work], data.strings[who]].join(" "));
    }
    by("task-rows").append(...tasks.map((task) => task.row));
    setUpFields(by("task-filters"), taskFields, by("t-clear"), () => remember("tasks", filterTasks()));
    by("t-more").addEventListener("click", () => {
      const next = taskSteps.more();
      if (next) next.querySelector("a").focus();
    });
    filterTasks();
  }

  function filterTasks() {
    const wanted = valuesOf(taskFields);
    const text = wordsOf(wanted.text);
    const fitting = tasks.filter((task) => text.every((word) => task.found.includes(word))
      && (!wanted.who || data.strings[task.cells[WHO]] === wanted.who) && (!wanted.late || task.cells[LATE]));
    for (const task of tasks) task.row.hidden = true;
    for (const task of fitting) task.row.hidden = false;
    by("t-count").textContent = fill(words.showing_tasks, { shown: numbers.format(fitting.length), all: numbers.format(tasks.length) });
    by("t-none").textContent = words.no_task_fits;
    by("t-none").hidden = fitting.length > 0;
    taskSteps.begin(fitting.map((task) => task.row));
    return wanted;
  }

  function readTasks(query) {
    if (!tasks.length) return;
    needTasks();
    readFields(taskFields, query);
    filterTasks();
  }

  // The page of a commune

  function told(line, text) {
    const kind = data.kinds[line % LEVEL];
    const level = Math.min(3, Math.floor(line / LEVEL));
    const item = make("li", { class: kind + (level ? " l" + level : "") });
    if (kind in SIGNS) {
      item.append(make("span", { class: "sign", "aria-hidden": "true" }, SIGNS[kind]), make("span", { class: "unseen" }, words[kind] + ": "));
    }
    item.append(...unbroken(data.strings[text]));
    return item;
  }

  function criterionPart(commune, at) {
    const criterion = data.criteria[at];
    const story = commune.stories[at];
    const key = data.ratings[ratingOf(commune, at)].key;
    const list = make("ul", { class: "told" });
    for (let place = 0; place < story.length; place += 2) list.append(told(story[place], story[place + 1]));
    const heading = make("h3", { id: "k-" + criterion.code, tabindex: -1 },
      make("span", { class: "key r" + ratingOf(commune, at) }, signOf(commune, at)), " ",
      criterion.code + " " + criterion.short + ": " + ratingWords(commune, at));
    const isCalm = key === "met" && !marksOf(commune, at);
    return make("details", { class: "criterion", open: !isCalm },
      make("summary", {}, heading),
      make("div", { class: "in" }, make("p", {}, criterion.title), list,
        make("div", { class: "about" },
          make("p", {}, words.rule + ": " + criterion.rule),
          key === "not_met" || key === "partly_met" ? make("p", {}, words.remedy + ": " + criterion.remedy) : "")));
  }

  function costTable(commune) {
    const text = (at) => data.strings[at];
    const head = (label, look) => make("th", { scope: "col", class: look }, label);
    const line = ([code, item, quantity, price, amount, yearly]) => make("tr", {},
      make("td", {}, text(code)), make("th", { scope: "row" }, text(item)), make("td", { class: "n" }, text(quantity)),
      make("td", { class: "n" }, text(price)), make("td", { class: "n" }, text(amount)), make("td", {}, yearly ? words.yearly : words.once));
    const sum = (label, at) => make("div", {}, make("dt", {}, label), make("dd", {}, text(at)));
    const sums = make("dl", { class: "money" }, sum(words.total_once, commune.once), sum(words.total_yearly, commune.yearly));
    const isNothing = [commune.once, commune.yearly].every((at) => text(at) === "–");
    if (!commune.costs.length) return [sums, make("p", {}, isNothing ? words.no_costs : words.costs_open)];
    return [sums, make("div", { class: "scroll" }, make("table", { class: "figures-table", "aria-label": words.costs },
      make("thead", {}, make("tr", {}, head(words.criterion), head(words.item), head(words.quantity, "n"), head(words.price, "n"), head(words.amount, "n"), head(words.period))),
      make("tbody", {}, ...commune.costs.map(line))))];
  }

  function taskTable(commune) {
    if (!commune.tasks.length) return make("p", {}, words.no_tasks);
    const head = (label) => make("th", { scope: "col" }, label);
    const line = ([code, work, who, day, status, late]) => make("tr", {},
      make("td", { class: "code" }, data.strings[code]), make("th", { scope: "row" }, data.strings[work]), make("td", {}, data.strings[who]),
      make("td", { class: "when" }, data.strings[day]), make("td", { class: late ? "late" : undefined }, data.strings[status]));
    return make("div", { class: "scroll" }, make("table", { class: "figures-table tasks", "aria-label": words.tasks },
      make("thead", {}, make("tr", {}, head(words.criterion), head(words.work), head(words.who), head(words.by_when), head(words.status))),
      make("tbody", {}, ...commune.tasks.map(line))));
  }

  function showCommune(code, criterion) {
    const heading = by("h-commune");
    const page = by("commune-page");
    const at = byCode.get(code);
    if (at === undefined) {
      heading.textContent = words.unknown;
      page.replaceChildren(make("p", {}, make("a", { href: "#matrix" }, words.back)));
      return heading;
    }
    const commune = data.communes[at];
    const around = shown.includes(at) ? shown : order;
    const place = around.indexOf(at);
    const link = (to, label) => (to === undefined ? "" : make("a", { href: "#/commune/" + data.communes[to].code, rel: label === words.next ? "next" : "prev" }, label + ": " + data.communes[to].name));
    heading.textContent = commune.name;
    const parts = [
      make("nav", { class: "crumbs", "aria-label": words.place.replace("{place}", place + 1).replace("{all}", around.length) },
        make("a", { href: backHash }, words.back),
        link(around[place - 1], words.previous),
        make("span", { class: "minor" }, fill(words.place, { place: numbers.format(place + 1), all: numbers.format(around.length) })),
        link(around[place + 1], words.next)),
      make("p", { class: "minor" }, commune.code + " · " + data.clusters[commune.cluster]),
      make("div", { class: "standing" },
        make("span", { class: "key c" + commune.class }, classWords(commune)),
        make("span", {}, fill(words.met, { met: commune.met, applicable: commune.applicable })),
        make("span", {}, words.index + ": " + data.strings[commune.index_words])),
      make("p", {}, data.strings[commune.why]),
      make("ul", { class: "notes" }, ...commune.facts.concat(commune.declared === undefined ? [] : [commune.declared]).map((text) => make("li", {}, data.strings[text]))),
      make("nav", { class: "strip", "aria-label": words.criteria }, ...data.criteria.map((each, number) => make("a", {
        class: "r" + ratingOf(commune, number), href: "#/commune/" + code + "/" + each.code, "aria-label": whyWords(commune, number), title: whyWords(commune, number),
      }, make("span", {}, each.code), signOf(commune, number)))),
    ];
    if (commune.changes) {
      parts.push(make("h3", {}, fill(words.changes, { before: data.compared_with })),
        make("ul", { class: "notes" }, ...commune.changes.map((text) => make("li", {}, data.strings[text]))));
    }
    if (commune.departures.length) {
      parts.push(make("h3", {}, words.departures),
        make("ul", { class: "notes departures" }, ...commune.departures.map((text) => make("li", {}, data.strings[text]))));
    }
    parts.push(...data.criteria.map((_each, number) => criterionPart(commune, number)),
      make("h3", {}, words.costs + " ", make("small", {}, "(" + words.unit + ")")), ...costTable(commune),
      make("h3", {}, words.tasks), taskTable(commune));
    page.replaceChildren(...parts);
    const target = criterion && by("k-" + criterion);
    if (!target) return heading;
    target.closest("details").open = true;
    return target;
  }

  let backHash = "#matrix";
  addEventListener("hashchange", (event) => {
    const from = new URL(event.oldURL).hash;
    if (/^#\/?(matrix|map|costs|tasks|quality|changes)/.test(from)) backHash = from;
    go(false);
  });

  // Display, printing, copying

  function setUpDisplay() {
    const root = document.documentElement;
    const usual = 2;
    let size = usual;
    const resize = (to) => {
      root.classList.remove("z" + size);
      size = Math.max(0, Math.min(SIZES - 1, to));
      root.classList.add("z" + size);
      by("smaller").disabled = size === 0;
      by("larger").disabled = size === SIZES - 1;
      say(fill(words.text_size, { size: numbers.format(size + 1) }));
    };
    by("smaller").addEventListener("click", () => resize(size - 1));
    by("usual").addEventListener("click", () => resize(usual));
    by("larger").addEventListener("click", () => resize(size + 1));
    by("projector").addEventListener("click", () => {
      const isOn = root.classList.toggle("projector");
      by("projector").setAttribute("aria-pressed", String(isOn));
      resize(isOn ? 5 : usual);
    });
    by("print").addEventListener("click", () => print());
    const closed = [];
    addEventListener("beforeprint", () => {
      needTasks();
      for (const each of all(".changed details:not([open])")) { closed.push(each); each.open = true; }
    });
    addEventListener("afterprint", () => { for (const each of closed.splice(0)) each.open = false; });
  }

  function setUpCopy() {
    const sentence = by("sentence");
    const byHand = () => {
      const range = document.createRange();
      range.selectNodeContents(sentence);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      say(document.execCommand("copy") ? words.copied : words.not_copied);
    };
    by("copy").addEventListener("click", () => {
      if (!navigator.clipboard) byHand();
      else navigator.clipboard.writeText(sentence.textContent).then(() => say(words.copied), byHand);
    });
  }

  for (const link of all(".views a")) link.dataset.view = link.hash.slice(1);
  for (const link of all("a[data-query]")) link.hash += "?" + link.dataset.query;
  for (const part of all(".needs-script, #task-list, .tools, #copy")) part.hidden = false;
  // From here on the script says what is shown.
  for (const [id, section] of views) section.hidden = id !== whereTo().name;
  filter();
  document.documentElement.classList.add("js");
  setUpMatrix();
  setUpMap();
  setUpDisplay();
  setUpCopy();
  go(true);
})();
