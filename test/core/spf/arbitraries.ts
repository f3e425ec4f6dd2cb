import * as fc from "fast-check";

/**
 * Legal SPF records in every spelling that RFC 7208 section 12 allows, for the laws of the parser,
 * the merge, the evaluator and the planner.
 */
export function arbitrarySpfRecord(shape: SpfShape = {}): fc.Arbitrary<string> {
  const { maxTerms = 6, mechanism = arbitraryMechanism(), modifiers = true } = shape;
  const middle = fc.array(fc.tuple(arbitraryGap(), mechanism), { maxLength: maxTerms });
  const extra = modifiers
    ? arbitraryModifiers()
    : fc.constant<readonly (readonly [string, string])[]>([]);
  return fc
    .tuple(inAnyCase("v=spf1"), middle, extra, fc.nat({ max: 1000 }), arbitraryTail())
    .map(([version, terms, extras, seed, tail]) => {
      const all: (readonly [string, string])[] = [...terms];
      for (const [index, term] of extras.entries()) {
        all.splice((seed * (index + 1)) % (all.length + 1), 0, term);
      }
      return version + all.flat().join("") + tail;
    });
}

export interface SpfShape {
  readonly maxTerms?: number;
  /** Instead of any mechanism. */
  readonly mechanism?: fc.Arbitrary<string>;
  /** Whether `redirect=`, `exp=` and unknown modifiers may stand in it. */
  readonly modifiers?: boolean;
}

/** Any mechanism, `all` included, with any qualifier. */
export function arbitraryMechanism(domains = arbitraryDomainSpec()): fc.Arbitrary<string> {
  const named = (name: string) =>
    fc.tuple(inAnyCase(name), domains).map(([written, domain]) => `${written}:${domain}`);
  const host = (name: string) =>
    fc
      .tuple(fc.oneof(inAnyCase(name), named(name)), arbitraryDualPrefix())
      .map(([written, prefix]) => written + prefix);
  const body = fc.oneof(
    { weight: 3, arbitrary: inAnyCase("all") },
    { weight: 3, arbitrary: named("include") },
    { weight: 1, arbitrary: named("exists") },
    { weight: 2, arbitrary: host("a") },
    { weight: 2, arbitrary: host("mx") },
    { weight: 1, arbitrary: fc.oneof(inAnyCase("ptr"), named("ptr")) },
    { weight: 3, arbitrary: arbitraryNetwork() },
  );
  return fc.tuple(fc.constantFrom("", "", "+", "-", "~", "?"), body).map((parts) => parts.join(""));
}

/** `ip4:` and `ip6:` with every form of address and prefix length. */
export function arbitraryNetwork(): fc.Arbitrary<string> {
  const four = fc
    .tuple(inAnyCase("ip4"), fc.ipV4(), fc.oneof(fc.constant(""), prefix(32)))
    .map(([name, address, length]) => `${name}:${address}${length}`);
  const six = fc
    .tuple(inAnyCase("ip6"), arbitraryIp6(), fc.oneof(fc.constant(""), prefix(128)))
    .map(([name, address, length]) => `${name}:${address}${length}`);
  return fc.oneof(four, six);
}

/** A domain-spec: labels of any legal characters, macros, and an end that the grammar allows. */
export function arbitraryDomainSpec(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 4, arbitrary: arbitraryLabel() },
    { weight: 1, arbitrary: arbitraryMacro() },
    { weight: 1, arbitrary: fc.constantFrom("%%", "%_", "%-", "a/24", "x:y", "!", "=", "a,b") },
  );
  const end = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(arbitraryTopLabel(), fc.constantFrom("", "", ".")) },
    { weight: 1, arbitrary: fc.tuple(arbitraryMacro()) },
  );
  return fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), end)
    .map(([pieces, tail]) => `${pieces.join(".")}.${tail.join("")}`);
}

/** A plain domain name in any case, with or without the final dot. */
export function arbitraryDomain(): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.array(arbitraryLabel(), { minLength: 1, maxLength: 3 }),
      arbitraryTopLabel(),
      fc.constantFrom("", "", "."),
    )
    .map(([labels, top, dot]) => `${labels.join(".")}.${top}${dot}`);
}

