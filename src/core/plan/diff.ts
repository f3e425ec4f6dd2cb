import { type Lookup, done, together } from "../dns/answer.ts";
import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import { assemblePlan, idleAcceptance } from "./assemble.ts";
import type { PlanInput } from "./desired.ts";
import { planDkim } from "./dkim-part.ts";
import { planDmarc, viewDmarc } from "./dmarc-part.ts";
import type { Plan } from "./schema.ts";
import { planSpf } from "./spf-part.ts";

export type { PlanInput } from "./desired.ts";

/**
 * What is to be done so that mail from Odoo arrives: the difference between the stack file and what
 * is live, in three parts that do not hold each other back.
 *
 *     mycompany.example.  TXT  "v=spf1 include:_spf.google.com ~all"
 *
 * gives a `replace-value` to `v=spf1 include:_spf.odoo.com include:_spf.google.com ~all` with its
 * proof, and a `create-rrset` of the CNAME `odoo._domainkey`. Pure: asks for the DNS answers that
 * it needs, and for none that a public resolver must not be asked for (see `namesOf`).
 */
export function planDomain(input: PlanInput): Lookup<Plan> {
  const lookups = together({
    spf: planSpf(input),
    dkim: planDkim(input),
    dmarc: viewDmarc(input),
  });
  if (!lookups.done) return lookups;
  const { spf, dkim, dmarc } = lookups.value;
  const parts = { spf, dkim, dmarc: planDmarc(dmarc, dkim, input) };
  return done(assemblePlan(parts, input, [...idleAcceptance(parts, input), ...ofTheDomain(input)]));
}

function ofTheDomain(input: PlanInput): readonly Finding[] {
  const { config } = input;
  if (config.odoo.hosting !== "onpremise" || config.retire) return [];
  const name = config.spf.off ? config.domain : config.spf.domain;
  return [finding("spf/on-premise", { domain: config.domain, name }, { name })];
}
