/** The same set with `value` in it, or without it if it was. */
export function toggled<T>(before: ReadonlySet<T> | undefined, value: T): ReadonlySet<T> {
  const next = new Set(before);
  if (!next.delete(value)) next.add(value);
  return next;
}
