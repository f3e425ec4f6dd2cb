import { buildApplication, buildRouteMap, run, text_en } from "@stricli/core";
import type { Application, ApplicationText } from "@stricli/core";
import { visible } from "../render/escape.ts";
import type { Context } from "./context.ts";
import { describeError, exitFor } from "./errors.ts";
import { exit } from "./exit-codes.ts";
import { verbs } from "./verbs.ts";

const text: ApplicationText = {
  ...text_en,
  exceptionWhileParsingArguments: (error) =>
    usage(text_en.exceptionWhileParsingArguments.call({}, error, false)),
  noCommandRegisteredForInput: (given) => usage(text_en.noCommandRegisteredForInput(given)),
  exceptionWhileRunningCommand: (error) => describeError(error),
  exceptionWhileLoadingCommandFunction: (error) => describeError(error),
};

function usage(message: string): string {
  return `error: ${visible(message)}\n       odoo-mail-dns help shows what there is.`;
}

/** The command line as a value: what it knows, before anybody has typed anything. */
export function buildApp(): Application<Context> {
  return buildApplication(
    buildRouteMap({
      routes: verbs,
      docs: {
        brief: "Keeps Odoo's SPF term and DKIM record in your DNS zone, and checks DMARC",
        fullDescription:
          "Keeps Odoo's SPF term and DKIM record in your DNS zone, and checks DMARC.\nNothing else in the zone is touched. Start with: odoo-mail-dns init DOMAIN",
      },
    }),
    {
      name: "odoo-mail-dns",
      versionInfo: {
        getCurrentVersion() {
          return (this as Context).version();
        },
      },
      localization: { text },
      scanner: { caseStyle: "original" },
      documentation: {
        caseStyle: "original",
        disableAnsiColor: true,
        onlyRequiredInUsageLine: true,
      },
      determineExitCode: exitFor,
    },
  );
}

/** Runs one command line. The number is the process's exit code. */
export async function runCommand(args: readonly string[], context: Context): Promise<number> {
  await run(buildApp(), args, context);
  const code = context.process.exitCode ?? exit.failed;
  // The parser's own numbers are negative: -4 and -5 are wrong flags and verbs.
  if (code >= 0) return code;
  return code === -4 || code === -5 ? exit.usage : exit.failed;
}
