import * as fc from "fast-check";

/**
 * Small worlds that hang together: a handful of domains with SPF records that point at each other,
 * hosts, mail servers and reverse names, in which much is missing or broken.
 */
export interface GeneratedWorld {
  readonly zone: string;
  readonly senders: readonly GeneratedSender[];
}

export interface GeneratedSender {
  readonly ip: string;
  readonly mailFrom: string;
  readonly helo: string;
}

export const DOMAINS = ["d0.example", "d1.example", "d2.example", "d3.example"] as const;
const HOSTS = ["h0.example", "h1.example", "h2.example"] as const;
const MAIL_DOMAINS = ["m0.example", "m1.example", "m2.example"] as const;
/** Names that only `mx` and `ptr` look at: MAIL_HOSTS and REVERSE_HOSTS. */
export const MAIL_HOSTS = ["x0.example", "x1.example", "x2.example", "x3.example"] as const;
export const REVERSE_HOSTS = ["r0.example", "r1.example", "r2.example", "r0.d1.example"] as const;
export const IP4 = ["192.0.2.1", "192.0.2.77", "192.0.3.1", "198.51.100.9", "10.0.0.1"] as const;
export const IP6 = ["2001:db8::1", "2001:db8:1::77", "2001:db8:ffff::1", "fe80::1"] as const;

const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const prefix4 = oneOf(["", "/32", "/31", "/24", "/23", "/8", "/1"]);
const prefix6 = oneOf(["", "//128", "//64", "//47", "//33", "//1"]);
const qualifier = oneOf(["", "", "", "+", "-", "~", "?"]);

/** Names in the record of domain number `from`: mostly of domains behind it, so that loops are few. */
const targetFrom = (from: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 14, arbitrary: oneOf(DOMAINS.slice(Math.min(from + 1, DOMAINS.length - 1))) },
    { weight: 1, arbitrary: oneOf([...DOMAINS, "absent.example", "D3.Example."]) },
    { weight: 1, arbitrary: oneOf(["%{d}", "%{o}", "%{d2}", "%{l}.example", "%{i}.list.example"]) },
    { weight: 1, arbitrary: oneOf(["%{ir}.%{v}.list.example", "%{h}", "%{L1r-}.d0.example"]) },
  );

/** Terms of every kind; `%{p}` and `ptr` included. */
const mechanismFrom = (from: number): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(oneOf(IP4), prefix4).map(([ip, prefix]) => `ip4:${ip}${prefix}`),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(oneOf(IP6), prefix6).map(([ip, prefix]) => `ip6:${ip}${prefix.slice(1)}`),
    },
    { weight: 3, arbitrary: targetFrom(from).map((domain) => `include:${domain}`) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(oneOf(["", ...HOSTS.map((host) => `:${host}`), ":%{h}"]), prefix4, prefix6)
        .map(([domain, four, six]) => `a${domain}${four}${six}`),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(oneOf(["", ...MAIL_DOMAINS.map((name) => `:${name}`)]), prefix4, prefix6)
        .map(([domain, four, six]) => `mx${domain}${four}${six}`),
    },
    { weight: 1, arbitrary: oneOf(["ptr", "ptr:example", "ptr:r0.example", "ptr:x0.example"]) },
    {
      weight: 2,
      arbitrary: oneOf([...HOSTS, "absent.example", "%{i}.list.example", "%{p}.list.example"]).map(
        (domain) => `exists:${domain}`,
      ),
    },
  );

const wrong = oneOf([
  "ipv4:192.0.2.1",
  "a:",
  "include",
  "ip4:1.2.3",
  "a:%{x}.example",
  "mx/33",
  "-",
]);
const modifierFrom = (from: number): fc.Arbitrary<string> =>
  fc.oneof(
    targetFrom(from).map((domain) => `redirect=${domain}`),
    oneOf(["exp=exp0.example", "exp=exp1.example", "exp=absent.example", "x=y", "ra=%{l}"]),
  );
const all = oneOf(["-all", "~all", "?all", "all"]);

const termFrom = (from: number): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 30,
      arbitrary: fc.tuple(qualifier, mechanismFrom(from)).map((parts) => parts.join("")),
    },
    { weight: 4, arbitrary: modifierFrom(from) },
    { weight: 1, arbitrary: all },
  );

