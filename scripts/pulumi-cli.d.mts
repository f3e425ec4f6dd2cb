export interface PulumiCli {
  readonly path: string;
  readonly version: string;
  readonly origin: "path" | "cache";
}
export function pinnedVersion(): string;
export function findPulumi(options?: {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly get?: boolean;
  readonly say?: (line: string) => void;
}): Promise<PulumiCli | undefined>;
