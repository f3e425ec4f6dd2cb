import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as EngineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type * as PluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as Service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as Messages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as EmptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import type * as StructMessages from "google-protobuf/google/protobuf/struct_pb.js";

// Pulumi's protocol classes, and the very gRPC that they were made for: found from the SDK's own
// place, because only the SDK is ours to ask for (an optional peer dependency).
const own = createRequire(import.meta.url);
const sdk = createRequire(own.resolve("@pulumi/pulumi/package.json"));

export const grpc = sdk("@grpc/grpc-js") as typeof Grpc;
export const messages = sdk("./proto/provider_pb.js") as typeof Messages;
export const service = sdk("./proto/provider_grpc_pb.js") as typeof Service;
export const plugin = sdk("./proto/plugin_pb.js") as typeof PluginMessages;
/** Loaded where there is something to say: most runs have nothing. */
export const engine = () => ({
  ...(sdk("./proto/engine_pb.js") as typeof EngineMessages),
  ...(sdk("./proto/engine_grpc_pb.js") as typeof EngineService),
});
export const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb.js") as typeof EmptyMessages;
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb.js") as typeof StructMessages;

export type Properties = Readonly<Record<string, unknown>>;

export function toStruct(properties: object): StructMessages.Struct {
  return Struct.fromJavaScript(
    JSON.parse(JSON.stringify(properties)) as Parameters<typeof Struct.fromJavaScript>[0],
  );
}

export function fromStruct(struct: StructMessages.Struct | undefined): Properties {
  return struct === undefined ? {} : struct.toJavaScript();
}
