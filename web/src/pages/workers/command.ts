/** The command that begins a worker of this server. */

interface Worker {
  server: string;
  pool: string;
  name: string;
}

export function workerCommand({ server, pool, name }: Worker): string {
  return [
    `tickwork worker --server ${quoted(server)}`,
    "--key-file worker.key",
    `--pool ${quoted(pool)}`,
    `--name ${quoted(name)}`,
  ].join(" ");
}

/** As a shell takes it for one word. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
