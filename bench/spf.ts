// node bench/spf.ts: how many SPF records one core parses and merges, evaluates, counts and proves
// in a second. Every domain has a record of its own; the records they include are shared, as in life.
import { Bench } from "tinybench";
import type { Answer } from "../src/core/dns/answer.ts";
import type { DomainName } from "../src/core/dns/name.ts";
import { ODOO_TERM } from "../src/core/odoo.ts";
import { spfBudget } from "../src/core/spf/budget.ts";
import { evaluateSpf } from "../src/core/spf/evaluate.ts";
import { ensureTerms } from "../src/core/spf/merge.ts";
import { proveEdit, proveEffects } from "../src/core/spf/proof.ts";

const DOMAINS = 5_000;

const SHARED = {
  "_spf.google.com":
    "v=spf1 ip4:74.125.0.0/16 ip4:209.85.128.0/17 ip6:2001:4860:4864::/56 ip6:2404:6800:4864::/56 ip6:2607:f8b0:4864::/56 ip6:2800:3f0:4864::/56 ip6:2a00:1450:4864::/56 ip6:2c0f:fb50:4864::/56 ~all",
  "_spf.odoo.com": "v=spf1 include:_spf.mailsaas10.odoo.com include:_spf.mo1.odoo.com ~all",
  "_spf.mailsaas10.odoo.com":
    "v=spf1 ip4:192.0.2.4 ip4:192.0.2.9 ip4:192.0.2.64/28 ip4:198.51.100.0/27 ~all",
  "_spf.mo1.odoo.com": "v=spf1 ip4:203.0.113.0/26 ip4:203.0.113.200 ip4:203.0.113.208/29 ~all",
};

const answers = Object.fromEntries(
  Object.entries(SHARED).map(([name, data]) => [`${name} TXT`, txt(data)]),
);

interface Sample {
  readonly domain: DomainName;
  readonly before: string;
  readonly after: string;
}

const samples: readonly Sample[] = Array.from({ length: DOMAINS }, (_, at) => {
  const own = `ip4:198.18.${at >> 8}.${at & 255}`;
  const before = `v=spf1 include:_spf.google.com ${own} ~all`;
  return {
    domain: `company${at}.example` as DomainName,
    before,
    after: `v=spf1 ${ODOO_TERM} include:_spf.google.com ${own} ~all`,
  };
});

interface Measure {
  readonly name: string;
  readonly bar?: number;
  run(sample: Sample): unknown;
}

const measures: readonly Measure[] = [
  {
    name: "parse and merge a record",
    bar: 50_000,
    run: ({ before }) => ensureTerms(before, [ODOO_TERM], "first"),
  },
  {
    name: "evaluate one sender",
    run: ({ domain, after }) =>
      evaluateSpf({ ip: "192.0.2.1", mailFrom: `amy@${domain}`, helo: "mail.example" }, domain, {
        ...answers,
        [`${domain} TXT`]: txt(after),
      }),
  },
  {
    name: "budget and proof of an edit",
    bar: 10_000,
    run: ({ domain, before, after }) => [
      spfBudget(domain, before, answers),
      spfBudget(domain, after, answers),
      proveEdit({ domain, before, after, ours: [ODOO_TERM], answers }),
    ],
  },
  {
    name: "effects of a new record",
    bar: 5_000,
    run: ({ domain }) =>
      proveEffects({ domain, before: [], after: [`v=spf1 ${ODOO_TERM} ~all`], answers }),
  },
];

const bench = new Bench({ time: 1_000, warmupTime: 300 });
let next = 0;
for (const { name, run } of measures) {
  bench.add(name, () => {
    next = (next + 1) % DOMAINS;
    return void run(samples[next] ?? samples[0]!);
  });
}
await bench.run();
console.log(`SPF on one core, ${DOMAINS} domains (Node ${process.version})`);
for (const [at, task] of bench.tasks.entries()) report(task, measures[at]?.bar);

function report(task: (typeof bench.tasks)[number], bar: number | undefined): void {
  const { result } = task;
  const rate = "throughput" in result ? result.throughput.mean : 0;
  const median = "latency" in result ? result.latency.p50 * 1_000 : Number.NaN;
  const verdict =
    bar === undefined ? "" : ` (${rate >= bar ? "within" : "BELOW"} the bar of ${bar})`;
  console.log(
    `  ${task.name.padEnd(30)} ${Math.round(rate).toLocaleString("en")} a second, median ${median.toFixed(1)} µs${verdict}`,
  );
  if (bar !== undefined && rate < bar) process.exitCode = 1;
}

function txt(data: string): Answer {
  return { status: "records", records: [{ data, ttl: 3600 }] };
}
