import { MailDnsError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { exit } from "../exit-codes.ts";
import type { NoFlags } from "../flags.ts";
import { verbs } from "../verbs.ts";

/** Prints the script of one shell; the words in it are this version's verbs and flags. */
export async function completion(context: Context, _: NoFlags, shell: string): Promise<number> {
  const script = scripts[shell];
  if (script === undefined) {
    throw new MailDnsError("usage", `There is no completion for ${JSON.stringify(shell)}.`, {
      help: `There is one for ${Object.keys(scripts).join(", ")}.`,
    });
  }
  context.process.stdout.write(script());
  return exit.ok;
}

const names = Object.keys(verbs);

function flagsOf(verb: keyof typeof verbs): readonly string[] {
  return [...Object.keys(verbs[verb].parameters.flags ?? {}), "help"].map((flag) => `--${flag}`);
}

function cases(line: (verb: string, flags: readonly string[]) => string): string {
  return Object.keys(verbs)
    .map((verb) => line(verb, flagsOf(verb as keyof typeof verbs)))
    .join("\n");
}

// Domains are completed from the stack files in the default folder, by names that can be nothing
// else: bash expands the words it offers, and a file's name comes with somebody's pull request.
const DOMAINS = "ls stacks 2>/dev/null | sed -n 's/^Pulumi\\.\\([a-z0-9._-]*\\)\\.yaml$/\\1/p'";

const scripts: Readonly<Record<string, () => string>> = {
  bash: () => `# eval "$(odoo-mail-dns completion bash)"
_odoo_mail_dns() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  case "$COMP_CWORD:\${COMP_WORDS[1]}:$word" in
    1:*) words="${names.join(" ")} --help --version" ;;
${cases((verb, flags) => `    *:${verb}:-*) words="${flags.join(" ")}" ;;`)}
    *:help:*) words="${names.join(" ")} exit-codes environment" ;;
    *:completion:*) words="bash zsh fish" ;;
    *) words="$(${DOMAINS})" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _odoo_mail_dns odoo-mail-dns
`,
  zsh: () => `#compdef odoo-mail-dns
# eval "$(odoo-mail-dns completion zsh)"
_odoo_mail_dns() {
  local -a words
  case "$CURRENT:\${words[2]}:$PREFIX" in
    2:*) words=(${names.join(" ")} --help --version) ;;
${cases((verb, flags) => `    *:${verb}:-*) words=(${flags.join(" ")}) ;;`)}
    *:help:*) words=(${names.join(" ")} exit-codes environment) ;;
    *:completion:*) words=(bash zsh fish) ;;
    *) words=(\${(f)"$(${DOMAINS})"}) ;;
  esac
  compadd -- $words || _files
}
compdef _odoo_mail_dns odoo-mail-dns
`,
  fish: () =>
    [
      "# odoo-mail-dns completion fish | source",
      "set -l seen __fish_seen_subcommand_from",
      ...Object.entries(verbs).map(
        ([verb, { brief }]) =>
          `complete -c odoo-mail-dns -n "not $seen ${names.join(" ")}" -f -a ${verb} -d "${brief}"`,
      ),
      ...Object.entries(verbs).flatMap(([verb, { parameters }]) =>
        Object.entries(parameters.flags ?? {}).map(
          ([flag, { brief }]) =>
            `complete -c odoo-mail-dns -n "$seen ${verb}" -l ${flag} -d "${brief}"`,
        ),
      ),
      `complete -c odoo-mail-dns -n "$seen plan apply check undo" -f -a "(${DOMAINS.replaceAll("$", "\\$")})"`,
      'complete -c odoo-mail-dns -n "$seen completion" -f -a "bash zsh fish"',
      'complete -c odoo-mail-dns -n "$seen help" -f -a "exit-codes environment"',
      "",
    ].join("\n"),
};
