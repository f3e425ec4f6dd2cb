import type { Access } from "../ports/dns-provider.ts";
import { visible } from "../render/escape.ts";
import { count, marked, type Paint, wrap } from "../render/layout.ts";

/** Whether every zone that is seen can also be written. */
export function isEnough({ zones }: Access): boolean {
  return zones.length > 0 && zones.every(({ missing }) => missing.length === 0);
}

/** What a credential sees and may do, for people. */
export function describeAccess(title: string, access: Access, paint: Paint): string {
  const { zones, unknown } = access;
  const lines = [
    `At ${title} the credential sees ${zones.length === 0 ? "no zone" : count(zones.length, "zone")}.`,
    ...zones.flatMap((zone) => zoneLines(zone, paint)),
    ...unknown.flatMap((text) => wrap(visible(text), "note: ")),
    ...(zones.length === 0
      ? wrap("Give the credential the right to read the zones that you mean.", "")
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

function zoneLines({ apex, nameservers, missing }: Access["zones"][number], paint: Paint) {
  const isGood = missing.length === 0;
  const mark = isGood ? "  ✓ " : "  ! ";
  const served = nameservers.length === 0 ? "" : `  ${nameservers.join(", ")}`;
  return [
    ...marked(mark, visible(`${apex}${served}`), () => paint(isGood ? "good" : "refuse", mark)),
    ...missing.flatMap((right) => wrap(visible(right), "      missing: ")),
  ];
}
