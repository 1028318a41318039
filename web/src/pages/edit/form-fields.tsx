/** The sections of the form. */

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "@/api/queries.ts";
import type { ScheduleWords } from "@/api/types.ts";
import { Field, Input } from "@/kit/field.tsx";
import { Panel } from "@/kit/page.tsx";
import { useForm } from "./form.ts";
import { Suggest } from "./inputs.tsx";
import { AfterJobs, NeededJobs } from "./joined.tsx";
import { AreaKey } from "./key-fields.tsx";
import { Policies } from "./policies.tsx";
import { runnerOf } from "./said.ts";
import { alsoSet } from "./shown-keys.ts";
import { Surroundings } from "./surroundings.tsx";
import { TagsKey } from "./tags-key.tsx";
import type { Head } from "./use-draft.ts";
import { What } from "./what.tsx";
import { When } from "./when.tsx";

interface FieldsProps {
  head: Head | null;
  onHead: (head: Head) => void;
  described: ScheduleWords | undefined;
  scheduleProblem: string | undefined;
}

export function Fields({ head, onHead, described, scheduleProblem }: FieldsProps) {
  const { said } = useForm();
  const more = alsoSet(said);
  const isElsewhere = runnerOf(said) === "elsewhere";
  return (
    <div className="flex flex-col gap-6">
      {head && <HeadFields head={head} onHead={onHead} />}
      <Part title="What runs">
        <What />
        {!isElsewhere && (
          <Folded title="Variables, secrets, folder, user">
            <Surroundings />
          </Folded>
        )}
      </Part>
      <Part title="When">
        <When described={described} problem={scheduleProblem} />
        {!isElsewhere && <AfterJobs />}
      </Part>
      {!isElsewhere && (
        <Part title="What it needs">
          <p className="text-ink-2">
            It begins only when these succeeded; their results can be its arguments (<code>!retval job</code>
            ).
          </p>
          <NeededJobs />
        </Part>
      )}
      <Part title="How">
        <Policies />
      </Part>
      <Part title="About it">
        <AreaKey of="description" label="Description" placeholder="What it is for, and whom to ask." />
        <TagsKey />
        {more.length > 0 && (
          <p className="text-ink-2">
            Also set, on the tab YAML:{" "}
            {more.map((key) => (
              <code key={key} className="mr-2 font-mono text-xs">
                {key}
              </code>
            ))}
          </p>
        )}
      </Part>
    </div>
  );
}

function HeadFields({ head, onHead }: { head: Head; onHead: (head: Head) => void }) {
  const { error } = useForm();
  const { data: projects = [] } = useQuery(queries.projects());
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Name" help="It cannot be changed later." error={error("name")}>
        <Input
          autoFocus
          placeholder="nightly-report"
          value={head.name}
          onChange={(event) => onHead({ ...head, name: event.target.value })}
        />
      </Field>
      <Field label="Project" error={error("project")}>
        <Suggest
          label="Project"
          among={projects.map((project) => project.name)}
          placeholder="default"
          value={head.project}
          onChange={(project) => onHead({ ...head, project })}
        />
      </Field>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h2 className="text-sm font-semibold">{title}</h2>
      <Panel className="flex min-w-0 flex-col gap-4 p-4">{children}</Panel>
    </section>
  );
}

function Folded({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details>
      <summary className="w-fit text-ink-2">{title}</summary>
      <div className="pt-3">{children}</div>
    </details>
  );
}
