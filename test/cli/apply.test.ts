import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Plan, Receipt } from "../../src/core/plan/schema.ts";
import { DOMAIN, STACK, startProject, withoutSerial, ZONE } from "./terminal.ts";
import type { Project } from "./terminal.ts";

let project: Project;
let before = "";
beforeEach(async () => {
  project = await startProject();
  before = project.read(ZONE);
});
afterEach(() => project.close());

const Applied = v.strictObject({ plan: Plan, receipt: v.nullable(Receipt) });

async function digest(): Promise<string> {
  const { stdout } = await project.type("plan", DOMAIN, "--json");
  return v.parse(Plan, JSON.parse(stdout)).digest;
}

function receipts(): string[] {
  return readdirSync(join(project.folder, ".odoo-mail-dns", DOMAIN)).sort();
}

describe("apply", () => {
  it("writes, verifies and says how to take it back; steps go to stderr", async () => {
    const { code, stdout, stderr } = await project.type("apply", DOMAIN, "--yes");
    expect(code).toBe(0);
    expect(project.read(ZONE)).toContain(
      '"v=spf1 include:_spf.odoo.com include:_spf.google.com ~all"',
    );
    expect(stdout).toMatch(
      /^mycompany\.example {2}Applied: 2 changes.*verified at 2 name servers\.\n/,
    );
    expect(stdout).toMatch(/\nTo undo: odoo-mail-dns undo mycompany\.example \d{8}T\d{6}Z /);
    expect(stderr).toContain("✓ ~ TXT mycompany.example\n");
    expect(stderr).toContain("✓ ns1.mycompany.example (127.0.0.1) answers as planned");
    expect(receipts()).toHaveLength(1);
  });

  it("has nothing to do the second time", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const after = project.read(ZONE);
    const { code, stdout } = await project.type("apply", DOMAIN, "--yes");
    expect(code).toBe(0);
    expect(stdout).toContain("nothing to do");
    expect(project.read(ZONE)).toBe(after);
    expect(receipts()).toHaveLength(1);
  });

  it("as JSON gives one object with the plan and the receipt", async () => {
    const first = v.parse(
      Applied,
      JSON.parse((await project.type("apply", DOMAIN, "--yes", "--json")).stdout),
    );
    expect(first.receipt?.verified).toBe("yes");
    expect(first.receipt?.plan).toBe(first.plan.digest);
    const second = v.parse(
      Applied,
      JSON.parse((await project.type("apply", DOMAIN, "--yes", "--json")).stdout),
    );
    expect(second.receipt).toBeNull();
  });

  it("does not verify when told so", async () => {
    const { code, stdout, stderr } = await project.type("apply", DOMAIN, "--yes", "--no-verify");
    expect(code).toBe(0);
    expect(stdout).toContain("Not verified.");
    expect(stderr).not.toContain("answers as planned");
  });

  it("writes nothing when it was interrupted before", async () => {
    const stop = new AbortController();
    stop.abort();
    const { code } = await project.typeWith({ signal: stop.signal }, "apply", DOMAIN, "--yes");
    expect(code).toBe(130);
    expect(project.read(ZONE)).toBe(before);
  });

  it("does the part that may be done, and ends with 6", async () => {
    project.write(ZONE, `${before}@ IN TXT "v=spf1 mx -all"\n`);
    const { code } = await project.type("apply", DOMAIN, "--yes");
    expect(code).toBe(6);
    expect(project.read(ZONE)).toMatch(
      /odoo\._domainkey\S*\s+.*CNAME\s+odoo\._domainkey\.odoo\.com\./,
    );
    expect((await project.type("apply", DOMAIN, "--yes")).code).toBe(3);
  });
});

