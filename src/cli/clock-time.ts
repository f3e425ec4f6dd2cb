/** A moment as receivers of mail and people here see it: `18:40 UTC (19:40 here)`. */
export function clockTime(iso: string): string {
  const at = new Date(iso);
  const utc = iso.slice(11, 16);
  const here = [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0"));
  return here.join(":") === utc ? `${utc} UTC` : `${utc} UTC (${here.join(":")} here)`;
}
