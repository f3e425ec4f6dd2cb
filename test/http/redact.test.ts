import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedact } from "../../src/http/redact.ts";
import { law } from "../law.ts";

const SECRET = "s3cr/t+a b=ü";
const redact = createRedact([SECRET]);

describe("a secret is taken out", () => {
  it.each([
    ["as it is", `Bearer ${SECRET}`],
    ["in a URL", `?token=${encodeURIComponent(SECRET)}&x`],
    ["in a URL with small letters", `?token=${encodeURIComponent(SECRET).toLowerCase()}`],
    ["in a form", new URLSearchParams({ client_secret: SECRET }).toString()],
    ["in JSON", JSON.stringify({ secret: SECRET })],
    ["in hex", Buffer.from(SECRET).toString("hex")],
    ["in base64", Buffer.from(SECRET).toString("base64")],
  ])("%s", (_, text) => {
    const shown = redact(text);
    expect(shown).toContain("[redacted]");
    for (const part of ["s3cr", "czNjci", "7333"]) expect(shown).not.toContain(part);
  });

  it("wherever it stands in a longer text that is in base64", () => {
    const around = fc.string({ maxLength: 9 });
    const secret = fc.string({ minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(around, secret, around, (before, secret, after) => {
        for (const code of ["base64", "base64url"] as const) {
          const shown = createRedact([secret])(Buffer.from(before + secret + after).toString(code));
          expect(shown).toContain("[redacted]");
        }
      }),
      law(2000),
    );
  });

  it("whole, where another secret is a part of it", () => {
    expect(createRedact(["abcd", "abcd-efgh"])("x abcd-efgh y abcd z")).toBe(
      "x [redacted] y [redacted] z",
    );
  });

  it("whatever signs it has: it is no expression", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), (secret) => {
        expect(createRedact([secret])(`<${secret}>`)).not.toContain(`<${secret}>`);
      }),
      law(2000),
    );
  });
});

it("everything else stays as it is", () => {
  expect(redact("v=spf1 include:_spf.odoo.com ~all")).toBe("v=spf1 include:_spf.odoo.com ~all");
  expect(createRedact([])("text")).toBe("text");
  expect(createRedact(["", "ab"])("a table")).toBe("a table");
});
