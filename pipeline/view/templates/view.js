"use strict";
// The viewer: asks the server for the list and for one source at a time, and tells it what a person says. Texts become text nodes.
(() => {
  const PAUSE = 200; // milliseconds after a key before the list is asked for again
  const { hooks, sources, words, make, count, wanted, choose, changesOf, follow, filterBlocks, hideDetail, show, block, chosen } = window.readingRoom;
  const byId = (id) => document.getElementById(id);
  const token = new URLSearchParams(location.search).get("token");
  const roles = [...byId("f-role").options].map((option) => option.value).filter(Boolean);
  const list = byId("list"), told = byId("told"), stories = byId("stories");
  let number = 0, source = null, judged = {}, page = 0, latest = 0, opening = 0, wantedNow = "";

  // --- the server --------------------------------------------------------------------------------------------------

  const ask = async (path, values, body) => {
    const options = { headers: { "X-Copydesk-Token": token }, cache: "no-store" };
    if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body) }), (options.headers["Content-Type"] = "application/json");
    let answer;
    try {
      answer = await fetch(path + (values ? "?" + new URLSearchParams(values) : ""), options);
    } catch {
      throw new Error("The viewer has ended: start copydesk view again, and open its new address.");
    }
    if (!answer.ok) throw new Error((await answer.text()).trim());
    return answer.json();
  };
  const said = make("p", "notice");
  said.setAttribute("role", "status");
  const notice = (text, bad) => { said.textContent = text; said.classList.toggle("warn", Boolean(bad)); };
  const failed = (error) => notice(error.message, true);

  // --- the list ----------------------------------------------------------------------------------------------------

  const pager = make("p", "pager"), older = make("button", "", "Previous"), newer = make("button", "", "Next"), place = make("span", "quiet");
  for (const button of [older, newer]) button.type = "button";
  older.append(make("span", "unseen", " page of sources"));
  newer.append(make("span", "unseen", " page of sources"));
  pager.append(older, place, newer);

  const item = (one) => {
    const line = make("li"), link = make("a"), cut = one.uri.lastIndexOf("/") + 1;
    link.href = "#s" + one.number;
    link.append(make("b", "", one.uri.slice(cut) || one.uri));
    const facts = [count(one.stories, "story", "stories"), one.removed.toLocaleString("en") + " removed"];
    if (one.changes) facts.push(count(one.changes, "repair"));
    link.append(make("small", "", one.rejected || (one.same ? "the same as " + one.same : facts.join(" · "))));
    if (one.headlines) link.append(make("small", "", one.headlines.split("\n")[0]));
    const verdicts = make("small", "said", one.judged ? "✓ " + count(one.judged, "verdict") : "");
    link.append(make("small", "", one.uri.slice(0, cut)), verdicts);
    if (one.number === number) link.setAttribute("aria-current", "true");
    line.append(link);
    return line;
  };

  const refresh = async () => {
    const turn = ++latest;
    const found = await ask("sources", { ...wanted(), judged: byId("f-judged").value, order: byId("f-order").value, page });
    if (turn !== latest) return null; // a later question is on its way
    list.replaceChildren(...found.sources.map(item));
    list.parentElement.scrollTop = 0;
    const first = found.page * found.size;
    byId("found").textContent = count(found.total, "source") + " in the list · " + count(found.verdicts, "verdict");
    place.textContent = found.total ? (first + 1).toLocaleString("en") + "–" + (first + found.sources.length).toLocaleString("en") : "none";
    older.disabled = !found.page;
    newer.disabled = first + found.sources.length >= found.total;
    return found.sources;
  };
  const turn = (step) => { page += step; refresh().catch(failed); };
  older.addEventListener("click", () => turn(-1));
  newer.addEventListener("click", () => turn(1));

  let waiting = 0;
  hooks.filter = () => {
    const now = JSON.stringify([wanted(), byId("f-judged").value, byId("f-order").value]);
    if (now === wantedNow) return;
    wantedNow = now;
    clearTimeout(waiting);
    waiting = setTimeout(() => { page = 0; refresh().catch(failed); }, PAUSE);
  };

  // --- one source --------------------------------------------------------------------------------------------------

  const stretch = make("span", "pager"), back = make("button", "", "Earlier blocks"), on = make("button", "", "Later blocks"), where = make("span");
  for (const button of [back, on]) button.type = "button";
  stretch.append(back, where, on);
  const whole = make("p", "whole");

  const load = async (wantedNumber, first) => { // false where another source was asked for before this one came
    const turn = ++opening;
    let found;
    try {
      found = await ask("source", { number: wantedNumber, block: first });
    } catch (error) {
      if (turn === opening) throw error;
    }
    if (turn !== opening) return false;
    number = wantedNumber;
    judged = found.judged;
    source = { stories: [], blocks: [], decoded: [], first: 0, back: 0, total: 0, repeats: {}, ...found };
    words.splice(0, words.length, ...(found.words || []));
    for (const old of Object.keys(sources)) delete sources[old];
    sources[number] = source;
    show(number);
    for (const link of list.querySelectorAll("a")) link.hash === "#s" + number ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    if (found.rejected) {
      byId("original").replaceChildren(make("p", "gap", "Nothing of it could be read."));
      stories.replaceChildren(make("p", "gap", "Rejected: " + found.rejected));
    }
    const last = source.first + source.blocks.length, part = source.blocks.length < source.total;
    stretch.hidden = !part;
    where.textContent = " blocks " + (source.first + 1).toLocaleString("en") + "–" + last.toLocaleString("en") + " of " + source.total.toLocaleString("en") + " ";
    back.disabled = !source.first;
    on.disabled = last >= source.total;
    if (part) for (const [at, story] of [...stories.querySelectorAll(".story")].entries())
      if (source.stories[at].skipped) story.querySelector(".meta").after(make("p", "gap", count(source.stories[at].skipped, "paragraph") + " of it stand before this stretch."));
    for (const repeat of stories.querySelectorAll(".repeat > span")) linkStory(repeat);
    source.blocks.forEach((_, at) => mark(at));
    tellWhole();
    notice("");
    return true;
  };

  // A duplicate names the story that it repeats by id; the server knows whose it is, if it is of this run.
  const linkStory = (element) => {
    const found = source.repeats[element.textContent.replace("story ", "")];
    if (!found) return;
    const link = make("a", "", found[1]);
    link.href = "#s" + found[0];
    element.replaceWith(link);
  };

  const turnTo = (first) => load(number, first).then((shown) => { if (!shown) return; history.replaceState(null, "", "#s" + number); byId("name").focus(); }).catch(failed);
  on.addEventListener("click", () => turnTo(source.first + source.blocks.length));
  back.addEventListener("click", () => turnTo(source.back));

  hooks.follow = (wantedNumber, wantedBlock) => {
    const inside = wantedNumber === number && source && (wantedBlock === null || (wantedBlock >= source.first && wantedBlock < source.first + source.blocks.length));
    if (inside) opening++; // what is on its way comes too late
    (inside ? Promise.resolve(true) : load(wantedNumber, wantedBlock || 0)).then((shown) => {
      if (!shown) return;
      byId("source").scrollIntoView({ block: "start", behavior: "instant" });
      if (wantedBlock !== null) choose(wantedBlock - source.first);
    }).catch(failed);
    return true;
  };
  // Before the report's own listener, which knows all sources.
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    history.pushState(null, "", link.hash);
    load(+link.hash.slice(2), 0).then((shown) => shown && byId("name").focus({ preventScroll: matchMedia("(min-width: 60.01rem)").matches })).catch(failed);
  }, true);

  // --- verdicts ----------------------------------------------------------------------------------------------------

  const keyOf = (at, change) => String(at + source.first) + (change === undefined ? "" : "." + change);

  const mark = (at) => {
    const one = block(at), verdict = judged[keyOf(at)], sign = one.element.querySelector(".sign") || make("span", "sign");
    one.element.classList.toggle("right", Boolean(verdict) && verdict[0] === "accept");
    one.element.classList.toggle("wrong", Boolean(verdict) && verdict[0] === "reject");
    sign.textContent = verdict ? (verdict[0] === "accept" ? "✓" : "✗ " + verdict[1]) : "";
    if (verdict) one.button.append(sign); else sign.remove();
  };

  const judge = async (subject, verdict, right) => {
    const of = number, body = { source: of, verdict, ...subject };
    if (right !== undefined) body.right = right;
    try {
      const found = await ask("verdicts", null, body);
      const key = subject.block === undefined ? "page" : subject.change === undefined ? String(subject.block) : subject.block + "." + subject.change;
      for (const link of list.querySelectorAll("a")) if (link.hash === "#s" + of) link.querySelector(".said").textContent = found.of ? "✓ " + count(found.of, "verdict") : "";
      byId("found").textContent = byId("found").textContent.replace(/ · .*/, "") + " · " + count(found.verdicts, "verdict");
      if (of !== number) return false; // another source was opened meanwhile: nothing of this verdict is to be seen on it
      if (found.judged) judged[key] = found.judged; else delete judged[key];
      if (source.blocks[subject.block - source.first]) mark(subject.block - source.first);
      notice(verdict === "withdraw" ? "Taken back." : "Written down: " + (verdict === "accept" ? "right." : "wrong" + (found.judged[1] ? ", " + found.judged[1] + " is right." : ".")));
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  };

  const button = (text, name, act, pressed) => {
    const one = make("button", "verdict", text);
    one.type = "button";
    if (name) one.append(make("span", "unseen", name));
    if (pressed !== undefined) one.setAttribute("aria-pressed", String(pressed));
    one.addEventListener("click", act);
    return one;
  };

  const roleForm = (at) => {
    const role = words[source.blocks[at][1]], verdict = judged[keyOf(at)], form = make("div", "verdicts");
    const subject = { block: at + source.first }, select = make("select");
    select.append(make("option", "", "no, it is …"));
    select.firstChild.value = "";
    for (const name of roles) if (name !== role) select.append(make("option", "", name));
    if (verdict && verdict[0] === "reject") select.value = verdict[1];
    select.id = "v-role";
    select.setAttribute("aria-label", "Which role is right, if not " + role);
    const done = (focus) => { hooks.told(at); const next = told.querySelector(focus); if (next) next.focus(); };
    select.addEventListener("change", () => judge(subject, select.value ? "reject" : "withdraw", select.value || undefined).then((ok) => ok && done("#v-role")));
    form.append("Is " + role + " right?", button("✓ right", ": " + role, () => judge(subject, "accept").then((ok) => ok && done(".verdict")), Boolean(verdict) && verdict[0] === "accept"), select);
    if (verdict) form.append(button("take back", " what was said of the role", () => judge(subject, "withdraw").then((ok) => ok && done(".verdict"))));
    return form;
  };

  const changeForm = (at, change, after) => {
    const verdict = judged[keyOf(at, change)], form = make("span", "verdicts"), subject = { block: at + source.first, change };
    const field = make("input"), label = make("label", "", "right would be ");
    field.type = "text";
    field.maxLength = 200;
    field.autocomplete = "off";
    field.spellcheck = false;
    if (verdict && verdict[0] === "reject") field.value = verdict[1];
    label.append(field);
    const done = () => { hooks.told(at); const next = told.querySelectorAll("li .verdicts")[change]; if (next) next.querySelector("button").focus(); };
    const wrong = () => judge(subject, "reject", field.value.trim() || undefined).then((ok) => ok && done());
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); wrong(); } });
    form.append(button("✓ right", ": " + after, () => judge(subject, "accept").then((ok) => ok && done()), Boolean(verdict) && verdict[0] === "accept"),
      button("✗ wrong", ": " + after, wrong, Boolean(verdict) && verdict[0] === "reject"), label);
    if (verdict) form.append(button("take back", " what was said of this repair", () => judge(subject, "withdraw").then((ok) => ok && done())));
    return form;
  };

  hooks.told = (at) => { // the chosen block is told; what is said of it goes below
    told.querySelectorAll(".verdicts").forEach((old) => old.remove());
    told.prepend(roleForm(at));
    const entry = source.blocks[at], changes = typeof entry[2] === "string" ? [] : changesOf(source.stories[entry[2]], entry[3]);
    told.querySelectorAll("li").forEach((line, change) => {
      if (changes[change]) line.append(changeForm(at, change, line.querySelector("ins").textContent));
    });
  };

  const tellWhole = () => {
    whole.replaceChildren();
    if (source.rejected || source.same || source.kind !== "page") return;
    if (judged.page) whole.append("All else on this page is right, you said. ", button("take back", " that the page is right", () => judge({}, "withdraw").then((ok) => ok && tellWhole())));
    else whole.append(button("✓ all else on this page is right", "", () => judge({}, "accept").then((ok) => ok && tellWhole())), make("span", "quiet", " Only pages of which this was said are learned from line by line."));
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !event.target.closest(".block")) return;
    const at = +event.target.closest(".block").id.split("-b")[1] - source.first;
    const act = { a: () => judge({ block: at + source.first }, "accept"), u: () => judge({ block: at + source.first }, "withdraw") }[event.key];
    if (event.key === "x") {
      event.preventDefault();
      choose(at, { focus: true });
      byId("v-role").focus();
    } else if (act) {
      event.preventDefault();
      act().then((ok) => { if (ok && chosen() === at && !byId("detail").hidden) hooks.told(at); });
    }
  });

  // --- begin -------------------------------------------------------------------------------------------------------

  const choices = JSON.parse(byId("data").textContent);
  for (const name of ["rule", "site"]) for (const value of choices[name + "s"]) byId("f-" + name).append(make("option", "", value));
  list.parentElement.append(pager);
  byId("shown").after(stretch);
  stretch.hidden = true;
  byId("about").after(whole, said);
  byId("reading").hidden = false;
  hooks.filter();
  clearTimeout(waiting);
  refresh().then((found) => { if (!follow() && found && found.length) load((found.find((one) => one.stories && one.removed) || found[0]).number, 0).catch(failed); }).catch(failed);
})();
