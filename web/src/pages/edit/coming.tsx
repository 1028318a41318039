/** What comes next, as the schedules say. */

import type { ScheduleWords } from "@/api/types.ts";
import { Notice } from "@/kit/page.tsx";
import { Moments } from "@/parts/moments.tsx";

export function Coming({ words }: { words: ScheduleWords | undefined }) {
  if (!words || words.words.length === 0)
    return <p className="text-ink-2">Nothing by itself: it has no schedule.</p>;
  return (
    <div className="flex flex-col gap-3">
      <ul>
        {words.words.map((each, at) => (
          <li key={at} className="font-medium">
            {each}
          </li>
        ))}
      </ul>
      <Moments of={words.next} />
      <ClockChanges notes={words.dst} />
    </div>
  );
}

/** What changes of the clocks do to it. */
export function ClockChanges({ notes }: { notes: readonly string[] }) {
  return notes.map((note) => (
    <Notice key={note}>
      <p className="first-letter:uppercase">{note}</p>
    </Notice>
  ));
}
