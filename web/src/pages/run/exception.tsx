import type { FrameView } from "@/api/types.ts";
import { Icon } from "@/kit/icon.tsx";
import { CodeView } from "@/kit/json-view.tsx";

/** What was raised, and the frames that led there with what their variables held; the innermost one is open. */
export function Exception({ error, frames }: { error: string | null; frames: FrameView[] }) {
  return (
    <div className="ring-inside flex flex-col gap-3 overflow-auto">
      {error && <CodeView text={error} label="Error" />}
      <ol className="flex flex-col gap-1.5">
        {frames.map((frame, at) => (
          <li key={at}>
            <Frame frame={frame} open={at === frames.length - 1} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Frame({ frame, open }: { frame: FrameView; open: boolean }) {
  const locals = Object.entries(frame.locals);
  return (
    <details open={open} className="group rounded-md border border-line bg-surface">
      <summary className="flex flex-wrap items-center gap-x-3 px-3 py-1.5">
        <Icon name="right" size={12} className="-mx-1 text-ink-3 group-open:rotate-90" />
        <span className="font-mono text-xs font-semibold">{frame.function}</span>
        <span className="break-all font-mono text-xs text-ink-2">
          {frame.file}:{frame.line}
        </span>
      </summary>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-0.5 border-t border-line px-3 py-2 font-mono text-xs">
        {locals.length === 0 && <dt className="text-ink-3">no variables</dt>}
        {locals.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-2">{name}</dt>
            <dd className="whitespace-pre-wrap break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
