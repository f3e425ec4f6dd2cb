import { describe, expect, it } from "vitest";
import { lookUpKey, readKeys } from "../../../src/core/dkim/key.ts";
import type { Answer } from "../../../src/core/dns/answer.ts";

const TARGET = "odoo._domainkey.odoo.com TXT";

function keyBehind(answer: Answer) {
  const result = lookUpKey({ [TARGET]: answer });
  return result.done ? result.value : undefined;
}

describe("the key behind the DKIM record", () => {
  it("is asked for at Odoo's name only", () => {
    expect(lookUpKey({})).toEqual({
      done: false,
      questions: [{ name: "odoo._domainkey.odoo.com", type: "TXT" }],
    });
  });

  it("is usable when it is one tag list with a key in it", () => {
    const value = "v=DKIM1; k=rsa; p=MIGf MA0GCS";
    expect(keyBehind({ status: "records", records: [{ data: value, ttl: 60 }] })).toEqual({
      state: "usable",
      type: "rsa",
      value,
    });
    expect(readKeys(["k=ed25519; p=AAAA;"])).toMatchObject({ state: "usable", type: "ed25519" });
  });

  it.each([
    [[], "there is no TXT record"],
    [["p=A", "p=B"], "there are 2 TXT records, not one"],
    [["hello"], "the value is not a list of tags"],
    [["p=A; p=B"], "the value is not a list of tags"],
    [["k=rsa"], "there is no p= tag"],
    [["v=DKIM1; p= "], "the key was revoked: p= is empty"],
    [["p=A; v=DKIM1"], "v= is not DKIM1, or does not stand first"],
    [["v=DKIM2; p=A"], "v= is not DKIM1, or does not stand first"],
  ])("%j is not usable, and says why", (values, reason) => {
    expect(readKeys(values)).toEqual({ state: "unusable", reason });
  });

  it("is unreachable, not missing, when nobody answers", () => {
    expect(keyBehind({ status: "timeout" })?.state).toBe("unreachable");
    expect(keyBehind({ status: "servfail" })?.state).toBe("unreachable");
    expect(keyBehind({ status: "nxdomain" })?.state).toBe("unusable");
  });
});
