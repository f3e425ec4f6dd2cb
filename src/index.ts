/**
 * The library behind the command line: the same pure functions and the same engine, for programs.
 *
 * Text of a TXT record is an octet string, one character an octet; names are `DomainName`s, made by
 * `parseName`. What needs DNS is a `Lookup`: it gives its value, or the questions that it still
 * needs, so that the caller decides how to ask. `answerAll` asks a resolver.
 *
 *     const edit = ensureTerms("v=spf1 mx ~all", ["include:_spf.odoo.com"], "first");
 *     edit.record                        // "v=spf1 include:_spf.odoo.com mx ~all"
 *     removeTerms(edit.record, edit)     // "v=spf1 mx ~all"
 *
 *     const budget = await answerAll(
 *       (answers) => spfBudget(domain, edit.record, answers),
 *       { resolver: createResolver({ servers: [{ address: "192.0.2.53", port: 53 }], clock }) },
 *       {},
 *       signal,
 *     );
 *     budget.value.lookups
 *
 * Functions of the core never throw for what DNS or an owner wrote; what is wrong there is a
 * `Finding`. I/O, and arguments that can't be meant, throw a `MailDnsError` with a `code`.
 * Versions follow semver; within a `formatVersion` of Plan, Receipt and CheckReport fields are only
 * added.
 *
 * @module
 */

// Names, records and answers
export { parseName } from "./core/dns/name.ts";
export type { DomainName } from "./core/dns/name.ts";
export type { RRset, RRType, Snapshot, Ttl, ZoneRef } from "./core/dns/rrset.ts";
export { answerKey } from "./core/dns/answer.ts";
export type { Answer, AnswerRecord, Answers, Lookup, Question } from "./core/dns/answer.ts";
export { isMailDnsError, MailDnsError } from "./core/errors.ts";
export type { ErrorCode, ErrorDetails } from "./core/errors.ts";

// SPF, RFC 7208
export { parseSpf, printSpf } from "./core/spf/parse.ts";
export type { SpfRecord, SpfValue, SyntaxFault } from "./core/spf/record.ts";
export type { Mechanism, Modifier, Term } from "./core/spf/term.ts";
export { ensureTerms, findTerm, removeTerms, takeOut } from "./core/spf/merge.ts";
export type { Placement, TermState } from "./core/spf/merge.ts";
export { joinSpf } from "./core/spf/join.ts";
export type { Join } from "./core/spf/join.ts";
export { evaluateSpf } from "./core/spf/evaluate.ts";
export type { Sender, SpfResult } from "./core/spf/evaluate.ts";
export { spfBudget } from "./core/spf/budget.ts";
export type { Budget, BudgetNode } from "./core/spf/budget.ts";
export { proveEdit, proveEffects } from "./core/spf/proof.ts";

// DKIM, RFC 6376, and DMARC, RFC 9989
export { readKeys } from "./core/dkim/key.ts";
export type { DkimKey } from "./core/dkim/key.ts";
export { parseDmarc } from "./core/dmarc/record.ts";
export type { DmarcRecord, DmarcValue, Policy } from "./core/dmarc/record.ts";
export { discoverDmarc } from "./core/dmarc/discover.ts";
export type { DmarcDiscovery } from "./core/dmarc/discover.ts";

// Plans, receipts and findings
export { checkDomain, CheckReport } from "./core/check.ts";
export { Finding } from "./core/findings/finding.ts";
export { rules } from "./core/findings/rules.ts";
export type { RuleId } from "./core/findings/rules.ts";
export type { DomainConfig, HostFacts, PlanInput, SpfConfig } from "./core/plan/desired.ts";
export { planDomain } from "./core/plan/diff.ts";
export { canonicalJson, opDigest, planDigest } from "./core/plan/digest.ts";
export { namesOf } from "./core/plan/names.ts";
export { Op, Plan, Receipt } from "./core/plan/schema.ts";
export type { Part, Proof, SpfEffect, TermEdit } from "./core/plan/schema.ts";
export { planUndo } from "./core/plan/undo.ts";

// Stack files, hosts, DNS, and the engine that carries plans out
export type {
  Adapter,
  Call,
  CallResult,
  Capabilities,
  DnsProvider,
  Host,
  HostContext,
  Settled,
} from "./ports/dns-provider.ts";
export type { Clock } from "./ports/clock.ts";
export type { Receipts } from "./ports/receipts.ts";
export type { Authority, Delegation, NameServer, Resolver } from "./ports/resolver.ts";
export { hosts } from "../providers/index.ts";
export { loadStack } from "./config/load-stack.ts";
export { createAuthority } from "./resolve/authority.ts";
export { createResolver } from "./resolve/resolver.ts";
export { answerAll } from "./engine/answers.ts";
export { applyPlan } from "./engine/apply.ts";
export type { ApplyEvent } from "./engine/apply-event.ts";
export { checkStack } from "./engine/check.ts";
export { planStack, planUndoStack } from "./engine/plan.ts";
export type { Planned, PlanOptions } from "./engine/plan.ts";
export { takeSnapshot } from "./engine/snapshot.ts";
export { verify } from "./engine/verify.ts";
export type { World } from "./engine/world.ts";
