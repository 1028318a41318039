import { useEffect, useMemo, useState } from "react";
import type { Drawing } from "./drawing.ts";
import type { Places, Shape } from "./layout.ts";

/** Where the jobs stand; undefined until it is known. Only another shape is laid out anew, not another state. */
export function usePlaces({ jobs, edges }: Drawing): Places | undefined {
  const key = useMemo(() => {
    const shape: Shape = {
      jobs: jobs.map((job) => job.id),
      edges: edges.map(({ from, to }) => ({ from, to })),
    };
    return JSON.stringify(shape);
  }, [jobs, edges]);
  const [found, setFound] = useState<{ key: string; places: Places }>();
  useEffect(() => {
    const worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => setFound(data);
    worker.postMessage({ key, shape: JSON.parse(key) });
    return () => worker.terminate();
  }, [key]);
  // The old places stay until the new ones are there, where they are of the same jobs.
  const all = found && jobs.every((job) => found.places[job.id]);
  return all ? found.places : undefined;
}
