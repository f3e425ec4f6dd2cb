import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endpointOf } from "../../../providers/ovh/endpoint.ts";
import { errorOf } from "../../../providers/ovh/faults.ts";
import { signatureOf } from "../../../providers/ovh/session.ts";
import type { MailDnsError } from "../../../src/core/errors.ts";
import { accountOf } from "../../../src/local/credentials.ts";
import { request } from "../../sim/faults.ts";
import { createAccount } from "../../sim/ovh.ts";
import {
  APEX,
  MERGED,
  SIGNAL,
  SPF,
  type OvhWorld,
  applyOps,
  merge,
  startOvhWorld,
} from "./world.ts";

let world: OvhWorld;
afterEach(() => world.close());

async function start(identity: "application" | "service-account" = "application") {
  world = await startOvhWorld({ identity });
  world.zone.add({ fieldType: "TXT", subDomain: "", target: `"${SPF}"` });
  world.zone.refresh();
}

function find(provider = world.provider()): Promise<unknown> {
  return provider.findZone(APEX, SIGNAL);
}

async function refusal(attempt: Promise<unknown> = find()): Promise<MailDnsError> {
  return attempt.then(
    () => expect.unreachable("it was not refused"),
    (error: unknown) => error as MailDnsError,
  );
}

describe("an application's keys", () => {
  beforeEach(() => start());

  it("sign as OVH's documents show it", () => {
    const identity = {
      kind: "application",
      key: "7kbG7Bk7S9Nt7ZSV",
      secret: "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF",
      consumer: "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1",
    } as const;
    const url = "https://eu.api.ovh.com/1.0/domains/";
    expect(signatureOf(identity, { method: "GET", url, body: "" }, 1_366_560_945)).toBe(
      "$1$d3705e8afb27a0d2970a322b96550abfc67bb798",
    );
  });

  it("are signed with OVH's time, which is asked for once a run", async () => {
    const late = { ...world.clock, now: () => world.clock.now() - 7_200_000 };
    await applyOps(world.provider({ clock: late }), [merge]);
    expect(world.calls().filter((call) => call === "GET /auth/time")).toHaveLength(1);
    expect(world.zone.stored.flatMap(({ values }) => values)).toContain(MERGED);
  });

  it("are signed anew, once, when the clock has jumped meanwhile", async () => {
    let jump = 0;
    const jumping = { ...world.clock, now: () => world.clock.now() + jump };
    const provider = world.provider({ clock: jumping });
    await find(provider);
    jump = 3_600_000;
    world.calls();
    await find(provider);
    expect(world.calls()).toEqual(["GET /export", "GET /auth/time", "GET /export"]);
  });

  it("that are wrong are told as such after the second try", async () => {
    world.sim.account.status = "pendingValidation";
    const { code, details } = await refusal();
    expect(code).toBe("auth");
    expect(details).toMatchObject({
      help: expect.stringContaining("validated in the browser") as string,
      native: { status: 400, code: "INVALID_SIGNATURE", requestId: "EU.ext-1.sim.4" },
    });
    expect(world.calls()).toHaveLength(4);
  });

  it("that lack a rule are told which one", async () => {
    world.sim.account.rules = [{ method: "GET", path: "/domain/zone" }];
    expect(await refusal()).toMatchObject({
      code: "permission",
      details: {
        help: "Make a consumer key with the access rule GET /domain/zone/mycompany.example/export.",
      },
    });
  });
});

describe("a service account", () => {
  beforeEach(() => start("service-account"));

  it("gets one token for a run", async () => {
    await applyOps(world.provider(), [merge]);
    const tokens = world.calls().filter((call) => call.includes("token"));
    expect(tokens).toEqual(["POST /auth/oauth2/token"]);
  });

  it("gets another one before the first has run out, and when it is refused", async () => {
    const provider = world.provider();
    await find(provider);
    world.clock.pass(3_560_000);
    world.calls();
    await find(provider);
    expect(world.calls()).toEqual(["POST /auth/oauth2/token", "GET /export"]);
    world.sim.revokeTokens();
    await find(provider);
    expect(world.calls()).toEqual(["GET /export", "POST /auth/oauth2/token", "GET /export"]);
  });

  it("is told which action its policy lacks", async () => {
    world.sim.account.actions = ["dnsZone:apiovh:get"];
    expect(await refusal()).toMatchObject({
      code: "permission",
      details: {
        help: "Allow the action dnsZone:apiovh:export/get in the IAM policy of the zone.",
      },
    });
  });

  it("with a wrong secret is refused without saying it", async () => {
    const env = { ...world.context.env, OVH_CLIENT_SECRET: "a wrong secret" };
    const error = await refusal(find(world.provider({ env, ...accountOf(env, undefined) })));
    expect(error.code).toBe("auth");
    expect(JSON.stringify([error.message, error.details])).not.toContain("a wrong secret");
  });
});

