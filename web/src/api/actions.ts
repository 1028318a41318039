/** How a page does something: asks where it matters, does it, says what came of it, has fetched again what it changed. */

import type { QueryClient } from "@tanstack/react-query";
import { confirm, type Question } from "@/kit/dialog.tsx";
import { toast } from "@/kit/toasts.tsx";

/** Do it, say so or say what was wrong. Returns what came of it; undefined where it failed.
 *
 * `undo`: takes it back, as long as what was said is there to be read.
 */
export async function attempt<T>(
  doing: Promise<T>,
  done: string | ((value: T) => string),
  failed: string,
  undo?: () => void,
): Promise<T | undefined> {
  try {
    const value = await doing;
    toast.done(typeof done === "string" ? done : done(value), undo && { label: "Undo", act: undo });
    return value;
  } catch (error) {
    toast.error(failed, error);
    return undefined;
  }
}

export interface Deed<T> {
  question: Question;
  act: () => Promise<T>;
  done: string | ((value: T) => string);
  failed: string;
  /** Whatever came of it. */
  after?: () => void;
}

/** The same, once the person wants it. Undefined also where they do not. */
export async function attemptAsked<T>({
  question,
  act,
  done,
  failed,
  after,
}: Deed<T>): Promise<T | undefined> {
  if (!(await confirm(question))) return undefined;
  const value = await attempt(act(), done, failed);
  after?.();
  return value;
}

/** Fetch again what begins with these nouns (queries.ts). */
export function changed(client: QueryClient, ...nouns: readonly string[]): void {
  for (const noun of nouns) void client.invalidateQueries({ queryKey: [noun] });
}
