import type { Answer } from "../dns/answer.ts";
import { type DomainName, isWithin } from "../dns/name.ts";
import { addressesOf, mailHostsOf } from "./answer-data.ts";
import { sharesPrefix } from "./network.ts";
import type { Directive } from "./reading.ts";
import { MAX_NAMES, type Match, type Run, ask, isFailure } from "./run.ts";
import { validatedNames } from "./validated.ts";

/** RFC 7208 5.3: any address of the name, of the sender's family. */
export function matchA(run: Run, directive: Directive, name: DomainName): Match {
  const answer = askAddresses(run, name);
  if (answer === undefined) return "pending";
  if (isFailure(answer)) return unreadable(run, directive, name);
  return holdsSender(run, directive, answer) ? "match" : "miss";
}

/**
 * RFC 7208 5.4. More than 10 names are a permerror wherever the sender would be found (4.6.4), so
 * that the verdict does not hang on the order of the answer. A name without MX is no MX itself.
 */
export function matchMx(run: Run, directive: Directive, name: DomainName): Match {
  const answer = ask(run, name, "MX");
  if (answer === undefined) return "pending";
  if (isFailure(answer)) return unreadable(run, directive, name);
  const hosts = mailHostsOf(answer);
  if (hosts.length > MAX_NAMES) {
    run.reason = `${directive.raw}: ${name} has ${hosts.length} mail servers (RFC 7208, 4.6.4)`;
    return "permerror";
  }
  const answers = hosts.map((host) => ({ host, answer: askAddresses(run, host) }));
  for (const { host, answer } of answers) {
    if (answer === undefined) return "pending";
    if (isFailure(answer)) return unreadable(run, directive, host);
    if (holdsSender(run, directive, answer)) return "match";
  }
  return "miss";
}

/** RFC 7208 5.7: always A, whatever the sender's family. */
export function matchExists(run: Run, directive: Directive, name: DomainName): Match {
  const answer = ask(run, name, "A");
  if (answer === undefined) return "pending";
  if (isFailure(answer)) return unreadable(run, directive, name);
  return answer.status === "records" && answer.records.length > 0 ? "match" : "miss";
}

/** RFC 7208 5.5: a validated name is the target or lies below it. DNS errors are a miss. */
export function matchPtr(run: Run, name: DomainName): Match {
  const names = validatedNames(run);
  if (names === "pending") return "pending";
  return names.some((valid) => isWithin(valid, name)) ? "match" : "miss";
}

function askAddresses(run: Run, name: DomainName): Answer | undefined {
  return ask(run, name, run.address.family === 4 ? "A" : "AAAA");
}

function holdsSender(run: Run, directive: Directive, answer: Answer): boolean {
  const prefix = run.address.family === 4 ? directive.prefix4 : directive.prefix6;
  return addressesOf(answer).some((address) => sharesPrefix(address, run.address, prefix));
}

function unreadable(run: Run, directive: Directive, name: DomainName): Match {
  run.reason = `${directive.raw}: DNS did not answer for ${name} (RFC 7208, 5)`;
  return "temperror";
}
