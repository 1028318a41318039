import { getRouteApi } from "@tanstack/react-router";
import type { Said } from "@/api/types.ts";
import { useProject } from "@/shell/project.tsx";
import { Editor } from "./editor.tsx";

const route = getRouteApi("/jobs/new");

/** Make a job. A link may bring a schedule along. */
export default function NewJob() {
  const { cron, zone } = route.useSearch();
  const project = useProject();
  const said: Said = { shell: "", ...(cron ? { cron } : {}), ...(zone ? { zone } : {}) };
  return (
    <Editor
      job={null}
      name=""
      project={project || "default"}
      said={said}
      revision={0}
      onReload={() => undefined}
    />
  );
}
