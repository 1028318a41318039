/** Lays graphs out beside the page: a thousand nodes take a second, in which the page goes on. */

import { placesOf, type Shape } from "./layout.ts";

self.onmessage = ({ data: { key, shape } }: MessageEvent<{ key: string; shape: Shape }>) => {
  self.postMessage({ key, places: placesOf(shape) });
};
