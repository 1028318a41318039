/** The commands that let a worker of this server in, and begin it. */

interface Worker {
  server: string;
  name: string;
}

/** Gets the worker a key of its own, in a file beside it. */
export function enrolCommand({ server, name, token }: Worker & { token: string }): string {
  return `tickwork worker enroll --server ${quoted(server)} --token ${quoted(token)} --name ${quoted(name)} --key-file worker.key`;
}

export function workerCommand({ server, name, pool }: Worker & { pool: string }): string {
  return `tickwork worker --server ${quoted(server)} --key-file worker.key --pool ${quoted(pool)} --name ${quoted(name)}`;
}

/** As a shell takes it for one word. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
