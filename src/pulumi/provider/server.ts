import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { MailDnsError } from "../../core/errors.ts";
import { changedInputs, isSamePlace, keysOf, stateFrom } from "./inputs.ts";
import { kinds } from "./kinds.ts";
import { errorText } from "./messages.ts";
import { Empty, fromStruct, grpc, messages, plugin, service, toStruct } from "./protocol.ts";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { checkRecord, deleteRecord, readRecord, type RecordKind, updateRecord } from "./record.ts";
import type { Call } from "./record.ts";
import type { Say } from "./log.ts";
import type { StackKeys } from "../keys.ts";
import type { Surroundings } from "./world.ts";

type Rpc<Q, A> = (request: Q) => A | Promise<A>;

/**
 * Pulumi's provider protocol for our three resources. Nothing is kept between calls but the keys of
 * each domain, which an import needs because it sees only the id; so one process serves many stacks.
 */
export function createProvider(around: Surroundings, version: string, sayTo: Say) {
  const routes = new Map<string, StackKeys>();
  const running = new Set<AbortController>();

  /** One call of the engine, stopped by Cancel: a write that runs is finished first. */
  async function within<A>(urn: string, work: (call: Call) => Promise<A>): Promise<A> {
    const controller = new AbortController();
    running.add(controller);
    const say: Call["say"] = (severity, text) => sayTo(urn, severity, text);
    try {
      return await work({ around, signal: controller.signal, say });
    } finally {
      running.delete(controller);
    }
  }

  return {
    handshake: answer(() => new messages.ProviderHandshakeResponse()),
    getPluginInfo: answer(() => new plugin.PluginInfo().setVersion(version)),
    getSchema: answer(() => {
      const schema = JSON.stringify({ name: "odoo-mail-dns", version });
      return new messages.GetSchemaResponse().setSchema(schema);
    }),
    checkConfig: answer((request: pb.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answer(() => noDifference()),
    configure: answer((request: pb.ConfigureRequest) => {
      const { domain, keys } = fromStruct(request.getArgs());
      if (typeof domain === "string") routes.set(domain, keysOf(keys));
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),
    check: answer((request: pb.CheckRequest) =>
      within(request.getUrn(), (call) => check(request, call)),
    ),
    diff: answer((request: pb.DiffRequest) => {
      const changed = changedInputs(fromStruct(request.getOldInputs()), fromStruct(request.getNews()));
      return differences(changed);
    }),
    read: answer((request: pb.ReadRequest) =>
      within(request.getUrn(), (call) => read(request, routes, call)),
    ),
    create: answer(() => {
      throw new MailDnsError("internal", "A record of ours is always declared with its import.");
    }),
    update: answer((request: pb.UpdateRequest) =>
      within(request.getUrn(), async (call) => {
        const state = stateFrom(fromStruct(request.getNews()));
        if (!request.getPreview()) await updateRecord(kindOf(request.getUrn()), state, call);
        return new messages.UpdateResponse().setProperties(toStruct(state));
      }),
    ),
    delete: answer((request: pb.DeleteRequest) =>
      within(request.getUrn(), async (call) => {
        const state = stateFrom(fromStruct(request.getProperties()));
        await deleteRecord(kindOf(request.getUrn()), state, call);
        return new Empty();
      }),
    ),
    cancel: answer(() => {
      const reason = new MailDnsError("interrupted", "Cancelled.");
      for (const controller of running) controller.abort(reason);
      return new Empty();
    }),
    attach: answer(() => new Empty()),
  };
}

async function check(request: pb.CheckRequest, call: Call): Promise<pb.CheckResponse> {
  const kind = kindOf(request.getUrn());
  const response = new messages.CheckResponse();
  const olds = fromStruct(request.getOlds());
  const news = stateFrom(fromStruct(request.getNews()));
  const old = stateFrom(olds);
  // Before the import has read anything there is nothing to plan on.
  if (olds["value"] === undefined) {
    const { domain, keys } = news;
    return response.setInputs(toStruct({ domain, keys }));
  }
  const isMoved = !isSamePlace(old.keys, news.keys);
  if (isMoved) call.say("warning", "The zone is kept elsewhere now; the old one is left as it is.");
  const { value } = isMoved ? await readRecord(kind, { ...news, original: old.original }, call) : old;
  const checked = await checkRecord(kind, { ...news, original: old.original, value }, call);
  if ("state" in checked) return response.setInputs(toStruct(checked.state));
  const failure = new messages.CheckFailure();
  failure.setProperty(checked.property);
  failure.setReason(checked.reason);
  return response.setInputs(request.getNews()).setFailuresList([failure]);
}

async function read(
  request: pb.ReadRequest,
  routes: ReadonlyMap<string, StackKeys>,
  call: Call,
): Promise<pb.ReadResponse> {
  const inputs = fromStruct(request.getInputs());
  const isKnown = typeof inputs["original"] === "string";
  const domain = request.getId().split("/")[0] ?? "";
  const keys = isKnown ? keysOf(inputs["keys"]) : routes.get(domain);
  if (keys === undefined) {
    throw new MailDnsError("config", `Nothing is configured for ${domain}.`, {
      help: "Import it from a program that declares its MailDomain.",
    });
  }
  const original = isKnown ? { original: stateFrom(inputs).original } : {};
  const state = await readRecord(kindOf(request.getUrn()), { domain, keys, ...original }, call);
  return new messages.ReadResponse()
    .setId(request.getId())
    .setProperties(toStruct(state))
    .setInputs(toStruct(state));
}

/** The kind by the type in `urn:pulumi:stack::project::parent$odoo-mail-dns:index:SpfTerms::name`. */
function kindOf(urn: string): RecordKind {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (kind === undefined) throw new MailDnsError("usage", `There is no resource type ${type}.`);
  return kind;
}

function noDifference(): pb.DiffResponse {
  return differences([]);
}

function differences(changed: readonly string[]): pb.DiffResponse {
  const { DiffResponse, PropertyDiff } = messages;
  const response = new DiffResponse().setDiffsList([...changed]).setHasdetaileddiff(true);
  for (const name of changed) {
    const difference = new PropertyDiff().setKind(PropertyDiff.Kind.UPDATE).setInputdiff(true);
    response.getDetaileddiffMap().set(name, difference);
  }
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  return response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
}

function answer<Q, A>(rpc: Rpc<Q, A>) {
  return async (call: ServerUnaryCall<Q, A>, reply: sendUnaryData<A>): Promise<void> => {
    try {
      reply(null, await rpc(call.request));
    } catch (error) {
      reply({ code: grpc.status.UNKNOWN, details: errorText(error) });
    }
  };
}

/** Starts the provider on a free port of loopback; every call that is not ours is UNIMPLEMENTED. */
export function serve(around: Surroundings, version: string, say: Say): Promise<number> {
  const server = new grpc.Server();
  server.addService(
    service.ResourceProviderService,
    createProvider(around, version, say) as Parameters<typeof server.addService>[1],
  );
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
