import type { NameServer } from "../ports/resolver.ts";
import { rcodeName } from "./codes.ts";
import type { Reply } from "./exchange.ts";
import { referralOf } from "./message-reading.ts";
import type { Message } from "./wire.ts";

/** A server that was no use, and what came of asking it. */
export interface Failure {
  readonly server: NameServer;
  readonly reply: Reply;
}

const SHOWN = 3;

/** Whether any of them said something; silence may be the network's fault. */
export function hasAnswered(failures: readonly Failure[]): boolean {
  return failures.some(({ reply }) => reply.kind === "message");
}

/** `ns1.example.com (192.0.2.1) answers REFUSED; ...`: the first few. */
export function printFailures(failures: readonly Failure[]): string {
  const reasons = failures.slice(0, SHOWN).map(({ server, reply }) => {
    const said = reply.kind === "message" ? answersInstead(reply.message) : reply.detail;
    return `${server.name} (${server.address}) ${said}`;
  });
  return reasons.length > 0 ? reasons.join("; ") : "none has an address";
}

/** What a server says that should answer for a zone, and doesn't. */
export function answersInstead(message: Message): string {
  const rcode = rcodeName(message.rcode);
  if (rcode !== "NOERROR") return `answers ${rcode}`;
  const referral = referralOf(message);
  return referral
    ? `says that ${referral.names.slice(0, 2).join(" and ")} know more`
    : "answers, but not as a server of this zone (no AA)";
}
