/** The typed client: paths and shapes come from the server's OpenAPI document, errors are `ApiError`s. */

import createClient, { type Middleware } from "openapi-fetch";
import { learnServerTime } from "@/core/now.ts";
import { ApiError, type Problem } from "@/core/problem.ts";
import type { paths } from "./generated.ts";

const PATIENCE_MS = 30_000;

const errors: Middleware = {
  async onResponse({ response }) {
    learnServerTime(response.headers.get("date"));
    if (response.ok) return undefined;
    throw new ApiError(await problemOf(response));
  },
  onError({ error }) {
    return new ApiError({
      type: "unreachable",
      title: "The server cannot be reached",
      status: 0,
      detail:
        error instanceof Error
          ? `The server cannot be reached (${error.message})`
          : "The server cannot be reached",
    });
  },
};

export const api = createClient<paths>({
  baseUrl: typeof location === "undefined" ? "http://localhost" : location.origin,
  // Looked up at each call, so that tests can put another one there.
  fetch: (request) => globalThis.fetch(request, { signal: patience(request) }),
});
api.use(errors);

/** What only reads gives up and is tried again: a browser waits for ever, and has six lines to a server. */
function patience({ method, signal }: Request): AbortSignal {
  return method === "GET" ? AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) : signal;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const problem = (await response.json()) as Partial<Problem>;
    if (typeof problem.detail === "string")
      return {
        title: response.statusText,
        type: "",
        ...problem,
        detail: problem.detail,
        status: response.status,
      };
  } catch {
    // Not JSON: something between us and the server answered.
  }
  return {
    type: "",
    title: response.statusText,
    status: response.status,
    detail: `${response.status} ${response.statusText}`,
  };
}

/** The data of an answer; what went wrong was thrown already. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
