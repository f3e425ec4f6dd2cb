import type { LoadedStack, Place } from "../config/load.ts";
import type { Finding } from "../core/findings/finding.ts";
import type { Part, Plan } from "../core/plan/schema.ts";
import { withReliance } from "./reliance.ts";

/** The key of the stack file that answers a rule of this kind. */
const KEYS: Readonly<Record<string, string>> = {
  spf: "spf",
  dkim: "dkim",
  dmarc: "dmarc",
  dns: "zone",
  plan: "accept",
};

/** The plan with what the stack files say about it: what relies on it, and a line at each finding. */
export function inFolder(
  plan: Plan,
  {
    stack,
    neighbours,
  }: { readonly stack: LoadedStack; readonly neighbours: readonly LoadedStack[] },
): Plan {
  return placeFindings(withReliance(plan, neighbours), stack.locate);
}

/** A line of the stack file at each finding, or the nearest there is. */
function placeFindings(plan: Plan, locate: (key: string) => Place): Plan {
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
