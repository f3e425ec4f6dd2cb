import { buildCommand } from "@stricli/core";
import type { Command } from "@stricli/core";
import type { ApplyFlags } from "./commands/apply.ts";
import type { CheckFlags } from "./commands/check.ts";
import type { HostsFlags } from "./commands/hosts.ts";
import type { InitFlags } from "./commands/init.ts";
import type { PlanFlags } from "./commands/plan.ts";
import type { UndoFlags } from "./commands/undo.ts";
import type { Context } from "./context.ts";
import { allFlag, jsonFlag, sourceFlag, stackFlags, traceFlag, verifyFlag } from "./flags.ts";
import type { NoFlags } from "./flags.ts";

const domains = {
  kind: "array",
  parameter: {
    parse: String,
    brief: "Domains, as their stack files name them",
    placeholder: "DOMAIN",
  },
} as const;
const planFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief: "Go ahead only if the plan has this digest (8 digits or more)",
  placeholder: "DIGEST",
} as const;
const yesFlag = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief: "Go ahead without asking",
} as const;

/** A verb: does its work, and returns the exit code. */
type Verb<FLAGS, ARGS extends readonly (string | undefined)[]> = (
  context: Context,
  flags: FLAGS,
  ...args: ARGS
) => Promise<number>;

function bound<FLAGS, ARGS extends readonly (string | undefined)[]>(
  load: () => Promise<Verb<FLAGS, ARGS>>,
) {
  return async () => {
    const verb = await load();
    return async function run(this: Context, flags: FLAGS, ...args: ARGS): Promise<void> {
      this.process.exitCode = await verb(this, flags, ...args);
    };
  };
}

/** Every verb: its flags and its help here, what it does in commands/, loaded when it is typed. */
export const verbs = {
  init: buildCommand<InitFlags, [string], Context>({
    loader: bound(async () => (await import("./commands/init.ts")).init),
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [
          { parse: String, brief: "Domain that mail is sent from", placeholder: "DOMAIN" },
        ],
      },
      flags: {
        ...stackFlags,
        ...jsonFlag,
        host: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "DNS host of the zone, instead of finding it by its name servers",
          placeholder: "HOST",
        },
        file: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "The zone's master file, for the host zonefile",
          placeholder: "FILE",
        },
      },
    },
    docs: { brief: "Find the DNS host of a domain and write its stack file" },
  }),
  plan: buildCommand<PlanFlags, string[], Context>({
    loader: bound(async () => (await import("./commands/plan.ts")).plan),
    parameters: {
      positional: domains,
      flags: {
        ...stackFlags,
        ...allFlag,
        ...sourceFlag,
        ...jsonFlag,
        format: {
          kind: "enum",
          values: ["text", "markdown"],
          default: "text",
          brief: "Markdown is for review comments",
        },
        "expect-no-changes": {
          kind: "boolean",
          optional: true,
          withNegated: false,
          brief: "Exit with 7 when changes are pending",
        },
      },
    },
    docs: { brief: "Show what would change, and prove what would not" },
  }),
  apply: buildCommand<ApplyFlags, string[], Context>({
    loader: bound(async () => (await import("./commands/apply.ts")).apply),
    parameters: {
      positional: domains,
      flags: {
        ...stackFlags,
        ...allFlag,
        ...jsonFlag,
        ...verifyFlag,
        yes: yesFlag,
        plan: planFlag,
        approved: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "Do only what the plans in this folder hold (made by plan --json)",
          placeholder: "DIR",
        },
      },
    },
    docs: { brief: "Do what the plan shows, then ask every name server" },
  }),
  check: buildCommand<CheckFlags, string[], Context>({
    loader: bound(async () => (await import("./commands/check.ts")).check),
    parameters: {
      positional: domains,
      flags: {
        ...stackFlags,
        ...allFlag,
        source: { ...sourceFlag.source, default: "dns" },
        ...jsonFlag,
      },
    },
    docs: { brief: "Say whether the domain is ready for mail from Odoo" },
  }),
  undo: buildCommand<UndoFlags, [string, string?], Context>({
    loader: bound(async () => (await import("./commands/undo.ts")).undo),
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [
          { parse: String, brief: "Domain, as its stack file names it", placeholder: "DOMAIN" },
          {
            parse: String,
            optional: true,
            brief: "Which receipt; the newest unless given",
            placeholder: "RECEIPT",
          },
        ],
      },
      flags: { ...stackFlags, ...jsonFlag, ...verifyFlag, yes: yesFlag, plan: planFlag },
    },
    docs: { brief: "Take our changes out of the records as they are now" },
  }),
  hosts: buildCommand<HostsFlags, [string?, string?], Context>({
    loader: bound(async () => (await import("./commands/hosts.ts")).hosts),
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [
          { parse: String, optional: true, brief: "The word check", placeholder: "check" },
          { parse: String, optional: true, brief: "The host to ask", placeholder: "HOST" },
        ],
      },
      flags: {
        ...jsonFlag,
        ...traceFlag,
        account: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "Account whose credential is meant, as stack files name it",
          placeholder: "NAME",
        },
      },
    },
    docs: { brief: "List the DNS hosts, or say what a credential sees and may do" },
  }),
  help: buildCommand<NoFlags, [string?], Context>({
    loader: bound(async () => (await import("./commands/help.ts")).help),
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [
          {
            parse: String,
            optional: true,
            brief: "A verb, or exit-codes, environment",
            placeholder: "TOPIC",
          },
        ],
      },
    },
    docs: { brief: "Explain a verb or a topic" },
  }),
  completion: buildCommand<NoFlags, [string], Context>({
    loader: bound(async () => (await import("./commands/completion.ts")).completion),
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [{ parse: String, brief: "bash, zsh or fish", placeholder: "SHELL" }],
      },
    },
    docs: { brief: "Print a script that completes this program's words in a shell" },
  }),
} as const satisfies Record<string, Command<Context>>;
