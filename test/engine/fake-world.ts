import * as v from "valibot";
import type { Answer } from "../../src/core/dns/answer.ts";
import { type DomainName, parseName } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { DomainConfig } from "../../src/core/plan/desired.ts";
import { Receipt } from "../../src/core/plan/schema.ts";
import type { ApplyEvent } from "../../src/engine/apply-event.ts";
import type { World } from "../../src/engine/world.ts";
import type { Receipts } from "../../src/ports/receipts.ts";
import type { Authority, NameServer, Resolver, ServerAnswer } from "../../src/ports/resolver.ts";
import { worldFrom } from "../core/spf/world.ts";
import { type FakeClock, createFakeClock } from "./fake-clock.ts";
import { type FakeHost, type FakeHostOptions, createFakeHost } from "./fake-host.ts";

export function name(text: string): DomainName {
  const parsed = parseName(text);
  if (parsed === undefined) throw new Error(`${text} is no domain name`);
  return parsed;
}

export const DOMAIN = name("mycompany.example");
export const DKIM = name("odoo._domainkey.mycompany.example");
export const GOOGLE_ONLY = "v=spf1 include:_spf.google.com ~all";
export const MERGED = "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all";

/** What the rest of the world says; nothing about the domain itself. */
const ELSEWHERE = `
  _spf.google.com          TXT  "v=spf1 ip4:192.0.2.0/24 ~all"
  _spf.odoo.com            TXT  "v=spf1 ip4:198.51.100.0/24 ~all"
  odoo._domainkey.odoo.com TXT  "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7"
  example                  EXISTS
`;

export function config(more: Partial<DomainConfig> = {}): DomainConfig {
  return {
    domain: DOMAIN,
    host: "fake",
    hostOptions: {},
    spf: { off: false, domain: DOMAIN, terms: ["include:_spf.odoo.com"], placement: "first" },
    dkim: true,
    dmarc: "check",
    odoo: { hosting: "unknown" },
    accept: [],
    records: "own",
    retire: false,
    file: "stacks/Pulumi.mycompany.example.yaml",
    ...more,
  };
}

/** Lines `<label> <ttl> <type> <data>`, labels relative to mycompany.example. */
export function rrsets(...lines: readonly string[]): readonly RRset[] {
  const found = new Map<string, RRset>();
  for (const line of lines) {
    const [, label = "", ttl = "", type = "", data = ""] =
      /^(\S+) (\S+) (\S+) ([^]*)$/.exec(line) ?? [];
    const owner = label === "@" ? DOMAIN : name(`${label}.${DOMAIN}`);
    const key = `${owner} ${type}`;
    const values = [...(found.get(key)?.values ?? []), data];
    found.set(key, { name: owner, type, ttl: Number(ttl), values });
  }
  return [...found.values()];
}

/** The demo's zone in short: Google's SPF record beside other values, a mail server. */
export const ZONE = rrsets(
  "@ 3600 SOA ns1.mycompany.example hostmaster.mycompany.example 7 7200 900 1209600 300",
  "@ 3600 NS ns1.mycompany.example",
  "@ 3600 NS ns2.mycompany.example",
  `@ 600 TXT ${GOOGLE_ONLY}`,
  "@ 600 TXT google-site-verification=rXOx",
  "@ 3600 MX 1 smtp.google.com",
  "_dmarc 3600 TXT v=DMARC1; p=none; rua=mailto:dmarc@mycompany.example",
);

/** How one address behaves: so many milliseconds behind the host, or not answering. */
export interface Serving {
  readonly lagMs?: number;
  readonly silent?: boolean;
  /** What it serves instead of the host's zone. */
  readonly zone?: readonly RRset[];
  readonly isLame?: boolean;
}

export interface FakeWorldOptions extends Partial<Omit<FakeHostOptions, "clock">> {
  /** By address: `ns1` is at 192.0.2.1, `ns2` at 192.0.2.2. */
  readonly serving?: Readonly<Record<string, Serving>>;
  readonly lame?: readonly string[];
  /** The zone that DNS knows, where that is not the host's. */
  readonly delegated?: DomainName;
  /** `find` fails with this. */
  readonly notFound?: MailDnsError;
  readonly elsewhere?: string;
}

export interface FakeWorld extends World {
  readonly clock: FakeClock;
  readonly provider: FakeHost;
  readonly receipts: MemoryReceipts;
  /** Every question that went to the resolver. */
  readonly resolved: readonly string[];
  /** Every question that went to an authoritative address. */
  readonly asked: readonly string[];
}

export interface MemoryReceipts extends Receipts {
  /** Every state that was ever on disk, in order. */
  readonly saves: readonly Receipt[];
}

