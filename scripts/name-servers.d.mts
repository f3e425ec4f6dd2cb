export const programFolders: readonly string[];
export function findProgram(name: string): string | undefined;
export function serverEnvironment(): Readonly<Record<string, string>>;
export function installNameServers(
  say: (text: string) => void,
  stop: (text: string) => never,
): void;
