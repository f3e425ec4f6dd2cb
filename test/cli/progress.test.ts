import { describe, expect, it } from "vitest";
import type { Context } from "../../src/cli/context.ts";
import { createProgress } from "../../src/cli/progress.ts";
import type { ApplyEvent } from "../../src/engine/apply-event.ts";
import * as fixture from "../render/fixtures.ts";

const [first, second] = fixture.receipt().steps.map(({ op }) => op);
if (first === undefined || second === undefined) throw new Error("the fixture has two steps");
const call = {
  ops: [0, 1],
  summary: "edit zones/mycompany.example.zone",
  method: "edit file",
  target: "zones/mycompany.example.zone",
};
const server = (state: "answers" | "waiting" | "silent", detail?: string): ApplyEvent => ({
  kind: "server",
  ms: 1100,
  report: {
    name: "ns1.mycompany.example",
    address: "192.0.2.53",
    state,
    ...(detail !== undefined && { detail }),
  },
});

const events: readonly ApplyEvent[] = [
  { kind: "read-again", ms: 400 },
  { kind: "saved", where: ".odoo-mail-dns/x.json", receipt: fixture.receipt() },
  { kind: "write", op: first, call, outcome: "done", detail: "the file as it was: x.bak", ms: 300 },
  {
    kind: "write",
    op: second,
    call,
    outcome: "done",
    detail: "the file as it was: x.bak",
    ms: 300,
  },
  { kind: "settled", settled: { state: "published", detail: "serial 7" }, ms: 10 },
  server("waiting"),
  server("waiting"),
  server("silent", "no answer\u001b[2J"),
  server("answers"),
  { kind: "visible-by", at: "2026-11-24T18:45:15.000Z", seconds: 300 },
];

function tell(told: readonly ApplyEvent[], isTerminal: boolean): string {
  let text = "";
  const progress = createProgress(
    {
      process: { stdout: { write: () => {} }, stderr: { write: (line: string) => (text += line) } },
      isTerminal: { stdin: isTerminal, stdout: isTerminal, stderr: isTerminal },
      paint: fixture.plain,
    } as unknown as Context,
    "mycompany.example",
  );
  for (const event of told) progress(event);
  return text;
}

describe("what happens during an apply", () => {
  it("is told line by line, a call once for all its records, a server only when it has news", () => {
    expect(tell(events, false).replaceAll(/ {2,}(?=\d)/g, "  ")).toBe(
      `  ✓ read again, unchanged since the plan  0.4 s
  ✓ saved the records as they were   .odoo-mail-dns/x.json
  ✓ edit zones/mycompany.example.zone  0.3 s
      the file as it was: x.bak
  ✓ ~ TXT mycompany.example
  ✓ + CNAME odoo._domainkey.mycompany.example
  ✓ published: serial 7
  · ns1.mycompany.example (192.0.2.53) not yet  1.1 s
  · ns1.mycompany.example (192.0.2.53) does not answer: no answer\\u{1b}[2J  1.1 s
  ✓ ns1.mycompany.example (192.0.2.53) answers as planned  1.1 s
  · resolvers may keep what they know for up to 300 s
`,
    );
  });

  it("on a terminal the line of a server that is waited for is written over", () => {
    expect(tell([server("waiting"), server("answers")], true)).toMatch(
      /not yet +1\.1 s\n\u001b\[1A\u001b\[2K {2}✓ ns1\.mycompany\.example \(192\.0\.2\.53\) answers/,
    );
  });

  it("what went wrong is marked, and says why", () => {
    const wrong: readonly ApplyEvent[] = [
      { kind: "write", op: first, call, outcome: "failed", detail: "the file is read-only", ms: 1 },
      { kind: "write", op: second, call, outcome: "pending", ms: 1 },
      { kind: "write", op: second, outcome: "unknown", ms: 1 },
      { kind: "write", op: second, outcome: "already", ms: 1 },
      { kind: "settled", settled: { state: "failed", detail: "rndc said no" }, ms: 1 },
      { kind: "settled", settled: { state: "pending" }, ms: 1 },
      { kind: "settled", settled: { state: "not-asked" }, ms: 1 },
      { kind: "not-verified", reason: "there is no delegation" },
      { kind: "interrupted" },
    ];
    expect(tell(wrong, false)).toBe(
      `  ! ~ TXT mycompany.example   failed: the file is read-only
  · + CNAME odoo._domainkey.mycompany.example   not tried
  ! + CNAME odoo._domainkey.mycompany.example   may or may not have happened
  ✓ + CNAME odoo._domainkey.mycompany.example   is so already
  ! not published: rndc said no
  · not published yet
  ! no name server can be asked: there is no delegation
  ! interrupted; what was being written is finished
`,
    );
  });

  it("what a person has to do is told as instructions", () => {
    expect(tell([{ kind: "instructions", calls: [], ops: [second] }], false)).toContain(
      "1  Add a CNAME record\n     name     odoo._domainkey ",
    );
  });
});
