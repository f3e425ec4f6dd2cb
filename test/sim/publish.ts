import { type NameServer, startNameServer, type Zone } from "../../examples/name-server/server.ts";

export interface Publishing {
  /** What a simulator holds: asked for at every publication. */
  readonly zones: () => readonly Zone[];
  /** False: only what `publish` was called for is served, as where a host has such a step. */
  readonly atOnce?: boolean;
  /** A loopback address. Default 127.0.0.1. */
  readonly address?: string;
}

export interface Published {
  /** `127.0.0.1:PORT`, UDP and TCP. */
  readonly endpoint: string;
  /** What the world sees. */
  served(): readonly Zone[];
  /** From now on what is held now is served. */
  publish(): void;
  /** What is served stays as it is, whatever is held or published, until `thaw`. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** A name server on loopback for the zones of a simulator: at once, at a call, or never. */
export async function publish({ zones, atOnce = true, address }: Publishing): Promise<Published> {
  let published = zones();
  let isFrozen = false;
  const served = (): readonly Zone[] => {
    if (atOnce && !isFrozen) published = zones();
    return published;
  };
  const server: NameServer = await startNameServer({
    zones: served,
    ...(address !== undefined && { address }),
  });
  return {
    endpoint: `${server.address}:${server.port}`,
    served,
    publish() {
      if (!isFrozen) published = zones();
    },
    freeze() {
      served();
      isFrozen = true;
    },
    thaw: () => void (isFrozen = false),
    close: () => server.close(),
  };
}
