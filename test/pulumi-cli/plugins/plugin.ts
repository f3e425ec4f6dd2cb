// A resource plugin as the engine sees it, strict where the real ones are. What the two plugins
// beside this one have in common, and nothing of ours but Pulumi's protocol classes.
import { appendFileSync } from "node:fs";
import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  Empty,
  fromStruct,
  grpc,
  messages,
  plugin,
  type Properties,
  service,
  toStruct,
} from "../../../src/pulumi/provider/protocol.ts";

/** An input's type; `optional!`: optional, and the host fills it in, so leaving it out changes nothing. */
export type InputType = `${"string" | "number" | "boolean" | "object"}${"" | "?" | "?!"}`;

export interface Kind {
  /** All inputs of the package's own type. Any other is an error. */
  readonly inputs: Readonly<Record<string, InputType>>;
  /** Inputs that can't change in place. */
  readonly replacing: readonly string[];
  create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }>;
  /** `outputs` is empty for an import. Undefined: there is no such record. */
  read(
    id: string,
    outputs: Properties,
  ): Promise<{ readonly id: string; readonly outputs: Properties } | undefined>;
  update(id: string, outputs: Properties, inputs: Properties): Promise<Properties>;
  remove(id: string, outputs: Properties): Promise<void>;
  /** The inputs that lead to these outputs: what an import takes over. */
  inputsOf(outputs: Properties): Properties;
}

export interface Plugin {
  readonly name: string;
  /** That of the package that it is played for. */
  readonly version: string;
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly functions: Readonly<Record<string, (args: Properties) => Promise<Properties>>>;
}

/** Serves the plugin and tells the engine its port. */
export function startPlugin({ name, version, kinds, functions }: Plugin): void {
  const kindOf = (urn: string): Kind => {
    const kind = kinds[urn.split("::")[2]?.split("$").at(-1) ?? ""];
    if (kind === undefined) throw new Error(`${name} has no type for ${urn}`);
    return kind;
  };
  const tell = (op: string, id: string): void =>
    appendFileSync(new URL("told", import.meta.url), `${name} ${op} ${id}\n`);
  const server = new grpc.Server();
  server.addService(service.ResourceProviderService, {
    handshake: answer(() => new messages.ProviderHandshakeResponse()),
    getPluginInfo: answer(() => new plugin.PluginInfo().setVersion(version)),
    checkConfig: answer((request: pb.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answer(() => new messages.DiffResponse()),
    configure: answer(() => new messages.ConfigureResponse().setSupportspreview(true)),
    cancel: answer(() => new Empty()),
    check: answer((request: pb.CheckRequest) => {
      const kind = kindOf(request.getUrn());
      const faults = faultsIn(fromStruct(request.getNews()), kind.inputs);
      const failures = faults.map(([property, reason]) =>
        new messages.CheckFailure().setProperty(property).setReason(reason),
      );
      return new messages.CheckResponse().setInputs(request.getNews()).setFailuresList(failures);
    }),
    diff: answer((request: pb.DiffRequest) => differences(kindOf(request.getUrn()), request)),
    create: answer(async (request: pb.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      const response = new messages.CreateResponse();
      if (request.getPreview()) return response.setProperties(toStruct(inputs));
      tell("create", request.getUrn());
      const { id, outputs } = await kindOf(request.getUrn()).create(inputs);
      return response.setId(id).setProperties(toStruct(outputs));
    }),
    read: answer(async (request: pb.ReadRequest) => {
      const kind = kindOf(request.getUrn());
      const known = fromStruct(request.getInputs());
      tell("read", request.getId());
      const found = await kind.read(request.getId(), fromStruct(request.getProperties()));
      const response = new messages.ReadResponse();
      if (found === undefined) return response;
      const all = Object.entries(kind.inputsOf(found.outputs));
      const isImport = Object.keys(known).length === 0;
      const inputs = Object.fromEntries(all.filter(([key]) => isImport || key in known));
      return response
        .setId(found.id)
        .setProperties(toStruct(found.outputs))
        .setInputs(toStruct(inputs));
    }),
    update: answer(async (request: pb.UpdateRequest) => {
      const inputs = fromStruct(request.getNews());
      const olds = fromStruct(request.getOlds());
      const response = new messages.UpdateResponse();
      if (request.getPreview()) return response.setProperties(toStruct({ ...olds, ...inputs }));
      tell("update", request.getId());
      const outputs = await kindOf(request.getUrn()).update(request.getId(), olds, inputs);
      return response.setProperties(toStruct(outputs));
    }),
    delete: answer(async (request: pb.DeleteRequest) => {
      tell("delete", request.getId());
      const outputs = fromStruct(request.getProperties());
      await kindOf(request.getUrn()).remove(request.getId(), outputs);
      return new Empty();
    }),
    invoke: answer(async (request: pb.InvokeRequest) => {
      const run = functions[request.getTok()];
      if (run === undefined) throw new Error(`${name} has no function ${request.getTok()}`);
      const result = await run(fromStruct(request.getArgs()));
      return new messages.InvokeResponse().setReturn(toStruct(result));
    }),
  });
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

type Fault = readonly [property: string, reason: string];

/** Unknown inputs, missing ones, and those of another type. */
function faultsIn(inputs: Properties, types: Kind["inputs"]): readonly Fault[] {
  const given = Object.entries(inputs).flatMap(([key, value]): Fault[] => {
    const type = types[key];
    if (type === undefined) return [[key, "is no input of this resource"]];
    const isRight = typeof value === type.replace(/\?!?$/, "");
    return isRight ? [] : [[key, `is ${typeof value}, and must be ${type}`]];
  });
  const missing = Object.entries(types)
    .filter(([key, type]) => !type.includes("?") && inputs[key] === undefined)
    .map(([key]): Fault => [key, "is missing"]);
  return [...given, ...missing];
}

function differences(kind: Kind, request: pb.DiffRequest): pb.DiffResponse {
  const stored = kind.inputsOf(fromStruct(request.getOlds()));
  const olds = fromStruct(request.getOldInputs());
  const news = fromStruct(request.getNews());
  const changed = Object.entries(kind.inputs)
    .filter(([key, type]) =>
      key in news
        ? JSON.stringify(news[key]) !== JSON.stringify(stored[key])
        : key in olds && !type.endsWith("!"),
    )
    .map(([key]) => key);
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  return new messages.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changed)
    .setReplacesList(changed.filter((key) => kind.replacing.includes(key)));
}

function answer<Q, A>(rpc: (request: Q) => A | Promise<A>) {
  const run = async (call: ServerUnaryCall<Q, A>): Promise<A> => rpc(call.request);
  return (call: ServerUnaryCall<Q, A>, reply: sendUnaryData<A>): void => {
    run(call).then(
      (result) => reply(null, result),
      (error: unknown) =>
        reply({ code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : "" }),
    );
  };
}
