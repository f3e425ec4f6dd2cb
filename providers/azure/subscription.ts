import { MailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Throws `auth` where it is not set, `config` where it is no id. */
export function subscriptionOf({ credential }: Pick<HostContext, "credential">): string {
  const subscription = credential("AZURE_SUBSCRIPTION_ID");
  if (ID.test(subscription)) return subscription.toLowerCase();
  throw new MailDnsError("config", "AZURE_SUBSCRIPTION_ID is no id of a subscription.", {
    help: "`az account list` shows them: 01234567-89ab-cdef-0123-456789abcdef.",
  });
}
