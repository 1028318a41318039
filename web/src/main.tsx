import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { live } from "./api/live.ts";
import { keepFresh } from "./api/live-cache.ts";
import { followTheme, lastProject } from "./core/preferences.ts";
import { ApiError } from "./core/problem.ts";
import { router } from "./routes.tsx";
import "./styles/base.css";

const client = new QueryClient({
  queryCache: new QueryCache({ onError: signInIfAsked }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false, // the socket says what changed
      // What the server refuses it refuses again; what did not reach it is worth another try.
      retry: (failures, error) =>
        failures < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

/** Whoever is not signed in goes to the page for it, and comes back to where they were. */
function signInIfAsked(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401 || router.state.location.pathname === "/sign-in")
    return;
  void router.navigate({ to: "/sign-in", search: { to: router.state.location.href }, replace: true });
}

/** A visit without a project begins with the one last looked at. */
function rememberProject(): void {
  const url = new URL(location.href);
  const last = lastProject.get();
  if (!last || url.searchParams.has("project") || url.pathname !== "/ui/") return;
  url.searchParams.set("project", last);
  history.replaceState(history.state, "", url);
}

/** The link that the server prints ends in `#sign-in=TOKEN`: no log sees what stands behind the `#`. */
function followLink(): void {
  if (location.hash.startsWith("#sign-in=")) history.replaceState(null, "", `/ui/sign-in${location.hash}`);
}

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
followTheme();
followLink();
rememberProject();
keepFresh(client, live);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
