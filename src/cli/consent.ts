import { MailDnsError } from "../core/errors.ts";
import type { Plan } from "../core/plan/schema.ts";
import { wrap } from "../render/layout.ts";
import { summarise } from "../render/text.ts";
import { objection } from "./approval.ts";
import type { Approval } from "./approval.ts";
import type { Context } from "./context.ts";
import { exit } from "./exit-codes.ts";

/** How its owner says yes, before anything is written. */
export interface Consent {
  readonly yes: boolean;
  /** Lower case; the beginning of a plan's digest. */
  readonly digest?: string;
  readonly approval?: Approval;
  /** What is being asked for: `Apply`. */
  readonly verb: string;
}

/** Checks the flags of consent before anything is asked of a host. */
export function readDigest(text: string | undefined, domains: number): { digest?: string } {
  if (text === undefined) return {};
  if (domains !== 1)
    throw new MailDnsError("usage", "--plan names the plan of one domain.", {
      help: "Name one domain, or use --approved for many.",
    });
  if (!/^[0-9a-f]{8,64}$/i.test(text))
    throw new MailDnsError("usage", `${JSON.stringify(text)} is no plan's digest.`, {
      help: "It has at least the 8 digits that plan prints, 0 to 9 and a to f.",
    });
  return { digest: text.toLowerCase() };
}

/** Whether nobody has to be asked any more. */
export function isAgreed({ yes, digest, approval }: Consent): boolean {
  return yes || digest !== undefined || approval !== undefined;
}

/**
 * Whether the plan may be carried out: undefined, or the exit code to end with. `shown` is the plan
 * as text, for whoever has to decide.
 */
export async function refusal(
  context: Context,
  plan: Plan,
  consent: Consent,
  shown: string,
): Promise<number | undefined> {
  const { stderr } = context.process;
  const stop = (text: string) => {
    stderr.write(`${shown}\n${wrap(text, "error: ").join("\n")}\n`);
    return exit.refused;
  };
  const { digest, approval } = consent;
  const why = approval && objection(plan, approval);
  if (why !== undefined) return stop(`${plan.domain}: ${why}. Nothing was written.`);
  if (digest !== undefined && !plan.digest.startsWith(digest))
    return stop(
      `This is not the plan ${digest.slice(0, 8)}: what is shown above would be done now. Nothing was written.`,
    );
  if (isAgreed(consent)) return undefined;
  return ask(context, plan, consent, shown);
}

async function ask(
  { ask, isTerminal, process: { stderr } }: Context,
  plan: Plan,
  { verb }: Consent,
  shown: string,
): Promise<number | undefined> {
  if (!isTerminal.stdin || !isTerminal.stderr)
    throw new MailDnsError("usage", "There is no terminal to ask whether to go ahead.", {
      help: `Look at the plan, then say --plan ${plan.digest.slice(0, 8)}, or --yes without looking.`,
    });
  stderr.write(`${shown}\n`);
  const answer = await ask(`${verb} ${summarise(plan)} at ${plan.domain}? [y/N] `);
  if (/^y(?:es)?$/i.test(answer.trim())) return undefined;
  stderr.write("Nothing was written.\n");
  return exit.ok;
}
