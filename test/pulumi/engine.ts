import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { startDemoWorld } from "../../examples/demo-world.ts";
import { hosts } from "../../providers/index.ts";
import { createHttp } from "../../src/http/client.ts";
import { createRun } from "../../src/local/run.ts";
import { createClock } from "../../src/local/clock.ts";
import {
  Empty,
  fromStruct,
  grpc,
  messages,
  service,
  toStruct,
} from "../../src/pulumi/provider/protocol.ts";
import type { Properties } from "../../src/pulumi/provider/protocol.ts";
import { serve } from "../../src/pulumi/provider/server.ts";
import type { Surroundings } from "../../src/pulumi/provider/world.ts";

export const DOMAIN = "mycompany.example";
export const KEYS = { host: "zonefile", zonefile: { file: `zones/${DOMAIN}.zone` } };

export const NEWS = { domain: DOMAIN, keys: KEYS };

/** What a check says: the inputs, or why not. */
export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

/** The engine's side of the protocol, one resource of DOMAIN at a time, over real gRPC. */
export interface Engine {
  readonly said: readonly { readonly severity: string; readonly text: string }[];
  /** Every question that came to a name server. */
  readonly questions: readonly string[];
  read(type: string, inputs?: Properties): Promise<Properties>;
  readOf(domain: string, type: string, inputs?: Properties): Promise<Properties>;
  check(type: string, olds: Properties, news: Properties): Promise<Checked>;
  diff(type: string, olds: Properties, news: Properties): Promise<readonly string[]>;
  update(type: string, olds: Properties, news: Properties, preview?: boolean): Promise<Properties>;
  remove(type: string, state: Properties): Promise<void>;
  configure(domain: string, keys: object): Promise<void>;
  configureText(domain: string, keys: string): Promise<void>;
  invoke(token: string, args: Properties): Promise<Properties>;
  cancel(): Promise<void>;
  zone(): string;
  edit(change: (zone: string) => string): void;
  /** Another zone file with the same records, changed. */
  copyTo(name: string, change: (zone: string) => string): void;
  close(): Promise<void>;
}

const IDS: Readonly<Record<string, string>> = {
  SpfTerms: "spf",
  DkimCname: "dkim",
  DmarcRecord: "dmarc",
};

export interface EngineOptions {
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of the registry. */
  readonly hosts?: Surroundings["hosts"];
}

/** Starts the provider in this process, on the demo's zone and name servers. */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-pulumi-"));
  cpSync("examples/zones", join(folder, "zones"), { recursive: true });
  const questions: string[] = [];
  const world = await startDemoWorld(join(folder, "zones"), {
    onQuestion: ({ name, type }) => void questions.push(`${name} ${type}`),
  });
  const said: { severity: string; text: string }[] = [];
  const env = { ...options.env, ...world.env, ODOO_MAIL_DNS_RESOLVER: world.resolver };
  const clock = createClock();
  const http = createHttp({ clock });
  const around = { env, projectFolder: folder, hosts: options.hosts ?? hosts };
  const provider = await serve(
    async () => ({ ...around, clock, http, run: createRun(1) }),
    "1.2.3",
    {
      attach: () => undefined,
      say: () => (_, severity, text) => void said.push({ severity, text }),
    },
  );
  const client = new service.ResourceProviderClient(
    `127.0.0.1:${provider.port}`,
    grpc.credentials.createInsecure(),
  );
  const file = join(folder, "zones", `${DOMAIN}.zone`);
  const urnOf = (type: string): string =>
    `urn:pulumi:s::p::odoo-mail-dns:index:MailDomain$odoo-mail-dns:index:${type}::m-${IDS[type]}`;
  async function configure(domain: string, keys: string): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct({ domain, keys }));
    await asked((reply) => client.configure(request, reply));
  }
  async function readOf(
    domain: string,
    type: string,
    inputs: Properties = {},
  ): Promise<Properties> {
    const request = new messages.ReadRequest();
    request.setId(`${domain}/${IDS[type] ?? type}`);
    request.setUrn(urnOf(type));
    request.setInputs(toStruct(inputs));
    return fromStruct(
      (await asked<pb.ReadResponse>((reply) => client.read(request, reply))).getInputs(),
    );
  }
  return {
    said,
    questions,
    read: (type, inputs) => readOf(DOMAIN, type, inputs),
    readOf,
    async check(type, olds, news) {
      const request = new messages.CheckRequest();
      request.setUrn(urnOf(type));
      request.setOlds(toStruct(olds));
      request.setNews(toStruct(news));
      const response = await asked<pb.CheckResponse>((reply) => client.check(request, reply));
      const failures = response.getFailuresList();
      return {
        inputs: fromStruct(response.getInputs()),
        failures: failures.map((one) => ({ property: one.getProperty(), reason: one.getReason() })),
      };
    },
    async diff(type, olds, news) {
      const request = new messages.DiffRequest();
      request.setUrn(urnOf(type));
      request.setOldInputs(toStruct(olds));
      request.setNews(toStruct(news));
      const response = await asked<pb.DiffResponse>((reply) => client.diff(request, reply));
      if (response.getReplacesList().length > 0)
        throw new Error("nothing of ours is ever replaced");
      return response.getDiffsList();
    },
    async update(type, olds, news, preview = false) {
      const request = new messages.UpdateRequest();
      request.setUrn(urnOf(type));
      request.setOlds(toStruct(olds));
      request.setNews(toStruct(news));
      request.setPreview(preview);
      return fromStruct(
        (await asked<pb.UpdateResponse>((reply) => client.update(request, reply))).getProperties(),
      );
    },
    async remove(type, state) {
      const request = new messages.DeleteRequest();
      request.setUrn(urnOf(type));
      request.setProperties(toStruct(state));
      await asked((reply) => client.delete(request, reply));
    },
    configure: (domain, keys) => configure(domain, JSON.stringify(keys)),
    configureText: configure,
    async invoke(token, args) {
      const request = new messages.InvokeRequest();
      request.setTok(token);
      request.setArgs(toStruct(args));
      return fromStruct(
        (await asked<pb.InvokeResponse>((reply) => client.invoke(request, reply))).getReturn(),
      );
    },
    cancel: async () => void (await asked((reply) => client.cancel(new Empty(), reply))),
    zone: () => readFileSync(file, "latin1"),
    edit: (change) => writeFileSync(file, change(readFileSync(file, "latin1")), "latin1"),
    copyTo: (name, change) =>
      writeFileSync(
        join(folder, "zones", `${name}.zone`),
        change(readFileSync(file, "latin1")),
        "latin1",
      ),
    async close() {
      client.close();
      provider.stop();
      await world.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What the engine does with a new resource: import, check, update. Gives its state. */
export async function adopted(engine: Engine, type: string, news: Properties = NEWS) {
  const imported = await engine.read(type);
  const { inputs, failures } = await engine.check(type, imported, news);
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  return engine.update(type, imported, inputs);
}

function asked<A>(ask: (reply: (error: Error | null, answer: A) => void) => unknown): Promise<A> {
  return new Promise((resolve, reject) => {
    ask((error, answer) => (error ? reject(error) : resolve(answer)));
  });
}
