import { renderJson } from "../../render/json.ts";
import { wrap } from "../../render/layout.ts";
import type { Context } from "../context.ts";
import { exit } from "../exit-codes.ts";
import type { OutputFlags } from "../flags.ts";

/** Lists the registry. */
export async function hosts(context: Context, { json }: OutputFlags): Promise<number> {
  const registry = Object.entries(await context.hosts());
  const { stdout } = context.process;
  if (json) {
    for (const [name, { about }] of registry) stdout.write(renderJson({ name, ...about }));
    return exit.ok;
  }
  const width = Math.max(...registry.map(([name]) => name.length));
  for (const [name, { about }] of registry) {
    const lines = wrap(`${about.title}: ${about.summary}`, `${name.padEnd(width)}  `);
    stdout.write(`${lines.join("\n")}\n`);
  }
  stdout.write("\nIn the stack file: odoo-mail-dns:host: NAME\n");
  return exit.ok;
}
