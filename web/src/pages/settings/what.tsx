import { useQuery } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import { lengthText } from "@/core/text.ts";
import { Loaded } from "@/kit/loaded.tsx";
import { Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { CHAPTERS, type Chapter, type Meaning } from "./meanings.ts";

type Values = Record<string, unknown>;

/** How the server is set, and what that means. It is changed where the server is started. */
export function What() {
  const query = useQuery(queries.settings());
  return (
    <Section title="What is set">
      <p className="max-w-180 text-ink-2">
        Read when the server starts, from its flags, variables called{" "}
        <code className="font-mono text-xs">TICKWORK_…</code> and its file; changed there, not here. Secrets
        are not shown.
      </p>
      <Loaded query={query} placeholder={<Skeleton lines={12} className="h-6" />}>
        {(values) => (
          <div className="grid gap-x-8 gap-y-5 lg:grid-cols-2">
            {[...CHAPTERS, othersOf(values)].map((chapter) => (
              <ChapterTable key={chapter.title} chapter={chapter} values={values} />
            ))}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

/** What a newer server has and these pages do not know. */
function othersOf(values: Values): Chapter {
  const known = new Set(CHAPTERS.flatMap((chapter) => chapter.meanings.map((each) => each.name)));
  const others = Object.keys(values).filter((name) => !known.has(name));
  return { title: "Others", meanings: others.map((name) => ({ name, what: "" })) };
}

function ChapterTable({ chapter, values }: { chapter: Chapter; values: Values }) {
  const shown = chapter.meanings.filter(({ name }) => name in values);
  if (shown.length === 0) return null;
  return (
    <section aria-label={chapter.title} className="flex min-w-0 flex-col gap-1">
      <h3 className="eyebrow">{chapter.title}</h3>
      <dl className="divide-y divide-line border-y border-line">
        {shown.map((meaning) => (
          <div
            key={meaning.name}
            className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-x-4 px-1 py-1 sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]"
          >
            <dt className="min-w-0">
              <code className="break-words font-mono text-xs">{meaning.name}</code>
              {meaning.what && <span className="block text-xs text-ink-2">{meaning.what}</span>}
            </dt>
            <dd className="min-w-0 self-center break-words text-right">
              {valueText(values[meaning.name], meaning)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** As a person reads it. */
export function valueText(value: unknown, { unit }: Meaning): string {
  if (value === null || value === "") return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number" && unit === "seconds") return lengthText(value);
  if (typeof value === "number" && unit === "microseconds") return lengthText(value / 1_000_000);
  return String(value);
}
