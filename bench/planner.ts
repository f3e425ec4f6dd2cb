/**
 * Whole plans a second on one core: SPF with its tree, budget and proof, DKIM and DMARC. A fleet of
 * domains that use the usual senders, none of them set up for Odoo yet, so every plan is a change.
 *
 *     node bench/planner.ts
 */
import { type Answer, type Answers, answerKey } from "../src/core/dns/answer.ts";
import { type DomainName, parseName } from "../src/core/dns/name.ts";
import type { PlanInput } from "../src/core/plan/desired.ts";
import { planDomain } from "../src/core/plan/diff.ts";
import type { Plan } from "../src/core/plan/schema.ts";

const DOMAINS = 2_000;
const SECONDS = 3;
const WANTED = 5_000;

const RECORDS = [
  "v=spf1 include:_spf.google.com ~all",
  "v=spf1 mx include:spf.protection.outlook.com -all",
  "v=spf1 a mx include:_spf.google.com include:mail.zendesk.com ip4:198.51.100.7 ~all",
  "v=spf1 include:mailgun.org ip4:203.0.113.0/24 ~all",
];

const WORLD: Readonly<Record<string, string>> = {
  "_spf.odoo.com": "v=spf1 include:_spf.mailsaas10.odoo.com include:_spf.mo1.odoo.com ~all",
  "_spf.mailsaas10.odoo.com": `v=spf1 ${networks("51.15.%.0/24", 8)} ~all`,
  "_spf.mo1.odoo.com": `v=spf1 ${networks("34.77.%.0/22", 8)} ~all`,
  "odoo._domainkey.odoo.com": "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEF",
  "_spf.google.com": `v=spf1 ip4:74.125.0.0/16 ip4:209.85.128.0/17 ip6:2001:4860:4864::/56 ip6:2404:6800:4864::/56 ip6:2607:f8b0:4864::/56 ip6:2800:3f0:4864::/56 ip6:2a00:1450:4864::/56 ip6:2c0f:fb50:4864::/56 ~all`,
  "spf.protection.outlook.com": `v=spf1 ${networks("40.%.0.0/16", 6)} ip6:2a01:111:f400::/48 ip6:2a01:111:f403::/49 ip6:2a01:111:f403:8000::/51 -all`,
  "mail.zendesk.com": `v=spf1 ${networks("192.161.%.0/24", 6)} ~all`,
  "mailgun.org":
    "v=spf1 include:_spf.mailgun.org include:_spf.eu.mailgun.org include:_spf3.mailgun.org include:_spf4.mailgun.org ~all",
  "_spf.mailgun.org": `v=spf1 ${networks("209.61.%.0/24", 8)} ~all`,
  "_spf.eu.mailgun.org": `v=spf1 ${networks("141.193.%.0/24", 4)} ~all`,
  "_spf3.mailgun.org": `v=spf1 ${networks("161.38.%.0/24", 6)} ~all`,
  "_spf4.mailgun.org": `v=spf1 ${networks("143.55.%.0/24", 6)} ~all`,
};

function networks(pattern: string, count: number): string {
  return Array.from({ length: count }, (_, n) => `ip4:${pattern.replace("%", String(n * 4))}`).join(
    " ",
  );
}

function answer(name: string, type: string): Answer {
  const text = WORLD[name];
  if (type === "TXT" && text !== undefined) return records(text);
  if (type === "MX") return records(`10 mail.${name}`);
  if (type === "A") return records("192.0.2.25");
  if (type === "AAAA") return records("2001:db8::25");
  return { status: "nxdomain" };
}

function records(data: string): Answer {
  return { status: "records", records: [{ data, ttl: 300 }] };
}

function name(text: string): DomainName {
  const parsed = parseName(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

function inputFor(index: number, answers: Answers): PlanInput {
  const domain = name(`customer-${index}.example`);
  const values = [RECORDS[index % RECORDS.length] ?? "", "google-site-verification=abcdefghij"];
  return {
    config: {
      domain,
      host: "zonefile",
      hostOptions: {},
      spf: { off: false, domain, terms: ["include:_spf.odoo.com"], placement: "first" },
      dkim: true,
      dmarc: "check",
      odoo: { hosting: "unknown" },
      accept: [],
      records: "own",
      retire: false,
      file: "stacks/Pulumi.customer.yaml",
    },
    snapshot: {
      zone: { apex: domain, nameservers: [], nativeId: "zone" },
      takenAt: "2026-11-24T18:40:00Z",
      source: "host",
      coverage: "zone",
      version: "1",
      rrsets: [{ name: domain, type: "TXT", ttl: 300, values }],
    },
    answers,
    host: {
      guard: "server",
      ttl: { min: 60, max: 86_400, byDefault: 3600 },
      maxTxtOctets: null,
      exposure: [],
    },
  };
}

/** Answers every question that a plan has, as the engine does, and keeps them for the next. */
function planWith(index: number, answers: Record<string, Answer>): Plan {
  for (;;) {
    const result = planDomain(inputFor(index, answers));
    if (result.done) return result.value;
    for (const question of result.questions) {
      answers[answerKey(question)] = answer(question.name, question.type);
    }
  }
}

function rate(run: (index: number) => Plan): number {
  for (let index = 0; index < DOMAINS; index += 1) run(index);
  let count = 0;
  const start = performance.now();
  while (performance.now() - start < SECONDS * 1000) {
    for (let index = 0; index < 100; index += 1) {
      const plan = run(count % DOMAINS);
      if (plan.parts.spf.status !== "changes") throw new Error("every plan has to be a change");
      count += 1;
    }
  }
  return (count / (performance.now() - start)) * 1000;
}

const shared: Record<string, Answer> = {};
const known = rate((index) => planWith(index, shared));
const outside: Record<string, Answer> = {};
for (const domain of Object.keys(WORLD)) outside[`${domain} TXT`] = answer(domain, "TXT");
const rounds = rate((index) => planWith(index, { ...outside }));

const round = (value: number): string => Math.round(value).toLocaleString("en");
console.log(`whole plans, every answer known:        ${round(known)} domains/s`);
console.log(`whole plans, own names still to ask:    ${round(rounds)} domains/s`);
if (known < WANTED) {
  console.error(`wanted at least ${round(WANTED)} domains/s`);
  process.exitCode = 1;
}
