import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import type { PlanInput } from "./desired.ts";

/** Why nobody would ever see what is written into this zone. */
export function notLive({
  config,
  snapshot,
  delegated,
  hostTitle,
}: Pick<PlanInput, "config" | "snapshot" | "delegated" | "hostTitle">): readonly Finding[] {
  if (delegated === undefined) return [];
  const { apex, nameservers } = snapshot.zone;
  const subject = { domain: config.domain, name: apex };
  const words = { zone: apex, host: hostTitle ?? config.host };
  if ("reason" in delegated) {
    return [finding("dns/not-live", subject, { ...words, reason: delegated.reason, live: [] })];
  }
  const live = delegated.nameservers;
  if (delegated.zone !== apex) {
    const reason = `DNS knows its names as part of ${delegated.zone}`;
    return [finding("dns/not-live", subject, { ...words, reason, live })];
  }
  const isServed = nameservers.length === 0 || nameservers.some((name) => live.includes(name));
  return isServed
    ? []
    : [finding("dns/not-live", subject, { ...words, servers: nameservers, live })];
}
