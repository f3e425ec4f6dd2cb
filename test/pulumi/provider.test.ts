import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withoutSerial } from "../cli/terminal.ts";
import { adopted, DOMAIN, type Engine, KEYS, NEWS, startEngine } from "./engine.ts";

const BEFORE = "v=spf1 include:_spf.google.com ~all";
const MERGED = "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all";
const TARGET = "odoo._domainkey.odoo.com";

let engine: Engine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.configure(DOMAIN, KEYS);
});
afterEach(() => engine.close());

const adopt = (type: string) => adopted(engine, type);

describe("an import", () => {
  it("reads what is live, and remembers it as what was there before us", async () => {
    expect(await engine.read("SpfTerms")).toEqual({ ...NEWS, original: BEFORE, value: BEFORE });
    expect(await engine.read("DkimCname")).toEqual({ ...NEWS, original: "", value: "" });
    expect(await engine.read("DmarcRecord")).toMatchObject({
      original: expect.stringMatching(/^v=DMARC1/) as string,
    });
  });

  it("of a domain that nothing is configured for says so, without a trace", async () => {
    await engine.close();
    engine = await startEngine();
    await expect(engine.read("SpfTerms")).rejects.toThrow(
      /Nothing is configured for mycompany\.example/,
    );
    await expect(engine.read("SpfTerms")).rejects.not.toThrow(/\n\s+at /);
  });

  it("of a zone file that can't be read fails, and is never taken as nothing there", async () => {
    engine.edit(() => "this is no zone");
    await expect(engine.read("SpfTerms")).rejects.toThrow(/zones\/mycompany\.example\.zone/);
  });
});

describe("a check", () => {
  it("before the import has read anything plans nothing", async () => {
    const { inputs } = await engine.check("SpfTerms", {}, NEWS);
    expect(inputs).toEqual(NEWS);
  });

  it("shows the value that update then writes, and nothing is written in a preview", async () => {
    const zone = engine.zone();
    const olds = await engine.read("SpfTerms");
    const { inputs } = await engine.check("SpfTerms", olds, NEWS);
    expect(inputs).toEqual({ ...NEWS, original: BEFORE, value: MERGED });
    expect(await engine.diff("SpfTerms", olds, inputs)).toEqual(["value"]);
    expect(await engine.update("SpfTerms", olds, inputs, true)).toMatchObject({ value: MERGED });
    expect(engine.zone()).toBe(zone);
    await engine.update("SpfTerms", olds, inputs);
    expect((await engine.read("SpfTerms", olds))["value"]).toBe(MERGED);
  });

  it("of a record in place changes nothing, whatever others did to it", async () => {
    const state = await adopt("SpfTerms");
    engine.edit((zone) => zone.replace("include:_spf.google.com ", "include:_spf.google.com  mx "));
    const now = await engine.read("SpfTerms", state);
    const { inputs } = await engine.check("SpfTerms", now, NEWS);
    expect(inputs).toEqual({ ...state, value: MERGED.replace("com ~", "com  mx ~") });
    expect(await engine.diff("SpfTerms", now, inputs)).toEqual([]);
  });

  it("of two SPF records fails on the domain, in the words of the command line", async () => {
    engine.edit((zone) => `${zone}@ IN TXT "v=spf1 mx -all"\n`);
    const zone = engine.zone();
    const olds = await engine.read("SpfTerms");
    const { failures } = await engine.check("SpfTerms", olds, NEWS);
    expect(failures).toEqual([
      { property: "domain", reason: expect.stringContaining("has 2 SPF records") as string },
    ]);
    expect(failures[0]?.reason).toContain('odoo-mail-dns:spf: { join: true, all: "-all" }');
    expect(engine.zone()).toBe(zone);
  });

  it("of keys that are wrong names the fault, and what was probably meant", async () => {
    const olds = await engine.read("SpfTerms");
    const keys = { ...KEYS, placment: "first" };
    const { failures } = await engine.check("SpfTerms", olds, { ...NEWS, keys });
    expect(failures[0]).toMatchObject({ property: "keys" });
    expect(failures[0]?.reason).toContain("placment");
    expect(failures[0]?.reason).not.toMatch(/\n\s+at /);
  });

  it("of a zone that is kept elsewhere now reads it there and leaves the old one alone", async () => {
    const state = await adopt("SpfTerms");
    const old = engine.zone();
    const keys = { host: "zonefile", zonefile: { file: `zones/moved.zone` } };
    engine.copyTo("moved", (zone) => zone.replace(MERGED, "v=spf1 mx -all"));
    const { inputs } = await engine.check("SpfTerms", state, { ...NEWS, keys });
    expect(inputs).toMatchObject({
      original: "v=spf1 mx -all",
      value: "v=spf1 include:_spf.odoo.com mx -all",
    });
    expect(engine.said.map(({ text }) => text)).toContainEqual(
      expect.stringContaining("the old one is left as it is"),
    );
    expect(await engine.diff("SpfTerms", state, inputs)).toEqual(["keys", "value"]);
    expect(engine.zone()).toBe(old);
  });
});

