import type { Answer, Question } from "../core/dns/answer.ts";
import type { DomainName } from "../core/dns/name.ts";
import type { ServerAnswer } from "../ports/resolver.ts";
import { rcodeName } from "./codes.ts";
import type { Reply } from "./exchange.ts";
import { answersInstead } from "./failures.ts";
import { negativeTtl, recordsAt, referralOf, soaFor } from "./message-reading.ts";
import type { Message } from "./wire.ts";

/** What one server's reply says of the name that it was asked for. */
export function readServerAnswer(reply: Reply, question: Question): ServerAnswer {
  if (reply.kind !== "message") {
    const status = reply.kind === "silent" ? "timeout" : "servfail";
    return { answer: { status, detail: reply.detail }, authoritative: false };
  }
  const { message } = reply;
  const soa = soaFor(message, question.name);
  return {
    answer: readAnswer(message, question),
    authoritative: message.isAuthoritative,
    ...(soa && { soa: { serial: soa.serial, ttl: soa.ttl, minimum: soa.minimum } }),
  };
}

/** What the server says of the name itself. An alias there is told, not followed. */
function readAnswer(message: Message, { name, type }: Question): Answer {
  const rcode = rcodeName(message.rcode);
  const isUsable = rcode === "NOERROR" || rcode === "NXDOMAIN";
  if (!isUsable || referralOf(message)) {
    return { status: "servfail", detail: answersInstead(message) };
  }
  const records = recordsAt(message.answer, name, type);
  if (records.length > 0) return { status: "records", records };
  const target = recordsAt(message.answer, name, "CNAME")[0]?.data as DomainName | undefined;
  // The code and the SOA of such an answer speak of the alias' target (RFC 6604).
  if (target !== undefined) return { status: "nodata", aliases: [target] };
  const status = rcode === "NXDOMAIN" ? "nxdomain" : "nodata";
  return { status, ...negativeTtl(soaFor(message, name)) };
}