/** A macro as RFC 7208 7.1 writes it, with letters that may stand in a term. */
export function arbitraryMacro(): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(..."slodipvhSLODIPVH"),
      fc.constantFrom("", "", "1", "2", "10", "002", "128"),
      fc.constantFrom("", "r", "R"),
      fc.constantFrom("", "", "-", ".", "+,/_=", "-."),
    )
    .map(([letter, keep, reverse, delimiters]) => `%{${letter}${keep}${reverse}${delimiters}}`);
}

/** Up to one `redirect=`, up to one `exp=`, and unknown modifiers, each behind its gap. */
function arbitraryModifiers(): fc.Arbitrary<readonly (readonly [string, string])[]> {
  const single = (name: string) =>
    fc
      .tuple(arbitraryGap(), inAnyCase(name), arbitraryDomainSpec())
      .map(([gap, written, domain]) => [gap, `${written}=${domain}`] as const);
  const unknown = fc
    .tuple(
      arbitraryGap(),
      fc.constantFrom("ra", "rp", "Moo.cow-far_out", "v", "include", "x9"),
      fc.constantFrom("", "postmaster", "%{c}%%%{d}", "man:dog/cat", "a=b", "~all"),
    )
    .map(([gap, name, value]) => [gap, `${name}=${value}`] as const);
  return fc
    .tuple(
      fc.option(single("redirect"), { freq: 4, nil: undefined }),
      fc.option(single("exp"), { freq: 4, nil: undefined }),
      fc.array(unknown, { maxLength: 2 }),
    )
    .map(([redirect, exp, more]) => [redirect, exp, ...more].filter((term) => term !== undefined));
}

/** Any octets; half of them start as a record does. */
export function arbitraryOctets(maxLength = 80): fc.Arbitrary<string> {
  const octets = fc.array(fc.nat({ max: 255 }), { maxLength }).map((codes) => bytes(codes));
  return fc.oneof(
    octets,
    octets.map((text) => `v=spf1 ${text}`),
  );
}

/** A legal record with a few octets put in, taken out or replaced: mostly broken, mostly near. */
export function arbitraryDamagedRecord(): fc.Arbitrary<string> {
  const octet = fc.oneof(
    fc.constantFrom(..." \t\r\n\"',;:./%{}=~+-?_\\01a"),
    fc.constantFrom("\u00e2\u0080\u0093", "\u00c2\u00a0", "\u00ef\u00bb\u00bf", "\u0096"),
  );
  const damage = fc.tuple(fc.nat({ max: 200 }), fc.nat({ max: 2 }), fc.option(octet, { nil: "" }));
  return fc
    .tuple(arbitrarySpfRecord(), fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([record, damages]) =>
      damages.reduce((text, [seed, drop, put]) => {
        const at = seed % (text.length + 1);
        return text.slice(0, at) + put + text.slice(at + drop);
      }, record),
    );
}

/** One to three spaces, mostly one. */
export function arbitraryGap(): fc.Arbitrary<string> {
  return fc.constantFrom(" ", " ", " ", "  ", "   ");
}

function arbitraryTail(): fc.Arbitrary<string> {
  return fc.constantFrom("", "", "", " ", "   ");
}

function arbitraryLabel(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom("_spf", "mail", "Example", "x--1", "_", "9", "spf-a"),
    fc.string({ unit: fc.constantFrom(..."abzABZ019-_"), minLength: 1, maxLength: 8 }),
  );
}

function arbitraryTopLabel(): fc.Arbitrary<string> {
  return fc.constantFrom("com", "COM", "example", "co", "xn--p1ai", "x1", "1x", "1-2", "museum");
}

function arbitraryIp6(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.ipV6(),
    fc.constantFrom("::", "::1", "2001:db8::", "2001:DB8:0:0:0:0:0:1", "::ffff:192.0.2.1"),
    fc.constantFrom("1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "64:ff9b::192.0.2.33"),
  );
}

function arbitraryDualPrefix(): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.oneof(fc.constant(""), prefix(32)),
      fc.oneof(
        fc.constant(""),
        fc.constant(""),
        prefix(128).map((length) => `/${length}`),
      ),
    )
    .map((parts) => parts.join(""));
}

function prefix(max: number): fc.Arbitrary<string> {
  return fc.nat({ max }).map((length) => `/${length}`);
}

function inAnyCase(name: string): fc.Arbitrary<string> {
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  return fc.constantFrom(name, name, name, name.toUpperCase(), capital);
}

function bytes(codes: readonly number[]): string {
  return String.fromCharCode(...codes);
}
