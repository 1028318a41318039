/** The form and the YAML of one job, beside what they mean, and the way to save them. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { saved } from "@/api/definitions.ts";
import { queries } from "@/api/queries.ts";
import type { JobDetailView, JobView, Said } from "@/api/types.ts";
import { useStable } from "@/core/stable.ts";
import { Button } from "@/kit/button.tsx";
import { Page, Panel, Section } from "@/kit/page.tsx";
import { Tabs } from "@/kit/tabs.tsx";
import { AbsentNotices } from "@/parts/absent.tsx";
import { type Action, useActions } from "@/shell/actions.ts";
import { BoardNotice } from "./board-notice.tsx";
import { type Checked, useChecked, useDescribed } from "./checked.ts";
import { Coming } from "./coming.tsx";
import { jobSchema } from "./form.ts";
import { FormTab } from "./form-tab.tsx";
import { useLeaveGuard } from "./leave-guard.ts";
import { Problem } from "./problem.tsx";
import { type Change, Review } from "./review.tsx";
import { type Draft, useDraft } from "./use-draft.ts";
import { YamlEditor } from "./yaml-editor.tsx";

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

export function Editor({ job, name, project, said, revision, onReload }: EditorProps) {
  const draft = useDraft({ name, project, said });
  const { written, touched, asked } = draft;
  const checked = useChecked(asked);
  const letGo = useLeaveGuard(touched.size > 0);
  const [change, setChange] = useState<Change | null>(null);
  const client = useQueryClient();
  const navigate = useNavigate();
  const review = async () => {
    draft.touchAll();
    if (!asked.name) return;
    // Not from the cache: what is stored may have changed.
    const found = await client.fetchQuery({ ...queries.preview(asked), staleTime: 0 }).catch(() => null);
    if (found)
      setChange({ job: job?.id ?? null, ...asked, revision, board: job?.owner ?? "", preview: found });
  };
  const done = (detail: JobDetailView) => {
    letGo();
    saved(client, detail.job.id, job === null);
    void navigate({ to: "/jobs/$job", params: { job: detail.job.id } });
  };
  return (
    <Page
      title={job ? `Edit ${job.id}` : "New job"}
      actions={<ReviewButton label={job ? "Review and save" : "Review and create"} onPress={review} />}
    >
      {job?.owner && <BoardNotice job={job} onReset={onReload} />}
      <Problem checked={checked} seen={touched} yaml={"yaml" in written} nameless={draft.head.name === ""} />
      <AbsentNotices absent={checked.preview?.absent ?? []} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,1fr)_340px]">
        <Ways draft={draft} stored={job !== null} checked={checked} />
        <Meaning said={"said" in written ? written.said : (checked.preview?.definition ?? {})} />
      </div>
      {change && (
        <Review
          change={change}
          onClose={() => setChange(null)}
          onSaved={done}
          onReload={() => {
            letGo();
            onReload();
          }}
        />
      )}
    </Page>
  );
}

function ReviewButton({ label, onPress }: { label: string; onPress: () => Promise<void> }) {
  const press = useStable(() => void onPress());
  useActions(
    useMemo(
      (): Action[] => [{ label, group: "This job", icon: "check", keys: "mod+s", act: press }],
      [label, press],
    ),
  );
  return (
    <Button kind="primary" keys="mod+s" onClick={press}>
      {label}
    </Button>
  );
}

/** The two ways to write it. */
function Ways({ draft, stored, checked }: { draft: Draft; stored: boolean; checked: Checked }) {
  const { head, written, touched, changeHead, changeSaid, changeYaml, showAs } = draft;
  const form = "said" in written && (
    <FormTab
      said={written.said}
      head={head}
      stored={stored}
      checked={checked}
      touched={touched}
      onHead={changeHead}
      onChange={changeSaid}
    />
  );
  const yaml = "yaml" in written && (
    <YamlTab text={written.yaml} invalid={checked.problem !== undefined} onChange={changeYaml} />
  );
  return (
    <Tabs
      value={form ? "form" : "yaml"}
      onChange={(tab) => void showAs(tab)}
      tabs={[
        { id: "form", label: "Form", content: form },
        { id: "yaml", label: "YAML", content: yaml },
      ]}
    />
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
