/** A definition as a board would have it, for eyes: what is written to be read again comes from the server. */

const PLAIN = /^[\p{L}\p{N}_./][\p{L}\p{N}_ ./@%+=()~-]*$/u;
/** What YAML would take for something else than a text. */
const TAKEN = /^(true|false|null|~|[-+]?[\d.][\d._e+-]*|0[xo][\da-f]+)$/i;

export function yamlOf(value: unknown): string {
  return `${linesOf(value).join("\n")}\n`;
}

function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => indented(linesOf(each), "- "));
  if (typeof value !== "object" || value === null) return [scalar(value)];
  return Object.entries(value).flatMap(([key, each]) => pair(scalar(key), each));
}

function pair(key: string, value: unknown): string[] {
  if (typeof value === "string" && value.trimEnd().includes("\n")) {
    const sign = value.endsWith("\n") ? "|" : "|-";
    return [`${key}: ${sign}`, ...indented(value.replace(/\n$/, "").split("\n"), "  ")];
  }
  if (isFlat(value)) return [`${key}: ${flow(value)}`];
  return [`${key}:`, ...indented(linesOf(value), "  ")];
}

function indented(lines: string[], first: string): string[] {
  return lines.map((line, at) => (at === 0 ? first : "  ") + line);
}

function isFlat(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Array.isArray(value)
    ? value.every((each) => typeof each !== "object")
    : Object.keys(value).length === 0;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(scalar).join(", ")}]`;
  return typeof value === "object" && value !== null ? "{}" : scalar(value);
}

function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const plain = PLAIN.test(value) && !TAKEN.test(value) && value.trim() === value;
  return plain ? value : JSON.stringify(value);
}
