/** When it runs: its schedules, one below the other. */

import type { Said, ScheduleWords } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Notice } from "@/kit/page.tsx";
import { useForm } from "./form.ts";
import { runnerOf, schedulesOf, withSchedules, withTrigger } from "./said.ts";
import { ScheduleCard } from "./schedule-card.tsx";

interface WhenProps {
  described: ScheduleWords | undefined;
  problem: string | undefined;
}

export function When({ described, problem }: WhenProps) {
  const { said, change } = useForm();
  const schedules = schedulesOf(said);
  const set = (next: Said[]) => change(withSchedules(said, next));
  const last = schedules.at(-1);
  const add = () => {
    const fresh = withTrigger(last?.zone ? { zone: last.zone } : {}, "cron");
    set([...schedules, fresh]);
  };
  return (
    <>
      {schedules.length === 0 && (
        <p className="text-ink-2">
          {runnerOf(said) === "elsewhere"
            ? "No schedule: nothing is expected, and whatever it tells of is a run."
            : "No schedule: it runs when asked, or after other jobs."}
        </p>
      )}
      {schedules.map((schedule, at) => (
        <ScheduleCard
          key={at}
          number={schedules.length > 1 ? at + 1 : 0}
          schedule={schedule}
          words={problem ? undefined : described?.words[at]}
          onChange={(changed) => set(schedules.with(at, changed))}
          onRemove={() => set(schedules.toSpliced(at, 1))}
        />
      ))}
      {problem && <Notice kind="failed">{problem}</Notice>}
      <div>
        <Button icon="plus" onClick={add}>
          {schedules.length ? "Add another schedule" : "Add a schedule"}
        </Button>
      </div>
    </>
  );
}
