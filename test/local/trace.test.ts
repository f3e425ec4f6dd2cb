import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openTrace } from "../../src/local/trace.ts";

const folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-trace-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("a trace grows by a line an entry, whoever else writes to it, and only its owner reads it", () => {
  const file = join(folder, "trace");
  const [one, other] = [openTrace(file), openTrace(file)];
  one({ n: 1 });
  other({ text: "two\nlines" });
  one({ n: 3 });
  expect(readFileSync(file, "utf8")).toBe('{"n":1}\n{"text":"two\\nlines"}\n{"n":3}\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("a trace that can't be written is refused before anything is done", () => {
  expect(() => openTrace(join(folder, "nowhere", "trace"))).toThrow("No trace can be written to");
});

it("a full disk stops the trace, and nothing else", () => {
  openTrace("/dev/full")({ n: 1 });
});
