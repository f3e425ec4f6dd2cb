import type { DomainName } from "../../src/core/dns/name.ts";
import { parseName } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import type { Fault } from "../sim/faults.ts";
import type { RunningHost } from "./host-under-test.ts";

export const APEX: DomainName = nameOf("mycompany.example");
export const DKIM: DomainName = nameOf("odoo._domainkey.mycompany.example");
export const SPF = "v=spf1 include:_spf.google.com ~all";
export const MERGED = "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all";
const OTHER_SPF = "v=spf1 include:_spf.google.com mx ~all";
const SECOND_SPF = "v=spf1 mx -all";
const TOKEN = "google-site-verification=abc";

/** A zone in which ours has to be merged, and which holds what is not ours. */
export const ZONE: readonly RRset[] = zoneWith([TOKEN, SPF]);

function zoneWith(texts: readonly string[], ...more: readonly RRset[]): readonly RRset[] {
  return [
    { name: APEX, type: "TXT", ttl: 600, values: texts },
    { name: nameOf("www.mycompany.example"), type: "A", ttl: 60, values: ["192.0.2.1"] },
    {
      name: nameOf("_dmarc.mycompany.example"),
      type: "TXT",
      ttl: 300,
      values: ["v=DMARC1; p=none"],
    },
    ...more,
  ];
}

const TARGET = "odoo._domainkey.odoo.com";
const cname = (target: string): RRset => ({
  name: DKIM,
  type: "CNAME",
  ttl: 300,
  values: [target],
});

/** What somebody else makes of the zone, by the words of the table. */
const EDITS: Readonly<Record<string, readonly RRset[]>> = {
  "another value comes to the name": zoneWith([TOKEN, SPF, "new=1"]),
  "the SPF record is changed": zoneWith([TOKEN, OTHER_SPF]),
  "the SPF record is deleted": zoneWith([TOKEN]),
  "a second SPF record is made": zoneWith([TOKEN, SPF, SECOND_SPF]),
  "our very change is made": zoneWith([TOKEN, MERGED], cname(TARGET)),
  "the DKIM name is taken": zoneWith([TOKEN, SPF], cname("elsewhere.example")),
};

const NOTHING_DONE = {
  "429, wait a second": { kind: "status", status: 429, headers: { "retry-after": "1" }, body: {} },
  "429, nothing more": { kind: "status", status: 429, body: "" },
  "400 without a reason": { kind: "status", status: 400, body: {} },
  "401 before it": { kind: "status", status: 401, body: {} },
  "403 before it": { kind: "status", status: 403, body: {} },
  "404 before it": { kind: "status", status: 404, body: {} },
  "409 before it": { kind: "status", status: 409, body: {} },
  "500 before it": { kind: "status", status: 500, body: "" },
  "502 before it": { kind: "status", status: 502, body: "<html>bad gateway</html>" },
  "503 before it": { kind: "status", status: 503, headers: { "retry-after": "2" }, body: "" },
  "504 before it": { kind: "status", status: 504, body: "" },
  "the connection dies before it": { kind: "drop" },
  "200 with a page of HTML": { kind: "status", status: 200, body: "<html>sign in</html>" },
  "200 with an empty object": { kind: "status", status: 200, body: {} },
  "200 with an empty list": { kind: "status", status: 200, body: [] },
} as const satisfies Readonly<Record<string, Fault>>;

const DONE = {
  "500 after it": { kind: "after", status: 500 },
  "502 after it": { kind: "after", status: 502 },
  "503 after it": { kind: "after", status: 503 },
  "504 after it": { kind: "after", status: 504 },
  "the answer gets lost": { kind: "lost" },
  "the answer is cut off": { kind: "truncated" },
  "half of the answer comes": { kind: "garbled" },
  "the answer takes ten minutes": { kind: "slow", ms: 600_000 },
} as const satisfies Readonly<Record<string, Fault>>;

const LASTING: Readonly<Record<string, Fault>> = {
  "429, wait a second, each time": NOTHING_DONE["429, wait a second"],
  "503 before it, each time": NOTHING_DONE["503 before it"],
  "503 after it, each time": DONE["503 after it"],
  "the connection dies before it, each time": NOTHING_DONE["the connection dies before it"],
  "the answer gets lost, each time": DONE["the answer gets lost"],
  "the answer takes two minutes, each time": { kind: "slow", ms: 120_000 },
};

/** Everything that may go wrong at one request, by the words of the table. */
export function faultsFor(host: RunningHost): Readonly<Record<string, Fault>> {
  const edits = Object.entries(EDITS).map(([words, rrsets]): [string, Fault] => [
    words,
    { kind: "edit", edit: () => void host.overwrite(rrsets) },
  ]);
  return { ...NOTHING_DONE, ...DONE, ...LASTING, ...Object.fromEntries(edits) };
}

export const faultWords: readonly string[] = [NOTHING_DONE, DONE, LASTING, EDITS].flatMap(
  Object.keys,
);

/** Whether it goes wrong for as long as anybody asks, and not just once. */
export function isLasting(words: string): boolean {
  return Object.hasOwn(LASTING, words);
}

/** What somebody else made of the zone, where that is what went wrong. */
export function editOf(words: string): readonly RRset[] | undefined {
  return EDITS[words];
}

function nameOf(text: string): DomainName {
  const name = parseName(text);
  if (name === undefined) throw new Error(`${text} is no domain name`);
  return name;
}
