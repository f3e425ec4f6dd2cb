import { suggest } from "../../config/suggest.ts";
import { MailDnsError } from "../../core/errors.ts";
import { wrap } from "../../render/layout.ts";
import { runCommand } from "../app.ts";
import type { Context } from "../context.ts";
import { environment } from "../environment.ts";
import { exit, exitCodes } from "../exit-codes.ts";
import type { NoFlags } from "../flags.ts";
import { verbs } from "../verbs.ts";

type Topic = (context: Context) => readonly string[] | Promise<readonly string[]>;

const topics: Readonly<Record<string, Topic>> = {
  "exit-codes": () =>
    exitCodes.flatMap(({ code, name, meaning }) =>
      wrap(meaning, `${String(code).padStart(3)}  ${name.padEnd(12)}  `),
    ),
  environment: async ({ hosts }) => {
    const credentials = Object.values(await hosts()).flatMap(({ about }) =>
      about.variables.map(({ name, purpose }) => [name, `${about.title}: ${purpose}`] as const),
    );
    const all = [...Object.entries(environment), ...credentials];
    return all.flatMap(([name, meaning]) => [name].concat(wrap(meaning, "    ")));
  },
};

/** What the verbs are, what one of them takes, or a topic of its own. */
export async function help(context: Context, _: NoFlags, topic?: string): Promise<number> {
  const lines = topic === undefined ? undefined : await topics[topic]?.(context);
  if (lines !== undefined) context.process.stdout.write(`${lines.join("\n")}\n`);
  else if (topic === undefined) await runCommand(["--help"], context);
  else if (topic in verbs) await runCommand([topic, "--help"], context);
  else throw unknownTopic(topic);
  return exit.ok;
}

function unknownTopic(topic: string): MailDnsError {
  const known = [...Object.keys(verbs), ...Object.keys(topics)];
  const near = suggest(topic, known);
  return new MailDnsError("usage", `There is no help on ${JSON.stringify(topic)}.`, {
    help: near === undefined ? `There is help on ${known.join(", ")}.` : `Did you mean ${near}?`,
  });
}
