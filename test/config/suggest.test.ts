import { describe, expect, it } from "vitest";
import { suggest } from "../../src/config/suggest.ts";

describe("did you mean", () => {
  it.each([
    ["zonefle", "zonefile"],
    ["mnaual", "manual"],
    ["ZONEFILE", "zonefile"],
    ["zone-file", "zonefile"],
  ])("%s gives %s", (written, meant) => {
    expect(suggest(written, ["manual", "zonefile"])).toBe(meant);
  });

  it("names the nearest", () => {
    expect(suggest("spd", ["sp", "spf", "sod"])).toBe("sp");
  });

  it.each(["", "route53", "m", "zonefilezonefile"])("%j is near to nothing", (written) => {
    expect(suggest(written, ["manual", "zonefile"])).toBeUndefined();
  });
});
