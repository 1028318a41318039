import type { KeptView } from "@/api/types.ts";

const NUMBERS: Record<string, string> = {
  at_least: "The newest stay, however old",
  at_most: "Never more than",
};

/** One line for all states that are kept as long because the same one says so, then the numbers. */
export function keptLines(kept: readonly KeptView[]): KeptView[] {
  const ages = new Map<string, KeptView>();
  const numbers: KeptView[] = [];
  for (const each of kept) {
    const number = NUMBERS[each.what];
    if (number) {
      numbers.push({ ...each, what: number });
      continue;
    }
    const key = `${each.value} ${each.origin}`;
    const alike = ages.get(key);
    ages.set(key, { ...each, what: alike ? `${alike.what}, ${each.what}` : `Runs that ${each.what}` });
  }
  const [only, ...others] = ages.values();
  if (only && others.length === 0) return [{ ...only, what: "Runs that ended" }, ...numbers];
  return [...ages.values(), ...numbers];
}
