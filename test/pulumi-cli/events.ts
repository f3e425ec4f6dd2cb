import { readFileSync } from "node:fs";

/** What Pulumi's engine did to our records, from the log of its events: `update SpfTerms`. */
export function stepsIn(eventLog: string): readonly string[] {
  const lines = readFileSync(eventLog, "utf8").trim().split("\n");
  return lines
    .map((line) => (JSON.parse(line) as Event).resourcePreEvent?.metadata)
    .filter((step) => step !== undefined)
    .filter(({ type }) => type.startsWith("odoo-mail-dns:index:"))
    .map(({ op, type }) => `${op} ${type.split(":").at(-1)}`);
}

interface Event {
  readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly type: string } };
}
