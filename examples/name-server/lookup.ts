import type { Question } from "../../src/core/dns/answer.ts";
import {
  type DomainName,
  isWithin,
  labelsOf,
  nameFromLabels,
  parentOf,
} from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { pathTo, type Zone, type ZoneTree, treesOf, zoneOf } from "./zone.ts";

export interface Reply {
  readonly rcode: "NOERROR" | "NXDOMAIN" | "REFUSED" | "SERVFAIL" | "YXDOMAIN";
  readonly isAuthoritative: boolean;
  readonly answer: readonly RRset[];
  readonly authority: readonly RRset[];
  readonly additional: readonly RRset[];
}

/** What one step of the look-up finds: the end, or another name to go on with. */
type Step =
  | { readonly reply: Reply }
  | { readonly answer: readonly RRset[]; readonly next: DomainName };

const EMPTY = { answer: [], authority: [], additional: [] };
const MAX_ALIASES = 16;

/**
 * Answers from these zones alone: RFC 1034 4.3.2 with the wildcards of RFC 4592 and the DNAME of
 * RFC 6672. An alias is followed as long as its target lies in one of the zones.
 */
export function lookUp(zones: readonly Zone[], question: Question): Reply {
  const trees = treesOf(zones);
  const answer: RRset[] = [];
  let name = question.name;
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases += 1) {
    const tree = treeFor({ ...question, name }, trees);
    if (tree === undefined) break;
    const step = lookUpIn(tree, { ...question, name });
    if ("reply" in step) {
      return {
        ...step.reply,
        // AA speaks of the first owner in the answer section (RFC 1035 4.1.1).
        isAuthoritative: step.reply.isAuthoritative || answer.length > 0,
        answer: [...answer, ...step.reply.answer],
      };
    }
    answer.push(...step.answer);
    name = step.next;
  }
  return answer.length === 0
    ? { ...EMPTY, rcode: "REFUSED", isAuthoritative: false }
    : { ...EMPTY, rcode: "NOERROR", isAuthoritative: true, answer };
}

/** DS belongs to the parent's side of a cut (RFC 4035 3.1.4.1). */
function treeFor(question: Question, trees: readonly ZoneTree[]): ZoneTree | undefined {
  const tree = zoneOf(question.name, trees);
  const parent = question.type === "DS" ? parentOf(question.name) : undefined;
  if (parent === undefined || tree?.apex !== question.name) return tree;
  return zoneOf(parent, trees) ?? tree;
}

function lookUpIn(tree: ZoneTree, question: Question): Step {
  const path = pathTo(question.name, tree.apex);
  for (const name of path) {
    const cut = tree.nodes.get(name)?.get("NS");
    const isParentsSide = question.type === "DS" && name === question.name;
    if (cut !== undefined && !isParentsSide) return { reply: refer(tree, cut) };
  }
  for (const name of [tree.apex, ...path.slice(0, -1)]) {
    const dname = tree.nodes.get(name)?.get("DNAME");
    if (dname !== undefined && name !== question.name) return rename(dname, question);
  }
  const node = tree.nodes.get(question.name) ?? wildcardFor(tree, question.name);
  if (node === undefined) return { reply: negative(tree, "NXDOMAIN") };
  return answerFrom(tree, node, question);
}

function answerFrom(
  tree: ZoneTree,
  node: ReadonlyMap<string, RRset>,
  { name, type }: Question,
): Step {
  const cname = node.get("CNAME");
  const target = cname?.values[0];
  if (cname !== undefined && target !== undefined && type !== "CNAME" && type !== "ANY") {
    return { answer: [{ ...cname, name }], next: target as DomainName };
  }
  // Any one RRset is a complete answer to ANY (RFC 8482 4.1).
  const found = type === "ANY" ? [...node.values()][0] : node.get(type);
  if (found === undefined) return { reply: negative(tree, "NOERROR") };
  return {
    reply: { ...EMPTY, rcode: "NOERROR", isAuthoritative: true, answer: [{ ...found, name }] },
  };
}

/** The source of synthesis: `*` at the closest encloser, and only there (RFC 4592 3.3.1). */
function wildcardFor(tree: ZoneTree, name: DomainName): ReadonlyMap<string, RRset> | undefined {
  const encloser = [tree.apex, ...pathTo(name, tree.apex)].findLast((at) => tree.nodes.has(at));
  const wildcard = encloser && nameFromLabels(["*", ...labelsOf(encloser)]);
  return wildcard && tree.nodes.get(wildcard);
}

function refer(tree: ZoneTree, cut: RRset): Reply {
  const glue = cut.values.flatMap((target) => {
    const node = isWithin(target as DomainName, tree.apex)
      ? tree.nodes.get(target as DomainName)
      : undefined;
    return [node?.get("A"), node?.get("AAAA")].filter((rrset) => rrset !== undefined);
  });
  return {
    rcode: "NOERROR",
    isAuthoritative: false,
    answer: [],
    authority: [cut],
    additional: glue,
  };
}

/** RFC 2308 3: the SOA's TTL in a negative answer is how long the "no" may be remembered. */
function negative(tree: ZoneTree, rcode: "NOERROR" | "NXDOMAIN"): Reply {
  const soa = tree.nodes.get(tree.apex)?.get("SOA");
  if (soa === undefined) return { ...EMPTY, rcode: "SERVFAIL", isAuthoritative: false };
  const minimum = Number(soa.values[0]?.split(" ").at(-1));
  const ttl = soa.ttl === "default" ? minimum : Math.min(soa.ttl, minimum);
  return { ...EMPTY, rcode, isAuthoritative: true, authority: [{ ...soa, ttl }] };
}

function rename(dname: RRset, { name, type }: Question): Step {
  const target = labelsOf((dname.values[0] ?? ".") as DomainName);
  const prefix = labelsOf(name).slice(0, -labelsOf(dname.name).length || undefined);
  const next = nameFromLabels([...prefix, ...target]);
  const found = { ...EMPTY, isAuthoritative: true };
  if (next === undefined) return { reply: { ...found, rcode: "YXDOMAIN", answer: [dname] } };
  const answer = [dname, { name, type: "CNAME", ttl: dname.ttl, values: [next] }];
  return type === "CNAME" || type === "ANY"
    ? { reply: { ...found, rcode: "NOERROR", answer } }
    : { answer, next };
}
