import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withoutSerial } from "../cli/terminal.ts";
import { adopted, DOMAIN, type Engine, KEYS, NEWS, startEngine } from "./engine.ts";

const BEFORE = "v=spf1 include:_spf.google.com ~all";
const OWN = "include:_spf.odoo.com";
const MORE = "ip4:198.51.100.7";

let engine: Engine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.configure(DOMAIN, KEYS);
});
afterEach(() => engine.close());

function wanting(...terms: readonly string[]) {
  return { ...NEWS, keys: { ...KEYS, spf: { terms } } };
}

/** One `up`: refresh, check, update. Gives the new state. */
async function up(state: Readonly<Record<string, unknown>>, news: object) {
  const olds = await engine.read("SpfTerms", state);
  const { inputs, failures } = await engine.check("SpfTerms", olds, { ...news });
  expect(failures).toEqual([]);
  return engine.update("SpfTerms", olds, inputs);
}

describe("a term that is wanted no longer", () => {
  it("goes in one write with what is wanted instead; the rest stays", async () => {
    const state = await adopted(engine, "SpfTerms", wanting(OWN, MORE));
    expect(state["value"]).toBe(`v=spf1 ${OWN} ${MORE} include:_spf.google.com ~all`);
    const next = await up(state, wanting(OWN, "ip4:203.0.113.1"));
    expect(next["value"]).toBe(`v=spf1 ip4:203.0.113.1 ${OWN} include:_spf.google.com ~all`);
    expect(await engine.read("SpfTerms", next)).toEqual(next);
  });

  it("by the default's word is Odoo's own", async () => {
    const state = await adopted(engine, "SpfTerms");
    expect((await up(state, wanting(MORE)))["value"]).toBe(
      `v=spf1 ${MORE} include:_spf.google.com ~all`,
    );
  });

  it("stays where it was there before us, and that is said", async () => {
    engine.edit((zone) =>
      zone.replace("include:_spf.google.com", `${MORE} include:_spf.google.com`),
    );
    const state = await adopted(engine, "SpfTerms", wanting(OWN, MORE));
    expect((await up(state, wanting(OWN)))["value"]).toBe(state["value"]);
    expect(engine.said.map(({ text }) => text)).toContainEqual(
      `No longer kept, but left: it was there before us: ${MORE}`,
    );
  });

  it("is not missed where its owner has taken it out already", async () => {
    const state = await adopted(engine, "SpfTerms", wanting(OWN, MORE));
    engine.edit((zone) => zone.replace(`${MORE} `, ""));
    const zone = engine.zone();
    await up(state, wanting(OWN));
    expect(engine.zone()).toBe(zone);
  });

  it("goes too where two records are joined in the same run", async () => {
    const state = await adopted(engine, "SpfTerms", wanting(OWN, MORE));
    engine.edit((zone) => `${zone}@ IN TXT "v=spf1 ip4:203.0.113.9 ~all"\n`);
    const spf = { terms: [OWN], join: true, all: "~all" };
    const joined = await up(state, { ...NEWS, keys: { ...KEYS, spf } });
    expect(joined["value"]).toBe(`v=spf1 ${OWN} include:_spf.google.com ip4:203.0.113.9 ~all`);
    expect(await engine.read("SpfTerms", joined)).toEqual(joined);
  });

  it("stays where it was there before us in a record that its owner has mended since", async () => {
    engine.edit((zone) => zone.replace("include:_spf.google.com", `${MORE} ip4:nonsense`));
    const imported = await engine.read("SpfTerms");
    engine.edit((zone) => zone.replace("ip4:nonsense", "ip4:192.0.2.1"));
    const state = await up(imported, wanting(OWN, MORE));
    expect((await up(state, wanting(OWN)))["value"]).toBe(state["value"]);
  });

  it("of a switched-off SPF record stays as it is", async () => {
    const state = await adopted(engine, "SpfTerms");
    const zone = engine.zone();
    await up(state, { ...NEWS, keys: { ...KEYS, spf: { off: true } } });
    expect(engine.zone()).toBe(zone);
  });
});

describe("retire: true", () => {
  const retiring = { ...NEWS, keys: { ...KEYS, retire: true } };

  it("takes out what is ours, as destroy would, and then has nothing to do", async () => {
    const zone = engine.zone();
    const state = await adopted(engine, "SpfTerms");
    const retired = await up(state, retiring);
    expect(retired["value"]).toBe(BEFORE);
    expect(withoutSerial(engine.zone())).toBe(withoutSerial(zone));
    const after = engine.zone();
    await up(retired, retiring);
    expect(engine.zone()).toBe(after);
  });

  it("leaves a term that was there before us", async () => {
    engine.edit((zone) => zone.replace("v=spf1 ", `v=spf1 ${OWN} `));
    const state = await adopted(engine, "SpfTerms");
    const zone = engine.zone();
    await up(state, retiring);
    expect(engine.zone()).toBe(zone);
  });

  it("takes out a term, too, that goes from the stack file in the same change", async () => {
    const zone = engine.zone();
    const state = await adopted(engine, "SpfTerms", wanting(MORE, OWN));
    const keys = { ...KEYS, spf: { terms: [OWN] }, retire: true };
    expect((await up(state, { ...NEWS, keys }))["value"]).toBe(BEFORE);
    expect(withoutSerial(engine.zone())).toBe(withoutSerial(zone));
  });

  it("is taken back by taking it out of the stack file", async () => {
    const state = await adopted(engine, "SpfTerms");
    const back = await up(await up(state, retiring), NEWS);
    expect(back["value"]).toBe(state["value"]);
  });
});
