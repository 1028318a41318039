/** What of a text changed, line by line. */

interface DiffLine {
  kind: "same" | "old" | "new";
  text: string;
}

/** The shortest way from `before` to `after`: of what changed, the old lines stand before the new ones. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  const common = commonLengths(old, fresh);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ kind: "same", text: old[i] as string });
      i += 1;
      j += 1;
    } else if (i < old.length && (j === fresh.length || at(common, i + 1, j) >= at(common, i, j + 1))) {
      lines.push({ kind: "old", text: old[i] as string });
      i += 1;
    } else {
      lines.push({ kind: "new", text: fresh[j] as string });
      j += 1;
    }
  }
  return lines;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** How long the longest common subsequence is of what stands from line i and from line j on. */
function commonLengths(old: readonly string[], fresh: readonly string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = fresh.length - 1; j >= 0; j -= 1)
      (lengths[i] as number[])[j] =
        old[i] === fresh[j]
          ? at(lengths, i + 1, j + 1) + 1
          : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
  return lengths;
}

function at(lengths: readonly number[][], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}

/** Unchanged stretches longer than both edges are folded to how many lines they have. */
export function folded(lines: readonly DiffLine[], edge = 3): (DiffLine | number)[] {
  const near = new Set<number>();
  lines.forEach((line, n) => {
    if (line.kind === "same") return;
    for (let step = -edge; step <= edge; step += 1) near.add(n + step);
  });
  const shown: (DiffLine | number)[] = [];
  for (const [n, line] of lines.entries()) {
    const last = shown.at(-1);
    if (near.has(n)) shown.push(line);
    else if (typeof last === "number") shown[shown.length - 1] = last + 1;
    else shown.push(1);
  }
  return shown;
}
