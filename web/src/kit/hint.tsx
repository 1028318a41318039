/** The one tooltip of the page: shows the `data-tip` of whatever is pointed at or has the focus.
 *
 * One element for all keeps tables of thousands of cells light, and the top layer keeps it above dialogs.
 */

import { useEffect, useRef } from "react";
import { placeAt } from "./floating.ts";

const DELAY_MS = 250;

export function Hint() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => (box.current ? follow(box.current) : undefined), []);
  return (
    <div
      ref={box}
      id="hint"
      role="tooltip"
      popover="manual"
      className="pointer-events-none fixed inset-auto m-0 max-w-96 whitespace-pre-line rounded-md border border-line-strong bg-raised px-2 py-1 text-xs text-ink shadow-raised"
    />
  );
}

/** Show the tips of the page in `box`; returns what ends that. */
function follow(box: HTMLDivElement): () => void {
  let shownFor: Element | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** By keys, from one to the next: a dialog that opens gives the focus to something, too. */
  let walking = false;

  const hide = () => {
    clearTimeout(timer);
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
    if (box.matches(":popover-open")) box.hidePopover();
  };
  const show = (target: Element) => {
    const tip = target.getAttribute("data-tip");
    if (!tip || !target.isConnected) return;
    shownFor = target;
    box.textContent = tip;
    target.setAttribute("aria-describedby", "hint");
    box.showPopover();
    placeAt(box, target.getBoundingClientRect(), "centre");
  };
  const consider = (event: Event, delay: number) => {
    const target = (event.target as Element).closest?.("[data-tip]") ?? null;
    if (target === shownFor) return;
    hide();
    if (target) timer = setTimeout(() => show(target), delay);
  };
  const ending = new AbortController();
  const on = (name: string, act: (event: Event) => void) =>
    document.addEventListener(name, act, { capture: true, passive: true, signal: ending.signal });
  on("pointerover", (event) => consider(event, DELAY_MS));
  on("focusin", (event) => {
    if (walking && (event.target as Element).matches(":focus-visible")) consider(event, 0);
  });
  for (const name of ["focusout", "pointerdown", "scroll"]) on(name, hide);
  on("keydown", (event) => {
    const { key } = event as KeyboardEvent;
    walking = key === "Tab" || key.startsWith("Arrow");
    if (key === "Escape") hide();
  });
  document.documentElement.addEventListener("pointerleave", hide, { signal: ending.signal });
  return () => {
    hide();
    ending.abort();
  };
}
