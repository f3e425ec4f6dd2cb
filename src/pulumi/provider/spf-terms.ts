import { findRRset } from "../../core/dns/rrset.ts";
import { ensureTerms, findTerm } from "../../core/spf/merge.ts";
import { parseSpf } from "../../core/spf/parse.ts";
import type { RecordKind } from "./record.ts";

/** Terms inside the one SPF record of a name. The rest of the record is its owner's. */
export const spfTerms: RecordKind = {
  part: "spf",
  nameOf: ({ spf }) => (spf.off ? undefined : spf.domain),
  live(snapshot, { spf }) {
    if (spf.off) return [];
    const values = findRRset(snapshot, spf.domain, "TXT")?.values ?? [];
    return values.filter((value) => ["spf", "broken"].includes(parseSpf(value).kind));
  },
  isInPlace([value, ...others], { spf }) {
    if (spf.off) return true;
    const read = parseSpf(value ?? "");
    if (others.length > 0 || read.kind !== "spf") return false;
    const isThere = (term: string): boolean => findTerm(read.record, term).state === "present";
    return spf.terms.every(isThere) && !(spf.dropped ?? []).some(isThere);
  },
  faults: () => [],
  opOf([original, ...others], { spf }) {
    if (spf.off) return "nothing";
    if (others.length > 0) return "unclear";
    if (original !== undefined && parseSpf(original).kind !== "spf") return "unclear";
    const terms = [...spf.terms, ...(spf.dropped ?? [])];
    const { record, ...edit } = ensureTerms(original ?? null, terms, spf.placement);
    if (record === original) return "nothing";
    const base = { name: spf.domain, type: "TXT", after: record, ttl: "default" } as const;
    const change = { added: [...edit.added], moved: [...edit.moved], created: edit.created };
    return original === undefined
      ? { kind: "create-rrset", ...base, before: null, edit: change }
      : { kind: "replace-value", ...base, before: original, edit: change };
  },
};
