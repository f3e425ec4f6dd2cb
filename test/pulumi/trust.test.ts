import { afterEach, describe, expect, it } from "vitest";
import { hosts } from "../../providers/index.ts";
import type { DnsProvider } from "../../src/ports/dns-provider.ts";
import { adopted, DOMAIN, type Engine, KEYS, NEWS, startEngine } from "./engine.ts";

const TARGET = "odoo._domainkey.odoo.com";
const TYPES = ["SpfTerms", "DkimCname", "DmarcRecord"];

let engine: Engine;
afterEach(() => engine.close());

async function start(options: Parameters<typeof startEngine>[0] = {}): Promise<void> {
  engine = await startEngine(options);
  await engine.configure(DOMAIN, KEYS);
}

describe("what the provider asks and tells", () => {
  it("is no question to DNS while all is in place", async () => {
    await start();
    for (const type of TYPES) {
      const state = await adopted(engine, type);
      const before = engine.questions.length;
      const now = await engine.read(type, state);
      expect(await engine.check(type, now, NEWS)).toEqual({ inputs: state, failures: [] });
      // A zone file names its own apex by asking once where the zone is cut.
      const asked = engine.questions.slice(before).filter((one) => !one.endsWith(" NS"));
      expect(asked).toEqual([]);
    }
  });

  it("is nothing of the environment, whatever it is asked", async () => {
    const secret = "s3cr3t-in-the-environment";
    await start({ env: { CLOUDFLARE_API_TOKEN: secret, OVH_APPLICATION_SECRET: secret } });
    const answers: unknown[] = [];
    for (const type of TYPES) {
      const state = await adopted(engine, type);
      answers.push(state, await engine.check(type, state, { ...NEWS, keys: { host: "x" } }));
      answers.push(await engine.diff(type, state, NEWS));
    }
    answers.push(await engine.read("Nothing").catch(String), engine.said);
    expect(JSON.stringify(answers)).not.toContain(secret);
  });

  it("about DMARC is what the record itself shows to be wrong", async () => {
    await start();
    engine.edit((zone) => zone.replace(/"v=DMARC1;[^"]*"/, '"v=DMARC1; p=nonsense"'));
    await adopted(engine, "DmarcRecord");
    expect(engine.said).toContainEqual({
      severity: "warning",
      text: expect.stringContaining("dmarc/invalid") as string,
    });
  });

  it("is never a control character of the zone's", async () => {
    await start();
    engine.edit((zone) =>
      zone.replace("include:_spf.google.com ~all", String.raw`x=\010v=spf1\027[2J ~all`),
    );
    const state = await engine.read("SpfTerms");
    expect(state["value"]).toBe(String.raw`v=spf1 x=\010v=spf1\027[2J ~all`);
    const { failures } = await engine.check("SpfTerms", state, NEWS);
    expect(JSON.stringify([failures, engine.said])).not.toMatch(/\\u001b/);
  });
});

describe("a record that is refused", () => {
  it("because the ten lookups are used up is left alone, and its cost is named", async () => {
    await start();
    const many = Array.from({ length: 10 }, (_, at) => `exists:x${at}.google.com`).join(" ");
    engine.edit((zone) => zone.replace("include:_spf.google.com", many));
    const zone = engine.zone();
    const { failures } = await engine.check("SpfTerms", await engine.read("SpfTerms"), NEWS);
    expect(failures[0]?.reason).toContain("spf/lookups");
    expect(engine.zone()).toBe(zone);
  });

  it("because a second one appeared after we wrote ours is left alone", async () => {
    await start();
    const state = await adopted(engine, "SpfTerms");
    engine.edit((zone) => `${zone}@ IN TXT "v=spf1 mx -all"\n`);
    const zone = engine.zone();
    const now = await engine.read("SpfTerms", state);
    const { failures } = await engine.check("SpfTerms", now, NEWS);
    expect(failures[0]?.reason).toContain("has 2 SPF records");
    expect(engine.zone()).toBe(zone);
  });
});

it("a domain that moved is not asked for at its old place, whose credentials may be gone", async () => {
  await start();
  const state = await adopted(engine, "SpfTerms");
  const keys = { host: "zonefile", zonefile: { file: "zones/moved.zone" } };
  engine.copyTo("moved", (zone) => zone);
  engine.edit(() => "no zone any more");
  await engine.configure(DOMAIN, keys);
  expect(await engine.read("SpfTerms", state)).toEqual(state);
  const { failures } = await engine.check("SpfTerms", state, { ...NEWS, keys });
  expect(failures).toEqual([]);
});

it("two domains in one process keep apart, whatever order their calls come in", async () => {
  await start();
  const other = { ...KEYS, zonefile: { file: "zones/google.com.zone" } };
  const news = { domain: "google.com", keys: { ...other, dkim: false } };
  await engine.configure("google.com", news.keys);
  const [own, foreign] = await Promise.all([
    engine.read("SpfTerms"),
    engine.readOf("google.com", "SpfTerms"),
  ]);
  expect(own["domain"]).toBe(DOMAIN);
  expect(foreign).toMatchObject({ domain: "google.com", keys: news.keys });
  const [checked, before] = await Promise.all([
    engine.check("SpfTerms", own, NEWS),
    engine.check("SpfTerms", foreign, news),
  ]);
  expect(checked.inputs["value"]).toContain("include:_spf.odoo.com include:_spf.google.com");
  expect(before.inputs["domain"]).toBe("google.com");
});

describe("a cancel", () => {
  /** The registry, with writes that wait until they are let go. */
  function gated() {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let begun = 0;
    const hold = (provider: DnsProvider): DnsProvider => ({
      ...provider,
      async apply(...args) {
        begun += 1;
        await gate;
        return provider.apply(...args);
      },
    });
    const { zonefile } = hosts;
    if (zonefile === undefined) throw new Error("there is no zonefile host");
    const load = async () => {
      const adapter = await zonefile.load();
      return {
        create: (...args: Parameters<typeof adapter.create>) => hold(adapter.create(...args)),
      };
    };
    return {
      hosts: { ...hosts, zonefile: { ...zonefile, load } },
      open: () => open(),
      begun: () => begun,
    };
  }

  it("lets a write that has begun finish, so that its state can be saved, and begins no other", async () => {
    const gate = gated();
    await start({ hosts: gate.hosts });
    const dkim = await engine.read("DkimCname");
    const spf = await engine.read("SpfTerms");
    const { inputs } = await engine.check("DkimCname", dkim, NEWS);
    const wanted = (await engine.check("SpfTerms", spf, NEWS)).inputs;
    const running = engine.update("DkimCname", dkim, inputs);
    await expect.poll(gate.begun).toBe(1);
    await engine.cancel();
    const late = expect(engine.update("SpfTerms", spf, wanted)).rejects.toThrow(
      "Nothing was written",
    );
    gate.open();
    expect(await running).toMatchObject({ value: TARGET });
    await late;
    expect(gate.begun()).toBe(1);
    expect(engine.zone()).toContain(TARGET);
    expect(engine.zone()).not.toContain("include:_spf.odoo.com");
  });
});
