import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { Access, Host, HostContext } from "../../src/ports/dns-provider.ts";
import { name } from "../engine/fake-world.ts";
import { type } from "./terminal.ts";

const APEX = name("mycompany.example");
const SERVERS = [name("ann.ns.example"), name("bob.ns.example")];
const ALL: Access = { zones: [{ apex: APEX, nameservers: SERVERS, missing: [] }], unknown: [] };

/** A host that tells whatever `see` finds with the credential it is given. */
function hostThat(see: (context: HostContext) => Access): Readonly<Record<string, Host>> {
  const about = { title: "Example DNS", summary: "", docs: "", nameservers: [], variables: [] };
  const adapter = {
    create: () => {
      throw new Error("no domain is asked for");
    },
    access: async (context: HostContext) => see(context),
  };
  return { example: { about, options: v.strictObject({}), load: async () => adapter } };
}

function check(see: (context: HostContext) => Access, ...more: readonly string[]) {
  const env = { EXAMPLE_TOKEN: "usual", EXAMPLE_TOKEN_ACME: "acme's" };
  const options = { cwd: "/", env, hosts: hostThat(see) };
  return type(options, "hosts", "check", "example", ...more);
}

describe("hosts check", () => {
  it("names every zone that the credential sees", async () => {
    expect(await check(() => ALL)).toEqual({
      code: 0,
      stderr: "",
      stdout: `At Example DNS the credential sees 1 zone.
  ✓ mycompany.example  ann.ns.example, bob.ns.example
`,
    });
  });

  it("names the right that is missing, and ends with 4", async () => {
    const missing = ["Zone > DNS > Edit"];
    const { code, stdout } = await check(() => ({
      zones: [{ apex: APEX, nameservers: [], missing }],
      unknown: ["Whether the token expires is not shown."],
    }));
    expect(code).toBe(4);
    expect(stdout).toContain("  ! mycompany.example\n      missing: Zone > DNS > Edit\n");
    expect(stdout).toContain("note: Whether the token expires is not shown.\n");
  });

  it("asks nothing where a trace is wanted and can't be written", async () => {
    const see = (): Access => {
      throw new Error("was asked");
    };
    const { code, stderr } = await check(see, "--trace", "/nowhere/trace");
    expect(code).toBe(2);
    expect(stderr).toContain("No trace can be written to /nowhere/trace");
  });

  it("ends with 4 where no zone is seen", async () => {
    const { code, stdout } = await check(() => ({ zones: [], unknown: [] }));
    expect(code).toBe(4);
    expect(stdout).toContain("sees no zone.");
  });

  it("uses the credential of the account that is named, and of no other", async () => {
    const seen: string[] = [];
    const see = ({ credential }: HostContext): Access => {
      seen.push(credential("EXAMPLE_TOKEN"));
      return ALL;
    };
    await check(see);
    await check(see, "--account", "acme");
    expect(seen).toEqual(["usual", "acme's"]);
    const { code, stderr } = await check(see, "--account", "other");
    expect(code).toBe(4);
    expect(stderr).toContain("EXAMPLE_TOKEN_OTHER is not set.");
  });

  it("is the same for programs with --json", async () => {
    const { stdout } = await check(() => ALL, "--json");
    expect(JSON.parse(stdout)).toEqual({ host: "example", ...ALL });
  });

  it("says of a host without an API that it takes no credential", async () => {
    const { code, stdout } = await type({ cwd: "/" }, "hosts", "check", "manual");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "By hand takes no credential.\n" });
  });
});
