import { noApi } from "../providers/no-api.ts";
import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as disk from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram, serverEnvironment } from "../../scripts/name-servers.mjs";
import type { DomainName } from "../../src/core/dns/name.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { DnsProvider, HostContext } from "../../src/ports/dns-provider.ts";
import type { Resolver } from "../../src/ports/resolver.ts";
import { createAuthority } from "../../src/resolve/authority.ts";
import { parseNameServers } from "../../src/resolve/name-servers.ts";
import { run } from "../../providers/zonefile/programs.ts";
import { zoneFileProvider } from "../../providers/zonefile/provider.ts";
import { readZone } from "../../providers/zonefile/zone.ts";
import { APEX, zoneText } from "../providers/zonefile/arbitrary.ts";
import { type Named, startNamed, wallClock } from "./bind.ts";

const ADDRESS = "127.0.0.31";
const signal = new AbortController().signal;
const program = findProgram("named-checkzone") ?? "named-checkzone";
const PATH = `${join(program, "..")}:${process.env.PATH}`;
const resolver: Resolver = {
  resolve: async () => {
    throw new MailDnsError("internal", "no resolver is needed here");
  },
};

const dkim: Op = {
  kind: "create-rrset",
  name: `odoo._domainkey.${APEX}`,
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: 300,
};

function replace(before: string, after: string): Op {
  return { kind: "replace-value", name: APEX, type: "TXT", before, after, ttl: 300 };
}

/** The adapter with BIND's own programs, on a folder of its own. */
function onFolder(
  folder: string,
  env: HostContext["env"] = {},
  clock: Clock = wallClock,
): DnsProvider {
  const overrides = parseNameServers(`ns1.other.example=${ADDRESS}`);
  return zoneFileProvider(
    { file: `${APEX}.zone`, reload: "rndc" },
    {
      env: { ...serverEnvironment(), PATH, ...env },
      projectFolder: folder,
      clock,
      resolver,
      authority: createAuthority({ resolver, overrides, clock: wallClock }),
      ...noApi,
    },
    { disk, run },
  );
}

async function apply(provider: DnsProvider, ops: readonly Op[]): Promise<string | undefined> {
  const zone = await provider.findZone(APEX, signal);
  const planned = await provider.read(zone, [], signal);
  const [result] = await provider.apply(provider.compile(ops, planned), planned, signal);
  return result?.outcome;
}

describe("named-checkzone", () => {
  const folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-"));
  const file = join(folder, `${APEX}.zone`);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The zone as BIND understands the file, printed by it in its own form. */
  function asBindReads(): readonly string[] {
    const args = ["-i", "none", "-D", "-o", "-", APEX, file];
    const options = {
      env: { ...process.env, ...serverEnvironment() },
      encoding: "latin1",
    } as const;
    return asWeRead(
      execFileSync(program, args, { ...options, stdio: ["ignore", "pipe", "ignore"] }),
    );
  }

  /** `name type data` of every record, once; TTLs aside, since BIND gives an RRset one for all. */
  function asWeRead(text: string): readonly string[] {
    const { records } = readZone({ file: "x", text }, { origin: APEX });
    const lines = records.map(({ name, type, data }) =>
      type === "SOA" ? `SOA ${data.replace(/ \d+/, "")}` : `${name} ${type} ${data}`,
    );
    return [...new Set(lines)].sort();
  }

  test("reads arbitrary zone files as we do, and accepts every one that we have edited", async () => {
    const provider = onFolder(folder);
    await fc.assert(
      fc.asyncProperty(zoneText, async ({ text, spf: { value } }) => {
        writeFileSync(file, text, "latin1");
        const before = asWeRead(text);
        expect(asBindReads()).toEqual(before);
        const after = value.replace("v=spf1 ", "v=spf1 include:_spf.odoo.com ");
        expect(await apply(provider, [replace(value, after), dkim])).toBe("done");
        const expected = before.map((line) => line.replace(`TXT ${value}`, () => `TXT ${after}`));
        expect(asBindReads()).toEqual([...expected, `${dkim.name} CNAME ${dkim.after}`].sort());
      }),
      { numRuns: 200 },
    );
  });

  test("it finds included files where we find them", async () => {
    const zones = join(folder, "zones");
    mkdirSync(zones, { recursive: true });
    writeFileSync(join(zones, "more.inc"), "ns1 60 A 192.0.2.1\n");
    const text = `@ 60 SOA ns1 host 1 1 1 1 1\n@ 60 NS ns1\n@ 60 TXT "v=spf1 ~all"\n`;
    writeFileSync(
      file,
      `${text}$INCLUDE zones/more.inc\n$INCLUDE "${join(zones, "more.inc")}" sub\n`,
    );
    expect(await apply(onFolder(folder), [dkim])).toBe("done");
  });

  test("what it refuses is not written, and its reason is told", async () => {
    const broken = `$ORIGIN ${APEX}.\n@ 60 SOA ns1 host 1 1 1 1 1\n@ 60 NS ns1\n@ 60 TXT "v=spf1 ~all"\n@ 60 NOSUCHTYPE x\n`;
    writeFileSync(file, broken);
    await expect(apply(onFolder(folder), [dkim])).rejects.toThrow(
      /named-checkzone does not accept the new mycompany\.example\.zone; nothing was written\. It says: .*:5: unknown RR type 'NOSUCHTYPE'/s,
    );
    expect(readFileSync(file, "latin1")).toBe(broken);
  });
});