describe("whoever applies must have agreed", () => {
  it("without a terminal by a flag: none is refused", async () => {
    const { code, stdout, stderr } = await project.type("apply", DOMAIN);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/say --plan [0-9a-f]{8}, or\s+--yes/);
    expect(project.read(ZONE)).toBe(before);
  });

  it.each([["y"], ["Yes"]])("on a terminal by answering %s", async (answer) => {
    const { code, stderr } = await project.typeWith({ answers: [answer] }, "apply", DOMAIN);
    expect(code).toBe(0);
    expect(stderr).toContain("Apply 2 changes at mycompany.example? [y/N] ");
    expect(stderr).toContain("    + include:_spf.odoo.com\n");
    expect(project.read(ZONE)).not.toBe(before);
  });

  it.each([["n"], [""], ["yikes"]])("and %j is no agreement", async (answer) => {
    const { code, stderr } = await project.typeWith({ answers: [answer] }, "apply", DOMAIN);
    expect(code).toBe(0);
    expect(stderr).toContain("Nothing was written.");
    expect(project.read(ZONE)).toBe(before);
  });

  it("to exactly this plan: eight digits or all of them", async () => {
    const full = await digest();
    expect(
      (await project.type("apply", DOMAIN, "--plan", full.slice(0, 8).toUpperCase())).code,
    ).toBe(0);
    await project.type("undo", DOMAIN, "--yes");
    expect((await project.type("apply", DOMAIN, "--plan", full)).code).toBe(0);
  });

  it("and not to another one: it is shown, and nothing is written", async () => {
    const old = await digest();
    project.write(
      ZONE,
      before.replace("include:_spf.google.com ~all", "include:_spf.google.com mx ~all"),
    );
    const { code, stdout, stderr } = await project.type("apply", DOMAIN, "--plan", old);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain("      include:_spf.google.com mx ~all\n");
    expect(stderr).toContain(`This is not the plan ${old.slice(0, 8)}`);
    expect(project.read(ZONE)).not.toContain("_spf.odoo.com");
  });

  it("a plan that is done already is done", async () => {
    const full = await digest();
    await project.type("apply", DOMAIN, "--plan", full);
    expect((await project.type("apply", DOMAIN, "--plan", full)).code).toBe(0);
  });
});

describe("apply --approved", () => {
  async function approve(...flags: string[]): Promise<void> {
    mkdirSync(join(project.folder, "approved"), { recursive: true });
    const { stdout } = await project.type("plan", "--all", "--json", ...flags);
    project.write("approved/plans.json", stdout);
  }

  it("does what was approved, also from public DNS", async () => {
    await approve("--source", "dns");
    expect((await project.type("apply", "--all", "--approved", "approved")).code).toBe(0);
    expect(project.read(ZONE)).toContain("include:_spf.odoo.com include:_spf.google.com");
  });

  it("does less than was approved, and that is fine", async () => {
    await approve();
    project.write(ZONE, `${before}odoo._domainkey IN CNAME odoo._domainkey.odoo.com.\n`);
    expect((await project.type("apply", DOMAIN, "--approved", "approved")).code).toBe(0);
  });

  it("does nothing of a domain when one change in it is new", async () => {
    await approve();
    const edited = before.replace("include:_spf.google.com ~all", "mx ~all");
    project.write(ZONE, edited);
    const { code, stderr } = await project.type("apply", DOMAIN, "--approved", "approved");
    expect(code).toBe(3);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain("not approved: TXT mycompany.example");
    expect(project.read(ZONE)).toBe(edited);
  });

  it("does nothing of a domain when something is wrong that was not when it was approved", async () => {
    await approve();
    const edited = `${before}@ IN TXT "v=spf1 mx -all"\n`;
    project.write(ZONE, edited);
    const { code, stderr } = await project.type("apply", DOMAIN, "--approved", "approved");
    expect(code).toBe(3);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain("new since the approval: spf/two-records");
    expect(project.read(ZONE)).toBe(edited);
  });

  it.each([["not json"], ["{}"], ['{"formatVersion":2}'], ["null"]])(
    "takes no file that is no plan: %s",
    async (text) => {
      await approve();
      project.write("approved/more.json", text);
      const { code, stderr } = await project.type("apply", DOMAIN, "--approved", "approved");
      expect(code).toBe(2);
      expect(stderr).toContain("more.json in the folder of --approved holds no plan.");
      expect(project.read(ZONE)).toBe(before);
    },
  );
});

