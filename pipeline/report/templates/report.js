"use strict";
// The reading room: sources laid out, one at a time. Texts become text nodes and nothing else.
(() => {
  const CHUNK = 40; // blocks that the browser lays out, or leaves out of sight, together
  const { HEADLINE, DECK, CAPTIONS, sources, words, published, changesOf, runs, said, roleOf, ruleOf, numberOf, textOf } = window.readingRoom;
  const byId = (id) => document.getElementById(id);
  if (byId("unscripted")) byId("unscripted").hidden = true;
  const filters = { text: byId("f-text"), role: byId("f-role"), rule: byId("f-rule"), site: byId("f-site") };
  const original = byId("original"), stories = byId("stories"), list = byId("list"), detail = byId("detail");
  let open = -1, blocks = [], links = [], chosen = null, lit = [];
  const hooks = {}; // what `copydesk view` does in another way: there `sources` holds a stretch of one source at a time
  const firstOf = () => (open >= 0 && sources[open].first) || 0; // the number of its first block

  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined && text !== "") element.textContent = text;
    return element;
  };
  const count = (number, one, many) => number.toLocaleString("en") + " " + (number === 1 ? one : many || one + "s");

  // --- the list of sources -----------------------------------------------------------------------------------------

  const fillChoices = (select, values) => [...values].sort().forEach((value) => select.append(make("option", "", value)));
  fillChoices(filters.rule, new Set(sources.flatMap((source) => [...source.rules])));
  fillChoices(filters.site, new Set(sources.map((source) => source.site).filter(Boolean)));

  // Folders that all sources have in common are not told in the list.
  const common = sources.map((source) => source.uri.slice(0, source.uri.lastIndexOf("/") + 1)).reduce((one, other) => {
    let at = 0;
    while (at < one.length && one[at] === other[at]) at++;
    return one.slice(0, one.lastIndexOf("/", at - 1) + 1);
  }, sources.length > 1 ? sources[0].uri : "");
  sources.forEach((source, number) => {
    const item = make("li"), link = make("a");
    link.href = "#s" + number;
    link.append(make("b", "", source.uri.split("/").pop() || source.uri));
    const removed = source.blocks.filter((block) => typeof block[2] === "string").length;
    const told = [count(source.stories.length, "story", "stories"), removed.toLocaleString("en") + " removed", ...(source.why || []).slice(0, 2)];
    link.append(make("small", "", told.join(" · ")), make("small", "", source.uri.slice(common.length)));
    item.append(link);
    list.append(item);
    links.push(link);
  });

  const wanted = () => ({ text: filters.text.value.trim().toLowerCase(), role: filters.role.value, rule: filters.rule.value, site: filters.site.value });

  const fits = (source, want) => (!want.site || source.site === want.site) && (!want.role || source.roles.has(want.role)) &&
    (!want.rule || source.rules.has(want.rule)) && (!want.text || textOf(source).includes(want.text));

  const filterSources = () => {
    if (hooks.filter) { hooks.filter(wanted()); return; }
    const want = wanted();
    let shown = 0;
    sources.forEach((source, number) => {
      const fit = fits(source, want);
      links[number].parentElement.hidden = !fit;
      shown += fit;
    });
    byId("found").textContent = shown + " of " + count(sources.length, "source") + " in the list";
  };

  // One pass over the blocks of the open source; a chunk of which nothing is left is hidden whole.
  const filterBlocks = () => {
    if (open < 0) return;
    const want = wanted();
    const whole = want.text && (sources[open].uri.toLowerCase().includes(want.text) ||
      (hooks.filter && !blocks.some((one) => one.text.includes(want.text)))); // there the words were found apart
    let shown = 0, left = 0, chunk = null;
    const close = () => { if (chunk) chunk.hidden = left === 0; };
    for (const one of blocks) {
      if (one.element.parentElement !== chunk) { close(); chunk = one.element.parentElement; left = 0; }
      const fit = (!want.role || one.role === want.role) && (!want.rule || one.rules.includes(want.rule)) &&
        (!want.text || whole || one.text.includes(want.text));
      if (one.element.hidden === fit) one.element.hidden = !fit;
      left += fit;
      shown += fit;
    }
    close();
    byId("shown").textContent = shown === blocks.length ? count(blocks.length, "block") : shown.toLocaleString("en") + " of " + count(blocks.length, "block");
    const first = blocks.find((one) => !one.element.hidden);
    if (first && !(chosen !== null && blocks[chosen] && !blocks[chosen].element.hidden)) makeStop(first.number);
  };

  let waiting = 0;
  const filter = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      filterSources();
      const first = links.findIndex((link) => !link.parentElement.hidden);
      if (first >= 0 && links[open].parentElement.hidden) { // what is looked for stands in other sources
        show(first);
        history.replaceState(null, "", "#s" + first);
      } else filterBlocks();
    });
  };

  // --- one source --------------------------------------------------------------------------------------------------

  const repairs = (element, story, part, number) => {
    runs(story, part).forEach(([text, change]) => {
      if (!change) { element.append(text); return; }
      if (change[2]) element.append(make("del", "", change[2]));
      const after = make("ins", "", text || "∅");
      after.title = words[change[3]] + ": " + words[change[5]];
      if (number !== undefined) after.dataset.block = number;
      element.append(after);
    });
  };

  const blockOf = (source, block, number) => {
    const removed = typeof block[2] === "string";
    const role = roleOf(block), element = make("div", "block " + role + (removed ? " gone" : ""));
    element.id = "s" + open + "-b" + (number + firstOf());
    const button = make("button", "", role);
    button.type = "button";
    button.tabIndex = -1;
    button.append(make("span", "unseen", removed ? ", removed by " + ruleOf(block) : ", kept"));
    const text = make("p");
    if (removed) text.textContent = block[2].replace(/\s*\n\s*/g, "\n");
    else if (block.length > 4 || !changesOf(source.stories[block[2]], block[3]).length) text.textContent = said(source, block);
    else runs(source.stories[block[2]], block[3]).forEach(([run, change]) => text.append(change ? make("mark", "", change[2] || "∅") : run));
    element.append(button, text);
    const story = removed ? null : source.stories[block[2]];
    const rules = removed ? [ruleOf(block)] : changesOf(story, block[3]).map((change) => words[change[3]]);
    blocks.push({ element, button, number, role, rules, text: text.textContent.toLowerCase() });
    return element;
  };

  const layOut = (source) => {
    const whole = document.createDocumentFragment();
    let chunk = null;
    blocks = [];
    source.blocks.forEach((block, number) => {
      if (number % CHUNK === 0) { chunk = make("div", source.blocks.length > CHUNK ? "chunk" : ""); whole.append(chunk); }
      chunk.append(blockOf(source, block, number));
    });
    if (source.same) whole.append(make("p", "gap", "Its bytes equal those of " + source.same));
    else if (!source.blocks.length) whole.append(make("p", "gap", "No block of it is in the records: its stories repeat others and were dropped."));
    if (source.stories.some((story) => story.restored)) whole.prepend(make("p", "gap",
      "A model put in " + source.stories.find((story) => story.restored).restored + ": the records hold the words with them."));
    original.replaceChildren(whole);
  };

  const storyOf = (source, story, number) => {
    const at = new Map();
    source.blocks.forEach((block, place) => { if (block[2] === number && !at.has(block[3])) at.set(block[3], place); });
    const element = make("article", "story");
    const add = (tag, name, part, text) => {
      const line = make(tag, name, text);
      if (at.has(part)) { line.dataset.block = at.get(part); line.dataset.part = part; }
      element.append(line);
      return line;
    };
    add("h5", story.headline ? "" : "quiet", HEADLINE, story.headline || "Without a headline");
    if (story.deck) add("p", "deck-line", DECK, story.deck);
    const meta = [story.authors, story.published, story.section, story.language, count(story.words || 0, "word"), story.topics];
    element.append(make("p", "meta", meta.filter(Boolean).join(" · ")));
    if (story.duplicate_of) {
      const line = make("p", "meta repeat", "Repeats "), number = numberOf.get(story.duplicate_of);
      const link = number === undefined ? make("span", "", "story " + story.duplicate_of) : make("a", "", sources[number].uri);
      if (number !== undefined) link.href = "#s" + number;
      line.append(link);
      element.append(line);
    }
    const chapters = new Map(story.chapters || []);
    (story.parts || []).forEach(([role, , , speaker], part) => {
      const kind = words[role];
      if (chapters.has(part)) element.append(make("p", "chapter", chapters.get(part)));
      const line = add("p", { subhead: "sub", list: "list-item", quote: "quote", code: "code", table: "table" }[kind] || "", part);
      if (speaker) line.append(make("cite", "", speaker));
      if (kind === "list") line.append("• ");
      repairs(line, story, part, at.get(part));
    });
    (story.captions || []).forEach((caption, place) => { if (caption) add("p", "cap", CAPTIONS - place, "Caption: " + caption); });
    return element;
  };

  const show = (number) => {
    if (number === open) return;
    open = number;
    chosen = null;
    hideDetail();
    const source = sources[number];
    byId("name").textContent = source.uri;
    byId("about").textContent = [source.kind, source.format, source.site, source.language, count(source.characters || 0, "character"),
      count(source.stories.length, "story", "stories"), ...(source.why || []).length ? ["shown for: " + source.why.join(", ")] : []].filter(Boolean).join(" · ");
    const decoded = byId("decoded");
    decoded.hidden = !source.mended;
    if (source.mended) {
      decoded.querySelector("summary").textContent = count(source.mended, "repair") + " in decoding";
      decoded.querySelector("ul").replaceChildren(...source.decoded.map(([before, after, rule, start]) => {
        const item = make("li");
        item.append(make("del", "", visible(before)), " ", make("ins", "", visible(after) || "∅"), " " + rule + ", at " + start.toLocaleString("en"));
        return item;
      }));
    }
    layOut(source);
    stories.replaceChildren(...source.stories.map((story, place) => storyOf(source, story, place)));
    if (!source.stories.length) stories.append(make("p", "gap", "No story."));
    original.scrollTop = stories.scrollTop = 0;
    links.forEach((link, place) => (place === number ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    if (links[number]) within(list.parentElement, links[number]);
    filterBlocks();
  };
  const visible = (text) => text.replace(/[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202e\ufeff]/g, (one) => one === " " ? one : "U+" + one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0"));

  // --- one block ---------------------------------------------------------------------------------------------------

  let stop = null;
  const makeStop = (number) => { // the one block that the tabulator key reaches; arrow keys go on from it
    if (stop) stop.tabIndex = -1;
    stop = blocks[number].button;
    stop.tabIndex = 0;
  };

  const fact = (facts, name, value, kind) => {
    const group = make("div"), said = make("dd", kind);
    said.append(...[value].flat());
    group.append(make("dt", "", name), said);
    facts.append(group);
  };

  // What a shell takes for one word.
  const quoted = (word) => (/^[\w@%+=:,./-][\w@%+=:,./#-]*$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'");

  const tell = (source, block, number) => {
    const facts = make("dl"), removed = typeof block[2] === "string", role = roleOf(block);
    fact(facts, "role", role, "badge " + role);
    const told = byId("told");
    if (removed) {
      const evidence = words[block[4]], chance = /^probability (\d\.\d+)/.exec(evidence);
      fact(facts, "what became of it", "removed");
      fact(facts, "rule", ruleOf(block));
      if (chance) fact(facts, "probability", chance[1]);
      else fact(facts, "evidence", evidence || "none noted");
    } else {
      const story = source.stories[block[2]], part = block[3];
      const where = part === HEADLINE ? "headline" : part === DECK ? "deck" : part <= CAPTIONS ? "caption" : "paragraph " + (part + 1 + (story.skipped || 0));
      fact(facts, "what became of it", where + " of story " + (block[2] + 1 + (source.before || 0)) + " of " + (source.of || source.stories.length));
      if (part >= 0 && !["paragraph", role].includes(words[story.parts[part][0]])) fact(facts, "kind", words[story.parts[part][0]]);
    }
    if (!removed) fact(facts, "rule and probability", ["The records hold them for what was removed alone. For this block: ",
      make("code", "", "copydesk explain " + quoted(source.uri))], "ask");
    fact(facts, "at character", block[0].toLocaleString("en"));
    const hash = "#s" + open + "-b" + (number + firstOf()), link = make("a", "", hash), place = make("div"), named = make("dd");
    link.href = hash;
    named.append(link);
    place.append(make("dt", "", "link to it"), named);
    facts.append(place);
    told.replaceChildren(facts);
    const changes = removed ? [] : changesOf(source.stories[block[2]], block[3]);
    if (!changes.length) return;
    const text = [...published(source.stories[block[2]], block[3])], lines = make("ul");
    changes.forEach(([start, end, before, rule, confidence, evidence]) => {
      const line = make("li");
      line.append(make("del", "", before || "∅"), " ", make("ins", "", text.slice(start, end).join("") || "∅"),
        " " + words[rule] + ", confidence " + confidence + ": " + words[evidence]);
      lines.append(line);
    });
    told.append(lines);
  };

  const hideDetail = () => { detail.hidden = true; lit.forEach((one) => one.classList.remove("on")); lit = []; };

  const choose = (number, { scroll = true, focus = false, from = null } = {}) => {
    const one = blocks[number];
    if (!one) return;
    if (one.element.hidden) { // a link goes before a filter
      for (const field of Object.values(filters)) field.value = "";
      filterSources();
      filterBlocks();
    }
    hideDetail();
    chosen = number;
    tell(sources[open], sources[open].blocks[number], number);
    if (hooks.told) hooks.told(number);
    detail.hidden = false;
    const block = sources[open].blocks[number];
    lit = [one.element, ...stories.querySelectorAll('[data-part][data-block="' + number + '"]')];
    if (lit.length === 1 && typeof block[2] === "number") {
      const line = stories.children[block[2]] && stories.children[block[2]].querySelector('[data-part="' + block[3] + '"]');
      if (line) lit.push(line);
    }
    lit.forEach((element) => element.classList.add("on"));
    if (scroll) within(original, one.element);
    if (lit[1]) within(stories, lit[1]);
    makeStop(number);
    uncover(from || one.element);
    if (focus) one.button.focus({ preventScroll: true });
    history.replaceState(null, "", "#s" + open + "-b" + (number + firstOf()));
  };
  // Scroll a pane, and not the page, until an element is in it. Twice, since what was out of sight had a guessed height.
  const within = (pane, element) => {
    for (let turn = 0; turn < 2; turn++) {
      const box = element.getBoundingClientRect(), frame = pane.getBoundingClientRect();
      if (box.top < frame.top || box.bottom > frame.bottom) pane.scrollTop += box.top - frame.top - frame.height / 3;
    }
  };

  // Scroll the page until the account of a block does not lie over the block itself.
  const uncover = (element) => {
    const box = element.getBoundingClientRect(), over = box.bottom - detail.getBoundingClientRect().top;
    if (over > 0) scrollBy({ top: Math.min(over, box.top) + 8, behavior: "instant" });
  };

  // --- what a person does ------------------------------------------------------------------------------------------

  original.addEventListener("click", (event) => {
    const element = event.target.closest(".block");
    if (element && !String(getSelection())) choose(+element.id.split("-b")[1] - firstOf(), { scroll: false, focus: true });
  });
  original.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey || !event.target.closest(".block")) return;
    const shown = blocks.filter((one) => !one.element.hidden);
    const at = shown.findIndex((one) => one.button === event.target);
    const next = shown[Math.min(Math.max(at + step, 0), shown.length - 1)];
    event.preventDefault();
    makeStop(next.number);
    next.button.focus({ preventScroll: true });
    within(original, next.element);
  });
  stories.addEventListener("click", (event) => {
    const element = event.target.closest("[data-block]");
    if (element && !String(getSelection())) choose(+element.dataset.block, { from: event.target });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || detail.hidden) return;
    hideDetail();
    if (stop) stop.focus({ preventScroll: true });
  });
  byId("close").addEventListener("click", () => { hideDetail(); if (stop) stop.focus({ preventScroll: true }); });
  byId("marks").addEventListener("change", (event) => stories.classList.toggle("plain", !event.target.checked));
  byId("filters").addEventListener("input", filter);
  byId("filters").addEventListener("reset", () => setTimeout(filter));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    const number = links.indexOf(link);
    history.pushState(null, "", link.hash);
    show(number);
    byId("name").focus({ preventScroll: matchMedia("(min-width: 60.01rem)").matches });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-rule]");
    if (!button) return;
    byId("filters").reset();
    const { rule, site, uri } = button.dataset;
    if ([...filters.rule.options].some((option) => option.value === rule)) filters.rule.value = rule;
    if ([...filters.site.options].some((option) => option.value === site)) filters.site.value = site;
    const number = sources.findIndex((source) => (uri ? source.uri === uri : fits(source, wanted())));
    if (number >= 0) show(number);
    filter();
    byId("room").scrollIntoView();
    byId("name").focus({ preventScroll: true });
  });

  // #s3 opens a source, #s3-b12 a block of it.
  const follow = () => {
    const place = /^#s(\d+)(?:-b(\d+))?$/.exec(location.hash);
    if (place && hooks.follow) return hooks.follow(+place[1], place[2] === undefined ? null : +place[2]);
    if (!place || !sources[+place[1]]) return false;
    show(+place[1]);
    byId("source").scrollIntoView({ block: "start", behavior: "instant" });
    if (place[2] !== undefined) choose(+place[2]);
    return true;
  };
  addEventListener("hashchange", follow);
  addEventListener("load", () => { // the browser has by now gone to the block itself, past the name of its source
    if (open >= 0 && chosen !== null) byId("source").scrollIntoView({ block: "start", behavior: "instant" });
  });

  Object.assign(window.readingRoom, { hooks, make, count, wanted, choose, follow, filterBlocks, hideDetail,
    show: (number) => { open = -1; show(number); }, block: (number) => blocks[number], chosen: () => chosen });
  if (!sources.length) return;
  byId("reading").hidden = false;
  filterSources();
  if (!follow()) show(Math.max(sources.findIndex((source) => source.stories.length && source.blocks.length > 5), 0));
})();