/** Time runs twenty times as fast. */
function fastClock(): Clock {
  const start = wallClock.now();
  return {
    now: () => start + (wallClock.now() - start) * 20,
    wait: (ms, signal) => wallClock.wait(ms / 20, signal),
  };
}

describe("named serves what was edited", () => {
  let named: Named;
  let folder: string;
  const zone = `$ORIGIN ${APEX}.\n$TTL 300\n@ SOA ns1.other.example. host.other.example. ( 2026112401 ; serial\n 7200 3600 1209600 300 )\n  NS ns1.other.example.\n  TXT ( "v=spf1 include:_spf.google.com " ; Google\n        "~all" )\n`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-"));
    writeFileSync(join(folder, `${APEX}.zone`), zone);
    named = await startNamed({
      address: ADDRESS,
      zones: { [APEX]: { file: join(folder, `${APEX}.zone`) } },
    });
  });
  afterAll(async () => {
    await named.stop();
    rmSync(folder, { recursive: true });
  });

  async function served(name: string, type: string): Promise<readonly string[]> {
    const overrides = parseNameServers(`ns1.other.example=${ADDRESS}`);
    const authority = createAuthority({ resolver, overrides, clock: wallClock });
    const server = { name: "ns1.other.example" as DomainName, address: ADDRESS, port: 53 };
    const { answer } = await authority.ask(server, { name: name as DomainName, type }, signal);
    return answer.status === "records" ? answer.records.map(({ data }) => data) : [answer.status];
  }

  test("after `rndc reload`, once the serial is there", async () => {
    const provider = onFolder(folder, { ODOO_MAIL_DNS_RNDC_CONFIG: named.rndcConf });
    const before = "v=spf1 include:_spf.google.com ~all";
    const after = "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all";
    expect(await apply(provider, [replace(before, after), dkim])).toBe("done");
    expect(await served(APEX, "TXT")).toEqual([before]);
    const settled = await provider.settle(await provider.findZone(APEX, signal), signal);
    expect(settled).toMatchObject({ state: "published" });
    expect(await served(APEX, "TXT")).toEqual([after]);
    expect(await served(dkim.name, "CNAME")).toEqual(["odoo._domainkey.odoo.com"]);
  });

  test("a zone that named does not load is pending, although rndc exits 0", async () => {
    const file = join(folder, `${APEX}.zone`);
    const good = readFileSync(file, "latin1");
    const impatient = onFolder(folder, { ODOO_MAIL_DNS_RNDC_CONFIG: named.rndcConf }, fastClock());
    // Legal for us, since any other type may be new; BIND does not know this one.
    writeFileSync(file, `${good.replace(/20\d{8}/, "2099010100")}x NOSUCHTYPE y\n`, "latin1");
    const settled = await impatient.settle(await impatient.findZone(APEX, signal), signal);
    expect(settled).toMatchObject({
      state: "pending",
      detail: expect.stringContaining("still serves serial"),
    });
    writeFileSync(file, good, "latin1");
  });
});