describe("undo", () => {
  it("refuses a receipt that somebody has changed to bring back what was never there", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const file = `.odoo-mail-dns/${DOMAIN}/${receipts()[0] ?? ""}`;
    const own = '"before":"v=spf1 include:_spf.google.com ~all"';
    const text = project.read(file).replaceAll('"before": "', '"before":"');
    expect(text).toContain(own);
    project.write(file, text.replace(own, '"before":"v=spf1 +all"'));
    const applied = project.read(ZONE);
    const { code, stderr } = await project.type("undo", DOMAIN, "--yes");
    expect(code).not.toBe(0);
    expect(stderr).toContain("can't be undone");
    expect(project.read(ZONE)).toBe(applied);
  });

  it("brings the zone back, byte for byte but for its serial", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const { code, stdout } = await project.type("undo", DOMAIN, "--yes");
    expect(code).toBe(0);
    expect(stdout).toContain("Undone: 2 changes");
    expect(withoutSerial(project.read(ZONE))).toBe(withoutSerial(before));
  });

  it("leaves what others have changed since", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const theirs = project.read(ZONE).replace("_spf.google.com ~all", "_spf.google.com mx ~all");
    project.write(ZONE, theirs);
    expect((await project.type("undo", DOMAIN, "--yes")).code).toBe(0);
    expect(project.read(ZONE)).toContain('"v=spf1 include:_spf.google.com mx ~all"');
  });

  it("asks on a terminal, and needs a flag elsewhere", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const applied = project.read(ZONE);
    expect((await project.type("undo", DOMAIN)).code).toBe(2);
    const { stderr } = await project.typeWith({ answers: ["n"] }, "undo", DOMAIN);
    expect(stderr).toContain("Undo 2 changes at mycompany.example? [y/N] ");
    expect(project.read(ZONE)).toBe(applied);
    expect((await project.typeWith({ answers: ["y"] }, "undo", DOMAIN)).code).toBe(0);
  });

  it("finds nothing the second time, and can itself be taken back by its receipt", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const applied = project.read(ZONE);
    await project.type("undo", DOMAIN, "--yes");
    const again = await project.type("undo", DOMAIN, "--yes");
    expect(again.code).toBe(0);
    const [, own = ""] = receipts();
    expect((await project.type("undo", DOMAIN, own.replace(".json", ""), "--yes")).code).toBe(0);
    expect(withoutSerial(project.read(ZONE))).toBe(withoutSerial(applied));
  });
});

describe("a record that another stack relies on", () => {
  const NEIGHBOUR = "stacks/Pulumi.shop.example.yaml";
  beforeEach(() =>
    project.write(
      NEIGHBOUR,
      "config:\n  odoo-mail-dns:host: manual\n  odoo-mail-dns:spf: { domain: mycompany.example }\n",
    ),
  );

  it("is not told while our term is put in", async () => {
    expect((await project.type("plan", DOMAIN)).stdout).not.toContain("config/relied-on");
  });

  it("is told when our term is taken out, by undo and by retiring", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const { stderr } = await project.typeWith({ answers: ["n"] }, "undo", DOMAIN);
    expect(stderr).toContain(NEIGHBOUR);
    project.write(STACK, `${project.read(STACK)}  odoo-mail-dns:retire: true\n`);
    const { stdout } = await project.type("plan", DOMAIN);
    expect(stdout).toContain(NEIGHBOUR);
    expect(stdout).toContain("config/relied-on");
  });
});

describe("a zone that is kept by hand", () => {
  it("is told what to do, and that it is not served yet", async () => {
    project.write(STACK, "config:\n  odoo-mail-dns:host: manual\n");
    const plan = await project.type("plan", DOMAIN);
    expect(plan.stdout).toContain("Apply tells you what to change in the control panel");
    const { code, stdout, stderr } = await project.type("apply", DOMAIN, "--yes", "--no-verify");
    expect(stderr).toContain("1  Change the TXT record at the domain itself");
    expect(stdout).toContain("Served by every name server: 0 of 2 changes.");
    expect(code).toBe(5);
  });
});
