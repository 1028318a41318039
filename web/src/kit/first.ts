/** What has the focus first in a dialog. React's own `autoFocus` comes before the dialog is shown, and is lost there. */

/** For a field or button that takes `autoFocus`. */
export function first(wanted: boolean | undefined): { "data-first"?: true } {
  return wanted ? { "data-first": true } : {};
}

/** Where nobody says so it is the first field; else what the browser takes. */
export function focusFirst(dialog: HTMLElement): void {
  const named = dialog.querySelector<HTMLElement>("[data-first]");
  const field = named ?? dialog.querySelector<HTMLElement>("form :is(input, select, textarea):enabled");
  field?.focus();
}
