/** Which of many named things a few typed letters mean. */

interface Named {
  label: string;
  words?: string;
}

/** The best `count` matches, best first. All words must be found: the beginning counts more than the beginning of a
 * word, that more than the middle, and that more than scattered letters. */
export function ranked<T extends Named>(all: readonly T[], text: string, count: number): T[] {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (typed.length === 0) return all.slice(0, count);
  const found: { each: T; score: number }[] = [];
  for (const each of all) {
    const scores = typed.map((word) => wordScore(each, word));
    if (Math.min(...scores) > 0) found.push({ each, score: scores.reduce((sum, score) => sum + score, 0) });
  }
  return found
    .sort((a, b) => b.score - a.score || a.each.label.length - b.each.label.length)
    .slice(0, count)
    .map(({ each }) => each);
}

/** Further words count a little less than the label. */
function wordScore({ label, words = "" }: Named, typed: string): number {
  return Math.max(scored(label.toLowerCase(), typed), scored(words.toLowerCase(), typed) - 1);
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
