import { type DomainName, ROOT, labelsOf } from "../dns/name.ts";
import type { Verdict } from "../plan/schema.ts";
import { expand, queryName } from "./expand.ts";
import { matchA, matchExists, matchMx, matchPtr } from "./match.ts";
import { covers } from "./network.ts";
import {
  type Directive,
  type Reading,
  type Redirect,
  type Target,
  lookupsOf,
  selectionAt,
} from "./reading.ts";
import { MAX_LOOKUPS, MAX_VOIDS, type Match, type Run } from "./run.ts";
import { dependsOnMore, isOpaque } from "./static-name.ts";
import { validatedName } from "./validated.ts";

/**
 * check_host() of RFC 7208 section 4, without a step out of order: what it needs and does not know
 * yet it leaves in `run.wanted` and returns `pending`.
 */
export function checkHost(run: Run, domain: DomainName): Verdict | "pending" {
  // 4.3: a name with one label is nobody's mail domain.
  if (isSingleLabel(domain)) return none(run, `${domain} is no full domain name`);
  const selection = selectionAt(domain, run.answers, run.own);
  if (selection === undefined) {
    run.wanted.push({ name: domain, type: "TXT" });
    return "pending";
  }
  if (selection.kind === "record") return evaluateRecord(run, selection.reading, domain);
  run.reason = `${domain}: ${selection.reason}`;
  return selection.kind;
}

function isSingleLabel(domain: DomainName): boolean {
  return (
    domain === ROOT ||
    !domain.includes(".") ||
    (domain.includes("\\") && labelsOf(domain).length < 2)
  );
}

function none(run: Run, reason: string): "none" {
  run.reason = reason;
  return "none";
}

/** 4.6: terms from left to right; the first match decides. */
function evaluateRecord(run: Run, reading: Reading, domain: DomainName): Verdict | "pending" {
  for (const directive of reading.directives) {
    const match = matchDirective(run, directive, domain);
    if (match === "match") {
      run.matched = directive.raw;
      run.decidedAt = domain;
      run.exp = reading.exp;
      return directive.verdict;
    }
    if (match !== "miss") return match;
  }
  if (reading.redirect !== undefined) return follow(run, reading.redirect, domain);
  // 4.7
  run.matched = undefined;
  return "neutral";
}

function matchDirective(run: Run, directive: Directive, domain: DomainName): Match {
  if (directive.network !== undefined) {
    return covers(directive.network, run.address) ? "match" : "miss";
  }
  if (directive.name === "all") return "match";
  if (!countLookups(run, directive)) return "permerror";
  run.termVoid = false;
  const match =
    run.guess !== undefined && dependsOnMore(directive)
      ? guessed(run, directive, domain)
      : lookUp(run, directive, domain);
  return match === "miss" && run.termVoid ? countVoid(run, directive.raw) : match;
}

/** 4.6.4, before anything is asked: at the eleventh lookup it is over. */
function countLookups(run: Run, term: Directive | Redirect): boolean {
  run.lookups += lookupsOf(term);
  if (run.lookups <= MAX_LOOKUPS) return true;
  run.reason = `${term.raw} takes lookup number ${MAX_LOOKUPS + 1} (RFC 7208, 4.6.4)`;
  return false;
}

/**
 * 4.6.4 limits "the number of terms for which DNS queries return" nothing, so a term counts once
 * however many of its queries were empty; what matched has found something.
 */
function countVoid(run: Run, raw: string): Match {
  run.voids += 1;
  if (run.voids <= MAX_VOIDS) return "miss";
  run.reason = `${raw} is term number ${MAX_VOIDS + 1} that finds nothing (RFC 7208, 4.6.4)`;
  return "permerror";
}

function lookUp(run: Run, directive: Directive, domain: DomainName): Match {
  const name = targetName(run, directive.target, domain);
  if (name === "pending") return "pending";
  if (name === "never") return "miss";
  if (directive.name === "include") return matchInclude(run, directive, name);
  // 4.8 leaves a name that DNS can't be asked for to us: it can't match.
  if (name === "none") return "miss";
  switch (directive.name) {
    case "a":
      return matchA(run, directive, name);
    case "mx":
      return matchMx(run, directive, name);
    case "exists":
      return matchExists(run, directive, name);
    default:
      return matchPtr(run, name);
  }
}

/** 5.2, with its table. A malformed name is "none" (4.3), so a permerror here. */
function matchInclude(run: Run, directive: Directive, name: DomainName | "none"): Match {
  if (name === "none") {
    run.reason = `${directive.raw} gives no domain name (RFC 7208, 5.2)`;
    return "permerror";
  }
  const emptyBefore = run.termVoid;
  const verdict = checkHost(run, name);
  // The terms of the included record were counted each on their own.
  run.termVoid = emptyBefore;
  switch (verdict) {
    case "pass":
      return "match";
    case "fail":
    case "softfail":
    case "neutral":
      return "miss";
    case "none":
      run.reason = `${directive.raw}: ${run.reason} (RFC 7208, 5.2)`;
      return "permerror";
    default:
      return verdict;
  }
}

/** 6.1: the verdict of the other record, explanation included; "none" is a permerror. */
function follow(run: Run, redirect: Redirect, domain: DomainName): Verdict | "pending" {
  if (!countLookups(run, redirect)) return "permerror";
  if (run.guess !== undefined && isOpaque(redirect.target)) {
    return GUESSED_VERDICTS[run.guess(redirect, domain)];
  }
  const name = targetName(run, redirect.target, domain);
  if (name === "pending") return "pending";
  if (name === "never") return "neutral";
  const verdict = name === "none" ? none(run, "it gives no domain name") : checkHost(run, name);
  if (verdict !== "none") return verdict;
  run.reason = `${redirect.raw}: ${run.reason} (RFC 7208, 6.1)`;
  return "permerror";
}

/**
 * 4.8, 7: the name that a term means. `none`: macros gave what is no name; `never`: the term uses
 * the local part, which is not ASCII, and so matches nobody (RFC 8616 4).
 */
export function targetName(
  run: Run,
  target: Target | undefined,
  domain: DomainName,
): DomainName | "none" | "never" | "pending" {
  if (target === undefined) return domain;
  if (target.fixed !== undefined) return target.fixed ?? "none";
  if (/[sl]/.test(target.letters) && !isAscii(run.local)) return "never";
  const p = target.letters.includes("p") ? validatedName(run, domain) : "";
  if (p === undefined) return "pending";
  return queryName(expand(target.parts, run, domain, p)) ?? "none";
}

function isAscii(text: string): boolean {
  return !/[^\u0000-\u007f]/.test(text);
}

const GUESSED_VERDICTS = {
  match: "pass",
  miss: "fail",
  void: "softfail",
  temperror: "temperror",
  permerror: "permerror",
} as const;

function guessed(run: Run, directive: Directive, domain: DomainName): Match {
  const guess = run.guess?.(directive, domain) ?? "miss";
  run.termVoid = guess === "void";
  return guess === "void" ? "miss" : guess;
}
