import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { MailDnsError } from "../../core/errors.ts";
import { LIVE_DKIM, type LiveRecord } from "../native/live.ts";
import { dkimCname } from "./dkim-cname.ts";
import { stateFrom } from "./inputs.ts";
import { fromStruct, messages, toStruct } from "./protocol.ts";
import { look } from "./read-record.ts";
import type { Call } from "./record.ts";

/** What a program must know to declare a host's own resource: where the record is, and what is there. */
export async function liveRecord(
  request: pb.InvokeRequest,
  call: Call,
): Promise<pb.InvokeResponse> {
  if (request.getTok() !== LIVE_DKIM) {
    throw new MailDnsError("usage", `There is no function ${request.getTok()}.`);
  }
  const { domain, keys } = stateFrom(fromStruct(request.getArgs()));
  const { name = "", zone, values } = await look(dkimCname, { domain, keys }, call);
  const live: LiveRecord = { name, targets: values, apex: zone.apex, zoneId: zone.nativeId };
  return new messages.InvokeResponse().setReturn(toStruct(live));
}
