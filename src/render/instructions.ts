import type { Op } from "../core/plan/schema.ts";
import { octets } from "./escape.ts";
import { count } from "./layout.ts";
import { target } from "./terms.ts";

/**
 * What to do in a control panel, step by step. Values stand alone on their lines and are never
 * wrapped, so that they can be copied whole.
 */
export function renderInstructions(ops: readonly Op[], zone: string): string {
  const steps = ops.flatMap((op, at) => ["", ...stepLines(op, zone, `${at + 1}`)]);
  return [
    `${zone} is kept by hand. Do ${ops.length === 1 ? "this" : `these ${count(ops.length, "thing")}`} in its control panel:`,
    ...steps,
    "",
  ].join("\n");
}

function stepLines(op: Op, zone: string, number: string): readonly string[] {
  if (op.before === null) return [`${number}  Add a ${op.type} record`, ...newLines(op, zone)];
  const where =
    op.name === zone ? "the domain itself (often shown as @ or an empty name)" : op.name;
  const shown = (value: string) => (op.type === "CNAME" ? target(value) : octets(value));
  if (op.after === null)
    return [
      `${number}  Delete one ${op.type} record at ${where}`,
      `     value    ${shown(op.before)}`,
    ];
  return [
    `${number}  Change the ${op.type} record at ${where}`,
    `     find     ${shown(op.before)}`,
    `     replace  ${shown(op.after)}`,
    "     Change this one record. Do not add a second one.",
  ];
}

function newLines({ name, type, after, ttl }: Op, zone: string): readonly string[] {
  const relative = name === zone ? "@" : name.slice(0, -zone.length - 1);
  const value = after ?? "";
  return [
    `     name     ${octets(relative).padEnd(24)}  (some panels want ${name})`,
    type === "CNAME"
      ? `     target   ${octets(value).padEnd(24)}  (some panels want a dot at the end)`
      : `     value    ${octets(value)}`,
    ...(ttl === "default" ? [] : [`     TTL      ${ttl}`]),
  ];
}
