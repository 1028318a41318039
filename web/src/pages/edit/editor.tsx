/** The form and the YAML of one job, beside what they mean, and the way to save them. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import type { Asked } from "@/api/definitions.ts";
import { queries } from "@/api/queries.ts";
import type { JobDetailView, JobView, Said } from "@/api/types.ts";
import { ApiError } from "@/core/problem.ts";
import { Button } from "@/kit/button.tsx";
import { confirm } from "@/kit/dialog.tsx";
import { Notice, Page, Panel, Section } from "@/kit/page.tsx";
import { Tabs } from "@/kit/tabs.tsx";
import { toast } from "@/kit/toasts.tsx";
import { type Action, useActions } from "@/shell/actions.ts";
import { BoardNotice } from "./board-notice.tsx";
import { type Checked, useChecked, useDescribed } from "./checked.ts";
import { Coming } from "./coming.tsx";
import { FormContext, jobSchema, messageOf } from "./form.ts";
import { Fields } from "./form-fields.tsx";
import { type Change, Review } from "./review.tsx";
import { RUNNERS, roughYaml } from "./said.ts";
import { YamlEditor } from "./yaml-editor.tsx";

/** What is written: the form's table, or a text of which the server makes one. */
type Draft = { said: Said } | { yaml: string };

interface EditorProps {
  /** The stored job; null: it is a new one. */
  job: JobView | null;
  name: string;
  project: string;
  said: Said;
  /** Of what is stored; 0: nothing. */
  revision: number;
  onReload: () => void;
}

export function Editor(props: EditorProps) {
  const [head, setHead] = useState({ name: props.name, project: props.project });
  const [draft, setDraft] = useState<Draft>({ said: props.said });
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [change, setChange] = useState<Change | null>(null);
  const saved = useRef(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const asked: Asked = { ...head, ...("said" in draft ? { definition: draft.said } : draft) };
  const checked = useChecked(asked);
  const dirty = touched.size > 0;
  useLeaveGuard(dirty, saved);

  const touch = (keys: readonly string[]) => setTouched((old) => new Set([...old, ...keys]));
  const toTab = async (tab: string) => {
    if (tab === "yaml" && "said" in draft) setDraft({ yaml: await yamlFor(asked, draft.said, check) });
    if (tab === "form" && "yaml" in draft) {
      const found = await check(asked);
      if (found instanceof Error) toast.error("The form cannot show this YAML yet", found);
      else setDraft({ said: found.definition });
    }
  };
  const check = (what: Asked) =>
    client.fetchQuery(queries.preview({ ...what, name: what.name || "new" })).catch((error: Error) => error);
  const review = useCallback(
    async (what: Asked) => {
      setTouched((old) => new Set([...old, ...RUNNERS, "body", "name", "project"]));
      if (!what.name) return;
      // Not from the cache: what is stored may have changed.
      const found = await client.fetchQuery({ ...queries.preview(what), staleTime: 0 }).catch(() => null);
      if (!found) return;
      const { job, revision } = props;
      setChange({ job: job?.id ?? null, ...what, revision, board: job?.owner ?? "", preview: found });
    },
    [client, props],
  );
  const done = (detail: JobDetailView) => {
    saved.current = true;
    for (const noun of ["jobs", "job", "graph", "chain", "forecast", "agenda"])
      void client.invalidateQueries({ queryKey: [noun] });
    toast.done(props.job ? `${detail.job.id} is saved` : `${detail.job.id} is made`);
    void navigate({ to: "/jobs/$job", params: { job: detail.job.id } });
  };
  const actions = useReviewAction(() => void review(asked), props.job === null);
  return (
    <Page
      title={props.job ? `Edit ${props.job.id}` : "New job"}
      actions={
        <Button kind="primary" keys="mod+s" onClick={actions}>
          {props.job ? "Review and save" : "Review and create"}
        </Button>
      }
    >
      {props.job?.owner && <BoardNotice job={props.job} onReset={props.onReload} />}
      <Problem checked={checked} seen={touched} yaml={"yaml" in draft} nameless={head.name === ""} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,1fr)_340px]">
        <Tabs
          value={"said" in draft ? "form" : "yaml"}
          onChange={(tab) => void toTab(tab)}
          tabs={[
            {
              id: "form",
              label: "Form",
              content: "said" in draft && (
                <FormTab
                  said={draft.said}
                  head={props.job ? null : head}
                  project={head.project}
                  checked={checked}
                  touched={touched}
                  onHead={(next) => {
                    touch(["name", "project"]);
                    setHead(next);
                  }}
                  onChange={(said) => {
                    touch(changedKeys(draft.said, said));
                    setDraft({ said });
                  }}
                />
              ),
            },
            {
              id: "yaml",
              label: "YAML",
              content: "yaml" in draft && (
                <YamlTab
                  text={draft.yaml}
                  invalid={checked.problem !== undefined}
                  onChange={(yaml) => {
                    touch(["yaml"]);
                    setDraft({ yaml });
                  }}
                />
              ),
            },
          ]}
        />
        <Meaning said={"said" in draft ? draft.said : (checked.preview?.definition ?? {})} />
      </div>
      {change && (
        <Review
          change={change}
          onClose={() => setChange(null)}
          onSaved={done}
          onReload={() => {
            saved.current = true;
            props.onReload();
          }}
        />
      )}
    </Page>
  );
}

