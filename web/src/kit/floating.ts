/** Where what floats is put: below its anchor, or above it where there is no room; never out of the window. */

const AWAY_PX = 4;
const EDGE_PX = 8;

export function placeAt(box: HTMLElement, anchor: DOMRect, align: "start" | "centre" | "end"): void {
  const { width, height } = box.getBoundingClientRect();
  const below = anchor.bottom + AWAY_PX;
  const above = Math.max(EDGE_PX, anchor.top - height - AWAY_PX);
  const top = below + height < innerHeight - EDGE_PX ? below : above;
  const lefts = {
    start: anchor.left,
    centre: anchor.left + anchor.width / 2 - width / 2,
    end: anchor.right - width,
  };
  const left = Math.max(EDGE_PX, Math.min(lefts[align], innerWidth - width - EDGE_PX));
  box.style.top = `${top}px`;
  box.style.left = `${left}px`;
}
