interface FieldDiffProps {
  names: readonly string[];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Field by field what was there, and what is there instead. */
export function FieldDiff({ names, before, after }: FieldDiffProps) {
  return (
    <section aria-label="What changed" className="overflow-hidden rounded-lg border border-line">
      <div className="grid grid-cols-2 border-b border-line bg-sunken text-xs font-medium text-ink-2 sm:grid-cols-[140px_1fr_1fr]">
        <span className="px-2 py-1 max-sm:hidden">Field</span>
        <span className="px-2 py-1">Before</span>
        <span className="px-2 py-1">After</span>
      </div>
      <ul className="divide-y divide-line">
        {names.map((name) => (
          <li key={name} className="grid grid-cols-2 sm:grid-cols-[140px_1fr_1fr]">
            <code className="break-words px-2 py-1 font-mono text-xs text-ink-2 max-sm:col-span-2">
              {name}
            </code>
            <Side sign="−" value={before?.[name]} tone="bg-failed-soft" />
            <Side sign="+" value={after?.[name]} tone="bg-succeeded-soft" />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Side({ sign, value, tone }: { sign: string; value: unknown; tone: string }) {
  if (value === undefined) return <span className="px-2 py-1 text-xs text-ink-3">not there</span>;
  return (
    <pre className={`overflow-x-auto whitespace-pre-wrap break-words px-2 py-1 font-mono text-xs ${tone}`}>
      {`${sign} ${shown(value)}`}
    </pre>
  );
}

/** Texts as they are, everything else as JSON. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
