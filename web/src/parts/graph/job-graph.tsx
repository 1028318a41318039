/** The chain around one job, for its page. Draws nothing for a job that stands alone. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { queries } from "@/api/queries.ts";
import { PartFailure } from "@/kit/failure.tsx";
import { Panel, Section } from "@/kit/page.tsx";
import { useProject } from "@/shell/project.tsx";
import { Blank } from "./blank.tsx";
import { drawingOfChain } from "./drawing.ts";

const Canvas = lazy(() => import("./canvas.tsx"));

export function JobGraph({ job }: { job: string }) {
  const { data: chain, error, refetch } = useQuery(queries.chain(job));
  const { data: jobs } = useInfiniteQuery(queries.jobs(useProject()));
  const drawing = useMemo(() => {
    if (!chain || chain.nodes.length < 2) return null;
    return drawingOfChain(chain, new Map((jobs ?? []).map((each) => [each.id, each])));
  }, [chain, jobs]);
  if (error && !chain)
    return (
      <Section title="Chain">
        <PartFailure error={error} reset={() => void refetch()} />
      </Section>
    );
  if (!drawing) return null;
  return (
    <Section title="Chain" count={drawing.jobs.length}>
      <Panel className="h-60 overflow-hidden">
        <Suspense fallback={<Blank />}>
          <Canvas
            small
            label={`What ${job} waits for, and what waits for it`}
            drawing={drawing}
            about={job}
          />
        </Suspense>
      </Panel>
    </Section>
  );
}
