/** What each setting means. The names are those of the server; `tests/web/test_meanings.py` holds the two together. */

export interface Meaning {
  name: string;
  what: string;
  /** How its value is told; a number is one of something else. */
  unit?: "seconds" | "microseconds";
}

export interface Chapter {
  title: string;
  meanings: readonly Meaning[];
}

export const CHAPTERS: readonly Chapter[] = [
  {
    title: "Store",
    meanings: [
      { name: "store", what: "Where jobs, runs and the ledger are kept" },
      { name: "accept_loss", what: "Work also on a store that may lose jobs and runs" },
    ],
  },
  {
    title: "This machine's worker",
    meanings: [
      { name: "workers", what: "Runs at a time (seats)" },
      { name: "worker_name", what: "Its name; empty: the host's" },
      { name: "pool", what: "The pool whose runs it takes" },
      { name: "labels", what: "What it has that not every worker has; jobs may ask for it" },
      { name: "http_allow", what: "What jobs' requests may reach beside the public internet" },
      { name: "spool_folder", what: "Where it keeps what it cannot tell its server; empty: /var/tmp" },
      { name: "lease", what: "Silence after which a worker's runs are settled as lost", unit: "seconds" },
      { name: "job_timeout", what: "How long jobs may run that say no timeout", unit: "microseconds" },
      { name: "grace", what: "How long a stopping worker waits for what it runs", unit: "seconds" },
      {
        name: "containment",
        what: "What holds the processes of a run together; auto: the strongest that works",
      },
    ],
  },
  {
    title: "Silent workers",
    meanings: [
      {
        name: "unresponsive_intervals",
        what: "Signs of life that are missing before a worker is shown as silent",
      },
      { name: "unresponsive_margin", what: "And so much longer", unit: "seconds" },
    ],
  },
  {
    title: "What is kept",
    meanings: [
      { name: "keep_for", what: "Ended runs and gaps older than this are pruned", unit: "microseconds" },
      { name: "keep_runs", what: "But never the newest so many runs of a job" },
      { name: "keep_at_most", what: "Of a job's runs only the newest so many stay; 0: all" },
      { name: "keep_states", what: "Other ages for runs that ended in some state: succeeded=30d" },
      { name: "keep_debug", what: "Log records of level DEBUG are dropped after", unit: "microseconds" },
      { name: "keep_info", what: "Log records of level INFO are dropped after", unit: "microseconds" },
      { name: "keep_warning", what: "Log records of level WARNING are dropped after", unit: "microseconds" },
      {
        name: "keep_error",
        what: "Log records of level ERROR and CRITICAL are dropped after",
        unit: "microseconds",
      },
    ],
  },
  {
    title: "Pages and REST",
    meanings: [
      { name: "web", what: "Whether they are served at all" },
      { name: "listen", what: "The address that they are served on" },
      { name: "port", what: "The port; empty: 8425, or any other that is free" },
      { name: "public_url", what: "Where people and workers reach the server from outside" },
      {
        name: "proxies",
        what: "Addresses of proxies in front, whose word on where requests come from counts",
      },
      { name: "hosts", what: "Names that it answers to beside its own address" },
      { name: "no_auth", what: "Whoever reaches the server may do everything" },
      { name: "insecure", what: "Listen beyond this machine without TLS: a proxy in front of it does that" },
      { name: "tls_cert", what: "The file with the certificate and its chain" },
      { name: "tls_key", what: "The file with the certificate's key" },
      { name: "log_level", what: "From which level on the server says something" },
    ],
  },
  {
    title: "Telling people",
    meanings: [
      { name: "smtp_host", what: "The server that mail goes through; empty: no mail is sent" },
      { name: "smtp_port", what: "Its port; 0: the usual one of smtp_tls" },
      { name: "smtp_user", what: "Who signs in there; empty: nobody does" },
      { name: "smtp_from", what: "The sender of mail; empty: tickwork@ and the host's name" },
      { name: "smtp_tls", what: "Whether mail goes by TLS" },
      { name: "smtp_ca", what: "The certificates to trust there, instead of the system's" },
      { name: "notify_allow", what: "What webhooks may reach beside the public internet" },
      { name: "notify_commands", what: "Channels may run programs on the server" },
      {
        name: "heartbeat_every",
        what: "How often a dead man's switch elsewhere is told that the scheduler goes on",
        unit: "microseconds",
      },
    ],
  },
  {
    title: "Logs and traces",
    meanings: [
      { name: "log_format", what: "How the server writes its own log: text, or json for what collects logs" },
      { name: "ship_logs", what: "Where logs of ended runs go, too, as lines of JSON; empty: nowhere" },
      { name: "tracing", what: "Send a trace of each run; the OTEL_ variables say where to" },
    ],
  },
  {
    title: "Files with keys",
    meanings: [
      { name: "secret_key_file", what: "Keys that seal the secrets of projects; empty: beside the store" },
      { name: "signing_key_file", what: "The key that signs pickled results" },
    ],
  },
  {
    title: "As a worker or a command of another server",
    meanings: [
      { name: "server", what: "Its address" },
      { name: "key_file", what: "The file with the key that is shown to it" },
      { name: "server_ca", what: "Certificates to trust instead of the system's" },
      { name: "reconnect_after", what: "A connection without traffic is made anew after", unit: "seconds" },
    ],
  },
];
