import * as pulumi from "@pulumi/pulumi";
import { visible } from "../../render/escape.ts";
import type { DeclareCname } from "./cname.ts";
import { findInOwnState } from "./own-state.ts";

const TYPE = "azure-native:dns:RecordSet";
const DEFAULT_TTL = 3600;

/** What its owner may set on a record set as he likes: none of it is ours to put back. */
const THEIRS = ["ttl", "metadata"];

/** The id of a record set is made of its zone, type and name, so it is the same at every import. */
export async function loadAzure(): Promise<DeclareCname> {
  const [{ RecordSet }, { getClientConfig }] = await Promise.all([
    import("@pulumi/azure-native/dns/recordSet.js"),
    import("@pulumi/azure-native/authorization/getClientConfig.js"),
  ]);
  return async ({ name, target, live, options }) => {
    const { subscription, resourceGroupName, zoneName } = zoneIn(live.zoneId);
    const { parent } = options;
    checkSubscription(subscription, (await getClientConfig({ parent })).subscriptionId);
    const relativeRecordSetName = live.name.slice(0, -live.apex.length - 1);
    const isKnown = (await findInOwnState(TYPE, name)) !== undefined;
    const group = `/subscriptions/${subscription}/resourceGroups/${resourceGroupName}`;
    const zone = `${group}/providers/Microsoft.Network/dnsZones/${zoneName}`;
    const id = `${zone}/CNAME/${relativeRecordSetName}`;
    const args = { resourceGroupName, zoneName, relativeRecordSetName, recordType: "CNAME" };
    return new RecordSet(
      name,
      { ...args, cnameRecord: { cname: target }, ttl: DEFAULT_TTL },
      {
        ...options,
        ...(live.targets.length > 0 && !isKnown && { import: id }),
        ignoreChanges: live.targets.includes(target) ? [...THEIRS, "cnameRecord"] : THEIRS,
      },
    );
  };
}

function zoneIn(id: string) {
  const parts =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Network\/dnsZones\/([^/]+)$/i;
  const [, subscription, resourceGroupName, zoneName] = parts.exec(id) ?? [];
  if (subscription === undefined || resourceGroupName === undefined || zoneName === undefined)
    throw new pulumi.RunError(`${visible(id)} is not the id of a zone in Azure DNS.`);
  return { subscription, resourceGroupName, zoneName };
}

/** A record set is made in the plugin's subscription, whatever others have a zone of this name. */
function checkSubscription(ofZone: string, ofPlugin: string): void {
  if (ofZone.toLowerCase() === ofPlugin.toLowerCase()) return;
  throw new pulumi.RunError(
    `The zone lies in the subscription ${visible(ofZone)}, and Pulumi's plugin for Azure is set to ` +
      `${visible(ofPlugin)}. The CNAME was not written. Set ARM_SUBSCRIPTION_ID to the former.`,
  );
}