function changedKeys(before: Said, after: Said): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key] !== after[key]);
}

/** The server's YAML of it; where something is wrong with it, the same roughly. */
async function yamlFor(
  asked: Asked,
  said: Said,
  check: (asked: Asked) => Promise<{ yaml: string } | Error>,
): Promise<string> {
  const found = await check(asked);
  return found instanceof Error ? roughYaml(said) : found.yaml;
}

function useReviewAction(act: () => void, fresh: boolean): () => void {
  const latest = useRef(act);
  latest.current = act;
  const press = useCallback(() => latest.current(), []);
  useActions(
    useMemo(
      (): Action[] => [
        {
          label: fresh ? "Review and create" : "Review and save",
          group: "This job",
          icon: "check",
          keys: "mod+s",
          act: press,
        },
      ],
      [press, fresh],
    ),
  );
  return press;
}

/** What was written and not saved is not lost by a wrong click. */
function useLeaveGuard(dirty: boolean, saved: { current: boolean }): void {
  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (!dirty || saved.current || current.pathname === next.pathname) return false;
      return !(await confirm({
        title: "Leave without saving?",
        consequences: ["What you changed here is not saved, and is lost."],
        action: "Leave",
        danger: true,
      }));
    },
    enableBeforeUnload: () => dirty && !saved.current,
  });
}

interface ProblemProps {
  checked: Checked;
  seen: ReadonlySet<string>;
  yaml: boolean;
  nameless: boolean;
}

/** What is wrong and belongs beside no field that is seen. */
function Problem({ checked: { problem }, seen, yaml, nameless }: ProblemProps) {
  if (nameless && seen.has("body")) return <Notice kind="failed">Give it a name first.</Notice>;
  if (!problem || (!yaml && !seen.has("body"))) return null;
  const messages = problem.problem.errors?.length
    ? problem.problem.errors.map((each) => messageOf(each.message))
    : [messageOf(problem.message)];
  return (
    <Notice kind="failed">
      {messages.map((message) => (
        <p key={message} className="whitespace-pre-line">
          {message}
        </p>
      ))}
    </Notice>
  );
}

interface FormTabProps {
  said: Said;
  /** Of a new job; those of a stored one stay. */
  head: { name: string; project: string } | null;
  project: string;
  checked: Checked;
  touched: ReadonlySet<string>;
  onHead: (head: { name: string; project: string }) => void;
  onChange: (said: Said) => void;
}

function FormTab(props: FormTabProps) {
  const { said, checked, touched, onChange, project } = props;
  const { data: board } = useQuery(queries.schema());
  const described = useDescribed(said);
  const form = {
    said,
    change: onChange,
    schema: jobSchema(board),
    project,
    error: (key: string) => {
      const found = touched.has(key) || touched.has("body") ? checked.problem?.field(key) : undefined;
      return found === undefined ? undefined : messageOf(found, key);
    },
  };
  const wrong = described.problem;
  return (
    <FormContext value={form}>
      <Fields
        head={props.head}
        onHead={props.onHead}
        described={described.words}
        scheduleProblem={
          wrong instanceof ApiError
            ? messageOf(wrong.problem.errors?.[0]?.message ?? wrong.message)
            : undefined
        }
      />
    </FormContext>
  );
}

function YamlTab(props: { text: string; invalid: boolean; onChange: (text: string) => void }) {
  const { data: board } = useQuery(queries.schema());
  return <YamlEditor {...props} schema={jobSchema(board)} />;
}

function Meaning({ said }: { said: Said }) {
  const { words, problem } = useDescribed(said);
  return (
    <Section title="What comes next" className="lg:sticky lg:top-4">
      <Panel className="p-3">
        {problem ? <p className="text-ink-2">The schedule is not right yet.</p> : <Coming words={words} />}
      </Panel>
    </Section>
  );
}
