import type { ErrorCode } from "../core/errors.ts";

export interface ExitCode {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
}

/** What the program's number tells whoever called it. docs/exit-codes.md says the same. */
export const exitCodes = [
  {
    code: 0,
    name: "ok",
    meaning: "planned (changes pending or not), applied and verified; check: ready",
  },
  { code: 1, name: "failed", meaning: "something failed, or could not be decided" },
  { code: 2, name: "usage", meaning: "wrong command line or stack file; no DNS host was asked" },
  {
    code: 3,
    name: "refused",
    meaning: "nothing was written, and the plan says why; check: not ready",
  },
  { code: 4, name: "auth", meaning: "a credential is missing, wrong or lacks a right" },
  { code: 5, name: "unverified", meaning: "written, but not seen everywhere in time" },
  {
    code: 6,
    name: "partial",
    meaning: "something was written, and something was refused, failed or is unknown",
  },
  { code: 7, name: "changes", meaning: "changes are pending; only with --expect-no-changes" },
  { code: 130, name: "interrupted", meaning: "Ctrl-C; the write that was running was finished" },
] as const satisfies readonly ExitCode[];

export type ExitName = (typeof exitCodes)[number]["name"];

export const exit = Object.fromEntries(exitCodes.map(({ name, code }) => [name, code])) as Readonly<
  Record<ExitName, number>
>;

/** How a command ends that an error has stopped; docs/errors.md explains each. */
export const exitByError: Readonly<Record<ErrorCode, ExitName>> = {
  auth: "auth",
  permission: "auth",
  usage: "usage",
  config: "usage",
  interrupted: "interrupted",
  "zone-not-found": "failed",
  "zone-ambiguous": "failed",
  "zone-not-live": "refused",
  "stale-write": "refused",
  conflict: "refused",
  protected: "refused",
  "invalid-input": "refused",
  "limit-exceeded": "refused",
  busy: "failed",
  "rate-limited": "failed",
  transient: "failed",
  "unknown-outcome": "failed",
  "not-published": "unverified",
  internal: "failed",
};

export function exitForError(code: ErrorCode): number {
  return exit[exitByError[code]];
}

// Of many domains the gravest decides, in this order.
const GRAVEST: readonly number[] = [130, 2, 6, 4, 1, 5, 3, 7, 0];

/** One number for many domains. */
export function gravest(codes: readonly number[]): number {
  return GRAVEST.find((code) => codes.includes(code)) ?? (codes.length > 0 ? exit.failed : exit.ok);
}
