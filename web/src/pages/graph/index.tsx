import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { queries } from "@/api/queries.ts";
import type { ProjectGraph } from "@/api/types.ts";
import { plural } from "@/core/text.ts";
import { buttonClass } from "@/kit/button.tsx";
import { SearchBox, Segments } from "@/kit/field.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState, Page, Panel } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Blank } from "@/parts/graph/blank.tsx";
import { type Drawing, drawingOfProject, type EdgeKind } from "@/parts/graph/drawing.ts";
import { Legend } from "@/parts/graph/legend.tsx";
import { useProject } from "@/shell/project.tsx";
import { GraphList } from "./list.tsx";

const route = getRouteApi("/graph");
const Canvas = lazy(() => import("@/parts/graph/canvas.tsx"));

/** What waits for what in a project, live. */
export default function GraphPage() {
  const project = useProject();
  if (!project) return <ChooseProject />;
  return <ProjectPage key={project} project={project} />;
}

function ProjectPage({ project }: { project: string }) {
  const query = useQuery(queries.graph(project));
  const drawing = useMemo(() => (query.data ? drawingOfProject(query.data) : null), [query.data]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const view = search.view === "list" ? "list" : "graph";
  const found = useMemo(() => matching(drawing, search.q), [drawing, search.q]);
  const narrow = (change: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <Page
      fill
      title="Graph"
      aside={query.data && drawing && <span className="text-ink-2">{counted(query.data, drawing)}</span>}
      actions={
        <Segments
          label="Shown as"
          options={VIEWS}
          value={view}
          onChange={(to) => narrow({ view: to === "list" ? to : undefined })}
        />
      }
    >
      <Loaded query={query} placeholder={<Skeleton className="h-80" />}>
        {() =>
          !drawing || drawing.jobs.length === 0 ? (
            <NoEdges />
          ) : (
            <>
              <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
                <SearchBox
                  label="Find a job"
                  value={search.q ?? ""}
                  onChange={(q) => narrow({ q: q || undefined })}
                  className="w-56"
                />
                {view === "graph" && <Legend kinds={kindsIn(drawing)} />}
              </div>
              {view === "list" ? (
                <GraphList drawing={found ? onlyFound(drawing, found) : drawing} />
              ) : (
                <Panel className="min-h-0 flex-1 overflow-hidden">
                  <Suspense fallback={<Blank />}>
                    <Canvas label={`Graph of ${project}`} drawing={drawing} found={found} />
                  </Suspense>
                </Panel>
              )}
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

const VIEWS = [
  { value: "graph", label: "Graph" },
  { value: "list", label: "List", tip: "The same for the keyboard" },
] as const;
const KINDS: readonly EdgeKind[] = ["needs", "success", "failure", "any"];

function kindsIn({ edges }: Drawing): EdgeKind[] {
  const there = new Set(edges.map((edge) => edge.kind));
  return KINDS.filter((kind) => there.has(kind));
}

function matching(drawing: Drawing | null, q: string | undefined): ReadonlySet<string> | null {
  const wanted = q?.trim().toLowerCase();
  if (!wanted || !drawing) return null;
  return new Set(drawing.jobs.map((job) => job.id).filter((id) => id.toLowerCase().includes(wanted)));
}

function onlyFound({ jobs, edges }: Drawing, found: ReadonlySet<string>): Drawing {
  return { jobs: jobs.filter((job) => found.has(job.id)), edges };
}

function counted(graph: ProjectGraph, drawing: Drawing): string {
  const alone = graph.nodes.length - drawing.jobs.length;
  const parts = [`${plural(drawing.jobs.length, "job")} joined`];
  if (alone > 0) parts.push(`${alone} alone`);
  if (graph.left_out > 0) parts.push(`${graph.left_out} left out`);
  return parts.join(" · ");
}

function NoEdges() {
  return (
    <EmptyState
      icon="graph"
      title="No job here waits for another"
      action={
        <Link to="/jobs" className="link">
          To the jobs
        </Link>
      }
    >
      A job that needs the result of another one (<code>needs: [load]</code>), or runs after it (
      <code>after: load</code>), is joined to it here. Both are said in the form of a job, or in its board.
    </EmptyState>
  );
}

function ChooseProject() {
  const query = useQuery(queries.projects());
  return (
    <Page title="Graph">
      <Loaded query={query} placeholder={<Skeleton lines={4} />}>
        {(projects) => (
          <EmptyState
            icon="graph"
            title="Of which project?"
            action={<Projects names={projects.map(nameOf)} />}
          >
            A graph shows what waits for what among the jobs of one project.
          </EmptyState>
        )}
      </Loaded>
    </Page>
  );
}

const nameOf = (project: { name: string }) => project.name;

function Projects({ names }: { names: string[] }) {
  return (
    <ul className="flex flex-wrap justify-center gap-2">
      {names.map((name) => (
        <li key={name}>
          <Link to="/graph" search={{ project: name }} className={buttonClass()}>
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}
