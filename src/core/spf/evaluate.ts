import { type Answers, type Lookup, type Question, done, need } from "../dns/answer.ts";
import { type DomainName, parseName } from "../dns/name.ts";
import type { Verdict } from "../plan/schema.ts";
import { checkHost, targetName } from "./check-host.ts";
import { explanationOf } from "./explain.ts";
import { parseSender } from "./network.ts";
import { selectionAt } from "./reading.ts";
import { type Run, type RunStart, startRun } from "./run.ts";
import { unique, visit } from "./walk.ts";

/** One delivery as a receiver sees it. */
export interface Sender {
  /** Address of the client, IPv4 or IPv6 as text. */
  readonly ip: string;
  /** MAIL FROM; empty for a bounce, whose sender is `postmaster@<helo>` (RFC 7208 2.4). */
  readonly mailFrom: string;
  readonly helo: string;
  /** Macro `r`: who receives. */
  readonly receiver?: string;
  /** Macro `t`: seconds since 1970. */
  readonly time?: number;
}

export interface SpfResult {
  readonly verdict: Verdict;
  /** Why the domain's owner says no (RFC 7208 6.2). Text from the network: renderers escape. */
  readonly explanation?: string;
  /** What led to none, permerror or temperror, in a sentence. */
  readonly reason?: string;
  /** Lookups that count (RFC 7208 4.6.4) up to the verdict, and terms that found nothing. */
  readonly lookups: number;
  readonly voids: number;
  /** The mechanism that decided, as written. */
  readonly matched?: string;
}

/**
 * check_host() of RFC 7208 for one sender and one domain: the domain of MAIL FROM, or the HELO name
 * with an empty `mailFrom`. Needs DNS's answers; asks for all that it can see it might need.
 *
 *     example.com.  TXT  "v=spf1 ip4:192.0.2.0/24 -all"
 *     192.0.2.1 -> pass, 198.51.100.1 -> fail, both with `matched`
 */
export function evaluateSpf(sender: Sender, domain: string, answers: Answers): Lookup<SpfResult> {
  const start = startOf(sender, answers);
  if (start === undefined) return done(refused("permerror", `"${sender.ip}" is no IP address`));
  const name = parseName(domain);
  // 4.3: malformed.
  if (name === undefined) return done(refused("none", `"${domain}" is no domain name`));
  const run = startRun(start);
  const verdict = checkHost(run, name);
  if (verdict === "pending") return need(everyQuestion(run, name));
  const explanation = verdict === "fail" ? explanationOf(run) : undefined;
  if (run.wanted.length > 0) return need(unique(run.wanted));
  return done(resultOf(run, verdict, explanation));
}

function refused(verdict: Verdict, reason: string): SpfResult {
  return { verdict, reason, lookups: 0, voids: 0 };
}

function resultOf(run: Run, verdict: Verdict, explanation: string | undefined): SpfResult {
  const failed = verdict === "none" || verdict === "permerror" || verdict === "temperror";
  return {
    verdict,
    ...(explanation !== undefined && { explanation }),
    ...(failed && { reason: run.reason }),
    lookups: run.lookups,
    voids: run.voids,
    ...(!failed && run.matched !== undefined && { matched: run.matched }),
  };
}

/** 4.3: without a local part it is postmaster. 2.4: without any sender it is postmaster at HELO. */
function startOf(sender: Sender, answers: Answers): RunStart | undefined {
  const address = parseSender(sender.ip);
  if (address === undefined) return undefined;
  const from = sender.mailFrom === "" ? sender.helo : sender.mailFrom;
  const at = from.lastIndexOf("@");
  return {
    address,
    local: at > 0 ? from.slice(0, at) : "postmaster",
    senderDomain: from.slice(at + 1),
    helo: sender.helo,
    receiver: sender.receiver ?? "unknown",
    time: sender.time ?? 0,
    answers,
  };
}

/** What stopped the run, and all else in the tree of records that it may get to. */
function everyQuestion(run: Run, domain: DomainName): readonly Question[] {
  const { missing } = visit({
    domain,
    roots: [selectionAt(domain, run.answers)],
    answers: run.answers,
    families: [run.address.family],
    nameOf: (target, domain) => {
      if (target?.letters.includes("p")) return undefined;
      const name = targetName(run, target, domain);
      return name === "none" || name === "never" || name === "pending" ? undefined : name;
    },
  });
  return unique([...run.wanted, ...missing]);
}
