/** Terminal colours without HTML: a line becomes spans of plain text with a look, so nothing in a log can be markup.
 *
 * A library that makes HTML would need inline styles, which the Content-Security-Policy forbids.
 */

export interface Look {
  /** 0–15 by token; anything else as a CSS colour. */
  fg?: number | string;
  bg?: number | string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
}

interface Span {
  text: string;
  look: Look;
}

/** Escape sequences: CSI (its parameters and final letter captured), OSC up to its end, and two-letter ones. */
const ESCAPE = /\x1b(?:\[([0-9:;<=>?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*[0-~]|$)/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/g;
const PICTURES = 0x2400;

export function spansOf(line: string): Span[] {
  const text = afterReturn(line);
  if (!text.includes("\x1b")) return [{ text: visible(text), look: {} }];
  const spans: Span[] = [];
  let look: Look = {};
  let from = 0;
  const push = (piece: string) => {
    if (piece) spans.push({ text: visible(piece), look });
  };
  for (const match of text.matchAll(ESCAPE)) {
    push(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") look = changed(look, (match[1] ?? "").split(/[;:]/).map(Number));
  }
  push(text.slice(from));
  return spans;
}

/** The line without colours: what is searched. */
export function plainText(line: string): string {
  const text = afterReturn(line);
  return text.includes("\x1b") ? text.replace(ESCAPE, "") : text;
}

/** Bars that redraw themselves with a carriage return: only the last state counts. */
function afterReturn(line: string): string {
  const end = line.endsWith("\r") ? line.length - 1 : line.length;
  const at = line.lastIndexOf("\r", end - 1);
  return line.slice(at + 1, end);
}

/** Other control characters as pictures (␀), so that they are seen and do nothing. */
function visible(text: string): string {
  return text.replace(CONTROLS, (each) =>
    each === "\x7f" ? "␡" : String.fromCharCode(PICTURES + each.charCodeAt(0)),
  );
}

function changed(before: Look, codes: number[]): Look {
  let look = { ...before };
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes, at + 1);
      at += used;
      if (colour !== undefined) look[code === 38 ? "fg" : "bg"] = colour;
    } else {
      look = simple(look, code);
    }
  }
  return look;
}

function simple(look: Look, code: number): Look {
  if (code === 0) return {};
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 3) return { ...look, italic: true };
  if (code === 4) return { ...look, underline: true };
  if (code === 7) return { ...look, inverse: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 23) return { ...look, italic: false };
  if (code === 24) return { ...look, underline: false };
  if (code === 27) return { ...look, inverse: false };
  if (code >= 30 && code <= 37) return { ...look, fg: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, fg: code - 90 + 8 };
  if (code >= 40 && code <= 47) return { ...look, bg: code - 40 };
  if (code >= 100 && code <= 107) return { ...look, bg: code - 100 + 8 };
  if (code === 39) return without(look, "fg");
  return code === 49 ? without(look, "bg") : look;
}

function without(look: Look, part: "fg" | "bg"): Look {
  const { [part]: _gone, ...rest } = look;
  return rest;
}

/** `5;n` of 256 colours or `2;r;g;b`; with how many codes it took. */
function extended(codes: number[], at: number): [colour: number | string | undefined, used: number] {
  if (codes[at] === 5) return [indexed(codes[at + 1] ?? 0), 2];
  if (codes[at] === 2) return [rgb(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), 4];
  return [undefined, 0];
}

function indexed(n: number): number | string | undefined {
  if (!(n >= 0 && n <= 255)) return undefined;
  if (n < 16) return n;
  if (n >= 232) {
    const grey = 8 + (n - 232) * 10;
    return rgb(grey, grey, grey);
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = n - 16;
  return rgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function rgb(...parts: [number, number, number]): string {
  return `rgb(${parts.map((part) => Math.min(255, Math.max(0, part || 0))).join(" ")})`;
}
