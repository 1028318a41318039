/** What may stand at a place of a YAML text, by the schema: keys that are not there yet, and values of closed lists.
 *
 * Only block style is understood, which is what people write here; elsewhere nothing is offered.
 */

import type { Schema } from "@/api/types.ts";

export interface Offer {
  text: string;
  /** What the key means. */
  detail: string;
}

export interface Completion {
  /** Where the text that the offer takes the place of begins. */
  from: number;
  offers: Offer[];
}

const KEY = /^(\s*(?:- )*)([A-Za-z_][\w-]*):(?:\s|$)/;

/** What fits at `caret`; null: nothing. */
export function complete(text: string, caret: number, schema: Schema): Completion | null {
  const start = text.lastIndexOf("\n", caret - 1) + 1;
  const typed = text.slice(start, caret);
  const value = /^\s*(?:- )*([A-Za-z_][\w-]*):\s+(\S*)$/.exec(typed);
  const lines = text.slice(0, start).split("\n").slice(0, -1);
  if (value) {
    const [, key = "", begun = ""] = value;
    const place = tableAt(lines, indentOf(typed), schema);
    return offered(valuesOf(place?.properties?.[key]), begun, caret);
  }
  const name = /^((?:\s|- )*)([A-Za-z_]?[\w-]*)$/.exec(typed);
  if (!name) return null;
  const place = tableAt(lines, name[1]?.length ?? 0, schema);
  const rest = text.slice(start).split("\n").slice(1);
  const taken = new Set(siblings(lines, rest, name[1]?.length ?? 0, typed.includes("- ")));
  const keys = Object.entries(place?.properties ?? {}).filter(([key]) => !taken.has(key));
  return offered(
    keys.map(([key, of]) => ({ text: `${key}: `, detail: of.description ?? "" })),
    name[2] ?? "",
    caret,
  );
}

function offered(all: Offer[], begun: string, caret: number): Completion | null {
  const fitting = all.filter((offer) => offer.text.startsWith(begun) && offer.text.trimEnd() !== `${begun}:`);
  return fitting.length ? { from: caret - begun.length, offers: fitting } : null;
}

/** The table that a key with so much before it stands in: up through the lines that are less indented. */
function tableAt(lines: readonly string[], indent: number, schema: Schema): Schema | undefined {
  const way: string[] = [];
  let room = indent;
  for (const line of lines.toReversed()) {
    if (!line.trim()) continue;
    const found = KEY.exec(line);
    const parts = /^(\s*)((?:- )*)/.exec(line);
    const outer = parts?.[1]?.length ?? 0;
    const inner = outer + (parts?.[2]?.length ?? 0);
    if (found && inner < room && line.slice(found[0].length).trim() === "") {
      way.push(found[2] ?? "");
      room = inner;
    }
    // A dash as deep as its key is still below it.
    if (inner !== outer && outer < room) room = outer + 1;
    if (room === 0) break;
  }
  return way
    .toReversed()
    .reduce<Schema | undefined>((place, key) => tableIn(place?.properties?.[key]), schema);
}

/** The table among what a value may be, also as an item of a list. */
function tableIn(schema: Schema | undefined): Schema | undefined {
  if (!schema) return undefined;
  if (schema.properties) return schema;
  if (schema.items) return tableIn(schema.items);
  for (const each of schema.anyOf ?? []) {
    const found = tableIn(each);
    if (found) return found;
  }
  return undefined;
}

function valuesOf(schema: Schema | undefined): Offer[] {
  if (!schema) return [];
  const own = schema.enum ?? (schema.type === "boolean" ? [true, false] : []);
  const offers = own.map((each) => ({ text: String(each), detail: "" }));
  return [...offers, ...(schema.anyOf ?? []).flatMap(valuesOf)];
}

/** The keys that stand beside a key at this depth, in the same table. */
function siblings(
  before: readonly string[],
  after: readonly string[],
  indent: number,
  first: boolean,
): string[] {
  const above = first ? [] : until(before.toReversed(), indent, true);
  return [...above, ...until(after, indent, false)];
}

function until(lines: readonly string[], indent: number, up: boolean): string[] {
  const keys: string[] = [];
  for (const line of lines) {
    if (!line.trim()) continue;
    const depth = indentOf(line);
    if (depth < indent) break;
    const begins = /^\s*- /.test(line) && depth === indent;
    if (begins && !up) break;
    const found = depth === indent ? KEY.exec(line) : null;
    if (found) keys.push(found[2] ?? "");
    if (begins) break;
  }
  return keys;
}

/** How far in the key of a line stands, dashes included. */
function indentOf(line: string): number {
  return /^(?:\s|- )*/.exec(line)?.[0].length ?? 0;
}
