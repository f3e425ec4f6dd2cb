import type { Rule } from "../rule.ts";

/** DMARC: found as RFC 9989 says, and read; never written. */
export const dmarcRules = {
  "dmarc/none": {
    severity: "warning",
    title: "No DMARC policy",
    rfc: "RFC 9989, 4.10",
    why: "Neither the domain nor one above it says what receivers should do with mail that fails both SPF and DKIM. Large receivers want at least `p=none` from those who send much.",
    message: (words) => `${words["domain"]} has no DMARC policy, nor has any domain above it`,
    help: (words) =>
      `When mail from all your senders is signed, publish a TXT record at ${words["name"]}: \`v=DMARC1; p=none; rua=mailto:<your address>\`.`,
  },
  "dmarc/policy-none": {
    severity: "warning",
    title: "The DMARC policy is none",
    rfc: "RFC 9989, 4.7",
    why: "`p=none` asks for reports only; forged mail is still delivered. It is the right start. This tool never raises or lowers a policy.",
    message: () => "DMARC policy is none: forged mail is still delivered",
    help: () => "When the reports show that all your senders pass, change it to `p=quarantine`.",
  },
  "dmarc/enforcement-without-dkim": {
    severity: "error",
    title: "DMARC is enforced, but Odoo's mail is not signed for the domain",
    rfc: "RFC 9989, 4.4",
    why: "With `p=quarantine` or `p=reject`, mail that is not aligned goes to the junk folder or is refused. On Odoo Online it is the DKIM signature that makes mail aligned.",
    message: (words) =>
      `DMARC policy is ${words["policy"]} and the DKIM record is not in place: mail from Odoo will be ${words["policy"] === "reject" ? "rejected" : "treated as junk"}`,
    help: () => "Apply the DKIM change first; do not lower the policy.",
  },
  "dmarc/two-records": {
    severity: "error",
    title: "More than one DMARC record",
    rfc: "RFC 9989, 4.10",
    why: "Where a name has several DMARC records, receivers ignore all of them.",
    message: (words) =>
      `${words["name"]} has ${words["count"]} DMARC records; receivers ignore all of them`,
    help: () => "Delete all but one at your DNS host. Which one is meant is your decision.",
  },
  "dmarc/invalid": {
    severity: "error",
    title: "The DMARC record is not valid",
    rfc: "RFC 9989, 4.8",
    why: "A value that does not start with `v=DMARC1`, in exactly these letters, is ignored as a whole; so is one whose policy is unknown and that asks for no reports.",
    message: (words) =>
      `The DMARC record at ${words["name"]} is ignored by receivers: ${words["reason"]}`,
    help: () => "Correct it at your DNS host.",
  },
  "dmarc/other-values": {
    severity: "warning",
    title: "Other TXT values where DMARC belongs",
    rfc: "RFC 9989, 4.10",
    why: "Values that are not DMARC are ignored there. Often they come from a wildcard.",
    message: (words) =>
      `${words["name"]} has TXT values that have nothing to do with DMARC (${words["count"]})`,
    help: () => "Delete them at your DNS host if they were put there by mistake.",
  },
  "dmarc/unreadable": {
    severity: "warning",
    title: "The DMARC policy could not be read",
    rfc: "RFC 9989, 4.10",
    why: 'A name on the way to the policy did not answer. That is never taken as "no policy".',
    message: (words) =>
      `The DMARC policy of ${words["domain"]} could not be read: ${words["name"]} did not answer`,
    help: () => "Check again later.",
  },
} as const satisfies Record<string, Rule>;
