/** Flags that mean the same wherever they stand. */
export interface StackFlags {
  readonly stacks: string;
  readonly resolver?: string;
  readonly trace?: string;
}

export interface OutputFlags {
  readonly json?: boolean;
}

export type NoFlags = Readonly<Record<never, never>>;

export interface AllFlag {
  readonly all?: boolean;
}

export interface SourceFlag {
  readonly source: "host" | "dns";
}

export interface VerifyFlag {
  readonly "no-verify"?: boolean;
}

/** A command as it has to be typed to mean the same stacks and the same network. */
export function commandLine(command: string, { stacks, resolver }: StackFlags): string {
  const words = [
    ...(stacks === stackFlags.stacks.default ? [] : ["--stacks", stacks]),
    ...(resolver === undefined ? [] : ["--resolver", resolver]),
  ];
  return ["odoo-mail-dns", command, ...words.map(shellWord)].join(" ");
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export const traceFlag = {
  trace: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Add each request to a DNS host's API to this file, without secrets",
    placeholder: "FILE",
  },
} as const;

export const stackFlags = {
  stacks: {
    kind: "parsed",
    parse: String,
    default: "stacks",
    brief: "Folder with the stack files",
    placeholder: "DIR",
  },
  resolver: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Resolver for recursive look-ups instead of the system's",
    placeholder: "ADDR:PORT",
  },
  ...traceFlag,
} as const;

export const allFlag = {
  all: { kind: "boolean", optional: true, withNegated: false, brief: "Every stack in the folder" },
} as const;

export const jsonFlag = {
  json: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "JSON on stdout, one object a line",
  },
} as const;

export const sourceFlag = {
  source: {
    kind: "enum",
    values: ["host", "dns"],
    default: "host",
    brief: "Where to read: the DNS host, or public DNS",
  },
} as const;

export const verifyFlag = {
  "no-verify": {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Do not ask the name servers afterwards",
  },
} as const;