export function fakeWorld(options: FakeWorldOptions = {}): FakeWorld {
  const clock = createFakeClock();
  const provider = createFakeHost({ apex: DOMAIN, rrsets: ZONE, ...options, clock });
  const resolved: string[] = [];
  const asked: string[] = [];
  return {
    hostName: "Fake Host",
    provider,
    clock,
    resolver: fakeResolver(resolved, options.elsewhere ?? ELSEWHERE),
    authority: fakeAuthority(provider, options, asked),
    receipts: memoryReceipts(),
    resolved,
    asked,
  };
}

/** Refuses the names that a resolver must never be asked for. */
function fakeResolver(resolved: string[], text: string): Resolver {
  const world = worldFrom(text);
  return {
    async resolve(questions) {
      return questions.map((question) => {
        resolved.push(`${question.name} ${question.type}`);
        if (question.name === DKIM || question.name === `_dmarc.${DOMAIN}`) {
          throw new Error(`a resolver was asked for ${question.name}`);
        }
        return world.answer(question);
      });
    },
  };
}

function fakeAuthority(
  host: FakeHost,
  { serving = {}, lame = [], notFound, apex = DOMAIN, delegated = apex }: FakeWorldOptions,
  asked: string[],
): Authority {
  const names = ["ns1", "ns2"].map((label) => name(`${label}.${DOMAIN}`));
  const addresses = ["192.0.2.1", "192.0.2.2", ...Object.keys(serving)];
  const servers = [...new Set(addresses)].map((address): NameServer => ({
    name: names[address.endsWith("2") ? 1 : 0] as DomainName,
    address,
    port: 53,
  }));
  return {
    async find() {
      if (notFound !== undefined) throw notFound;
      const lameNames = lame.map((text) => ({ name: name(text), reason: "has no address" }));
      return {
        zone: delegated,
        parent: [...names, ...lameNames.map((one) => one.name)],
        child: names,
        servers,
        lame: lameNames,
        overridden: false,
      };
    },
    async ask(server, question) {
      asked.push(`${server.address} ${question.name} ${question.type}`);
      const { lagMs = 0, silent, zone, isLame } = serving[server.address] ?? {};
      if (silent === true) {
        return {
          answer: { status: "timeout", detail: "gave no answer within 8 s" },
          authoritative: false,
        };
      }
      if (isLame === true) {
        return { answer: { status: "servfail", detail: "answers REFUSED" }, authoritative: false };
      }
      return serve(zone ?? host.rrsetsBefore(lagMs), question.name, question.type);
    },
  };
}

function serve(zone: readonly RRset[], owner: DomainName, type: string): ServerAnswer {
  const soa = { serial: 7, ttl: 3600, minimum: 300 };
  const at = zone.filter((rrset) => rrset.name === owner);
  const found = at.find((rrset) => rrset.type === type);
  const target = at.find((rrset) => rrset.type === "CNAME")?.values[0];
  const exists = zone.some((rrset) => rrset.name === owner || rrset.name.endsWith(`.${owner}`));
  let answer: Answer = { status: exists ? "nodata" : "nxdomain", negativeTtl: 300 };
  if (target !== undefined) answer = { status: "nodata", aliases: [target as DomainName] };
  if (found !== undefined) {
    const ttl = found.ttl === "default" ? 300 : found.ttl;
    answer = { status: "records", records: found.values.map((data) => ({ data, ttl })) };
  }
  return { answer, authoritative: true, soa };
}

export function memoryReceipts(): MemoryReceipts {
  const kept = new Map<string, Receipt>();
  const saves: Receipt[] = [];
  const put = (receipt: Receipt): void => {
    const checked = v.parse(Receipt, structuredClone(receipt));
    saves.push(checked);
    kept.set(`${receipt.domain}/${receipt.id}`, checked);
  };
  const ids = async (domain: string): Promise<readonly string[]> =>
    [...kept.values()]
      .filter((receipt) => receipt.domain === domain)
      .map(({ id }) => id)
      .toSorted()
      .toReversed();
  return {
    saves,
    ids,
    async create(receipt) {
      if (kept.has(`${receipt.domain}/${receipt.id}`))
        throw new MailDnsError("conflict", "is there");
      put(receipt);
    },
    async save(receipt) {
      put(receipt);
    },
    load: async (domain, id) => kept.get(`${domain}/${id ?? (await ids(domain))[0]}`),
    describe: ({ domain, id }) => `.odoo-mail-dns/${domain}/${id}.json`,
  };
}

export const never: AbortSignal = new AbortController().signal;

/** Collects what an apply tells. */
export function listener(): { readonly events: ApplyEvent[]; onEvent(event: ApplyEvent): void } {
  const events: ApplyEvent[] = [];
  return { events, onEvent: (event) => void events.push(event) };
}

/** TXT values at the domain, or the target at the DKIM name. */
export function valuesAt(host: FakeHost, owner: DomainName, type: string): readonly string[] {
  return host.rrsets().find((rrset) => rrset.name === owner && rrset.type === type)?.values ?? [];
}
