import { AggregateAuthenticationError, CredentialUnavailableError } from "@azure/identity";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { cloudOf } from "../../../providers/azure/cloud.ts";
import { loginError } from "../../../providers/azure/login-error.ts";
import { isMailDnsError } from "../../../src/core/errors.ts";
import { accountOf } from "../../../src/local/credentials.ts";
import { simPrincipal, simZone, SUBSCRIPTION, TENANT } from "../../sim/azure/zone.ts";
import { makeCertificate } from "../../sim/certificate.ts";
import { type Match, request } from "../../sim/faults.ts";
import { startSimServer } from "../../sim/server.ts";
import { contextOf } from "../zonefile/fixtures.ts";
import { APEX, type AzureWorld, type Choices, SECRET, SIGNAL, startAzure } from "./world.ts";

const open: AzureWorld[] = [];
const folders: string[] = [];
const NOTHING = {
  AZURE_TENANT_ID: undefined,
  AZURE_CLIENT_ID: undefined,
  AZURE_CLIENT_SECRET: undefined,
};
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const world of open.splice(0)) await world.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function start(choices: Partial<Choices> = {}): Promise<AzureWorld> {
  const world = await startAzure({ zones: [simZone(APEX, [])], ...choices });
  open.push(world);
  return world;
}

function fileWith(text: string, name = "file"): string {
  const folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-azure-"));
  folders.push(folder);
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** An Azure CLI in which somebody is logged in; says how often it was asked. */
function offerAz(accessToken: string, until: number): () => number {
  const answer = JSON.stringify({ accessToken, expires_on: until / 1000 });
  const az = fileWith(`#!/bin/sh\necho >> "$0.asked"\necho '${answer}'\n`, "az");
  chmodSync(az, 0o755);
  vi.stubEnv("PATH", `${dirname(az)}:/bin:/usr/bin`);
  return () => readFileSync(`${az}.asked`, "utf8").length;
}

const found = ({ provider }: AzureWorld) => provider.findZone(APEX, SIGNAL);

async function failure(world: AzureWorld) {
  const error: unknown = await found(world).catch((error: unknown) => error);
  if (!isMailDnsError(error)) throw new Error("it did not fail as it should");
  return error;
}

describe("logging in", () => {
  test("with a secret happens once in a run", async () => {
    const world = await start();
    await world.snapshot();
    await world.snapshot();
    expect(world.logins()).toBe(1);
  });

  test("with a certificate", async () => {
    const { key, cert } = makeCertificate();
    const principals = [simPrincipal({ certificate: cert })];
    const env = {
      AZURE_CLIENT_SECRET: undefined,
      AZURE_CLIENT_CERTIFICATE_PATH: fileWith(`${key}\n${cert}`),
    };
    expect(await found(await start({ principals, env }))).toMatchObject({ apex: APEX });
  });

  test("with the token of a workload identity", async () => {
    const principals = [simPrincipal({ federatedToken: "from.the.cluster" })];
    const env = {
      AZURE_CLIENT_SECRET: undefined,
      AZURE_FEDERATED_TOKEN_FILE: fileWith("from.the.cluster"),
    };
    expect(await found(await start({ principals, env }))).toMatchObject({ apex: APEX });
  });

  test("for an account uses its names alone, and never what the machine offers", async () => {
    const { tenant, clientId } = simPrincipal();
    const env = {
      AZURE_SUBSCRIPTION_ID_ACME: SUBSCRIPTION,
      AZURE_TENANT_ID_ACME: tenant,
      AZURE_CLIENT_ID_ACME: clientId,
      AZURE_CLIENT_SECRET_ACME: SECRET,
      AZURE_CLIENT_SECRET: "somebody else's",
    };
    expect(await found(await start({ env, account: "acme" }))).toMatchObject({ apex: APEX });
    const without = await start({
      env: { ...env, AZURE_CLIENT_SECRET_ACME: undefined },
      account: "acme",
    });
    expect(await failure(without)).toMatchObject({
      code: "auth",
      message: "Nothing is set that logs the account acme in to Azure.",
    });
    expect(without.server.requests).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, string>>, string, RegExp]>([
    ["the wrong secret", { AZURE_CLIENT_SECRET: "wrong" }, "AADSTS7000215", /secret's value/],
    [
      "an unknown application",
      { AZURE_CLIENT_ID: "44444444-4444-4444-8444-444444444444" },
      "AADSTS700016",
      /AZURE_CLIENT_ID/,
    ],
  ])("%s is told in words that help", async (_, env, code, help) => {
    const error = await failure(await start({ env }));
    expect(error).toMatchObject({ code: "auth", details: { native: { code } } });
    expect(error.details.help).toMatch(help);
    expect(JSON.stringify([error.message, error.details])).not.toContain("Trace ID");
    expect(JSON.stringify([error.message, error.details])).not.toContain(SECRET);
  });

  test("an unknown tenant is told as one", async () => {
    const error = await failure(
      await start({ env: { AZURE_TENANT_ID: TENANT.replaceAll("1", "5") } }),
    );
    expect(error.code).toBe("auth");
    expect(error.message).toBe("Azure knows no tenant of the id in AZURE_TENANT_ID.");
    expect(error.details.help).toContain("AZURE_TENANT_ID");
  });

  test("a variable that is missing beside another is named", async () => {
    const error = await failure(await start({ env: { AZURE_TENANT_ID: undefined } }));
    expect(error).toMatchObject({ code: "auth", message: "AZURE_TENANT_ID is not set." });
  });

  test("an address whose certificate nobody trusts is told as one", async () => {
    const handle = () => ({ status: 200, body: {} });
    const stranger = await startSimServer({ handle, tls: makeCertificate() });
    const error = await failure(await start({ env: { AZURE_AUTHORITY_HOST: stranger.url } }));
    expect(error).toMatchObject({
      code: "auth",
      message: expect.stringContaining("is not trusted"),
    });
    expect(error.details.help).toContain("NODE_EXTRA_CA_CERTS");
    await stranger.close();
  });

  test("a login that can't be reached is told with its address", async () => {
    const gone = await startSimServer({ handle: () => ({ status: 200 }), tls: makeCertificate() });
    await gone.close();
    const error = await failure(await start({ env: { AZURE_AUTHORITY_HOST: gone.url } }));
    expect(error).toMatchObject({
      code: "transient",
      message: expect.stringContaining(`Azure's login can't be asked: ${new URL(gone.url).host}`),
    });
  });

  test.each<[string, Match]>([
    ["not answered", request("POST", "/token")],
    ["not begun", request("GET", "/openid-configuration")],
  ])("a login that is %s is tried again", async (_, match) => {
    const world = await start();
    world.faults.next(match, { kind: "drop" });
    expect(await found(world)).toMatchObject({ apex: APEX });
    expect(world.faults.waiting).toBe(0);
  });

  test("a token that Azure does not take any more is told with the clock as a reason", async () => {
    const world = await start();
    const body = {
      error: {
        code: "ExpiredAuthenticationToken",
        message: "The access token expiry UTC time is earlier than current UTC time.",
      },
    };
    world.faults.next(request("GET", "dnsZones"), { kind: "status", status: 401, body });
    const error = await failure(world);
    expect(error).toMatchObject({
      code: "auth",
      details: { native: { code: "ExpiredAuthenticationToken" } },
    });
    expect(error.details.help).toContain("clock");
  });

  test("where nothing is set, whoever is logged in with the Azure CLI is taken", async () => {
    offerAz("from-az", Date.parse("2100-01-01"));
    const world = await start({ env: NOTHING });
    const zones = { value: [] };
    world.faults.next(({ headers }) => headers["authorization"] === "Bearer from-az", {
      kind: "status",
      status: 200,
      body: zones,
    });
    expect(await failure(world)).toMatchObject({ code: "zone-not-found" });
    expect(world.faults.waiting).toBe(0);
    expect(world.logins()).toBe(0);
  });

  test("where nothing is set and nobody is logged in, the machine's own identity is taken", async () => {
    const seen: string[] = [];
    const machine = await startSimServer({
      handle: ({ path, headers }) => {
        seen.push(
          `${headers["x-identity-header"]} ${new URLSearchParams(path.split("?")[1]).get("client_id")}`,
        );
        const until = Date.parse("2100-01-01") / 1000;
        return {
          status: 200,
          body: { access_token: "from-machine", expires_on: until, token_type: "Bearer" },
        };
      },
    });
    for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"])
      vi.stubEnv(name, "");
    vi.stubEnv("PATH", "/nowhere");
    vi.stubEnv("IDENTITY_ENDPOINT", `${machine.url}/msi/token`);
    vi.stubEnv("IDENTITY_HEADER", "proof");
    const world = await start({ env: { ...NOTHING, AZURE_CLIENT_ID: "one-of-several" } });
    const body = { value: [] };
    world.faults.next(({ headers }) => headers["authorization"] === "Bearer from-machine", {
      kind: "status",
      status: 200,
      body,
    });
    expect(await failure(world)).toMatchObject({ code: "zone-not-found" });
    expect(world.faults.waiting).toBe(0);
    expect(seen).toEqual(["proof one-of-several"]);
    await machine.close();
  });

  test.each([
    ["used again while it lasts", 60, 1],
    ["asked for anew before it is old", 4, 2],
  ])("a token is %s", async (_, minutes, times) => {
    const world = await start({ env: NOTHING });
    const asked = offerAz("of-nobody", world.clock.now() + minutes * 60_000);
    await failure(world);
    await failure(world);
    expect(asked()).toBe(times);
  });
});

describe("where to log in", () => {
  const cloud = (env: Readonly<Record<string, string>>, account?: string) =>
    cloudOf({ ...contextOf("/", { env }), ...accountOf(env, account) });

  test("is the public cloud, unless a national one is named, whose Resource Manager follows", () => {
    expect(cloud({})).toEqual({
      endpoint: "https://management.azure.com",
      scope: "https://management.azure.com/.default",
    });
    expect(cloud({ AZURE_AUTHORITY_HOST: "https://login.chinacloudapi.cn/" })).toEqual({
      authority: "https://login.chinacloudapi.cn",
      endpoint: "https://management.chinacloudapi.cn",
      scope: "https://management.chinacloudapi.cn/.default",
    });
    const own = { AZURE_AUTHORITY_HOST_GOV: "https://login.microsoftonline.us" };
    expect(cloud(own, "gov").endpoint).toBe("https://management.usgovcloudapi.net");
  });

  test.each(["http://login.example", "login.example", "https://me@login.example", "ftp://x"])(
    "%s gets no secret",
    (address) => {
      const said = expect.objectContaining({ code: "config" });
      expect(() => cloud({ AZURE_AUTHORITY_HOST: address })).toThrow(said);
      expect(() => cloud({ ODOO_MAIL_DNS_AZURE_ENDPOINT: address })).toThrow(said);
    },
  );
});

describe("what the login library throws", () => {
  test("where nothing on the machine helped, says what was tried", () => {
    const tried = [
      "EnvironmentCredential is unavailable. No underlying credential could be used.",
      "ManagedIdentityCredential: Attempted to use the IMDS endpoint, but it is not available.",
      "Please run 'az login' from a command prompt to authenticate before using the Azure CLI credential.",
      "Error: Unable to execute PowerShell. Ensure that it is installed in your system.",
      "Azure Developer CLI couldn't be found. To mitigate this issue, see the guidelines.",
    ].map((message) => new CredentialUnavailableError(message));
    const error = loginError(new AggregateAuthenticationError(tried, "all failed"), "the login");
    expect(error).toMatchObject({
      code: "auth",
      message: "Nothing on this machine logs in to Azure.",
    });
    expect(error.details.help).toContain(
      "Tried were the Azure CLI (nobody is logged in), a managed identity (not available here), Azure PowerShell (not installed), the Azure Developer CLI (not installed).",
    );
  });

  test.each<[string, unknown, string]>([
    ["the network", Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "transient"],
    ["MSAL's word for the network", new Error("network_error: See https://aka.ms"), "transient"],
    ["a file that isn't there", new Error("ENOENT: no such file or directory"), "auth"],
    ["no error at all", "nothing", "auth"],
  ])("%s", (_, thrown, code) => {
    expect(loginError(thrown, "the login")).toMatchObject({ code });
  });
});
