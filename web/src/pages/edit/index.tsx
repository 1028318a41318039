import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { queries } from "@/api/queries.ts";
import { Loaded } from "@/kit/loaded.tsx";
import { Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Editor } from "./editor.tsx";

const route = getRouteApi("/jobs/$job/edit");

/** Change a job. */
export default function EditJob() {
  const { job } = route.useParams();
  // Each round begins with what is stored then; what comes later changes nothing under the hands of who writes.
  const [round, setRound] = useState(0);
  const query = useQuery(queries.definition(job, round));
  return (
    <Loaded
      page
      query={query}
      placeholder={
        <Page title={`Edit ${job}`}>
          <Skeleton lines={12} />
        </Page>
      }
    >
      {(found) => (
        <Editor
          key={round}
          job={found.job}
          name={found.job.name}
          project={found.job.project}
          said={found.said}
          revision={found.revision}
          onReload={() => setRound(round + 1)}
        />
      )}
    </Loaded>
  );
}
