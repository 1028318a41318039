import { useQuery } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import type { GroupView, RunView } from "@/api/types.ts";

/** The runs that it belongs together with; undefined: it is alone, or that is not known yet. What runs on several
 * workers, or maps, does not begin itself: the runs that it makes are a group of its name. */
export function useGroup(run: RunView): GroupView | undefined {
  const enabled = run.group !== null || run.started === null;
  const { data: group } = useQuery({ ...queries.group(run.group ?? run.id), enabled });
  return group && group.runs.length > 1 ? group : undefined;
}
