import { openSync, writeSync } from "node:fs";
import { MailDnsError } from "../core/errors.ts";

/**
 * A file that gets one JSON object a line, after what is there already: several programs may share
 * it. Only its owner may read it.
 */
export function openTrace(file: string): (entry: object) => void {
  let handle: number | undefined = open(file);
  return (entry) => {
    if (handle === undefined) return;
    try {
      writeSync(handle, `${JSON.stringify(entry)}\n`);
    } catch {
      // A full disk must not stop a write to DNS.
      handle = undefined;
    }
  };
}

function open(file: string): number {
  try {
    return openSync(file, "a", 0o600);
  } catch (error) {
    const { message } = error as Error;
    throw new MailDnsError("usage", `No trace can be written to ${file}: ${message}.`, {
      help: "Name a file in a folder that is there and can be written.",
    });
  }
}
