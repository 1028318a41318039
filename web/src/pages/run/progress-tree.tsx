import type { ProgressView } from "@/api/types.ts";
import { lengthText, percentText } from "@/core/text.ts";
import { Section } from "@/kit/page.tsx";
import { ProgressBar } from "@/kit/progress.tsx";

export function ProgressTree({ progress }: { progress: ProgressView }) {
  return (
    <Section title="Progress">
      <Bar bar={progress} name="The whole run" />
    </Section>
  );
}

function Bar({ bar, name }: { bar: ProgressView; name: string }) {
  const share = bar.share === null ? "" : percentText(bar.share);
  const left = bar.left === null || bar.share === 1 ? "" : ` · ${lengthText(bar.left)} left`;
  return (
    <div>
      <div className="flex items-baseline gap-2 text-xs">
        <span className="truncate font-medium">{name}</span>
        <span className="ml-auto whitespace-nowrap text-ink-2">
          {bar.current} of {bar.total} · {share}
          {left}
        </span>
      </div>
      <ProgressBar share={bar.share} label={name} className="my-1" />
      {bar.status && <p className="truncate text-xs text-ink-2">{bar.status}</p>}
      {bar.children.length > 0 && (
        <div className="mt-2 flex flex-col gap-1.5 border-l border-line pl-3">
          {bar.children.map((child) => (
            <Bar key={child.group.join(" ")} bar={child} name={child.group.at(-1) ?? ""} />
          ))}
        </div>
      )}
    </div>
  );
}