describe("an update", () => {
  it("refuses a zone that has moved since the check, and says to run again", async () => {
    const olds = await engine.read("SpfTerms");
    const { inputs } = await engine.check("SpfTerms", olds, NEWS);
    engine.edit((zone) => zone.replace(BEFORE, "v=spf1 mx -all"));
    const zone = engine.zone();
    await expect(engine.update("SpfTerms", olds, inputs)).rejects.toThrow(/Nothing was written/);
    expect(engine.zone()).toBe(zone);
  });

  it("that was written before, by a run that was killed, is a success and no second write", async () => {
    const olds = await engine.read("DkimCname");
    const { inputs } = await engine.check("DkimCname", olds, NEWS);
    await engine.update("DkimCname", olds, inputs);
    const zone = engine.zone();
    expect(await engine.update("DkimCname", olds, inputs)).toMatchObject({ value: TARGET });
    expect(engine.zone()).toBe(zone);
  });

  it("never writes a DMARC policy", async () => {
    const zone = engine.zone();
    await adopt("DmarcRecord");
    expect(engine.zone()).toBe(zone);
  });
});

describe("a delete", () => {
  it("takes out what is ours and leaves every other byte but the serial", async () => {
    const zone = engine.zone();
    const states = { SpfTerms: await adopt("SpfTerms"), DkimCname: await adopt("DkimCname") };
    for (const [type, state] of Object.entries(states)) await engine.remove(type, state);
    expect(withoutSerial(engine.zone())).toBe(withoutSerial(zone));
  });

  it("leaves a record that was right before us", async () => {
    engine.edit((zone) => `${zone}odoo._domainkey IN CNAME ${TARGET}.\n`.replace(BEFORE, MERGED));
    const zone = engine.zone();
    for (const type of ["SpfTerms", "DkimCname"]) await engine.remove(type, await adopt(type));
    expect(engine.zone()).toBe(zone);
  });

  it("after a crash between import and write takes out what the crashed run wrote", async () => {
    const imported = await engine.read("SpfTerms");
    const { inputs } = await engine.check("SpfTerms", imported, NEWS);
    await engine.update("SpfTerms", imported, inputs);
    // The state was never saved: all that is left is the import, and what a refresh reads.
    const refreshed = await engine.read("SpfTerms", imported);
    expect(refreshed).toMatchObject({ original: BEFORE, value: MERGED });
    await engine.remove("SpfTerms", refreshed);
    expect((await engine.read("SpfTerms", imported))["value"]).toBe(BEFORE);
  });

  it("keeps what others have added since", async () => {
    const state = await adopt("SpfTerms");
    engine.edit((zone) =>
      zone.replace("include:_spf.google.com ~", "include:_spf.google.com mx ~"),
    );
    await engine.remove("SpfTerms", state);
    expect((await engine.read("SpfTerms", state))["value"]).toBe(BEFORE.replace(" ~", " mx ~"));
  });
});

it("what the engine has no type for is refused", async () => {
  await expect(engine.read("Zone")).rejects.toThrow(
    /There is no resource type odoo-mail-dns:index:Zone/,
  );
});

it("keys that are no JSON are an error for people", async () => {
  const wrong = engine.configureText(DOMAIN, "{");
  await expect(wrong).rejects.toThrow("The provider's keys are no JSON.");
  await expect(wrong).rejects.not.toThrow(/\n\s+at /);
});
