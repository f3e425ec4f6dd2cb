import { describe, expect, it } from "vitest";
import { PART } from "../servers/one-domain.ts";
import { DOMAIN, MERGED, type Project, startProject } from "./project.ts";
import { succeeded } from "./run.ts";
import { nextSerial, spfIn, withoutSerial } from "./zone-text.ts";

const OWN_ZONE = `$ORIGIN ${PART}.
$TTL 3600
@ IN SOA ns1.${DOMAIN}. hostmaster.${DOMAIN}. 2026112301 7200 900 1209600 300
@ IN NS ns1.${DOMAIN}.
@ IN NS ns2.${DOMAIN}.
`;
const IN_PLACE = /^(?:refresh|same|import|update) /;

/** Changes where a domain that we have taken over is kept; what stood there before stays. */
async function move(project: Project, change: (stack: string) => string): Promise<void> {
  const old = project.zone;
  project.configureAnew(change);
  for (const step of await project.upSteps()) expect(step).toMatch(IN_PLACE);
  expect(project.zone).toBe(old);
  succeeded(await project.expectNoChanges());
}

describe("a domain that moves", () => {
  it("to another zone file is written there, and no record is deleted in the old one", async () => {
    const project = await startProject();
    const before = project.zone;
    succeeded(await project.up());
    const moved = nextSerial(project.zone).replace(MERGED, "v=spf1 include:_spf.google.com ~all");
    project.rewrite("zones/moved.zone", () => moved.replace(/^odoo\._domainkey.*\n/m, ""));
    await project.serve(DOMAIN, "zones/moved.zone");
    const old = project.zone;
    await move(project, (text) => text.replace(`zones/${DOMAIN}.zone`, "zones/moved.zone"));
    expect(spfIn(project.read("zones/moved.zone"))).toEqual([MERGED]);
    succeeded(await project.destroy());
    expect(project.zone).toBe(old);
    expect(spfIn(project.read("zones/moved.zone"))).toEqual(spfIn(before));
  });

  it("to another host keeps its records at the old one", async () => {
    const project = await startProject();
    succeeded(await project.up());
    await move(project, () => "config:\n  odoo-mail-dns:host: manual\n");
  });

  it("to a zone of its own keeps its records in the old one", async () => {
    const project = await startProject();
    project.configure(`domain: ${PART}`);
    project.configure(`zone: ${DOMAIN}`);
    succeeded(await project.up());
    expect(spfIn(project.zone)).toContain("v=spf1 include:_spf.odoo.com ~all");
    project.rewrite(`zones/${PART}.zone`, () => OWN_ZONE);
    await project.serve(PART);
    await project.edit((text) => `${text}mail IN NS ns1\nmail IN NS ns2\n`);
    await move(project, (text) =>
      text.replaceAll(`zone: ${DOMAIN}`, `zone: ${PART}`).replace(`${DOMAIN}.zone`, `${PART}.zone`),
    );
    expect(spfIn(project.read(`zones/${PART}.zone`))).toEqual([
      "v=spf1 include:_spf.odoo.com ~all",
    ]);
  });
});

describe("a component that changes in its program", () => {
  it.each([
    ["logical name", `new MailDomain("outgoing", stack.args, { aliases: [{ name: COMPONENT }] })`],
    [
      "parent",
      `new MailDomain(COMPONENT, stack.args, {
        parent: new pulumi.ComponentResource("intranet:index:Team", "team"),
        aliases: [{ parent: pulumi.rootStackResource }],
      })`,
    ],
  ])("its %s, and says so by an alias, loses no record", async (_, made) => {
    const project = await startProject();
    const before = project.zone;
    succeeded(await project.up());
    const written = project.zone;
    // With it the engine panics on aliases: https://github.com/pulumi/pulumi/issues/21404
    project.setEnv({ PULUMI_RUN_PROGRAM: "false" });
    const sdk = 'import * as pulumi from "@pulumi/pulumi";\n';
    project.rewrite("src/pulumi/program.ts", (text) =>
      (sdk + text).replace("new MailDomain(COMPONENT, stack.args)", made),
    );
    const steps = await project.upSteps();
    for (const step of steps) expect(step).toMatch(IN_PLACE);
    expect(project.zone).toBe(written);
    succeeded(await project.destroy());
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });
});
