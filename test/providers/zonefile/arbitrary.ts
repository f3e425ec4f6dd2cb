import * as fc from "fast-check";
import { parseName, type DomainName } from "../../../src/core/dns/name.ts";

/** A piece of a zone file: a comment, a directive or a record, exactly as it stands there. */
export interface Chunk {
  readonly text: string;
  /** `name ttl type data` of the records that it defines; the SOA without its serial. */
  readonly records: readonly string[];
  /** Of a TXT record: what stands before its first string and behind its last. */
  readonly frame?: { readonly head: string; readonly tail: string };
}

/** A legal zone file of arbitrary layout, together with what it means. */
export interface ZoneText {
  readonly chunks: readonly Chunk[];
  readonly text: string;
  /** Offset of the serial, and its digits. */
  readonly serial: { readonly at: number; readonly digits: string };
  /** The SPF record's value at the apex, and the chunk that it stands in. */
  readonly spf: { readonly value: string; readonly chunk: number };
  readonly eol: string;
}

export const APEX = parseName("mycompany.example") as DomainName;

/** The choices behind one piece; each of the `dice` holds many throws, for its layout. */
interface Piece {
  readonly kind: "comment" | "origin" | "ttl" | "generate" | "record";
  readonly name: string;
  readonly ttl: number;
  readonly data: Data;
  readonly comment: string;
  readonly dice: readonly number[];
}

type Data = { readonly type: string; readonly text?: string; readonly words?: readonly string[] };

const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const anyText = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .string({ minLength: 1, maxLength: 40 })
      .map((text) => text.replace(/[^\x20-\x7e]/g, "x")),
  },
  { weight: 1, arbitrary: fc.string({ unit: octet, minLength: 1, maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "google-site-verification=abc; x",
      'a "quoted" \\ value',
      "v=DMARC1; p=none",
      "x".repeat(300),
    ),
  },
);
const comment = fc
  .string({ unit: octet, maxLength: 12 })
  .map((text) => `;${text.replace(/[\r\n]/g, " ")}`);

const data: fc.Arbitrary<Data> = fc.oneof(
  anyText.map((text) => ({ type: "TXT", text: text.startsWith("v=spf1") ? `x${text}` : text })),
  fc.constantFrom<Data>(
    { type: "A", words: ["192.0.2.7"] },
    { type: "AAAA", words: ["2001:db8::7"] },
    { type: "MX", words: ["10", "mail.other.example."] },
    { type: "CAA", words: ["0", "issue", '"ca.example; x=1"'] },
    { type: "SRV", words: ["0", "5", "443", "a.other.example."] },
    { type: "TYPE65280", words: ["\\#", "2", "abcd"] },
  ),
);

const piece: fc.Arbitrary<Piece> = fc.record({
  kind: fc.constantFrom(
    "comment",
    "origin",
    "ttl",
    "generate",
    "record",
    "record",
    "record",
    "record",
  ),
  name: fc.constantFrom("", "", "www", "mail", "_dmarc", "a.sub", "_domainkey", "x\\.y"),
  ttl: fc.constantFrom(0, 60, 300, 3600, 5400, 86400),
  data,
  comment,
  dice: fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()),
});

const spfValue = fc.constantFrom(
  "v=spf1 ~all",
  "v=spf1 include:_spf.google.com ~all",
  'v=spf1 a:"odd" -all',
  `v=spf1 ${"ip4:192.0.2.1 ".repeat(16)}~all`,
  `v=spf1 ${"ip4:192.0.2.1 ".repeat(40)}~all`,
);

export const zoneText: fc.Arbitrary<ZoneText> = fc
  .record({
    before: fc.array(piece, { maxLength: 5 }),
    after: fc.array(piece, { maxLength: 5 }),
    head: piece,
    spf: fc.tuple(spfValue, piece),
    eol: fc.constantFrom("\n", "\r\n"),
    hasLastEol: fc.boolean(),
    hasTtl: fc.boolean(),
    serial: fc.constantFrom("7", "0042", "2026112401", "1796000000", "4294967295"),
  })
  .map(({ before, after, head, spf: [value, spfPiece], eol, hasLastEol, hasTtl, serial }) => {
    const writer = new Writer(eol);
    if (hasTtl) writer.write({ ...head, kind: "ttl" });
    writer.soa(serial, head);
    for (const piece of before) writer.write(piece);
    const at = writer.chunks.length;
    writer.write({ ...spfPiece, kind: "record", name: "", data: { type: "TXT", text: value } });
    for (const piece of after) writer.write(piece);
    const { chunks } = writer;
    const last = chunks.at(-1);
    // BIND takes a record without a line end at the end of the file, but no directive.
    if (!hasLastEol && last?.frame) chunks[chunks.length - 1] = withoutLineEnd(last, eol);
    const text = chunks.map((chunk) => chunk.text).join("");
    const soa = /SOA[^]*?host\.other\.example\.[^]*?/.exec(text);
    const place = text.indexOf(serial, (soa?.index ?? 0) + (soa?.[0].length ?? 0));
    return { chunks, text, serial: { at: place, digits: serial }, spf: { value, chunk: at }, eol };
  });