describe("what is set in the environment", () => {
  beforeEach(() => start());
  const { applicationKey } = createAccount();

  it.each<[string, Record<string, string>, string, string]>([
    ["nothing", {}, "auth", "OVH_APPLICATION_KEY is not set."],
    ["half", { OVH_APPLICATION_KEY: applicationKey }, "auth", "OVH_APPLICATION_SECRET is not set."],
    ["both ways", { OVH_APPLICATION_KEY: "x", OVH_CLIENT_ID: "y" }, "auth", "both set"],
    ["an unknown endpoint", { OVH_ENDPOINT: "ovh-mars" }, "config", "OVH_ENDPOINT"],
  ])("%s is told", async (_, env, code, message) => {
    const error = await refusal(find(world.provider({ env, ...accountOf(env, undefined) })));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it("names an endpoint, or is its URL", () => {
    expect(endpointOf(undefined).api).toBe("https://eu.api.ovh.com/1.0");
    expect(endpointOf("ovh-ca").token).toBe("https://ca.ovh.com/auth/oauth2/token");
    expect(endpointOf("ovh-us").api).toBe("https://api.us.ovhcloud.com/1.0");
    expect(endpointOf("https://proxy.example/").api).toBe("https://proxy.example/1.0");
    expect(endpointOf("https://proxy.example/v1/").api).toBe("https://proxy.example/v1");
  });
});

describe("OVH's errors", () => {
  beforeEach(() => start());

  it.each<[number, unknown, string]>([
    [403, { errorCode: "INVALID_CREDENTIAL", message: "This credential is not valid" }, "auth"],
    [403, { errorCode: "INVALID_KEY", message: "This application key is invalid" }, "auth"],
    [401, { errorCode: "NOT_CREDENTIAL", message: "You must login first" }, "auth"],
    [403, { errorCode: "FORBIDDEN", message: "no" }, "permission"],
    [
      403,
      { class: "Client::Forbidden", message: "User not granted for this request" },
      "permission",
    ],
    [400, { class: "Client::BadRequest", message: "[target] is wrong" }, "invalid-input"],
    [404, { class: "Client::NotFound", message: "This service does not exist" }, "zone-not-found"],
    [409, { class: "Client::Conflict", message: "pending" }, "busy"],
    [460, { class: "Client::ExpiredService", message: "This service is expired" }, "config"],
  ])("%i %j is %s", async (status, body, code) => {
    world.sim.faults.next(request("GET", "/export"), { kind: "status", status, body });
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.details).toMatchObject({ host: "OVH", native: { status } });
  });

  it("without a word is told as it is", () => {
    const answer = { status: 500, headers: {}, body: "<html>" };
    const error = errorOf(answer, { method: "GET", path: "/domain/zone" }, []);
    expect(error.code).toBe("transient");
    expect(error.message).toBe("GET /domain/zone failed.");
  });

  it.each<[string, unknown]>([
    ["no text", { text: 1 }],
    ["half an answer", '"$TTL 36'],
    ["a line of no record", JSON.stringify("$TTL 3600\nwhat is this\n")],
  ])("an export that is %s is an error that names it, and no empty zone", async (_, body) => {
    world.sim.faults.next(request("GET", "/export"), { kind: "status", status: 200, body });
    const error = await refusal();
    expect(error.code).toBe("transient");
    expect(error.message).toMatch(
      /OVH's (?:answer to GET .*export|export of mycompany\.example) is not understood/,
    );
  });
});
