import { readFileSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { DomainName } from "../../src/core/dns/name.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import { findInclude, findZoneFile, type Place } from "./paths.ts";
import { MAX_OCTETS, type Include } from "./records.ts";
import { refuseForeignFile, refuseSignedZone } from "./refusals.ts";
import { systemError } from "./system-error.ts";
import type { Source } from "./tokens.ts";
import { readZone, type Zone } from "./zone.ts";

/** A zone's file on disk, not yet understood. */
export interface OpenedFile {
  readonly place: Place;
  readonly source: Source;
  readonly include: Include;
  /** Folder from which relative `$INCLUDE`s are found: the name server's `directory`. */
  readonly base: () => string;
}

/** Opens the file for reading, or throws: `config`, `permission`, `protected`, `limit-exceeded`. */
export function openZoneFile(written: string, root: string): OpenedFile {
  const place = findZoneFile(written, root);
  const source = readSource(place);
  refuseForeignFile(place.path, source);
  let base: string | undefined;
  const include: Include = (path) => {
    const found = findInclude(path, place.path, root);
    if (!isAbsolute(path)) base ??= found.base;
    return readSource(found);
  };
  return { place, source, include, base: () => base ?? root };
}

/** The zone in an opened file. Throws `invalid-input` with the place where it can't be read. */
export function loadZone(opened: OpenedFile, apex: DomainName): Zone {
  const zone = readZone(opened.source, { origin: apex, include: opened.include });
  if (zone.apex !== apex) {
    throw new MailDnsError(
      "zone-not-found",
      `${opened.place.shown} holds ${zone.apex}, not ${apex}.`,
    );
  }
  refuseSignedZone(zone);
  return zone;
}

/** One character an octet: whatever the bytes are, they come back as they were. */
export function readSource({ path, shown }: Place): Source {
  try {
    if (statSync(path).size > MAX_OCTETS) {
      throw new MailDnsError(
        "limit-exceeded",
        `${shown} has more than ${MAX_OCTETS / 1024 / 1024} MiB.`,
      );
    }
    return { file: shown, text: readFileSync(path, "latin1") };
  } catch (error) {
    throw systemError(error, `${shown} can't be read`);
  }
}
