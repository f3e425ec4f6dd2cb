import { readDocument } from "./document.ts";
import { loadDocument, type Load, type StackPlace } from "./load.ts";
import type { HostSchemas } from "./schema.ts";

export interface StackSource extends StackPlace {
  readonly text: string;
}

/** Validates one stack file. Never throws for what the text says. */
export function loadStack(source: StackSource, hosts: HostSchemas): Load {
  return loadDocument(readDocument(source.text), source, hosts);
}
