import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as EngineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type * as PluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as ProviderRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as ProviderMessages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as EmptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import type * as StructMessages from "google-protobuf/google/protobuf/struct_pb.js";
import type { Json, StackKeys } from "../keys.ts";

// gRPC and protobuf come from where @pulumi/pulumi has them: one instance, and no dependency of ours.
const own = createRequire(import.meta.url);
const pulumi = createRequire(own.resolve("@pulumi/pulumi/package.json"));

export const grpc = pulumi("@grpc/grpc-js") as typeof Grpc;
export const engineRpc = pulumi("@pulumi/pulumi/proto/engine_grpc_pb") as typeof EngineRpc;
export const engineMessages = pulumi("@pulumi/pulumi/proto/engine_pb") as typeof EngineMessages;
export const pluginMessages = pulumi("@pulumi/pulumi/proto/plugin_pb") as typeof PluginMessages;
export const providerRpc = pulumi("@pulumi/pulumi/proto/provider_grpc_pb") as typeof ProviderRpc;
export const messages = pulumi("@pulumi/pulumi/proto/provider_pb") as typeof ProviderMessages;
export const { Empty } = pulumi("google-protobuf/google/protobuf/empty_pb") as typeof EmptyMessages;
export const { Struct } = pulumi(
  "google-protobuf/google/protobuf/struct_pb",
) as typeof StructMessages;

export type StructMessage = StructMessages.Struct;

/** What Pulumi sends for a value that is not known before something else exists. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The key that marks a wrapped value, and the mark of a secret. */
const WRAPPED = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export function toStruct(data: object): StructMessage {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(data)));
}

/** Plain data, secrets unwrapped; `unknown` lists the keys whose values are not known yet. */
export function fromStruct(struct: StructMessage | undefined): StackKeys {
  const data = (struct?.toJavaScript() ?? {}) as Readonly<Record<string, Json>>;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, unwrapped(value)]));
}

/** Whether something in it will only be known once something else has been made. */
export function hasUnknown(value: Json): boolean {
  if (typeof value !== "object" || value === null) return value === UNKNOWN;
  return Object.values(value).some(hasUnknown);
}

function unwrapped(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(unwrapped);
  if (value[WRAPPED] === SECRET) return unwrapped(value["value"] ?? null);
  return fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}

function isList(
  value: readonly Json[] | { readonly [key: string]: Json },
): value is readonly Json[] {
  return Array.isArray(value);
}

function fromEntries(entries: readonly (readonly [string, Json])[]): Json {
  return Object.fromEntries(entries);
}
