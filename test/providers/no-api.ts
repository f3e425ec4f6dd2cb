import { MailDnsError } from "../../src/core/errors.ts";
import { createRun } from "../../src/local/run.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";

/** What a host without an API never uses. */
export const noApi: Pick<HostContext, "http" | "run" | "credential" | "optionalCredential"> = {
  http: { send: async () => Promise.reject(new MailDnsError("internal", "There is no API.")) },
  run: createRun(1),
  credential: () => "",
  optionalCredential: () => undefined,
};
