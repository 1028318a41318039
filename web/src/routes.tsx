/** The table of pages. A page is a module of its own that is loaded when it is gone to. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from "@tanstack/react-router";
import { Failure } from "./kit/failure.tsx";
import { NotFound } from "./kit/not-found.tsx";
import { Frame } from "./shell/frame.tsx";

/** The search parameters of a page: optional texts. Empty ones are left out, so URLs stay short. */
function texts<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): { [Each in Name]?: string | undefined } =>
    Object.fromEntries(
      names.map((name) => [name, search[name] === undefined ? undefined : String(search[name]) || undefined]),
    ) as { [Each in Name]?: string | undefined };
}

const root = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: Failure,
  validateSearch: texts("project"),
  search: { middlewares: [retainSearchParams(["project"])] },
});

const today = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/today/index.tsx")),
});

const jobs = createRoute({
  getParentRoute: () => root,
  path: "/jobs",
  validateSearch: texts("q", "state", "owner", "tag", "sort"),
  component: lazyRouteComponent(() => import("./pages/jobs/index.tsx")),
});

const job = createRoute({
  getParentRoute: () => root,
  path: "/jobs/$job",
  validateSearch: texts("tab", "day", "state", "revision"),
  component: lazyRouteComponent(() => import("./pages/job/index.tsx")),
});

const newJob = createRoute({
  getParentRoute: () => root,
  path: "/jobs/new",
  validateSearch: texts("cron", "zone"),
  component: lazyRouteComponent(() => import("./pages/edit/new.tsx")),
});

const editJob = createRoute({
  getParentRoute: () => root,
  path: "/jobs/$job/edit",
  component: lazyRouteComponent(() => import("./pages/edit/index.tsx")),
});

const graph = createRoute({
  getParentRoute: () => root,
  path: "/graph",
  validateSearch: texts("view", "q"),
  component: lazyRouteComponent(() => import("./pages/graph/index.tsx")),
});

const calendar = createRoute({
  getParentRoute: () => root,
  path: "/calendar",
  validateSearch: texts("from", "at"),
  component: lazyRouteComponent(() => import("./pages/calendar/index.tsx")),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  validateSearch: texts("state", "job"),
  component: lazyRouteComponent(() => import("./pages/runs/index.tsx")),
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$run",
  validateSearch: texts("tab", "attempt"),
  component: lazyRouteComponent(() => import("./pages/run/index.tsx")),
});

const workers = createRoute({
  getParentRoute: () => root,
  path: "/workers",
  validateSearch: texts("add"),
  component: lazyRouteComponent(() => import("./pages/workers/index.tsx")),
});

const projects = createRoute({
  getParentRoute: () => root,
  path: "/projects",
  component: lazyRouteComponent(() => import("./pages/projects/index.tsx")),
});

const project = createRoute({
  getParentRoute: () => root,
  path: "/projects/$name",
  component: lazyRouteComponent(() => import("./pages/projects/project.tsx")),
});

const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  validateSearch: texts("tab", "ended"),
  component: lazyRouteComponent(() => import("./pages/people/index.tsx")),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: texts("kind", "id", "by", "verb", "since", "until", "entry"),
  component: lazyRouteComponent(() => import("./pages/audit/index.tsx")),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/settings/index.tsx")),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: texts("to"),
  component: lazyRouteComponent(() => import("./pages/sign-in/index.tsx")),
});

export const router = createRouter({
  routeTree: root.addChildren([
    today,
    jobs,
    newJob,
    job,
    editJob,
    graph,
    calendar,
    runs,
    run,
    workers,
    projects,
    project,
    people,
    audit,
    settings,
    signIn,
  ]),
  basepath: "/ui",
  defaultPreload: "intent",
  scrollRestoration: true,
  scrollToTopSelectors: ["#content"],
  // Search parameters are texts: written as they are, not as JSON.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
    return given.length ? `?${new URLSearchParams(given as [string, string][])}` : "";
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
