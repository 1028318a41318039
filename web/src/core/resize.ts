import { type RefObject, useLayoutEffect } from "react";

/** Measures an element when it is laid out, and each time that its size has changed. `measure` stays the same. */
export function useResize(box: RefObject<HTMLElement | null>, measure: () => void): void {
  useLayoutEffect(() => {
    if (!box.current) return;
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(box.current);
    return () => sizes.disconnect();
  }, [box, measure]);
}
