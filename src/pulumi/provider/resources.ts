import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { isMailDnsError, MailDnsError } from "../../core/errors.ts";
import type { Routes } from "./routes.ts";
import { visible } from "../../render/escape.ts";
import { type Checked, checkRecord } from "./check-record.ts";
import { changedInputs, isSamePlace, keysOf, stateFrom } from "./inputs.ts";
import { kinds } from "./kinds.ts";
import { errorText } from "./messages.ts";
import { Empty, fromStruct, messages, toStruct } from "./protocol.ts";
import { readRecord } from "./read-record.ts";
import type { Call, RecordKind, RecordState } from "./record.ts";
import { droppedBetween } from "./dropped.ts";

/** What writes, which most runs do without. */
const writing = () => import("./write-record.ts");

/** The inputs as they will be, or why they can't: `olds` is what the refresh has just read. */
export async function check(request: pb.CheckRequest, call: Call): Promise<pb.CheckResponse> {
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
  const checked = await checkedAt(kind, old, news, call);
  if ("state" in checked) return response.setInputs(toStruct(checked.state));
  const failure = new messages.CheckFailure();
  failure.setProperty(checked.property);
  failure.setReason(checked.reason);
  return response.setInputs(request.getNews()).setFailuresList([failure]);
}

/** A domain that is kept elsewhere now is read there first; the old place is left alone. */
async function checkedAt(
  kind: RecordKind,
  old: RecordState,
  news: RecordState,
  call: Call,
): Promise<Checked> {
  try {
    if (isSamePlace(old.keys, news.keys)) {
      const { original, value } = old;
      const { ours, theirs } = droppedBetween(old, news, call.around);
      if (theirs.length > 0) {
        const terms = visible(theirs.join(" "));
        call.say("warning", `No longer kept, but left: it was there before us: ${terms}`);
      }
      return await checkRecord(kind, { ...news, original, value }, ours, call);
    }
    call.say("warning", "The zone is kept elsewhere now; the old one is left as it is.");
    const { value } = await readRecord(kind, news, call);
    const moved = await checkRecord(kind, { ...news, original: old.original, value }, [], call);
    // Where ours has to be written anew, what stands there is what was there before us.
    const isNew = "state" in moved && moved.state.value !== value;
    return isNew ? { state: { ...moved.state, original: value } } : moved;
  } catch (error) {
    if (isMailDnsError(error)) return { property: "keys", reason: errorText(error) };
    throw error;
  }
}

/**
 * What is live. Of an import only the id is known, so `routes` has to know the rest. A record that is
 * to be kept elsewhere from now on is not asked for at the old place, whose credentials may be gone.
 */
export async function read(
  request: pb.ReadRequest,
  routes: Routes,
  call: Call,
): Promise<pb.ReadResponse> {
  const inputs = fromStruct(request.getInputs());
  const isKnown = typeof inputs["original"] === "string";
  const domain = request.getId().split("/")[0] ?? "";
  const declared = routes.declared(domain);
  const keys = isKnown ? keysOf(inputs["keys"]) : routes.of(domain);
  if (keys === undefined) {
    throw new MailDnsError("config", `Nothing is configured for ${domain}.`, {
      help: "Import it in the project that has its stack file.",
    });
  }
  if (isKnown && declared !== undefined && !isSamePlace(keys, declared)) {
    return answered(request, stateFrom(inputs));
  }
  const original = isKnown ? { original: stateFrom(inputs).original } : {};
  const state = await readRecord(kindOf(request.getUrn()), { domain, keys, ...original }, call);
  return answered(request, state);
}

function answered(request: pb.ReadRequest, state: RecordState): pb.ReadResponse {
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

export function diff(request: pb.DiffRequest): pb.DiffResponse {
  const olds = fromStruct(request.getOldInputs());
  return differences(changedInputs(olds, fromStruct(request.getNews())));
}

/** Everything changes in place: a replacement would take our term out of live mail. */
export async function update(request: pb.UpdateRequest, call: Call): Promise<pb.UpdateResponse> {
  const old = stateFrom(fromStruct(request.getOlds()));
  const state = stateFrom(fromStruct(request.getNews()));
  const { ours } = droppedBetween(old, state, call.around);
  if (!request.getPreview())
    await (await writing()).updateRecord(kindOf(request.getUrn()), state, ours, call);
  return new messages.UpdateResponse().setProperties(toStruct(state));
}

export async function remove(
  request: pb.DeleteRequest,
  call: Call,
): Promise<InstanceType<typeof Empty>> {
  const state = stateFrom(fromStruct(request.getProperties()));
  await (await writing()).deleteRecord(kindOf(request.getUrn()), state, call);
  return new Empty();
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
