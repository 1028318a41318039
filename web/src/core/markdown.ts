/** The part of Markdown that descriptions use, as a tree. There is no markup in it: HTML in a text stays text. */

export type Inline =
  | { kind: "text" | "code"; text: string }
  | { kind: "strong" | "emphasis"; content: Inline[] }
  | { kind: "link"; href: string; content: Inline[] }
  | { kind: "break" };

export type Block =
  | { kind: "heading"; level: number; content: Inline[] }
  | { kind: "paragraph"; content: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "rule" };

const DEPTH = 4;
const FENCE = /^\s*(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^\s*(?:([-*+])|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^ {0,3}> ?/;

export function blocksOf(text: string, depth = 0): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  while (lines.length > 0) {
    const block = nextBlock(lines, depth);
    if (block) blocks.push(block);
  }
  return blocks;
}

/** Takes the lines of the first block away. Undefined: an empty line. */
function nextBlock(lines: string[], depth: number): Block | undefined {
  const line = lines.shift() ?? "";
  if (line.trim() === "") return undefined;
  const fence = FENCE.exec(line)?.[1];
  if (fence) {
    const text = taken(lines, (each) => !each.trim().startsWith(fence));
    lines.shift();
    return { kind: "code", text: text.join("\n") };
  }
  const heading = HEADING.exec(line);
  if (heading)
    return { kind: "heading", level: heading[1]?.length ?? 1, content: inlineOf(heading[2] ?? "") };
  if (RULE.test(line)) return { kind: "rule" };
  if (QUOTE.test(line) && depth < DEPTH) {
    const quoted = [line, ...taken(lines, (each) => QUOTE.test(each))].map((each) => each.replace(QUOTE, ""));
    return { kind: "quote", blocks: blocksOf(quoted.join("\n"), depth + 1) };
  }
  if (ITEM.test(line)) return listOf([line, ...taken(lines, (each) => each.trim() !== "")]);
  const rest = taken(lines, (each) => each.trim() !== "" && !begins(each));
  return { kind: "paragraph", content: inlineOf([line, ...rest].join("\n")) };
}

function taken(lines: string[], wanted: (line: string) => boolean): string[] {
  const end = lines.findIndex((line) => !wanted(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

/** Whether the line begins a block of its own within a paragraph. */
function begins(line: string): boolean {
  return [FENCE, HEADING, RULE, ITEM, QUOTE].some((pattern) => pattern.test(line));
}

/** A line that begins no item goes on with the one before it. */
function listOf(lines: string[]): Block {
  const items: string[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item) items.push(item[2] ?? "");
    else items.push(`${items.pop() ?? ""}\n${line.trim()}`);
  }
  const ordered = ITEM.exec(lines[0] ?? "")?.[1] === undefined;
  return { kind: "list", ordered, items: items.map((item) => inlineOf(item)) };
}

/** Each alternative stops at its own closing sign, so that no text takes longer than its length. */
const MARKS =
  /`([^`\n]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|(?<!\w)_([^_\s][^_]*)_(?!\w)|\[([^[\]]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>()[\]]*[^\s<>()[\].,;:!?'"])|( {2}\n|\\\n)/g;

function inlineOf(text: string): Inline[] {
  const found: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    if (match.index > from) found.push({ kind: "text", text: text.slice(from, match.index) });
    found.push(marked(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ kind: "text", text: text.slice(from) });
  return found;
}

function marked([
  whole,
  code,
  strong,
  starred,
  scored,
  label,
  target,
  url,
  broken,
]: RegExpMatchArray): Inline {
  if (code !== undefined) return { kind: "code", text: code };
  if (strong !== undefined) return { kind: "strong", content: inlineOf(strong) };
  const emphasis = starred ?? scored;
  if (emphasis !== undefined) return { kind: "emphasis", content: inlineOf(emphasis) };
  if (broken !== undefined) return { kind: "break" };
  const href = safeTarget(target ?? url ?? "");
  // What would be no harmless link stays what was written.
  if (href === undefined) return { kind: "text", text: whole };
  return { kind: "link", href, content: [{ kind: "text", text: label ?? whole }] };
}

/** Only what a browser opens: never `javascript:`, `data:` or a path into these pages. */
function safeTarget(target: string): string | undefined {
  return /^(https?:\/\/|mailto:)/i.test(target) ? target : undefined;
}
