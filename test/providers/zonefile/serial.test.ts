import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseName, type DomainName } from "../../../src/core/dns/name.ts";
import { isNewer, nextSerial, raiseSerial } from "../../../providers/zonefile/serial.ts";
import { applySplices } from "../../../providers/zonefile/splice.ts";
import { readZone } from "../../../providers/zonefile/zone.ts";
import { law } from "../../law.ts";

const noon = Date.UTC(2026, 11, 1, 12);

describe("a serial goes up in its own style", () => {
  test.each([
    ["a date becomes today's", 2026112401, 2026120100],
    ["today's goes on", 2026120100, 2026120101],
    ["today's ninety-nine edits later", 2026120199, 2026120200],
    ["a date ahead of us goes on", 2027010100, 2027010101],
    ["a counter counts", 1, 2],
    ["a counter with ten digits that is no date counts", 2026139901, 2026139902],
    ["a Unix time becomes now's", 1796000000, noon / 1000],
    ["a Unix time of this second goes on", noon / 1000, noon / 1000 + 1],
    ["the highest wraps, and not to 0", 4294967295, 1],
    ["zero", 0, 1],
  ])("%s", (_, old, next) => {
    expect(nextSerial(old, noon)).toBe(next);
  });

  test("it is always newer (RFC 1982), so that secondaries see it", () => {
    const serials = fc.oneof(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 1980000000, max: 2147123199 }),
    );
    fc.assert(
      fc.property(serials, fc.integer({ min: 0, max: 4102444800000 }), (old, now) =>
        isNewer(nextSerial(old, now), old),
      ),
      law(20_000),
    );
  });
});

test.each([
  ["@ 60 SOA a b 7 1 1 1 1\n", "@ 60 SOA a b 8 1 1 1 1\n"],
  ["@ 60 SOA a b ( 0042;serial 1\n 1 1 1 1 )\n", "@ 60 SOA a b ( 0043;serial 1\n 1 1 1 1 )\n"],
  [
    "@ 60 SOA a b(\r\n\t2026112401 ; serial\r\n1h 1 1 1)\r\n",
    "@ 60 SOA a b(\r\n\t2026120100 ; serial\r\n1h 1 1 1)\r\n",
  ],
])("only the serial's digits change in %j", (before, after) => {
  const origin = parseName("mycompany.example") as DomainName;
  const zone = readZone({ file: "my.zone", text: before }, { origin });
  const serial = Number(zone.soa.data.split(" ")[2]);
  expect(applySplices(before, [raiseSerial(zone, nextSerial(serial, noon))])).toBe(after);
});
