import { readDocument } from "./document.ts";
import { loadDocument, locatorIn, type Load, type StackPlace } from "./load.ts";
import type { HostSchemas } from "./schema.ts";

export interface StackSource extends StackPlace {
  readonly text: string;
}

/** Validates one stack file. Never throws for what the text says. */
export function loadStack(source: StackSource, hosts: HostSchemas): Load {
  const loaded = loadDocument(readDocument(source.text), source, hosts);
  if ("findings" in loaded) return loaded;
  // The text is read again when somebody asks: thousands of stacks don't keep their documents around.
  const locate = (key: string) => locatorIn(readDocument(source.text), source)(key);
  return { ...loaded, locate };
}
