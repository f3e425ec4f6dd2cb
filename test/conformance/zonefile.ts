import * as fs from "node:fs";
import * as disk from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DomainName } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { printTxt } from "../../src/core/dns/txt.ts";
import { zoneFileProvider } from "../../providers/zonefile/provider.ts";
import { readZone, rrsetsOf } from "../../providers/zonefile/zone.ts";
import { contextOf } from "../providers/zonefile/fixtures.ts";
import type { HostUnderTest, RunningHost } from "./host-under-test.ts";

/** A folder of its own for each zone file. */
export const zonefile: HostUnderTest = {
  options: { file: "zone" },
  anyOctets: 600,
  secrets: [],
  async start({ apex, rrsets }): Promise<RunningHost> {
    const folder = fs.mkdtempSync(join(tmpdir(), "odoo-mail-dns-"));
    const path = join(folder, "zone");
    const write = (rrsets: readonly RRset[]): void =>
      fs.writeFileSync(path, printZone(apex, rrsets));
    const read = (): readonly RRset[] => storedIn(fs.readFileSync(path, "latin1"), apex);
    write(rrsets);
    const history = [read()];
    let isLost = false;
    const rename: typeof disk.rename = async (from, to) => {
      await disk.rename(from, to);
      if (to !== path) return;
      history.push(read());
      if (isLost) throw Object.assign(new Error("lost"), { code: "EIO" });
    };
    const run = async () => ({ status: "missing" as const, output: "" });
    const machine = { disk: { ...disk, rename }, run };
    return {
      provider: zoneFileProvider({ file: "zone", reload: "none" }, contextOf(folder), machine),
      stored: async () => read(),
      history: async () => history,
      overwrite: async (rrsets) => write(rrsets),
      loseNextAnswer: () => {
        isLost = true;
      },
      close: async () => fs.rmSync(folder, { recursive: true }),
    };
  },
};

function printZone(apex: DomainName, rrsets: readonly RRset[]): string {
  const lines = rrsets.flatMap(({ name, type, ttl, values }) =>
    values.map((value) => `${name}. ${ttl} IN ${type} ${printData(type, value)}`),
  );
  const soa = `${apex}. 3600 IN SOA ns1.host.example. admin.host.example. 1 7200 3600 1209600 300`;
  return [soa, `${apex}. 3600 IN NS ns1.host.example.`, ...lines, ""].join("\n");
}

function printData(type: string, value: string): string {
  if (type === "TXT") return printTxt(value);
  return type === "A" ? value : `${value}.`;
}

function storedIn(text: string, apex: DomainName): readonly RRset[] {
  const { records } = readZone({ file: "zone", text }, { origin: apex });
  return rrsetsOf(records.filter(({ type }) => type !== "SOA" && type !== "NS"));
}
