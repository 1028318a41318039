/** Which of many named things a few typed letters mean. */

interface Named {
  label: string;
  words?: string;
}

/** The best `count` matches, best first: beginnings before word beginnings before the middle before scattered letters. */
export function ranked<T extends Named>(all: readonly T[], text: string, count: number): T[] {
  const typed = text.trim().toLowerCase();
  if (!typed) return all.slice(0, count);
  const found: { each: T; score: number }[] = [];
  for (const each of all) {
    const score = Math.max(
      scored(each.label.toLowerCase(), typed),
      scored(each.words?.toLowerCase() ?? "", typed) - 1,
    );
    if (score > 0) found.push({ each, score });
  }
  return found
    .sort((a, b) => b.score - a.score || a.each.label.length - b.each.label.length)
    .slice(0, count)
    .map(({ each }) => each);
}

function scored(name: string, typed: string): number {
  const at = name.indexOf(typed);
  if (at === 0) return 5;
  if (at > 0) return /[\s\-_./:]/.test(name[at - 1] ?? "") ? 4 : 3;
  return isScattered(name, typed) ? 2 : 0;
}

/** All letters in order, with others between. */
function isScattered(name: string, typed: string): boolean {
  let at = 0;
  for (const letter of name) if (letter === typed[at]) at += 1;
  return at === typed.length;
}
