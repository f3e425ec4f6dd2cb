import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type NativeWorld, startAtAzure, startAtCloudflare, toldIn } from "./native-world.ts";
import { DOMAIN } from "./project.ts";
import { succeeded } from "./run.ts";

const TARGET = "odoo._domainkey.odoo.com";
const OTHER = "odoo._domainkey.elsewhere.example";
const STACK = `stacks/Pulumi.${DOMAIN}.yaml`;

/** One `up`, and a preview that finds nothing more to do; what the host's plugin was told meanwhile. */
async function upTwice({ project }: NativeWorld): Promise<readonly string[]> {
  const before = toldIn(project).length;
  const up = await project.up();
  succeeded(up);
  // To replace a record by itself is to delete it.
  expect(up.text).not.toMatch(/replac/i);
  succeeded(await project.expectNoChanges());
  return toldIn(project).slice(before);
}

describe.each([
  ["Cloudflare", startAtCloudflare],
  ["Azure", startAtAzure],
])("the DKIM CNAME as a resource of %s", (_, start) => {
  it("is made where there is none, and goes with destroy, without the plugin deleting", async () => {
    const world = await start();
    const { project } = world;
    const before = world.records();
    const preview = await project.preview();
    succeeded(preview);
    expect(preview.text).toMatch(/mail-domain-dkim-record create/);
    expect(world.records()).toEqual(before);
    expect(await upTwice(world)).toEqual(["create"]);
    expect(world.target()).toBe(TARGET);
    succeeded(await project.destroy());
    expect(world.records()).toEqual(before);
    expect(toldIn(project)).toEqual(["create"]);
  });

  it("that was right by hand is taken over without a write, and stays after destroy", async () => {
    const world = await start();
    world.make(TARGET);
    const rest = world.rest();
    expect(await upTwice(world)).toEqual([]);
    succeeded(await world.project.destroy());
    expect(toldIn(world.project)).toEqual([]);
    expect([world.target(), world.rest()]).toEqual([TARGET, rest]);
  });

  it("with another target is left alone until that is accepted; destroy puts it back", async () => {
    const world = await start();
    const { project } = world;
    world.make(OTHER);
    const rest = world.rest();
    const refused = await project.up();
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain(`points to ${OTHER}`);
    expect(refused.text).not.toMatch(/^\s+at .*\.ts:\d+/m);
    expect([world.target(), toldIn(project)]).toEqual([OTHER, []]);
    project.configure("accept: [dkim/other-target]");
    expect(await upTwice(world)).toEqual(["update"]);
    expect([world.target(), world.rest()]).toEqual([TARGET, rest]);
    succeeded(await project.destroy());
    expect([world.target(), toldIn(project)]).toEqual([OTHER, ["update"]]);
  });

  it.each([false, true])(
    "comes back when somebody deletes it, and is taken over when somebody makes it again (program run for refresh: %s)",
    async (runProgram) => {
      const world = await start({ runProgram });
      const { project } = world;
      expect(await upTwice(world)).toEqual(["create"]);
      world.unmake();
      expect((await project.expectNoChanges()).code).toBe(7);
      expect(await upTwice(world)).toEqual(["create"]);
      world.unmake();
      world.make(TARGET);
      expect(await upTwice(world)).toEqual([]);
      world.unmake();
      world.make(TARGET);
      succeeded(await project.destroy());
      expect([world.target(), toldIn(project)]).toEqual([undefined, ["create", "create"]]);
    },
  );

  it("is found again when the state is lost, or when a run is killed before it is saved", async () => {
    const world = await start();
    const { project } = world;
    const before = world.records();
    await project.runUntil("up", "once a plugin has made a record", "SIGKILL");
    expect(world.target()).toBe(TARGET);
    succeeded(await project.pulumi(["cancel", "--yes"]));
    expect(await upTwice(world)).toEqual([]);
    succeeded(await project.destroy());
    expect(world.records()).toEqual(before);

    await upTwice(world);
    const written = world.records();
    rmSync(join(project.folder, "state"), { recursive: true });
    mkdirSync(join(project.folder, "state"));
    succeeded(await project.init());
    expect(await upTwice(world)).toEqual([]);
    succeeded(await project.destroy());
    expect(world.records()).toEqual(written);
  });

  it("takes turns with our own resource without a write, and goes when the domain retires", async () => {
    const world = await start();
    const { project } = world;
    const before = world.records();
    const turn = (from: string, to: string): void =>
      project.rewrite(STACK, (text) => text.replace(`records: ${from}`, `records: ${to}`));
    turn("native", "own");
    expect(await upTwice(world)).toEqual([]);
    const written = world.records();
    turn("own", "native");
    expect(await upTwice(world)).toEqual([]);
    turn("native", "own");
    expect(await upTwice(world)).toEqual([]);
    expect(world.records()).toEqual(written);
    turn("own", "native");
    await upTwice(world);
    project.configure("retire: true");
    expect(await upTwice(world)).toEqual([]);
    expect(world.records()).toEqual(before);
  });
});

it("Azure's plugin in another subscription than the zone's is told to write nothing", async () => {
  const { project, target } = await startAtAzure();
  const elsewhere = "44444444-4444-4444-8444-444444444444";
  project.setEnv({ ARM_SUBSCRIPTION_ID: elsewhere });
  const refused = await project.preview();
  expect(refused.code).not.toBe(0);
  expect(refused.text).toContain(`Pulumi's plugin for Azure is set to ${elsewhere}`);
  expect([target(), toldIn(project)]).toEqual([undefined, []]);
});
