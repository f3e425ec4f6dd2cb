const SERIAL = /\b2026\d{6}\b/;

/** The zone without its serial number, which every write counts up. */
export function withoutSerial(text: string): string {
  return text.replace(SERIAL, "SERIAL");
}

/** What the zone says of SPF, line by line. */
export function spfIn(text: string): readonly string[] {
  return [...text.matchAll(/"(v=spf1[^"]*)"/g)].map(([, value = ""]) => value);
}

/** The zone with the next serial number, as whoever edits it by hand writes it. */
export function nextSerial(text: string): string {
  return text.replace(SERIAL, (serial) => `${Number(serial) + 1}`);
}
