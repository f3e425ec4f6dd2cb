export const root: string;
export const ownNodeIsNewEnough: boolean;
export function findNode(): string | undefined;
export function npmCli(): string | undefined;
export function environment(node: string): NodeJS.ProcessEnv;