/** Writes pieces one after the other and knows, as a reader would, what each of them means. */
class Writer {
  readonly chunks: Chunk[] = [];
  readonly eol: string;
  #dice: number[] = [];
  #origin = `${APEX}.`;
  #owner = "";
  #defaultTtl: number | undefined;
  #lastTtl: number | undefined;

  constructor(eol: string) {
    this.eol = eol;
  }

  soa(serial: string, { dice, comment, ttl }: Piece): void {
    this.#dice = [...dice];
    const words = ["ns1.other.example.", "host.other.example.", serial, "2h", "1h", "2w", "300"];
    const body = `@ ${this.#gaps([String(ttl), "IN", "SOA", ...words], true)}`;
    this.#owner = APEX;
    this.#lastTtl = ttl;
    const data = "ns1.other.example host.other.example 7200 3600 1209600 300";
    this.#push(body + this.#end(comment), [`${APEX} ${ttl} SOA ${data}`]);
    this.#push(`@ ${ttl} NS ns1.other.example.${this.eol}`, [
      `${APEX} ${ttl} NS ns1.other.example`,
    ]);
  }

  write(piece: Piece): void {
    this.#dice = [...piece.dice];
    if (piece.kind === "comment")
      this.#push(
        `${this.#pick("", " ", "\t\t")}${piece.comment}${this.eol}${this.#pick("", this.eol)}`,
      );
    if (piece.kind === "origin") this.#writeOrigin(piece);
    if (piece.kind === "ttl") this.#writeTtl(piece);
    if (piece.kind === "generate") this.#writeGenerate();
    if (piece.kind === "record") this.#writeRecord(piece);
  }

  #writeOrigin({ name, comment }: Piece): void {
    const full = name === "" ? `${APEX}.` : `${name}.${APEX}.`;
    this.#origin = full;
    this.#push(`$ORIGIN ${full}${this.#end(comment)}`);
  }

  #writeTtl({ ttl, comment }: Piece): void {
    this.#defaultTtl = ttl;
    this.#push(`${this.#pick("$TTL", "$ttl")} ${this.#time(ttl)}${this.#end(comment)}`);
  }

  #writeGenerate(): void {
    const ttl = 77;
    this.#lastTtl = ttl;
    const hosts = [1, 2].map((number) => `g${number}.${APEX} ${ttl} A 192.0.2.${number}`);
    this.#push(`$GENERATE 1-2 g$.${APEX}. ${ttl} A 192.0.2.$${this.eol}`, hosts);
  }

  #writeRecord({ name, ttl, data, comment }: Piece): void {
    const owner = name === "" ? APEX : `${name}.${APEX}`;
    const head = [...this.#ttlAndClass(ttl)];
    const isBlank = this.#owner === owner && this.#roll(2) === 0;
    const first = isBlank ? this.#pick(" ", "\t", "   ") : this.#spell(owner);
    const words = data.words ?? this.#strings(data.text ?? "");
    const type = this.#pick(data.type, data.type.toLowerCase());
    const rest = this.#gaps([...head, type, ...words], data.words === undefined);
    this.#owner = owner;
    const body = isBlank ? `${first}${rest}` : `${first}${this.#pick(" ", "\t", "  ")}${rest}`;
    const shown =
      data.text ?? (data.words ?? []).join(" ").replace(/\.$/, data.type === "MX" ? "" : ".");
    const text = body + this.#end(comment);
    const records = [`${owner} ${this.#lastTtl} ${data.type} ${shown}`];
    this.chunks.push({ text, records, frame: frameOf(text, first.length, words) });
  }

  /** States TTL and class or leaves them out, and keeps in mind what that means. */
  #ttlAndClass(ttl: number): string[] {
    const isStated = this.#roll(2) === 0;
    this.#lastTtl = isStated ? ttl : (this.#defaultTtl ?? this.#lastTtl);
    const stated = isStated ? [this.#time(ttl)] : [];
    const classes = this.#pick([], ["IN"], ["in"], ["CLASS1"]);
    return this.#roll(2) === 0 ? [...stated, ...classes] : [...classes, ...stated];
  }

  #spell(owner: string): string {
    const absolute = this.#pick(`${owner}.`, `${owner}.`.toUpperCase());
    if (`${owner}.` === this.#origin && this.#roll(2) === 0) return "@";
    const relative = absolute.slice(0, -this.#origin.length - 1);
    const isBelow = `${owner}.`.endsWith(`.${this.#origin}`) && relative !== "";
    return isBelow && this.#roll(2) === 0 ? relative : absolute;
  }

  /** A value as strings: cut anywhere, quoted or not, escaped as needed or more. */
  #strings(text: string): string[] {
    const strings: string[] = [];
    for (let at = 0; at < text.length;) {
      const length = [255, 255, 100, 7, 1 + this.#roll(20)][this.#roll(5)] ?? 255;
      strings.push(this.#string(text.slice(at, at + length)));
      at += length;
    }
    return strings;
  }

  #string(text: string): string {
    const isWord = /^[!#-'*-:<-[\]-~]+$/.test(text) && this.#roll(3) === 0;
    if (isWord) return text;
    const escaped = text.replace(/["\\]|[^\x20-\x7e]/g, (char) => {
      const code = `\\${String(char.charCodeAt(0)).padStart(3, "0")}`;
      return /["\\]/.test(char) && this.#roll(2) === 0 ? `\\${char}` : code;
    });
    return `"${this.#roll(4) === 0 ? escaped.replace(/;/g, "\\;") : escaped}"`;
  }

  #time(seconds: number): string {
    const hours = Math.floor(seconds / 3600);
    const units = `${hours}h${(seconds % 3600) / 60}M`;
    return this.#roll(3) === 0 && seconds % 60 === 0 ? units : String(seconds);
  }

  /** Puts words behind each other, perhaps with parentheses around some and line ends inside. */
  #gaps(words: readonly string[], mayBreak: boolean): string {
    const opens = mayBreak && this.#roll(2) === 0 ? this.#roll(words.length - 1) : undefined;
    const parts = words.map((word, index) => {
      const isInside = opens !== undefined && index > opens;
      const gap = isInside
        ? this.#pick(" ", "\t", `${this.eol}\t`, ` ; ( "#" )${this.eol} `, `${this.eol}${this.eol}`)
        : this.#pick(" ", "\t", "  ");
      return `${index === 0 ? "" : gap}${index === opens ? this.#pick("(", "( ", `(;#${this.eol}`) : ""}${word}`;
    });
    return `${parts.join("")}${opens === undefined ? "" : this.#pick(")", " )", `${this.eol})`, `;${this.eol} ) `)}`;
  }

  #end(comment: string): string {
    return `${this.#pick("", " ", "\t")}${this.#pick("", "", comment)}${this.eol}`;
  }

  #push(text: string, records: readonly string[] = []): void {
    this.chunks.push({ text, records });
  }

  #roll(sides: number): number {
    const [dice = 0] = this.#dice;
    const rest = Math.floor(dice / sides);
    if (rest > 0) this.#dice[0] = rest;
    else this.#dice.shift();
    return dice % sides;
  }

  #pick<T>(...choices: readonly [T, ...T[]]): T {
    return choices[this.#roll(choices.length)] ?? choices[0];
  }
}

/** Words never hold `#`, and what stands between them never anything else that could be a word. */
function frameOf(
  text: string,
  from: number,
  words: readonly string[],
): { head: string; tail: string } {
  const start = text.indexOf(words[0] ?? "", text.search(/txt/i));
  const end = words.reduce((at, word) => text.indexOf(word, at) + word.length, start);
  return { head: text.slice(0, Math.max(start, from)), tail: text.slice(end) };
}

function withoutLineEnd({ text, records, frame }: Chunk, eol: string): Chunk {
  const cut = (whole: string): string => whole.slice(0, -eol.length);
  return { text: cut(text), records, ...(frame && { frame: { ...frame, tail: cut(frame.tail) } }) };
}
