"use strict";
// What the reading room shows, as the JSON beside this script says it: sources, the blocks that they are cut into, their stories.
window.readingRoom = (() => {
  const HEADLINE = -1, DECK = -2, CAPTIONS = -3;
  const { sources, words } = JSON.parse(document.getElementById("data").textContent);

  const published = (story, part) => {
    if (part === HEADLINE) return story.headline;
    if (part === DECK) return story.deck;
    if (part <= CAPTIONS) return story.captions[CAPTIONS - part];
    return story.parts[part][1];
  };
  const changesOf = (story, part) => (part >= 0 && story.parts[part][2]) || [];

  // [text, change or null] in order: the text of a part, parted where something was repaired.
  const runs = (story, part) => {
    const text = [...published(story, part)]; // code points, which the offsets count
    const found = [];
    let at = 0;
    for (const change of changesOf(story, part)) {
      if (change[0] > at) found.push([text.slice(at, change[0]).join(""), null]);
      found.push([text.slice(change[0], change[1]).join(""), change]);
      at = change[1];
    }
    if (at < text.length) found.push([text.slice(at).join(""), null]);
    return found;
  };

  // A block as the source has it.
  const said = (source, block) => {
    if (typeof block[2] === "string") return block[2];
    const story = source.stories[block[2]];
    if (block.length < 5 && !changesOf(story, block[3]).length) return published(story, block[3]);
    const whole = runs(story, block[3]).map(([text, change]) => (change ? change[2] : text)).join("");
    return block.length > 4 ? [...whole].slice(block[4], block[5]).join("") : whole;
  };
  const roleOf = (block) => words[block[1]];
  const ruleOf = (block) => (typeof block[2] === "string" ? words[block[3]] : "");
  const rulesIn = (source) => {
    const found = new Set(source.blocks.map(ruleOf).filter(Boolean));
    for (const story of source.stories) for (const part of story.parts || []) for (const change of part[2] || []) found.add(words[change[3]]);
    for (const change of source.decoded || []) found.add(change[2]);
    return found;
  };
  sources.forEach((source) => { source.rules = rulesIn(source); source.roles = new Set(source.blocks.map(roleOf)); });
  const numberOf = new Map(sources.flatMap((source, number) => source.stories.map((story) => [story.id, number])));
  const textOf = (source) => (source.text ??= [source.uri, source.site, ...source.blocks.map((block) => said(source, block)),
    ...source.stories.flatMap((story) => (story.parts || []).map((part) => part[1]))].join("\n").toLowerCase());

  return { HEADLINE, DECK, CAPTIONS, sources, words, published, changesOf, runs, said, roleOf, ruleOf, numberOf, textOf };
})();
