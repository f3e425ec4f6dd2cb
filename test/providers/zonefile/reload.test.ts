import { describe, expect, test } from "vitest";
import { parseName, type DomainName } from "../../../src/core/dns/name.ts";
import type { Authority, NameServer } from "../../../src/ports/resolver.ts";
import type { Ended } from "../../../providers/zonefile/programs.ts";
import { DOMAIN, SIGNAL, ZONE } from "./fixtures.ts";
import { project, type Choices } from "./project.ts";

const OK: Ended = { status: 0, output: "zone reload queued" };

/** Name servers by name; each gives the serials of its list, the last one for ever. */
function serving(serials: Record<string, number[]>): Partial<Authority> {
  const servers = Object.keys(serials).map((name, index): NameServer => ({
    name: parseName(name) as DomainName,
    address: `127.0.0.${index + 1}`,
    port: 53,
  }));
  return {
    find: async () => ({
      zone: DOMAIN,
      parent: [],
      child: [],
      servers,
      lame: [],
      overridden: false,
    }),
    ask: async ({ name }) => {
      const list = serials[name] ?? [];
      const serial = list.length > 1 ? list.shift() : list[0];
      return serial === undefined
        ? { answer: { status: "timeout" }, authoritative: false }
        : {
            answer: { status: "records", records: [] },
            authoritative: true,
            soa: { serial, ttl: 3600, minimum: 300 },
          };
    },
  };
}

async function settle(choices: Choices) {
  const made = project({ options: { reload: "rndc" }, program: () => OK, ...choices });
  const zone = await made.provider.findZone(DOMAIN, SIGNAL);
  return { ...made, settled: await made.provider.settle(zone, SIGNAL) };
}

describe("rndc is told, and believed only when the primary serves the file's serial", () => {
  test("published", async () => {
    const authority = serving({ "ns1.mycompany.example": [2026112400, 2026112401] });
    const { settled, commands } = await settle({ authority });
    expect(settled).toEqual({ state: "published", detail: "the primary serves serial 2026112401" });
    expect(commands).toMatchObject([{ program: "rndc", args: ["reload", "mycompany.example"] }]);
  });

  test("with a configuration from the environment", async () => {
    const authority = serving({ "ns1.mycompany.example": [2026112401] });
    const env = { ODOO_MAIL_DNS_RNDC_CONFIG: "/etc/own.conf" };
    const { commands } = await settle({ authority, env });
    expect(commands[0]?.args).toEqual(["-c", "/etc/own.conf", "reload", "mycompany.example"]);
  });

  test("a server that goes on with the old zone is pending, although rndc said yes", async () => {
    const authority = serving({ "ns1.mycompany.example": [2026112400] });
    expect((await settle({ authority })).settled).toEqual({
      state: "pending",
      detail:
        "rndc reload said yes, but the primary still serves serial 2026112400 (the file has 2026112401); the name server's log says why.",
    });
  });

  test("a secondary that has the serial is no proof while the primary has not", async () => {
    const authority = serving({
      "ns1.mycompany.example": [2026112400],
      "ns2.other.example": [2026112401],
    });
    expect((await settle({ authority })).settled.state).toBe("pending");
  });

  test("a hidden primary: any server with the serial is proof", async () => {
    const authority = serving({ "ns2.other.example": [], "ns3.other.example": [2026112401] });
    expect((await settle({ authority })).settled.state).toBe("published");
  });

  test("nobody can be asked", async () => {
    expect((await settle({})).settled).toMatchObject({
      state: "pending",
      detail: expect.stringContaining("the primary can't be asked: nobody answers"),
    });
  });

  test.each<[Ended, string]>([
    [
      { status: "missing", output: "" },
      "rndc is not installed here; the name server was not told.",
    ],
    [
      { status: 1, output: "rndc: connect failed" },
      "rndc reload mycompany.example failed: rndc: connect failed. Run it once rndc can reach the name server; ODOO_MAIL_DNS_RNDC_CONFIG names rndc's configuration.",
    ],
    [
      { status: "stopped", output: "" },
      "rndc reload mycompany.example failed: stopped. Run it once rndc can reach the name server; ODOO_MAIL_DNS_RNDC_CONFIG names rndc's configuration.",
    ],
  ])("%j", async (ended, detail) => {
    expect((await settle({ program: () => ended })).settled).toEqual({ state: "failed", detail });
  });

  test("a zone name that could be taken for an option is not handed over", async () => {
    const name = parseName("-c.mycompany.example") as DomainName;
    const text = ZONE.replace("$ORIGIN mycompany", "$ORIGIN -c.mycompany");
    const { provider } = project({ text, options: { reload: "rndc" }, program: () => OK });
    const zone = await provider.findZone(name, SIGNAL);
    expect(await provider.settle(zone, SIGNAL)).toEqual({
      state: "failed",
      detail: "The name -c.mycompany.example can't be handed to rndc.",
    });
  });
});

test("without a reload the person is told what to do", async () => {
  const { settled, commands } = await settle({ options: { reload: "none" } });
  expect(settled).toEqual({
    state: "not-asked",
    detail: "Tell the name server that the file changed, with BIND: rndc reload mycompany.example",
  });
  expect(commands).toEqual([]);
});
