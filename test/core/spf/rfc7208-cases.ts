import type { Verdict } from "../../../src/core/plan/schema.ts";

export interface Section {
  readonly section: string;
  readonly zone: string;
  readonly cases: readonly {
    /** What the RFC says, for this case. */
    readonly so: string;
    /** The client's address; 192.0.2.1 unless said. */
    readonly ip?: string;
    /** MAIL FROM; its domain is checked, or that of `helo` where it is absent. */
    readonly from?: string;
    readonly helo?: string;
    /** The domain that is checked, where it is another. */
    readonly on?: string;
    readonly is: Verdict;
    /** The explanation; null: there must be none. */
    readonly explains?: string | null;
    readonly matched?: string;
    readonly lookups?: number;
    readonly voids?: number;
    /** Part of the reason. */
    readonly because?: string;
  }[];
}

const LABEL_63 = "a".repeat(63);
const TEN_NAMES = Array.from({ length: 10 }, (_, at) => `h${at}.limits.example`);

/** Written from the text of RFC 7208 (with its errata) and RFC 8616, section by section. */
export const sections: readonly Section[] = [
  {
    section: "2.4, 4.1, 4.3: who is checked, and for which domain",
    zone: `
      bounces.example      TXT "v=spf1 ip4:192.0.2.1 -all exp=why.bounces.example"
      why.bounces.example  TXT "%{s} of %{o} by %{l}"
      ${LABEL_63}.example  TXT "v=spf1 -all"
    `,
    cases: [
      { so: "MAIL FROM's domain", from: "amy@bounces.example", is: "pass" },
      { so: "HELO where MAIL FROM is empty", helo: "bounces.example", is: "pass" },
      {
        so: "an empty MAIL FROM is postmaster at HELO",
        helo: "bounces.example",
        ip: "192.0.2.9",
        is: "fail",
        explains: "postmaster@bounces.example of bounces.example by postmaster",
      },
      {
        so: "a sender without local part is postmaster",
        from: "@bounces.example",
        ip: "192.0.2.9",
        is: "fail",
        explains: "postmaster@bounces.example of bounces.example by postmaster",
      },
      {
        so: "a sender that is a domain only is postmaster there",
        from: "bounces.example",
        ip: "192.0.2.9",
        is: "fail",
        explains: "postmaster@bounces.example of bounces.example by postmaster",
      },
      {
        so: "the domain stands behind the last @",
        from: '"a@b"@bounces.example',
        ip: "192.0.2.9",
        is: "fail",
        explains: '"a@b"@bounces.example of bounces.example by "a@b"',
      },
      { so: "a final dot changes nothing", from: "amy@x", on: "bounces.example.", is: "pass" },
      { so: "case changes nothing", from: "amy@BOUNCES.Example", is: "pass" },
      { so: "a label of 63 octets is a label", from: `amy@${LABEL_63}.example`, is: "fail" },
      { so: "a label of 64 octets is malformed", from: `amy@a${LABEL_63}.example`, is: "none" },
      { so: "an empty label is malformed", from: "amy@a..bounces.example", is: "none" },
      {
        so: "a name over 255 octets is malformed",
        from: `amy@${`${LABEL_63}.`.repeat(4)}example`,
        is: "none",
      },
      { so: "one label is no mail domain", from: "amy@localhost", is: "none" },
      {
        so: "one label with a dot in it is one label",
        from: "amy@x",
        on: "local\\.host",
        is: "none",
      },
      { so: "the root is no mail domain", from: "amy@x", on: ".", is: "none" },
      { so: "an address literal is no domain", from: "amy@[192.0.2.1]", is: "none" },
      { so: "a HELO that is no full name", helo: "OEMCOMPUTER", is: "none" },
      { so: "octets that are no name", from: "amy@caf\u00e9.example", is: "none" },
    ],
  },
  {
    section: "4.4: the record is looked up",
    zone: `
      exists.example    EXISTS
      mxonly.example    MX 10 mail.mxonly.example
      broken.example    TXT SERVFAIL
      slow.example      TXT TIMEOUT
      old.example       SPF "v=spf1 -all"
      alias.example     CNAME real.example
      real.example      TXT "v=spf1 a -all"
      real.example      A 192.0.2.1
      dangling.example  CNAME nowhere.example
      *.wild.example    TXT "v=spf1 ip4:192.0.2.1 -all"
    `,
    cases: [
      {
        so: "no such name",
        from: "amy@absent.example",
        is: "none",
        because: "there is no such name",
      },
      { so: "no records at all", from: "amy@exists.example", is: "none" },
      { so: "no TXT record", from: "amy@mxonly.example", is: "none", because: "no TXT record" },
      { so: "a server failure", from: "amy@broken.example", is: "temperror" },
      { so: "nobody answers", from: "amy@slow.example", is: "temperror" },
      { so: "type SPF is not asked for any more (3.1)", from: "amy@old.example", is: "none" },
      { so: "CNAMEs are followed", from: "amy@alias.example", is: "pass" },
      { so: "a CNAME to nowhere", from: "amy@dangling.example", is: "none" },
      { so: "wildcards are DNS's business (3.5)", from: "amy@x.wild.example", is: "pass" },
      { so: "a parent's record is not inherited", from: "amy@sub.real.example", is: "none" },
    ],
  },
  {
    section: "3.3, 4.5: records are selected",
    zone: `
      two.example      TXT "v=spf1 -all"
      two.example      TXT "v=spf1 +all"
      same.example     TXT "v=spf1 -all"
      same.example     TXT "V=SPF1 -all"
      broken2.example  TXT "v=spf1 moo"
      broken2.example  TXT "v=spf1 +all"
      among.example    TXT "google-site-verification=x"
      among.example    TXT "v=spf1 +all"
      among.example    TXT "v=DMARC1; p=none"
      case.example     TXT "V=sPf1 ~all"
      bare.example     TXT "v=spf1"
      spaces.example   TXT "v=spf1   -all  "
      ten.example      TXT "v=spf10 +all"
      two0.example     TXT "spf2.0/pra +all"
      lead.example     TXT " v=spf1 +all"
      comma.example    TXT "v=spf1, +all"
      tab.example      TXT "v=spf1\\009+all"
      quoted.example   TXT "\\"v=spf1 +all\\""
      chunks.example   TXT "v=spf1 ip4:192.0" ".2.1 -all"
      glued.example    TXT "v=spf1" "mx -all"
      latin.example    TXT "\\150"
      latin.example    TXT "v=spf1 -all"
      empty.example    TXT ""
    `,
    cases: [
      { so: "two records", from: "amy@two.example", is: "permerror", because: "2 SPF records" },
      { so: "two records, whatever their case", from: "amy@same.example", is: "permerror" },
      { so: "a broken record is selected too", from: "amy@broken2.example", is: "permerror" },
      { so: "other TXT records do not matter", from: "amy@among.example", is: "pass" },
      { so: "the version in any case", from: "amy@case.example", is: "softfail" },
      { so: "the version alone (4.7)", from: "amy@bare.example", is: "neutral" },
      { so: "spaces between and behind terms", from: "amy@spaces.example", is: "fail" },
      { so: "v=spf10 is another version", from: "amy@ten.example", is: "none" },
      { so: "Sender ID is not SPF", from: "amy@two0.example", is: "none" },
      { so: "a space before the version", from: "amy@lead.example", is: "none" },
      { so: "a comma behind the version", from: "amy@comma.example", is: "none" },
      { so: "a tab is no space", from: "amy@tab.example", is: "none" },
      { so: "quotes inside the value", from: "amy@quoted.example", is: "none" },
      { so: "strings are joined without a space", from: "amy@chunks.example", is: "pass" },
      { so: "joined strings may spoil the version", from: "amy@glued.example", is: "none" },
      { so: "other octets in other records", from: "amy@latin.example", is: "fail" },
      { so: "an empty TXT record", from: "amy@empty.example", is: "none" },
    ],
  },
  {
    section: "4.6, 4.6.1, 12: a syntax error anywhere is a permerror before anything is evaluated",
    zone: `
      late.example       TXT "v=spf1 ip4:192.0.2.1 -all moo"
      behind.example     TXT "v=spf1 +all ip4:1.2.3"
      redirects.example  TXT "v=spf1 redirect:a.example +all"
      equals.example     TXT "v=spf1 include=a.example +all"
      utf8.example       TXT "v=spf1 \\226\\128\\147all"
      nul.example        TXT "v=spf1 a:x.example\\000 +all"
      cr.example         TXT "v=spf1 +all\\013"
      bare4.example      TXT "v=spf1 ip4 +all"
      zeros.example      TXT "v=spf1 ip4:192.0.2.01 +all"
      pzero.example      TXT "v=spf1 ip4:192.0.2.1/032 +all"
      p33.example        TXT "v=spf1 ip4:192.0.2.1/33 +all"
      port.example       TXT "v=spf1 ip4:192.0.2.1:25 +all"
      dual4.example      TXT "v=spf1 ip4:192.0.2.1//32 +all"
      p129.example       TXT "v=spf1 ip6:2001:db8::/129 +all"
      dual6.example      TXT "v=spf1 ip6:2001:db8::/32//64 +all"
      v4in6.example      TXT "v=spf1 ip6:192.0.2.1 +all"
      v6in4.example      TXT "v=spf1 ip4:2001:db8::1 +all"
      two-gaps.example   TXT "v=spf1 ip6:2001::db8::1 +all"
      a33.example        TXT "v=spf1 a/33 +all"
      a129.example       TXT "v=spf1 a//129 +all"
      slash.example      TXT "v=spf1 a/24/64 +all"
      colon.example      TXT "v=spf1 a: +all"
      mxcolon.example    TXT "v=spf1 mx: +all"
      ptrcolon.example   TXT "v=spf1 ptr: +all"
      ptrcidr.example    TXT "v=spf1 ptr/24 +all"
      inc.example        TXT "v=spf1 include +all"
      inccolon.example   TXT "v=spf1 include: +all"
      inccidr.example    TXT "v=spf1 include:a.example/24 +all"
      exists.example     TXT "v=spf1 exists +all"
      existscidr.example TXT "v=spf1 exists:a.example/24 +all"
      allarg.example     TXT "v=spf1 all:a.example"
      alldot.example     TXT "v=spf1 all."
      allcidr.example    TXT "v=spf1 all/0"
      top.example        TXT "v=spf1 a:museum +all"
      topdot.example     TXT "v=spf1 a:museum. +all"
      numeric.example    TXT "v=spf1 a:192.0.2.1 +all"
      hyphen.example     TXT "v=spf1 a:example.-com +all"
      endhyphen.example  TXT "v=spf1 a:example.com- +all"
      tport.example      TXT "v=spf1 a:example.com:25 +all"
      percent.example    TXT "v=spf1 a:100%.example +all"
      paren.example      TXT "v=spf1 exists:%(ir).example +all"
      unclosed.example   TXT "v=spf1 exists:%{ir.example +all"
      letter.example     TXT "v=spf1 a:%{a}.example +all"
      zero.example       TXT "v=spf1 a:%{d0}.example +all"
      crt.example        TXT "v=spf1 exists:%{c}.example +all"
      expcrt.example     TXT "v=spf1 +all exp=%{r}.example"
      redir2.example     TXT "v=spf1 redirect=a.example redirect=a.example +all"
      exp2.example       TXT "v=spf1 exp=a.example exp=a.example +all"
      redir0.example     TXT "v=spf1 redirect= +all"
      exp0.example       TXT "v=spf1 exp= +all"
      digit.example      TXT "v=spf1 1up=x +all"
      noname.example     TXT "v=spf1 =x +all"
      qmod.example       TXT "v=spf1 -moo=x +all"
      unkmacro.example   TXT "v=spf1 moo=%x +all"
      slashmod.example   TXT "v=spf1 moo/x=y +all"
      qualifier.example  TXT "v=spf1 - all"
      twoq.example       TXT "v=spf1 --all"
      comma.example      TXT "v=spf1 a,mx +all"
    `,
    cases: [
      ...[
        ["an unknown mechanism behind a match", "late"],
        ["an error behind all", "behind"],
        ["redirect is a modifier, not a mechanism", "redirects"],
        ["letters outside ASCII", "utf8"],
        ["a NUL", "nul"],
        ["a control character is no separator", "cr"],
        ["ip4 without network", "bare4"],
        ["leading zeros in an octet", "zeros"],
        ["leading zeros in a prefix", "pzero"],
        ["an IPv4 prefix over 32", "p33"],
        ["a port", "port"],
        ["two prefixes on ip4", "dual4"],
        ["an IPv6 prefix over 128", "p129"],
        ["two prefixes on ip6", "dual6"],
        ["IPv4 in ip6", "v4in6"],
        ["IPv6 in ip4", "v6in4"],
        ["two gaps", "two-gaps"],
        ["a: prefix over 32", "a33"],
        ["a: prefix over 128", "a129"],
        ["a: one slash before the IPv6 prefix", "slash"],
        ["a: empty domain", "colon"],
        ["mx: empty domain", "mxcolon"],
        ["ptr: empty domain", "ptrcolon"],
        ["ptr takes no prefix", "ptrcidr"],
        ["include without domain", "inc"],
        ["include: empty domain", "inccolon"],
        ["include takes no prefix", "inccidr"],
        ["exists without domain", "exists"],
        ["exists takes no prefix", "existscidr"],
        ["all takes no domain", "allarg"],
        ["all takes no dot", "alldot"],
        ["all takes no prefix", "allcidr"],
        ["a top label alone", "top"],
        ["a top label with a dot", "topdot"],
        ["a numeric top label", "numeric"],
        ["a top label that starts with a hyphen", "hyphen"],
        ["a top label that ends with a hyphen", "endhyphen"],
        ["a port behind a domain", "tport"],
        ["a bare percent", "percent"],
        ["parentheses are no braces", "paren"],
        ["an unclosed macro", "unclosed"],
        ["an unknown macro letter", "letter"],
        ["zero parts", "zero"],
        ["c, r, t outside explanations (7.2)", "crt"],
        ["c, r, t in the domain of exp", "expcrt"],
        ["redirect twice (6)", "redir2"],
        ["exp twice (6)", "exp2"],
        ["an empty redirect", "redir0"],
        ["an empty exp", "exp0"],
        ["a modifier that starts with a digit", "digit"],
        ["a modifier without name", "noname"],
        ["a qualifier on a modifier", "qmod"],
        ["a broken macro in an unknown modifier", "unkmacro"],
        ["a slash in a modifier's name", "slashmod"],
        ["a qualifier alone", "qualifier"],
        ["two qualifiers", "twoq"],
        ["a comma between mechanisms", "comma"],
      ].map(([so = "", name = ""]) => ({
        so,
        from: `amy@${name}.example`,
        is: "permerror" as const,
        lookups: 0,
        because: "syntax error",
      })),
      { so: "include= is an unknown modifier, and legal", from: "amy@equals.example", is: "pass" },
    ],
  },
  {
    section: "4.6.2, 5.1: qualifiers and all",
    zone: `
      plus.example    TXT "v=spf1 +all"
      none.example    TXT "v=spf1 all"
      minus.example   TXT "v=spf1 -all"
      tilde.example   TXT "v=spf1 ~all"
      query.example   TXT "v=spf1 ?all"
      case.example    TXT "v=spf1 -ALL"
      twice.example   TXT "v=spf1 ~all -all"
      behind.example  TXT "v=spf1 -all ip4:192.0.2.1"
      first.example   TXT "v=spf1 ?ip4:192.0.2.0/24 ip4:192.0.2.1 -all"
      q4.example      TXT "v=spf1 ~ip4:192.0.2.1 -all"
    `,
    cases: [
      { so: "+ is pass", from: "amy@plus.example", is: "pass", matched: "+all" },
      { so: "no qualifier is pass", from: "amy@none.example", is: "pass" },
      { so: "- is fail", from: "amy@minus.example", is: "fail", explains: null },
      { so: "~ is softfail", from: "amy@tilde.example", is: "softfail" },
      { so: "? is neutral", from: "amy@query.example", is: "neutral", matched: "?all" },
      { so: "names have no case (4.6.1)", from: "amy@case.example", is: "fail" },
      { so: "the first all counts", from: "amy@twice.example", is: "softfail" },
      { so: "what stands behind all is never reached", from: "amy@behind.example", is: "fail" },
      { so: "the first match wins", from: "amy@first.example", is: "neutral" },
      { so: "any mechanism takes a qualifier", from: "amy@q4.example", is: "softfail" },
    ],
  },
  {
    section: "4.6.4: limits",
    zone: `
      ten.example        TXT "v=spf1 ${"a:here.example ".repeat(10)}ip4:192.0.2.1 -all"
      eleven.example     TXT "v=spf1 ${"a:here.example ".repeat(11)}ip4:192.0.2.1 -all"
      early.example      TXT "v=spf1 ip4:192.0.2.1 ${"a:here.example ".repeat(11)}-all"
      unreached.example  TXT "v=spf1 ${"a:here.example ".repeat(10)}-all a:here.example redirect=ten.example"
      free.example       TXT "v=spf1 ${"ip4:203.0.113.1 ip6:2001:db8::1 x=y ".repeat(11)}exp=here.example -all"
      kinds.example      TXT "v=spf1 a:here.example mx:mail.example ptr:here.example exists:absent.example include:in.example a:here.example a:here.example a:here.example a:here.example redirect=plain.example"
      in.example         TXT "v=spf1 -all"
      plain.example      TXT "v=spf1 +all"
      nested.example     TXT "v=spf1 include:five.example include:four.example ip4:192.0.2.1 -all"
      nested11.example   TXT "v=spf1 include:five.example include:five.example ip4:192.0.2.1 -all"
      five.example       TXT "v=spf1 ${"a:here.example ".repeat(5)}-all"
      four.example       TXT "v=spf1 ${"a:here.example ".repeat(3)}-all"
      self.example       TXT "v=spf1 include:self.example -all"
      loop1.example      TXT "v=spf1 include:loop2.example -all"
      loop2.example      TXT "v=spf1 include:loop1.example -all"
      rloop.example      TXT "v=spf1 redirect=rloop.example"
      passloop.example   TXT "v=spf1 ip4:192.0.2.1 include:passloop.example -all"
      here.example       A 198.51.100.1
      mail.example       MX 10 here.example
      void2.example      TXT "v=spf1 a:no1.example a:no2.example ip4:192.0.2.1 -all"
      void3.example      TXT "v=spf1 a:no1.example a:no2.example a:no3.example ip4:192.0.2.1 -all"
      voidmatch.example  TXT "v=spf1 ip4:192.0.2.1 a:no1.example a:no2.example a:no3.example -all"
      voidkinds.example  TXT "v=spf1 mx:no1.example exists:no2.example a:here.example ip4:192.0.2.1 -all"
      voidkinds3.example TXT "v=spf1 mx:no1.example exists:no2.example ptr:x.example ip4:192.0.2.1 -all"
      voidnested.example TXT "v=spf1 a:no1.example include:voids.example ip4:192.0.2.1 -all"
      voids.example      TXT "v=spf1 a:no2.example a:no3.example -all"
      voidinner.example  TXT "v=spf1 include:onevoid.example ip4:192.0.2.1 -all"
      onevoid.example    TXT "v=spf1 a:no1.example -all"
      voidexp.example    TXT "v=spf1 a:no1.example a:no2.example -all exp=no3.example"
      voidmx.example     TXT "v=spf1 mx:stale.example ip4:192.0.2.1 -all"
      stale.example      MX 10 no1.example
      stale.example      MX 20 no2.example
      stale.example      MX 30 no3.example
      family.example     TXT "v=spf1 a:here.example a:here.example a:here.example ip6:2001:db8::1 ip4:192.0.2.1 -all"
      mx10.example       TXT "v=spf1 mx -all"
      ${TEN_NAMES.map((name, at) => `mx10.example MX ${at} ${name}\n${name} A 192.0.2.${at + 1}`).join("\n")}
      mx11.example       TXT "v=spf1 mx -all"
      ${TEN_NAMES.map((name, at) => `mx11.example MX ${at} ${name}`).join("\n")}
      mx11.example       MX 99 here.example
      p5.example         TXT "v=spf1 ${"a:%{p}.p.example ".repeat(5)}ip4:192.0.2.1 -all"
      p6.example         TXT "v=spf1 ${"a:%{p}.p.example ".repeat(6)}ip4:192.0.2.1 -all"
      *.p.example        A 203.0.113.1
      pexp.example       TXT "v=spf1 ${"a:here.example ".repeat(10)}-all exp=%{p}.px.example"
      unknown.px.example TXT "not you, %{p}"
      1.2.0.192.in-addr.arpa PTR SERVFAIL
      many.example       TXT "v=spf1 a -all"
      ${Array.from({ length: 14 }, (_, at) => `many.example A 203.0.113.${at + 1}`).join("\n")}
      ptr11.example      TXT "v=spf1 ptr:limits.example ?all"
      ${TEN_NAMES.map((name) => `5.100.51.198.in-addr.arpa PTR other.${name}\nother.${name} A 203.0.113.1`).join("\n")}
      5.100.51.198.in-addr.arpa PTR right.limits.example
      right.limits.example A 198.51.100.5
    `,
    cases: [
      { so: "10 lookups are allowed", from: "amy@ten.example", is: "pass", lookups: 10 },
      {
        so: "the eleventh is a permerror",
        from: "amy@eleven.example",
        is: "permerror",
        because: "takes lookup number 11",
      },
      { so: "only what is reached counts", from: "amy@early.example", is: "pass", lookups: 0 },
      { so: "nothing behind all counts", from: "amy@unreached.example", is: "fail", lookups: 10 },
      {
        so: "all, ip4, ip6, exp and unknown modifiers are free",
        from: "amy@free.example",
        is: "fail",
        lookups: 0,
      },
      {
        so: "a, mx, ptr, exists, include and redirect count",
        from: "amy@kinds.example",
        ip: "198.51.100.9",
        is: "pass",
        lookups: 10,
      },
      {
        so: "included records count with what they hold",
        from: "amy@nested.example",
        is: "pass",
        lookups: 10,
      },
      {
        so: "and go over the limit with it",
        from: "amy@nested11.example",
        is: "permerror",
        because: "number 11",
      },
      {
        so: "a record that includes itself",
        from: "amy@self.example",
        is: "permerror",
        because: "number 11",
      },
      { so: "two records that include each other", from: "amy@loop1.example", is: "permerror" },
      { so: "a record that redirects to itself", from: "amy@rloop.example", is: "permerror" },
      { so: "a loop that is not reached", from: "amy@passloop.example", is: "pass" },
      { so: "2 void lookups are allowed", from: "amy@void2.example", is: "pass", voids: 2 },
      {
        so: "the third is a permerror",
        from: "amy@void3.example",
        is: "permerror",
        because: "term number 3 that finds nothing",
      },
      { so: "voids that are not reached", from: "amy@voidmatch.example", is: "pass", voids: 0 },
      { so: "mx and exists may be void", from: "amy@voidkinds.example", is: "pass", voids: 2 },
      {
        so: "ptr may be void",
        ip: "192.0.2.2",
        from: "amy@voidkinds3.example",
        is: "permerror",
        voids: 3,
      },
      {
        so: "voids in included records count",
        from: "amy@voidnested.example",
        is: "permerror",
        voids: 3,
      },
      {
        so: "an include is not void with them",
        from: "amy@voidinner.example",
        is: "pass",
        voids: 1,
      },
      {
        so: "exp counts for nothing",
        from: "amy@voidexp.example",
        is: "fail",
        voids: 2,
        explains: null,
      },
      { so: "a term is void once", from: "amy@voidmx.example", is: "pass", voids: 1, lookups: 1 },
      { so: "an IPv4 sender asks for A", from: "amy@family.example", is: "pass", voids: 0 },
      {
        so: "an IPv6 sender asks for AAAA, which may be void",
        from: "amy@family.example",
        ip: "2001:db8::1",
        is: "permerror",
      },
      { so: "a p macro takes one lookup more", from: "amy@p5.example", is: "pass", lookups: 10 },
      { so: "and may be the eleventh", from: "amy@p6.example", is: "permerror" },
      { so: "not in exp", from: "amy@pexp.example", is: "fail", explains: "not you, unknown" },
      { so: "mx may have 10 names", from: "amy@mx10.example", ip: "192.0.2.10", is: "pass" },
      {
        so: "more than 10 names behind mx",
        from: "amy@mx11.example",
        ip: "198.51.100.1",
        is: "permerror",
        because: "11 mail servers",
      },
      {
        so: "whichever of them would match",
        from: "amy@mx11.example",
        ip: "192.0.2.1",
        is: "permerror",
      },
      {
        so: "addresses behind a are not limited",
        from: "amy@many.example",
        ip: "203.0.113.14",
        is: "pass",
      },
      {
        so: "PTR names behind the tenth are ignored",
        from: "amy@ptr11.example",
        ip: "198.51.100.5",
        is: "neutral",
      },
    ],
  },
  {
    section: "4.7, 6.1: what decides when nothing matches",
    zone: `
      none.example       TXT "v=spf1 ip4:203.0.113.1"
      redirect.example   TXT "v=spf1 ip4:203.0.113.1 redirect=_spf.redirect.example"
      _spf.redirect.example TXT "v=spf1 a ~all exp=exp.redirect.example"
      _spf.redirect.example A 192.0.2.1
      redirect.example   A 192.0.2.2
      before.example     TXT "v=spf1 redirect=_spf.redirect.example ip4:192.0.2.9"
      ignored.example    TXT "v=spf1 redirect=absent.example ~all"
      ignored2.example   TXT "v=spf1 -all redirect=absent.example"
      to-none.example    TXT "v=spf1 redirect=absent.example"
      to-other.example   TXT "v=spf1 redirect=txt.example"
      txt.example        TXT "hello"
      to-broken.example  TXT "v=spf1 redirect=broken.example"
      broken.example     TXT "v=spf1 moo"
      to-slow.example    TXT "v=spf1 redirect=slow.example"
      slow.example       TXT TIMEOUT
      to-bad.example     TXT "v=spf1 redirect=%{l}..example"
      to-label.example   TXT "v=spf1 redirect=%{l}"
      macro.example      TXT "v=spf1 redirect=%{d1r}.policies.net"
      example.policies.net TXT "v=spf1 +all"
      macro.policies.net TXT "v=spf1 ip4:192.0.2.1 -all"
      chain.example      TXT "v=spf1 redirect=redirect.example"
      neutral.example    TXT "v=spf1 redirect=none.example"
      case.example       TXT "v=spf1 REDIRECT=none.example"
    `,
    cases: [
      { so: "no match is neutral", from: "amy@none.example", is: "neutral" },
      { so: "redirect decides", from: "amy@redirect.example", ip: "192.0.2.8", is: "softfail" },
      {
        so: "in the other record, its own domain is meant",
        from: "amy@redirect.example",
        is: "pass",
        matched: "a",
      },
      {
        so: "and not the first one's",
        from: "amy@redirect.example",
        ip: "192.0.2.2",
        is: "softfail",
      },
      {
        so: "redirect comes last wherever it stands",
        from: "amy@before.example",
        ip: "192.0.2.9",
        is: "pass",
      },
      { so: "all behind a redirect voids it", from: "amy@ignored.example", is: "softfail" },
      { so: "all before a redirect voids it", from: "amy@ignored2.example", is: "fail" },
      {
        so: "a target without record is a permerror",
        from: "amy@to-none.example",
        is: "permerror",
        because: "6.1",
      },
      { so: "a target with other TXT only", from: "amy@to-other.example", is: "permerror" },
      { so: "a target with a broken record", from: "amy@to-broken.example", is: "permerror" },
      { so: "a target that does not answer", from: "amy@to-slow.example", is: "temperror" },
      { so: "a target that is no name", from: "amy@to-bad.example", is: "permerror" },
      { so: "a target that is one label", from: "amy@to-label.example", is: "permerror" },
      { so: "macros are expanded", from: "amy@macro.example", is: "pass" },
      { so: "redirects chain", from: "amy@chain.example", is: "pass", lookups: 3 },
      { so: "a neutral target is neutral", from: "amy@neutral.example", is: "neutral" },
      { so: "modifiers have no case", from: "amy@case.example", is: "neutral" },
    ],
  },
  {
    section: "5.2: include",
    zone: `
      pass.example    TXT "v=spf1 ip4:192.0.2.1 -all"
      fail.example    TXT "v=spf1 -all"
      soft.example    TXT "v=spf1 ~all"
      neutral.example TXT "v=spf1 ?all"
      open.example    TXT "v=spf1 ip4:203.0.113.1"
      slow.example    TXT TIMEOUT
      broken.example  TXT "v=spf1 moo"
      twice.example   TXT "v=spf1 +all"
      twice.example   TXT "v=spf1 -all"
      i1.example      TXT "v=spf1 include:pass.example ~all"
      i2.example      TXT "v=spf1 include:fail.example ~all"
      i3.example      TXT "v=spf1 include:soft.example -all"
      i4.example      TXT "v=spf1 include:neutral.example -all"
      i5.example      TXT "v=spf1 include:open.example -all"
      i6.example      TXT "v=spf1 include:slow.example +all"
      i7.example      TXT "v=spf1 include:broken.example +all"
      i8.example      TXT "v=spf1 include:absent.example +all"
      i9.example      TXT "v=spf1 include:twice.example +all"
      i10.example     TXT "v=spf1 -include:pass.example +all"
      i11.example     TXT "v=spf1 ~include:pass.example +all"
      i12.example     TXT "v=spf1 ?include:pass.example -all"
      i13.example     TXT "v=spf1 include:own.example -all"
      own.example     TXT "v=spf1 a"
      own.example     A 192.0.2.1
      i13.example     A 192.0.2.7
      i14.example     TXT "v=spf1 include:deep.example ip4:192.0.2.1 -all"
      deep.example    TXT "v=spf1 include:broken.example -all"
      i15.example     TXT "v=spf1 include:redir.example -all"
      redir.example   TXT "v=spf1 redirect=pass.example"
      i16.example     TXT "v=spf1 include:PASS.Example. -all"
      i17.example     TXT "v=spf1 ip4:192.0.2.1 include:absent.example -all"
      i18.example     TXT "v=spf1 include:alias.example -all"
      alias.example   CNAME pass.example
      i19.example     TXT "v=spf1 include:%{l}..example +all"
      i20.example     TXT "v=spf1 include:%{l} +all"
      i21.example     TXT "v=spf1 include:nope.slow.example +all"
      nope.slow.example TXT SERVFAIL
      i22.example     TXT "v=spf1 include:i22inner.example -all exp=why.example"
      i22inner.example TXT "v=spf1 -all exp=wrong.example"
      why.example     TXT "right"
      wrong.example   TXT "wrong"
    `,
    cases: [
      { so: "pass matches", from: "amy@i1.example", is: "pass", matched: "include:pass.example" },
      { so: "fail does not match", from: "amy@i2.example", is: "softfail" },
      { so: "softfail does not match", from: "amy@i3.example", is: "fail" },
      { so: "neutral does not match", from: "amy@i4.example", is: "fail" },
      { so: "the default neutral does not match", from: "amy@i5.example", is: "fail" },
      { so: "temperror is a temperror", from: "amy@i6.example", is: "temperror" },
      { so: "permerror is a permerror", from: "amy@i7.example", is: "permerror" },
      {
        so: "none is a permerror",
        from: "amy@i8.example",
        is: "permerror",
        because: "include:absent.example",
      },
      { so: "two records are a permerror", from: "amy@i9.example", is: "permerror" },
      { so: "the outer qualifier counts: -", from: "amy@i10.example", is: "fail" },
      { so: "the outer qualifier counts: ~", from: "amy@i11.example", is: "softfail" },
      { so: "the outer qualifier counts: ?", from: "amy@i12.example", is: "neutral" },
      { so: "inside, the included domain is meant", from: "amy@i13.example", is: "pass" },
      {
        so: "and outside again the outer one",
        from: "amy@i13.example",
        ip: "192.0.2.7",
        is: "fail",
      },
      { so: "errors come up from any depth", from: "amy@i14.example", is: "permerror" },
      { so: "an included redirect", from: "amy@i15.example", is: "pass" },
      { so: "case and final dot of the target", from: "amy@i16.example", is: "pass" },
      { so: "an include that is not reached", from: "amy@i17.example", is: "pass" },
      {
        so: "CNAMEs are followed, and cost nothing more",
        from: "amy@i18.example",
        is: "pass",
        lookups: 1,
      },
      { so: "a target that is no name (4.3)", from: "amy@i19.example", is: "permerror" },
      { so: "a target of one label (4.3)", from: "amy@i20.example", is: "permerror" },
      { so: "a server failure", from: "amy@i21.example", is: "temperror" },
      {
        so: "exp of an included record is never used (6.2)",
        from: "amy@i22.example",
        is: "fail",
        explains: "right",
      },
    ],
  },
  {
    section: "5.3: a",
    zone: `
      own.example     TXT "v=spf1 a -all"
      own.example     A 192.0.2.1
      own.example     AAAA 2001:db8::1
      named.example   TXT "v=spf1 a:host.example -all"
      host.example    A 203.0.113.1
      host.example    A 192.0.2.1
      cidr.example    TXT "v=spf1 a:host.example/24 -all"
      cidr6.example   TXT "v=spf1 a:six.example//64 -all"
      six.example     AAAA 2001:db8:1::1
      both.example    TXT "v=spf1 a:dual.example/24//64 -all"
      dual.example    A 192.0.2.200
      dual.example    AAAA 2001:db8:1::1
      zero.example    TXT "v=spf1 a:four.example/0 -all"
      four.example    A 203.0.113.1
      zero6.example   TXT "v=spf1 a:four.example//0 -all"
      zeroabs.example TXT "v=spf1 a:absent.example/0 -all"
      zerosix.example TXT "v=spf1 a:six.example//0 -all"
      err.example     TXT "v=spf1 a:slow.example -all"
      slow.example    TIMEOUT
      err6.example    TXT "v=spf1 a:half.example -all"
      half.example    A 192.0.2.1
      half.example    AAAA SERVFAIL
      cname.example   TXT "v=spf1 a:www.example -all"
      www.example     CNAME host.example
      odd.example     TXT "v=spf1 a:foo:bar/baz.example -all"
      foo:bar/baz.example A 192.0.2.1
      under.example   TXT "v=spf1 a:_a.under.example -all"
      _a.under.example A 192.0.2.1
      idn.example     TXT "v=spf1 a:host.xn--zckzah -all"
      host.xn--zckzah A 192.0.2.1
      empty.example   TXT "v=spf1 a:mail..example a:x${LABEL_63}.example ip4:192.0.2.1 -all"
      slash.example   TXT "v=spf1 a:%{d}/24 -all"
      slash.example   A 192.0.2.77
      mapped.example  TXT "v=spf1 a:mapped6.example -all"
      mapped6.example AAAA ::ffff:192.0.2.1
      junk.example    TXT "v=spf1 a -all"
      junk.example    A 192.0.2.1.1
    `,
    cases: [
      { so: "the domain's own address", from: "amy@own.example", is: "pass" },
      {
        so: "the domain's own IPv6 address",
        from: "amy@own.example",
        ip: "2001:db8::1",
        is: "pass",
      },
      { so: "another address", from: "amy@own.example", ip: "192.0.2.2", is: "fail" },
      { so: "any address of a named host", from: "amy@named.example", is: "pass" },
      { so: "a prefix", from: "amy@cidr.example", ip: "192.0.2.99", is: "pass" },
      { so: "an IPv6 prefix", from: "amy@cidr6.example", ip: "2001:db8:1::99", is: "pass" },
      {
        so: "outside an IPv6 prefix",
        from: "amy@cidr6.example",
        ip: "2001:db8:1:1::1",
        is: "fail",
      },
      { so: "two prefixes, IPv4", from: "amy@both.example", is: "pass" },
      { so: "two prefixes, IPv6", from: "amy@both.example", ip: "2001:db8:1::5", is: "pass" },
      {
        so: "the IPv4 prefix says nothing of IPv6",
        from: "amy@cidr.example",
        ip: "2001:db8::1",
        is: "fail",
      },
      { so: "/0 takes everyone if there is an address", from: "amy@zero.example", is: "pass" },
      { so: "/0 takes no IPv6 sender", from: "amy@zero.example", ip: "2001:db8::1", is: "fail" },
      { so: "//0 needs an IPv6 address", from: "amy@zero6.example", ip: "2001:db8::1", is: "fail" },
      { so: "/0 without any address", from: "amy@zeroabs.example", is: "fail" },
      { so: "//0 takes no IPv4 sender", from: "amy@zerosix.example", is: "fail" },
      {
        so: "//0 takes no IPv4 sender in an IPv6 coat",
        from: "amy@zerosix.example",
        ip: "::FFFF:192.0.2.1",
        is: "fail",
      },
      {
        so: "//0 takes every IPv6 sender",
        from: "amy@zerosix.example",
        ip: "2001:db8:ffff::1",
        is: "pass",
      },
      {
        so: "DNS errors are a temperror",
        from: "amy@err.example",
        is: "temperror",
        because: "slow.example",
      },
      { so: "errors of the other family are not seen", from: "amy@err6.example", is: "pass" },
      {
        so: "errors of the sender's family are",
        from: "amy@err6.example",
        ip: "2001:db8::1",
        is: "temperror",
      },
      { so: "CNAMEs are followed", from: "amy@cname.example", is: "pass", lookups: 1 },
      { so: "any visible character in a name (7.1)", from: "amy@odd.example", is: "pass" },
      { so: "underscores", from: "amy@under.example", is: "pass" },
      { so: "a hyphen in the top label", from: "amy@idn.example", is: "pass" },
      {
        so: "what is no name matches nothing (4.8 leaves it open)",
        from: "amy@empty.example",
        is: "pass",
        voids: 0,
      },
      { so: "a prefix behind a macro", from: "amy@slash.example", is: "pass" },
      {
        so: "an IPv4 sender asks for A only",
        from: "amy@mapped.example",
        ip: "::ffff:192.0.2.1",
        is: "fail",
      },
      { so: "an address that is none", from: "amy@junk.example", is: "fail" },
    ],
  },
  {
    section: "5.4: mx",
    zone: `
      own.example      TXT "v=spf1 mx -all"
      own.example      MX 10 mx1.own.example
      own.example      MX 20 mx2.own.example
      mx1.own.example  A 203.0.113.1
      mx1.own.example  AAAA 2001:db8::1
      mx2.own.example  A 192.0.2.1
      mx2.own.example  AAAA 2001:db8::2
      named.example    TXT "v=spf1 mx:own.example/24//64 -all"
      implicit.example TXT "v=spf1 mx -all"
      implicit.example A 192.0.2.1
      null.example     TXT "v=spf1 mx ip4:192.0.2.1 -all"
      null.example     MX 0 .
      absent.example   TXT "v=spf1 mx/0 -all"
      absent.example   MX 10 nowhere.example
      err.example      TXT "v=spf1 mx -all"
      err.example      MX SERVFAIL
      hosterr.example  TXT "v=spf1 mx -all"
      hosterr.example  MX 10 slow.example
      hosterr.example  MX 5 mx2.own.example
      slow.example     TIMEOUT
      order.example    TXT "v=spf1 mx -all"
      order.example    MX 20 mx2.own.example
      order.example    MX 10 slow.example
      zero6.example    TXT "v=spf1 mx:v4.example//0 -all"
      v4.example       MX 10 only4.example
      only4.example    A 192.0.2.1
      alias.example    TXT "v=spf1 mx -all"
      alias.example    MX 10 cname.example
      cname.example    CNAME mx2.own.example
    `,
    cases: [
      { so: "the address of any MX", from: "amy@own.example", is: "pass", lookups: 1 },
      { so: "the first one's too", from: "amy@own.example", ip: "203.0.113.1", is: "pass" },
      { so: "IPv6", from: "amy@own.example", ip: "2001:db8::2", is: "pass" },
      { so: "another address", from: "amy@own.example", ip: "198.51.100.1", is: "fail" },
      { so: "prefixes, IPv4", from: "amy@named.example", ip: "192.0.2.77", is: "pass" },
      { so: "prefixes, IPv6", from: "amy@named.example", ip: "2001:db8::77", is: "pass" },
      {
        so: "a name without MX is not its own MX",
        from: "amy@implicit.example",
        is: "fail",
        voids: 1,
      },
      { so: "the null MX names nobody", from: "amy@null.example", is: "pass", voids: 0 },
      { so: "/0 without any address", from: "amy@absent.example", is: "fail" },
      {
        so: "//0 without any IPv6 address",
        from: "amy@zero6.example",
        ip: "2001:db8::1",
        is: "fail",
      },
      { so: "DNS errors at the MX", from: "amy@err.example", is: "temperror" },
      { so: "a match before a host that does not answer", from: "amy@hosterr.example", is: "pass" },
      {
        so: "a host that does not answer before a match",
        from: "amy@order.example",
        is: "temperror",
      },
      { so: "an MX that is a CNAME", from: "amy@alias.example", is: "pass" },
    ],
  },
  {
    section: "5.5: ptr",
    zone: `
      own.example       TXT "v=spf1 ptr -all"
      named.example     TXT "v=spf1 ptr:own.example -all"
      other.example     TXT "v=spf1 ptr:wn.example -all"
      1.2.0.192.in-addr.arpa PTR Host.Own.Example
      host.own.example  A 192.0.2.1
      host.own.example  AAAA 2001:db8::1
      1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR host.own.example
      2.2.0.192.in-addr.arpa PTR forged.own.example
      forged.own.example A 203.0.113.1
      3.2.0.192.in-addr.arpa PTR slow.own.example
      3.2.0.192.in-addr.arpa PTR third.own.example
      slow.own.example  TIMEOUT
      third.own.example A 192.0.2.3
      4.2.0.192.in-addr.arpa PTR SERVFAIL
      5.2.0.192.in-addr.arpa PTR own.example
      own.example       A 192.0.2.5
    `,
    cases: [
      { so: "a validated name below the domain", from: "amy@own.example", is: "pass" },
      { so: "the domain itself", from: "amy@own.example", ip: "192.0.2.5", is: "pass" },
      { so: "IPv6", from: "amy@own.example", ip: "2001:db8::1", is: "pass" },
      { so: "a named domain", from: "amy@named.example", is: "pass" },
      { so: "labels are compared, not letters", from: "amy@other.example", is: "fail" },
      {
        so: "a name that does not point back",
        from: "amy@own.example",
        ip: "192.0.2.2",
        is: "fail",
      },
      {
        so: "a name that can't be looked up is skipped",
        from: "amy@own.example",
        ip: "192.0.2.3",
        is: "pass",
      },
      {
        so: "a PTR lookup that fails is no match, and no error",
        from: "amy@own.example",
        ip: "192.0.2.4",
        is: "fail",
      },
      { so: "no PTR record", from: "amy@own.example", ip: "192.0.2.6", is: "fail", voids: 1 },
    ],
  },
  {
    section: "5, 5.6: ip4 and ip6",
    zone: `
      four.example   TXT "v=spf1 ip4:192.0.2.0/25 -all"
      one.example    TXT "v=spf1 ip4:192.0.2.1 -all"
      host.example   TXT "v=spf1 ip4:192.0.2.77/24 -all"
      all4.example   TXT "v=spf1 ip4:203.0.113.1/0 -all"
      six.example    TXT "v=spf1 ip6:2001:db8::/33 -all"
      one6.example   TXT "v=spf1 ip6:2001:DB8:0:0::1 -all"
      all6.example   TXT "v=spf1 ip6:::/0 -all"
      v4six.example  TXT "v=spf1 ip6:2001:db8::192.0.2.1 -all"
      mapped.example TXT "v=spf1 ip6:::ffff:192.0.2.1 -all"
      odd.example    TXT "v=spf1 ip6:2001:db8::/47 -all"
    `,
    cases: [
      { so: "inside", from: "amy@four.example", ip: "192.0.2.127", is: "pass" },
      { so: "outside", from: "amy@four.example", ip: "192.0.2.128", is: "fail" },
      { so: "no prefix is /32", from: "amy@one.example", ip: "192.0.2.2", is: "fail" },
      { so: "host bits do not matter", from: "amy@host.example", is: "pass" },
      { so: "/0", from: "amy@all4.example", is: "pass" },
      { so: "/0 takes no IPv6 sender", from: "amy@all4.example", ip: "2001:db8::1", is: "fail" },
      { so: "inside IPv6", from: "amy@six.example", ip: "2001:db8:7fff::1", is: "pass" },
      { so: "outside IPv6", from: "amy@six.example", ip: "2001:db8:8000::1", is: "fail" },
      { so: "any spelling of an address", from: "amy@one6.example", ip: "2001:db8::1", is: "pass" },
      { so: "no prefix is /128", from: "amy@one6.example", ip: "2001:db8::2", is: "fail" },
      { so: "::/0", from: "amy@all6.example", ip: "fe80::1", is: "pass" },
      { so: "::/0 takes no IPv4 sender", from: "amy@all6.example", is: "fail" },
      {
        so: "IPv4 in an IPv6 coat is IPv4",
        from: "amy@one.example",
        ip: "::ffff:192.0.2.1",
        is: "pass",
      },
      {
        so: "and never matches ip6",
        from: "amy@mapped.example",
        ip: "::ffff:192.0.2.1",
        is: "fail",
      },
      { so: "nor does plain IPv4", from: "amy@mapped.example", is: "fail" },
      { so: "dotted tail", from: "amy@v4six.example", ip: "2001:db8::c000:201", is: "pass" },
      {
        so: "a prefix inside a group",
        from: "amy@odd.example",
        ip: "2001:db8:1:ffff::1",
        is: "pass",
      },
      { so: "one bit further", from: "amy@odd.example", ip: "2001:db8:2::", is: "fail" },
      {
        so: "a client address that is none",
        from: "amy@one.example",
        ip: "192.0.2",
        is: "permerror",
      },
    ],
  },
  {
    section: "5.7: exists",
    zone: `
      yes.example      TXT "v=spf1 exists:there.example -all"
      there.example    A 127.0.0.2
      no.example       TXT "v=spf1 exists:absent.example -all"
      six.example      TXT "v=spf1 exists:sixonly.example -all"
      sixonly.example  AAAA 2001:db8::1
      err.example      TXT "v=spf1 exists:slow.example -all"
      slow.example     TIMEOUT
      list.example     TXT "v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} -all"
      1.2.0.192.amy._spf.list.example A 127.0.0.2
      any.example      TXT "v=spf1 exists:%{l} exists:%{i} -all"
      alone            A 127.0.0.2
      192.0.2.1        A 127.0.0.2
    `,
    cases: [
      { so: "any A record matches", from: "amy@yes.example", is: "pass" },
      {
        so: "A is asked for whatever the sender",
        from: "amy@yes.example",
        ip: "2001:db8::1",
        is: "pass",
      },
      { so: "no A record", from: "amy@no.example", is: "fail", voids: 1 },
      { so: "AAAA does not count", from: "amy@six.example", ip: "2001:db8::1", is: "fail" },
      { so: "DNS errors", from: "amy@err.example", is: "temperror" },
      { so: "macros", from: "amy+x@list.example", is: "pass" },
      { so: "other users", from: "bob+x@list.example", is: "fail" },
      {
        so: "expansions are not checked for a top label (7.1)",
        from: "alone@any.example",
        is: "pass",
        lookups: 1,
      },
      { so: "nor for a numeric one", from: "bob@any.example", is: "pass", lookups: 2 },
    ],
  },
  {
    section: "6: modifiers",
    zone: `
      unknown.example  TXT "v=spf1 moo=cow moo=cow x.y-z_0=%{d}:/ +all"
      behind.example   TXT "v=spf1 -all moo=cow"
      default.example  TXT "v=spf1 default=pass"
      rua.example      TXT "v=spf1 ra=postmaster rp=10 rr=all -all"
    `,
    cases: [
      { so: "unknown ones are ignored, and may repeat", from: "amy@unknown.example", is: "pass" },
      { so: "anywhere", from: "amy@behind.example", is: "fail" },
      { so: "and decide nothing", from: "amy@default.example", is: "neutral" },
      { so: "those of RFC 6652 too", from: "amy@rua.example", is: "fail" },
    ],
  },
  {
    section: "6.2: exp",
    zone: `
      exp.example      TXT "v=spf1 exp=why.exp.example ip4:203.0.113.1 -all"
      why.exp.example  TXT "Mail from %{i} " "is not from %{d}."
      soft.example     TXT "v=spf1 ~all exp=why.exp.example"
      absent.example   TXT "v=spf1 -all exp=nowhere.example"
      nodata.example   TXT "v=spf1 -all exp=exp.example.only"
      err.example      TXT "v=spf1 -all exp=slow.example"
      slow.example     TIMEOUT
      two.example      TXT "v=spf1 -all exp=twice.example"
      twice.example    TXT "one"
      twice.example    TXT "two"
      bad.example      TXT "v=spf1 -all exp=syntax.example"
      syntax.example   TXT "100% wrong"
      ascii.example    TXT "v=spf1 -all exp=latin.example"
      latin.example    TXT "caf\\233"
      control.example  TXT "v=spf1 -all exp=escape.example"
      escape.example   TXT "\\027[31mred"
      empty.example    TXT "v=spf1 -all exp=blank.example"
      blank.example    TXT ""
      noname.example   TXT "v=spf1 -all exp=%{l}..example"
      redirect.example TXT "v=spf1 exp=why.exp.example redirect=plain.example"
      plain.example    TXT "v=spf1 -all"
      redirect2.example TXT "v=spf1 exp=wrong.example redirect=exp.example"
      minus.example    TXT "v=spf1 -include:open.example ?all exp=why.exp.example"
      open.example     TXT "v=spf1 +all exp=wrong.example"
      wrong.example    TXT "wrong"
      crt.example      TXT "v=spf1 -all exp=crt.exp.example"
      crt.exp.example  TXT "%{c} at %{r}, %{t}: %{h}"
      named.example    TXT "v=spf1 -all exp=name.exp.example"
      name.exp.example TXT "from %{p}"
      1.2.0.192.in-addr.arpa PTR client.named.example
      client.named.example A 192.0.2.1
      alias.example    TXT "v=spf1 -all exp=cname.exp.example"
      cname.exp.example CNAME why.exp.example
      dot.example      TXT "v=spf1 -all exp=why.exp.example."
    `,
    cases: [
      {
        so: "explains a fail; strings are joined",
        from: "amy@exp.example",
        is: "fail",
        explains: "Mail from 192.0.2.1 is not from exp.example.",
      },
      {
        so: "explains nothing else",
        from: "amy@exp.example",
        ip: "203.0.113.1",
        is: "pass",
        explains: null,
      },
      { so: "no softfail either", from: "amy@soft.example", is: "softfail", explains: null },
      { so: "no such name", from: "amy@absent.example", is: "fail", explains: null },
      { so: "no TXT record", from: "amy@nodata.example", is: "fail", explains: null },
      { so: "a DNS error", from: "amy@err.example", is: "fail", explains: null },
      { so: "two records", from: "amy@two.example", is: "fail", explains: null },
      { so: "a syntax error in the text", from: "amy@bad.example", is: "fail", explains: null },
      { so: "text that is not ASCII", from: "amy@ascii.example", is: "fail", explains: null },
      { so: "control characters", from: "amy@control.example", is: "fail", explains: null },
      { so: "an empty text", from: "amy@empty.example", is: "fail", explains: "" },
      { so: "a target that is no name", from: "amy@noname.example", is: "fail", explains: null },
      {
        so: "redirect drops the first record's",
        from: "amy@redirect.example",
        is: "fail",
        explains: null,
      },
      {
        so: "and uses the other's",
        from: "amy@redirect2.example",
        is: "fail",
        explains: "Mail from 192.0.2.1 is not from exp.example.",
      },
      {
        so: "a match of -include is the outer record's",
        from: "amy@minus.example",
        is: "fail",
        explains: "Mail from 192.0.2.1 is not from minus.example.",
      },
      {
        so: "c, r, t and h",
        from: "amy@crt.example",
        is: "fail",
        explains: "192.0.2.1 at mx.receiver.example, 1796083200: client.example.org",
      },
      {
        so: "c of IPv6 is easy to read",
        from: "amy@crt.example",
        ip: "2001:0DB8:0::1",
        is: "fail",
        explains: "2001:db8::1 at mx.receiver.example, 1796083200: client.example.org",
      },
      { so: "p", from: "amy@named.example", is: "fail", explains: "from client.named.example" },
      {
        so: "p of a stranger",
        from: "amy@named.example",
        ip: "192.0.2.9",
        is: "fail",
        explains: "from unknown",
      },
      {
        so: "CNAMEs",
        from: "amy@alias.example",
        is: "fail",
        explains: "Mail from 192.0.2.1 is not from alias.example.",
      },
      {
        so: "a final dot of the target, not of the text",
        from: "amy@dot.example",
        is: "fail",
        explains: "Mail from 192.0.2.1 is not from dot.example.",
      },
    ],
  },
  {
    section: "7: macros",
    zone: `
      ${[
        ["s", "%{s}"],
        ["o", "%{o}"],
        ["d", "%{d}"],
        ["d4", "%{d4}"],
        ["d3", "%{d3}"],
        ["d2", "%{d2}"],
        ["d1", "%{d1}"],
        ["dr", "%{dr}"],
        ["d2r", "%{d2r}"],
        ["l", "%{l}"],
        ["lminus", "%{l-}"],
        ["lr", "%{lr}"],
        ["lrminus", "%{lr-}"],
        ["l1r", "%{l1r-}"],
        ["ir", "%{ir}.%{v}._spf.%{d2}"],
        ["big", "%{d999999999999999999999}"],
        ["many", "%{l1r+-/=_,}"],
        ["case", "%{D2R} %{Lr-}"],
        ["url", "%{S}|%{L}"],
        ["literal", "%%_%_-%-~"],
        ["h", "%{h}|%{h1}"],
        ["i", "%{i}|%{I}"],
        ["order", "%{l1-r}"],
      ]
        .map(
          ([name = "", text = ""]) =>
            `${name}.email.example.com TXT "v=spf1 -all exp=${name}.exp.example.com"\n${name}.exp.example.com TXT "${text}"`,
        )
        .join("\n")}
      percent.example    TXT "v=spf1 a:a%%b%_c%-d.example -all"
      a%b\\032c%20d.example A 192.0.2.1
      long.example       TXT "v=spf1 exists:%{l}.%{l}.%{l}.%{l}.%{l}.end.example -all"
      ${`${"b".repeat(56)}.`.repeat(4)}end.example A 127.0.0.2
      edge.example       TXT "v=spf1 exists:%{l}.%{l}.%{l}.%{l}.${"p".repeat(12)}.edge.example -all"
      ${`${"b".repeat(56)}.`.repeat(4)}${"p".repeat(12)}.edge.example A 127.0.0.2
      over.example       TXT "v=spf1 exists:%{l}.%{l}.%{l}.%{l}.${"p".repeat(13)}.over.example -all"
      ${`${"b".repeat(56)}.`.repeat(3)}${"p".repeat(13)}.over.example A 127.0.0.2
      unicode.example    TXT "v=spf1 exists:%{l}.unicode.example include:%{s}.x.example ip4:192.0.2.1 -all"
      unicode2.example   TXT "v=spf1 redirect=%{l}.unicode.example"
      spaces.example     TXT "v=spf1 exists:%{l}.spaces.example -all"
      john\\032doe.spaces.example A 127.0.0.2
      dots.example       TXT "v=spf1 exists:%{l}.dots.example -all"
      john.doe.dots.example A 127.0.0.2
      helo.example       TXT "v=spf1 a:%{h} -all"
      client.example.org A 192.0.2.1
      pp.example         TXT "v=spf1 exists:%{p}.valid.example ~exists:%{p}.other.example -all"
      1.2.0.192.in-addr.arpa PTR any.example.net
      1.2.0.192.in-addr.arpa PTR sub.pp.example
      any.example.net    A 192.0.2.1
      sub.pp.example     A 192.0.2.1
      sub.pp.example.valid.example A 127.0.0.2
      2.2.0.192.in-addr.arpa PTR any.example.net
      2.2.0.192.in-addr.arpa PTR sub2.pp.example
      2.2.0.192.in-addr.arpa PTR pp.example
      any.example.net    A 192.0.2.2
      sub2.pp.example    A 192.0.2.2
      pp.example         A 192.0.2.2
      pp.example.valid.example A 127.0.0.2
      unknown.valid.example A 127.0.0.2
      3.2.0.192.in-addr.arpa PTR SERVFAIL
      4.2.0.192.in-addr.arpa PTR far.example.net
      far.example.net    A 192.0.2.4
      far.example.net.valid.example A 127.0.0.2
      strict.example     TXT "v=spf1 -include:_h.%{d} ip4:192.0.2.0/24 -all"
      _h.strict.example  TXT "v=spf1 -a:%{h} +all"
    `,
    cases: [
      ...(
        [
          ["s is the sender", "s", "strong-bad@s.email.example.com"],
          ["o is its domain", "o", "o.email.example.com"],
          ["d is the domain", "d", "d.email.example.com"],
          ["more parts than there are", "d4", "d4.email.example.com"],
          ["right-hand parts: 3", "d3", "email.example.com"],
          ["right-hand parts: 2", "d2", "example.com"],
          ["right-hand parts: 1", "d1", "com"],
          ["r reverses", "dr", "com.example.email.dr"],
          ["reversed first, then cut", "d2r", "email.d2r"],
          ["l is the local part", "l", "strong-bad"],
          ["a delimiter splits, dots join", "lminus", "strong.bad"],
          ["r without its delimiter has one part", "lr", "strong-bad"],
          ["r with it", "lrminus", "bad.strong"],
          ["r, cut to one", "l1r", "strong"],
          ["v and reversed i", "ir", "1.2.0.192.in-addr._spf.example.com"],
          ["a number of parts without end", "big", "big.email.example.com"],
          ["several delimiters", "many", "strong"],
          ["upper case escapes what needs it", "case", "email.case bad.strong"],
          ["URL escapes", "url", "strong-bad%40url.email.example.com|strong-bad"],
          ["%%, %_ and %-", "literal", "%_ -%20~"],
          ["h is the HELO name", "h", "client.example.org|org"],
          ["i of IPv4", "i", "192.0.2.1|192.0.2.1"],
          ["transformers stand before delimiters", "order", null],
        ] as const
      ).map(([so, name, explains]) => ({
        so,
        from: `strong-bad@${name}.email.example.com`,
        is: "fail" as const,
        explains,
      })),
      {
        so: "i of IPv6 is nibbles",
        from: "strong-bad@ir.email.example.com",
        ip: "2001:db8::cb01",
        is: "fail",
        explains:
          "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com",
      },
      {
        so: "all escapes are UTF-8",
        from: "~jack&jill=up-a_b3.c@url.email.example.com",
        is: "fail",
        explains: "~jack%26jill%3Dup-a_b3.c%40url.email.example.com|~jack%26jill%3Dup-a_b3.c",
      },
      { so: "spaces and percents in a name", from: "amy@percent.example", is: "pass" },
      {
        so: "long names lose labels on the left",
        from: `${"b".repeat(56)}@long.example`,
        is: "pass",
      },
      { so: "253 characters lose nothing", from: `${"b".repeat(56)}@edge.example`, is: "pass" },
      { so: "254 lose a label", from: `${"b".repeat(56)}@over.example`, is: "pass" },
      {
        so: "a local part that is not ASCII matches nothing (RFC 8616)",
        from: "j\u00f6rg@unicode.example",
        is: "pass",
        voids: 0,
        lookups: 2,
      },
      { so: "nor does its redirect", from: "j\u00f6rg@unicode2.example", is: "neutral" },
      { so: "spaces in a local part", from: "john doe@spaces.example", is: "pass" },
      { so: "dots in a local part make labels", from: "john.doe@dots.example", is: "pass" },
      {
        so: "a local part that makes an empty label",
        from: "john..doe@dots.example",
        is: "fail",
        voids: 0,
      },
      { so: "h in a domain", from: "amy@helo.example", is: "pass" },
      { so: "an h that is no name", from: "amy@helo.example", helo: "JUMPIN' JUPITER", is: "fail" },
      {
        so: "an h that is an address literal",
        from: "amy@helo.example",
        helo: "[192.0.2.1]",
        is: "fail",
      },
      { so: "p: a name below the domain before any other", from: "amy@pp.example", is: "pass" },
      {
        so: "p: the domain itself before that",
        from: "amy@pp.example",
        ip: "192.0.2.2",
        is: "pass",
      },
      { so: "p: any validated name", from: "amy@pp.example", ip: "192.0.2.4", is: "pass" },
      { so: "p: unknown after a DNS error", from: "amy@pp.example", ip: "192.0.2.3", is: "pass" },
      {
        so: "p: unknown without a PTR record",
        from: "amy@pp.example",
        ip: "192.0.2.6",
        is: "pass",
      },
      { so: "a policy that wants a good HELO: good", from: "amy@strict.example", is: "pass" },
      {
        so: "a policy that wants a good HELO: bad",
        from: "amy@strict.example",
        helo: "OEMCOMPUTER",
        is: "fail",
      },
    ],
  },
  {
    section: "A: the RFC's own examples",
    zone: `
      example.com       A 192.0.2.10
      example.com       A 192.0.2.11
      example.com       MX 10 mail-a.example.com
      example.com       MX 20 mail-b.example.com
      amy.example.com   A 192.0.2.65
      bob.example.com   A 192.0.2.66
      mail-a.example.com A 192.0.2.129
      mail-b.example.com A 192.0.2.130
      example.org       MX 10 mail-c.example.org
      mail-c.example.org A 192.0.2.140
      10.2.0.192.in-addr.arpa  PTR example.com
      65.2.0.192.in-addr.arpa  PTR amy.example.com
      66.2.0.192.in-addr.arpa  PTR bob.example.com
      140.2.0.192.in-addr.arpa PTR mail-c.example.org
      12.2.0.192.in-addr.arpa  PTR amy.example.com
      all.rfc.example   TXT "v=spf1 +all"
      a.rfc.example     TXT "v=spf1 a:example.com -all"
      ao.rfc.example    TXT "v=spf1 a:example.org -all"
      mx.rfc.example    TXT "v=spf1 mx:example.com -all"
      mxo.rfc.example   TXT "v=spf1 mx:example.org -all"
      both.rfc.example  TXT "v=spf1 mx:example.com mx:example.org -all"
      mx30.rfc.example  TXT "v=spf1 mx:example.com/30 mx:example.org/30 -all"
      ptr.rfc.example   TXT "v=spf1 ptr:example.com -all"
      ip4.rfc.example   TXT "v=spf1 ip4:192.0.2.128/28 -all"
      _spf.example.com  TXT "v=spf1 mx:example.com -all"
      multi.rfc.example TXT "v=spf1 redirect=_spf.example.com"
      inc.rfc.example   TXT "v=spf1 include:_spf.example.com include:mxo.rfc.example -all"
      dnsbl.rfc.example TXT "v=spf1 exists:%{ir}.%{l1r+}._spf.%{d} -all"
      66.2.0.192.mary._spf.dnsbl.rfc.example A 127.0.0.2
    `,
    cases: [
      { so: "A.1 +all", from: "amy@all.rfc.example", is: "pass" },
      { so: "A.1 a", from: "amy@a.rfc.example", ip: "192.0.2.10", is: "pass" },
      { so: "A.1 a", from: "amy@a.rfc.example", ip: "192.0.2.65", is: "fail" },
      {
        so: "A.1 a:example.org has no address",
        from: "amy@ao.rfc.example",
        ip: "192.0.2.140",
        is: "fail",
      },
      { so: "A.1 mx", from: "amy@mx.rfc.example", ip: "192.0.2.130", is: "pass" },
      { so: "A.1 mx:example.org", from: "amy@mxo.rfc.example", ip: "192.0.2.140", is: "pass" },
      { so: "A.1 two mx", from: "amy@both.rfc.example", ip: "192.0.2.140", is: "pass" },
      {
        so: "A.1 mx/30, first network",
        from: "amy@mx30.rfc.example",
        ip: "192.0.2.131",
        is: "pass",
      },
      {
        so: "A.1 mx/30, second network",
        from: "amy@mx30.rfc.example",
        ip: "192.0.2.143",
        is: "pass",
      },
      { so: "A.1 mx/30, beyond", from: "amy@mx30.rfc.example", ip: "192.0.2.144", is: "fail" },
      {
        so: "A.1 ptr, reverse and forward agree",
        from: "amy@ptr.rfc.example",
        ip: "192.0.2.65",
        is: "pass",
      },
      { so: "A.1 ptr, another domain", from: "amy@ptr.rfc.example", ip: "192.0.2.140", is: "fail" },
      { so: "A.1 ptr, no forward", from: "amy@ptr.rfc.example", ip: "192.0.2.12", is: "fail" },
      { so: "A.1 ip4/28 below", from: "amy@ip4.rfc.example", ip: "192.0.2.65", is: "fail" },
      { so: "A.1 ip4/28", from: "amy@ip4.rfc.example", ip: "192.0.2.129", is: "pass" },
      {
        so: "A.2 several domains by redirect",
        from: "amy@multi.rfc.example",
        ip: "192.0.2.129",
        is: "pass",
      },
      {
        so: "A.2 several domains by include",
        from: "amy@inc.rfc.example",
        ip: "192.0.2.140",
        is: "pass",
      },
      { so: "A.3 a list of users", from: "mary+x@dnsbl.rfc.example", ip: "192.0.2.66", is: "pass" },
      { so: "A.3 another user", from: "fred@dnsbl.rfc.example", ip: "192.0.2.66", is: "fail" },
    ],
  },
];
