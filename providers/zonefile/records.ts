import type { DomainName } from "../../src/core/dns/name.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import { readData } from "./data.ts";
import { generate } from "./generate.ts";
import { parseTtl, readHead, readName, type Head } from "./head.ts";
import { failIn, placeIn, readEntries, type Entry, type Fail, type Source } from "./tokens.ts";

/** One record and where it stands. */
export interface ZoneRecord {
  readonly name: DomainName;
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  /** In the form of RRset.values. */
  readonly data: string;
  readonly source: Source;
  /** Offsets of the entry in its source. */
  readonly start: number;
  readonly end: number;
  /** Made by `$GENERATE`: the entry is the directive. */
  readonly generated: boolean;
  /** What the entry does not say itself but has from the record before. */
  readonly inherits: { readonly owner: boolean; readonly ttl: boolean };
}

/** What a record's entry says, with offsets in its file. */
export function headOf({ source, start }: ZoneRecord): Head {
  const fail = failIn(source);
  const entry = readEntries(source.text, fail, start).next();
  return readHead(entry.done ? fail(start, "there is no record here") : entry.value, fail);
}

/** Opens `$INCLUDE path`, written in `from`; throws when the path may not be read. */
export type Include = (path: string, from: Source) => Source;

export const MAX_OCTETS = 64 * 1024 * 1024;
export const MAX_FILES = 1000;
export const MAX_DEPTH = 10;
export const MAX_GENERATED = 131_072;

/** What holds across `$INCLUDE`s, as in BIND; the origin and the last owner are each file's own. */
interface State {
  defaultTtl?: number;
  /** The TTL stated last (RFC 1035 5.1), for files without `$TTL`. */
  lastTtl?: number;
  octets: number;
  generated: number;
  readonly sources: Source[];
}

interface Frame {
  readonly source: Source;
  readonly fail: Fail;
  readonly state: State;
  readonly include: Include | undefined;
  readonly depth: number;
  origin: DomainName;
  owner?: DomainName;
}

/** The records of a master file and of all it includes, one by one; `state` is complete at the end. */
export function readRecords(
  source: Source,
  origin: DomainName,
  include: Include | undefined,
): { records: Iterable<ZoneRecord>; state: Readonly<State> } {
  const state: State = { octets: 0, generated: 0, sources: [] };
  const frame = { source, fail: failIn(source), state, include, depth: 0, origin };
  return { records: readFile(frame), state };
}

function* readFile(frame: Frame): Generator<ZoneRecord> {
  const { source, state } = frame;
  state.sources.push(source);
  if (state.sources.length > MAX_FILES) throw tooLarge(source, 0, `more than ${MAX_FILES} files`);
  count(frame, source.text.length, 0);
  for (const entry of readEntries(source.text, frame.fail)) {
    const [first] = entry.tokens;
    const word = entry.indented || !first || first.quoted ? "" : first.raw;
    if (word.startsWith("$")) yield* readDirective(word.toUpperCase(), entry, frame);
    else yield readRecord(entry, frame);
  }
}

function* readDirective(word: string, entry: Entry, frame: Frame): Generator<ZoneRecord> {
  const [, first, second] = entry.tokens;
  const { fail, state } = frame;
  if (word === "$GENERATE") yield* readGenerate(entry, frame);
  else if (!first) fail(entry.start, `${word} stands alone`);
  else if (word === "$TTL") {
    state.defaultTtl = parseTtl(first.raw) ?? fail(first.start, "$TTL needs a time");
  } else if (word === "$ORIGIN") frame.origin = readName(first, frame.origin, fail);
  else if (word === "$INCLUDE") {
    const origin = second ? readName(second, frame.origin, fail) : frame.origin;
    yield* readFile(openInclude(first.raw, entry, { ...frame, origin }));
  } else fail(entry.start, "there is no such directive");
}

function openInclude(path: string, entry: Entry, frame: Frame): Frame {
  const { source, include, depth, fail, state, origin } = frame;
  if (!include) return fail(entry.start, "$INCLUDE is not possible here");
  if (depth >= MAX_DEPTH) {
    throw tooLarge(source, entry.start, `files that include each other ${MAX_DEPTH} deep`);
  }
  const opened = include(path, source);
  return { source: opened, fail: failIn(opened), state, include, depth: depth + 1, origin };
}

function readRecord(entry: Entry, frame: Frame): ZoneRecord {
  const head = readHead(entry, frame.fail);
  if (head.owner) frame.owner = readName(head.owner, frame.origin, frame.fail);
  const name = frame.owner ?? frame.fail(entry.start, "the first record of a file needs a name");
  return recordOf(name, head, entry, frame);
}

function* readGenerate(entry: Entry, frame: Frame): Generator<ZoneRecord> {
  const blame: Fail = (_, message) => frame.fail(entry.start, `$GENERATE: ${message}`);
  for (const { owner, head, octets } of generate(entry, frame.fail)) {
    frame.state.generated += 1;
    if (frame.state.generated > MAX_GENERATED) {
      throw tooLarge(frame.source, entry.start, `more than ${MAX_GENERATED} generated records`);
    }
    count(frame, octets, entry.start);
    const name = readName(owner, frame.origin, blame);
    yield { ...recordOf(name, head, entry, { ...frame, fail: blame }), generated: true };
  }
}

function recordOf(name: DomainName, head: Head, entry: Entry, frame: Frame): ZoneRecord {
  const { origin, fail, source, state } = frame;
  const data = readData(head.type, head.data, { origin, at: head.typeToken.start, fail });
  const { start, end } = entry;
  const inherits = {
    owner: !head.owner,
    ttl: head.ttl === undefined && state.defaultTtl === undefined,
  };
  const ttl = ttlOf(head, data, frame);
  state.lastTtl = ttl;
  return { name, type: head.type, ttl, data, source, start, end, generated: false, inherits };
}

/** The record's own TTL, else `$TTL`, else the one stated last, else for the SOA its minimum: BIND's order. */
function ttlOf(head: Head, data: string, { state, fail }: Frame): number {
  const ttl = head.ttl ?? state.defaultTtl ?? state.lastTtl;
  if (ttl !== undefined) return ttl;
  if (head.type !== "SOA") fail(head.typeToken.start, "the record has no TTL and the file no $TTL");
  state.defaultTtl = Number(data.slice(data.lastIndexOf(" ") + 1));
  return state.defaultTtl;
}

function count({ state, source }: Frame, octets: number, at: number): void {
  state.octets += octets;
  if (state.octets > MAX_OCTETS) {
    throw tooLarge(source, at, `more than ${MAX_OCTETS / 1024 / 1024} MiB`);
  }
}

function tooLarge(source: Source, at: number, what: string): MailDnsError {
  return new MailDnsError("limit-exceeded", `${placeIn(source, at)}: the zone has ${what}.`, {
    help: "A zone of this size is not edited in place; use `host: manual`.",
  });
}
