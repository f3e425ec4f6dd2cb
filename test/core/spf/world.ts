import {
  type Answer,
  type AnswerRecord,
  type Answers,
  type Lookup,
  type Question,
  answerKey,
} from "../../../src/core/dns/answer.ts";
import { type DomainName, ROOT, parentOf, parseName } from "../../../src/core/dns/name.ts";
import { unescapeTxt } from "../../../src/core/dns/txt.ts";

/** A DNS without a network: answers every question from zone text, as a resolver would. */
export interface World {
  answer(question: Question): Answer;
}

const MAX_ALIASES = 8;
const MAX_ROUNDS = 60;
const TTL = 300;

interface Node {
  readonly records: Map<string, AnswerRecord[]>;
  /** `SERVFAIL` or `TIMEOUT` for one type, or for `*`. */
  readonly failures: Map<string, "servfail" | "timeout">;
}

/**
 * Reads a world, one record a line: `name TYPE data`. Names are absolute. TXT data is quoted as in
 * a master file (several strings are joined) or is the rest of the line. `name TYPE SERVFAIL`,
 * `name TYPE TIMEOUT` make one type fail, `name SERVFAIL` all of them; `name EXISTS` is a name
 * without records. `*.name` is a wildcard. What is not there is NXDOMAIN. `;` starts a comment line.
 *
 *     example.com        TXT  "v=spf1 mx -all"
 *     example.com        MX   10 mail.example.com
 *     mail.example.com   A    192.0.2.1
 *     slow.example.com   TXT  TIMEOUT
 *     www.example.com    CNAME example.com
 */
export function worldFrom(text: string): World {
  const nodes = new Map<DomainName, Node>();
  for (const line of text.split("\n").map((line) => line.trim())) {
    if (line !== "" && !line.startsWith(";")) readLine(nodes, line);
  }
  return { answer: (question) => resolve(nodes, question, []) };
}

/** Drives a pure look-up to its end, answering each round of questions at once. */
export function settle<T>(ask: (answers: Answers) => Lookup<T>, world: World): T {
  return drive(ask, world).value;
}

export interface Driven<T> {
  readonly value: T;
  /** How often the look-up came back with questions. */
  readonly rounds: number;
  readonly asked: readonly string[];
  readonly answers: Answers;
}

/** As `settle`, and says what it took. Fails when a look-up asks twice for what it was told. */
export function drive<T>(
  ask: (answers: Answers) => Lookup<T>,
  world: World,
  known: Answers = {},
): Driven<T> {
  const answers: Record<string, Answer> = { ...known };
  const asked: string[] = [];
  for (let rounds = 0; rounds < MAX_ROUNDS; rounds += 1) {
    const step = ask(answers);
    if (step.done) return { value: step.value, rounds, asked, answers };
    if (step.questions.length === 0) throw new Error("a look-up that needs nothing is not done");
    for (const question of step.questions) {
      const key = answerKey(question);
      if (answers[key] !== undefined) throw new Error(`asked again: ${key}`);
      answers[key] = world.answer(question);
      asked.push(key);
    }
  }
  throw new Error(`no end after ${MAX_ROUNDS} rounds; asked ${asked.slice(-20).join(", ")}`);
}

function readLine(nodes: Map<DomainName, Node>, line: string): void {
  const [owner, behind] = wordOf(line);
  const [type, data] = wordOf(behind);
  const name = owner.startsWith("*.")
    ? (`*.${nameOf(owner.slice(2))}` as DomainName)
    : nameOf(owner);
  const node = nodeAt(nodes, name);
  if (type === "EXISTS") return;
  if (type === "SERVFAIL" || type === "TIMEOUT") {
    node.failures.set("*", type === "SERVFAIL" ? "servfail" : "timeout");
  } else if (data === "SERVFAIL" || data === "TIMEOUT") {
    node.failures.set(type, data === "SERVFAIL" ? "servfail" : "timeout");
  } else {
    const record = { data: dataOf(type, data), ttl: TTL };
    const found = node.records.get(type);
    if (found === undefined) node.records.set(type, [record]);
    else found.push(record);
  }
}

/** The first word, and what stands behind it and its spaces. */
function wordOf(text: string): readonly [word: string, behind: string] {
  const end = text.indexOf(" ");
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end).trimStart()];
}

function dataOf(type: string, written: string): string {
  if (type === "TXT" || type === "SPF") return octetsOf(written);
  if (type === "A") return written.trim();
  if (type === "AAAA") return written.trim().toLowerCase();
  if (type !== "MX") return nameOf(written.trim());
  const [preference = "", target = ""] = written.trim().split(/\s+/);
  return `${preference} ${nameOf(target)}`;
}

function octetsOf(written: string): string {
  if (!written.trimStart().startsWith('"')) return written;
  return [...written.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
    .map(([, string = ""]) => unescapeTxt(string) ?? string)
    .join("");
}

function nameOf(text: string): DomainName {
  const name = parseName(text);
  if (name === undefined) throw new Error(`no domain name: ${text}`);
  return name;
}

function nodeAt(nodes: Map<DomainName, Node>, name: DomainName): Node {
  const known = nodes.get(name);
  if (known !== undefined) return known;
  const made: Node = { records: new Map(), failures: new Map() };
  nodes.set(name, made);
  // What lies below a name makes it exist (RFC 8020).
  const parent = parentOf(name);
  if (parent !== undefined && parent !== ROOT) nodeAt(nodes, parent);
  return made;
}

function resolve(
  nodes: ReadonlyMap<DomainName, Node>,
  question: Question,
  aliases: readonly DomainName[],
): Answer {
  const also = aliases.length > 0 ? { aliases } : {};
  const node = nodes.get(question.name) ?? wildcard(nodes, question.name);
  if (node === undefined) return { status: "nxdomain", ...also };
  const failure = node.failures.get(question.type) ?? node.failures.get("*");
  if (failure !== undefined) return { status: failure };
  const target = question.type === "CNAME" ? undefined : node.records.get("CNAME")?.[0];
  if (target !== undefined) {
    if (aliases.length >= MAX_ALIASES) return { status: "servfail", detail: "CNAME loop" };
    const name = nameOf(target.data);
    return resolve(nodes, { ...question, name }, [...aliases, name]);
  }
  const records = node.records.get(question.type);
  return records === undefined
    ? { status: "nodata", ...also }
    : { status: "records", records, ...also };
}

function wildcard(nodes: ReadonlyMap<DomainName, Node>, name: DomainName): Node | undefined {
  for (let up = parentOf(name); up !== undefined && up !== ROOT; up = parentOf(up)) {
    const found = nodes.get(`*.${up}` as DomainName);
    if (found !== undefined) return found;
    if (nodes.has(up)) return undefined;
  }
  return undefined;
}
