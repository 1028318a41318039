/** What a server says is wrong, as an error: shown by whoever asked. */

/** As it comes from anywhere: from the server, from what stands before it, from nobody. */
export interface Problem {
  type: string;
  title: string;
  /** Of HTTP; 0: nobody answered. */
  status: number;
  detail: string;
  /** One for each field of the request that is wrong. */
  errors?: { field: string; message: string }[];
}

/** What the server said was wrong. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiError";
    this.status = problem.status;
    this.problem = problem;
  }

  /** The server's message for a field of the request, under its name there: `timeout`. */
  field(name: string): string | undefined {
    return this.problem.errors?.find((each) => each.field === name || each.field.endsWith(`.${name}`))
      ?.message;
  }
}
