import { MailDnsError, type ErrorCode } from "../../src/core/errors.ts";

const CODES: Readonly<Record<string, ErrorCode>> = {
  EACCES: "permission",
  EPERM: "permission",
  EROFS: "permission",
  ENOSPC: "limit-exceeded",
  EDQUOT: "limit-exceeded",
  EFBIG: "limit-exceeded",
  ENOENT: "config",
  ENOTDIR: "config",
  ELOOP: "config",
  ENAMETOOLONG: "config",
};

const HELP: Partial<Record<ErrorCode, string>> = {
  permission: "Run this as the user who owns the zone file, or as root.",
  "limit-exceeded": "Make room on the disk.",
};

/** What the operating system refused, as an error of ours; ours pass as they are. */
export function systemError(error: unknown, what: string): MailDnsError {
  if (error instanceof MailDnsError) return error;
  const refusal: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  const { code = "", message } = refusal;
  const ours = CODES[code] ?? "transient";
  const help = HELP[ours];
  return new MailDnsError(ours, `${what} (${code || message}).`, {
    cause: error,
    native: { code, message },
    ...(help && { help }),
  });
}