/** Any SPF record of domain number `from`, most of them valid. */
export const recordFrom = (from: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(termFrom(from), { maxLength: 6 }),
      fc.oneof({ weight: 4, arbitrary: all }, { weight: 1, arbitrary: fc.constant("") }),
      fc.oneof({ weight: 1, arbitrary: wrong }, { weight: 40, arbitrary: fc.constant("") }),
    )
    .map(([terms, last, fault]) => ["v=spf1", ...terms, last, fault].filter(Boolean).join(" "));

const failure = oneOf(["SERVFAIL", "TIMEOUT"]);

function addresses(name: string): fc.Arbitrary<string> {
  const lines = (type: string, values: readonly string[]): fc.Arbitrary<string> =>
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc
          .uniqueArray(oneOf(values), { minLength: 1, maxLength: 3 })
          .map((found) => found.map((value) => `${name} ${type} ${value}`).join("\n")),
      },
      { weight: 2, arbitrary: fc.constant("") },
      { weight: 1, arbitrary: failure.map((fails) => `${name} ${type} ${fails}`) },
    );
  return fc.tuple(lines("A", IP4), lines("AAAA", IP6)).map((both) => both.join("\n"));
}

function mailServers(name: string): fc.Arbitrary<string> {
  return fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .uniqueArray(oneOf(MAIL_HOSTS), { minLength: 1, maxLength: 3 })
        .map((hosts) => hosts.map((host, at) => `${name} MX ${at * 10} ${host}`).join("\n")),
    },
    { weight: 1, arbitrary: fc.constant(`${name} MX 0 .`) },
    { weight: 1, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: failure.map((fails) => `${name} MX ${fails}`) },
    {
      weight: 1,
      arbitrary: fc.constant(
        Array.from({ length: 11 }, (_, at) => `${name} MX ${at} x${at % 4}.example`).join("\n"),
      ),
    },
  );
}

function spfOf(name: string, from: number): fc.Arbitrary<string> {
  const record = recordFrom(from);
  return fc.oneof(
    { weight: 30, arbitrary: record.map((value) => `${name} TXT "${value}"`) },
    { weight: 1, arbitrary: fc.constant(`${name} TXT "hello"`) },
    { weight: 1, arbitrary: failure.map((fails) => `${name} TXT ${fails}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(record, record)
        .map((two) => two.map((value) => `${name} TXT "${value}"`).join("\n")),
    },
  );
}

/** Every sender has reverse names, or a reverse zone that fails; mailauth.test.ts says why. */
const REVERSE = `
  1.2.0.192.in-addr.arpa PTR r0.example
  77.2.0.192.in-addr.arpa PTR r1.example
  77.2.0.192.in-addr.arpa PTR x0.example
  1.3.0.192.in-addr.arpa PTR SERVFAIL
  9.100.51.198.in-addr.arpa PTR r2.example
  1.0.0.10.in-addr.arpa PTR r0.d1.example
  *.8.b.d.0.1.0.0.2.ip6.arpa PTR r0.example
  *.0.8.e.f.ip6.arpa PTR TIMEOUT
  r0.example A 192.0.2.1
  r0.example AAAA 2001:db8::1
  r1.example A 192.0.2.77
  r0.d1.example A 10.0.0.1
  *.list.example A 127.0.0.2
  exp0.example TXT "%{i} is not %{o}: %{d} %{l} %{h} %{c} %{r}"
  exp1.example TXT "%bad"
`;

const sender: fc.Arbitrary<GeneratedSender> = fc.record({
  ip: oneOf([...IP4, ...IP6, "::ffff:192.0.2.1"]),
  mailFrom: fc
    .tuple(oneOf(["amy", "d1", "strong-bad", "h0"]), oneOf(DOMAINS))
    .map(([local, domain]) => `${local}@${domain}`),
  helo: oneOf(["h0.example", "client.example.org", "d2.example"]),
});

const zoneParts = fc.tuple(
  ...DOMAINS.map(spfOf),
  ...DOMAINS.map(addresses),
  ...DOMAINS.map(mailServers),
  ...HOSTS.map(addresses),
  ...MAIL_DOMAINS.map(mailServers),
  ...MAIL_HOSTS.map(addresses),
);

export const zone: fc.Arbitrary<string> = zoneParts.map((parts) =>
  [...(parts as readonly string[]), REVERSE].join("\n"),
);

export function generatedWorld(senders: number): fc.Arbitrary<GeneratedWorld> {
  return fc.record({
    zone,
    senders: fc.array(sender, { minLength: senders, maxLength: senders }),
  });
}
