import { afterEach, expect, it } from "vitest";
import { accessOf } from "../../../providers/ovh/access.ts";
import { request } from "../../sim/faults.ts";
import { APEX, SIGNAL, type OvhWorld, startOvhWorld } from "./world.ts";

let world: OvhWorld;
afterEach(() => world.close());

it("says which zones an application sees, and that nothing is missing", async () => {
  world = await startOvhWorld();
  expect(await accessOf(world.context, SIGNAL)).toEqual({
    zones: [{ apex: APEX, nameservers: ["dns200.anycast.me", "ns200.anycast.me"], missing: [] }],
    unknown: [],
  });
  expect(world.calls().every((call) => call.startsWith("GET "))).toBe(true);
});

it("names the access rules that are missing, with least privilege and for a zone alone", async () => {
  world = await startOvhWorld();
  const zone = `/domain/zone/${APEX}`;
  world.sim.account.rules = [
    { method: "GET", path: "/domain/zone" },
    { method: "GET", path: `${zone}/*` },
    { method: "POST", path: `${zone}/record` },
    { method: "PUT", path: `${zone}/record/*` },
  ];
  const { zones } = await accessOf(world.context, SIGNAL);
  expect(zones).toEqual([
    { apex: APEX, nameservers: [], missing: [`DELETE ${zone}/record/*`, `POST ${zone}/refresh`] },
  ]);
});

it("says what can't be known of a service account", async () => {
  world = await startOvhWorld({ identity: "service-account" });
  const { zones, unknown } = await accessOf(world.context, SIGNAL);
  expect(zones).toMatchObject([{ apex: APEX, missing: [] }]);
  expect(unknown.join()).toContain("OVH does not show a service account its policy");
});

it("says what can be seen where a key may not see its own rules, or one of its zones", async () => {
  world = await startOvhWorld();
  const body = { errorCode: "NOT_GRANTED_CALL", message: "This call has not been granted" };
  const refused = { kind: "status", status: 403, body } as const;
  world.sim.faults.next(request("GET", "/auth/currentCredential"), refused);
  world.sim.faults.next(request("GET", `/domain/zone/${APEX}`), refused);
  expect(await accessOf(world.context, SIGNAL)).toEqual({
    zones: [{ apex: APEX, nameservers: [], missing: [] }],
    unknown: ["OVH does not show this consumer key its access rules, beyond these zones."],
  });
});

it("is told by the credential's own error where it is refused", async () => {
  world = await startOvhWorld();
  world.sim.account.status = "expired";
  await expect(accessOf(world.context, SIGNAL)).rejects.toMatchObject({ code: "auth" });
});
