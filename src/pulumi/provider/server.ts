import type { ServerUnaryCall, UntypedServiceImplementation, sendUnaryData } from "@grpc/grpc-js";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { MailDnsError } from "../../core/errors.ts";
import type { Engines } from "./log.ts";
import { Empty, fromStruct, grpc, messages, plugin, service, toStruct } from "./protocol.ts";
import { createRoutes, type Routes } from "./routes.ts";
import { createRunning, type Running } from "./running.ts";
import type { Surroundings } from "./world.ts";

/** `peer` is the engine that asks. */
type Rpc<Q, A> = (request: Q, peer: string) => A | Promise<A>;

export interface Provider {
  readonly port: number;
  stop(): void;
  /** When nothing is being done for any engine. */
  settled(): Promise<void>;
}

/** What answers for records: most of our modules, and not needed to say hello. */
const resources = () => import("./resources.ts");

/** Starts the provider on a free port of loopback; every call that is not ours is UNIMPLEMENTED. */
export function serve(
  around: () => Promise<Surroundings>,
  version: string,
  engines: Engines,
): Promise<Provider> {
  const routes = createRoutes();
  const running = createRunning(around, engines);
  const server = new grpc.Server();
  server.addService(service.ResourceProviderService, {
    ...aboutUs(version, engines),
    ...configuration(routes),
    ...records(routes, running),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error
        ? reject(error)
        : resolve({ port, stop: () => server.forceShutdown(), settled: running.settled }),
    );
  });
}

function aboutUs(version: string, { attach }: Engines): UntypedServiceImplementation {
  const schema = JSON.stringify({ name: "odoo-mail-dns", version });
  return {
    handshake: answer((request: pb.ProviderHandshakeRequest, peer) => {
      attach(peer, request.getEngineAddress());
      return new messages.ProviderHandshakeResponse();
    }),
    getPluginInfo: answer(() => new plugin.PluginInfo().setVersion(version)),
    getSchema: answer(() => new messages.GetSchemaResponse().setSchema(schema)),
    attach: answer((request: PluginAttach, peer) => {
      attach(peer, request.getAddress());
      return new Empty();
    }),
  };
}

function configuration(routes: Routes): UntypedServiceImplementation {
  return {
    checkConfig: answer((request: pb.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews() ?? toStruct({})),
    ),
    diffConfig: answer(async (request: pb.DiffRequest) => (await resources()).diff(request)),
    configure: answer((request: pb.ConfigureRequest) => {
      routes.learn(fromStruct(request.getArgs()));
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),
  };
}

function records(routes: Routes, { within, cancel }: Running): UntypedServiceImplementation {
  return {
    check: answer((request: pb.CheckRequest, peer) =>
      within(request.getUrn(), peer, async (call) => (await resources()).check(request, call)),
    ),
    diff: answer(async (request: pb.DiffRequest) => (await resources()).diff(request)),
    read: answer((request: pb.ReadRequest, peer) =>
      within(request.getUrn(), peer, async (call) =>
        (await resources()).read(request, routes, call),
      ),
    ),
    create: answer(() => {
      throw new MailDnsError("internal", "A record of ours is always declared with its import.");
    }),
    update: answer((request: pb.UpdateRequest, peer) =>
      within(request.getUrn(), peer, async (call) => (await resources()).update(request, call)),
    ),
    delete: answer((request: pb.DeleteRequest, peer) =>
      within(request.getUrn(), peer, async (call) => (await resources()).remove(request, call)),
    ),
    invoke: answer((request: pb.InvokeRequest, peer) =>
      within(request.getTok(), peer, async (call) => {
        const { liveRecord } = await import("./live-record.ts");
        return liveRecord(request, call);
      }),
    ),
    cancel: answer((_: unknown, peer) => {
      cancel(peer);
      return new Empty();
    }),
  };
}

function answer<Q, A>(rpc: Rpc<Q, A>) {
  const run = async (call: ServerUnaryCall<Q, A>): Promise<A> => rpc(call.request, call.getPeer());
  return (call: ServerUnaryCall<Q, A>, reply: sendUnaryData<A>): void => {
    run(call).then(
      (result) => reply(null, result),
      async (error: unknown) => {
        const { errorText } = await import("./messages.ts");
        reply({ code: grpc.status.UNKNOWN, details: errorText(error) });
      },
    );
  };
}
