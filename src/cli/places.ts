import type { Place } from "../config/load.ts";
import type { Finding } from "../core/findings/finding.ts";
import type { Part, Plan } from "../core/plan/schema.ts";

/** The key of the stack file that answers a rule of this kind. */
const KEYS: Readonly<Record<string, string>> = {
  spf: "spf",
  dkim: "dkim",
  dmarc: "dmarc",
  dns: "zone",
  plan: "accept",
};

/** The plan with a line of the stack file at each finding, or the nearest there is. */
export function placeFindings(plan: Plan, locate: (key: string) => Place): Plan {
  const place = (findings: readonly Finding[]) =>
    findings.map((finding) => withPlace(finding, locate));
  const placePart = (part: Part): Part =>
    "because" in part
      ? { ...part, findings: place(part.findings), because: place(part.because) }
      : { ...part, findings: place(part.findings) };
  const { spf, dkim, dmarc } = plan.parts;
  return {
    ...plan,
    parts: { spf: placePart(spf), dkim: placePart(dkim), dmarc: placePart(dmarc) },
    findings: place(plan.findings),
  };
}

function withPlace(finding: Finding, locate: (key: string) => Place): Finding {
  const key = KEYS[finding.rule.split("/", 1)[0] ?? ""] ?? "host";
  return finding.at === undefined ? { ...finding, at: locate(key) } : finding;
}
