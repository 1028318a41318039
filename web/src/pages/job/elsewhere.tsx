/** What runs elsewhere: where, how long word of it is waited for, and the ways in which it can tell of itself. */

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { makeCheckin, revokeCheckin } from "@/api/checkins.ts";
import { useMay } from "@/api/hooks.ts";
import type { CheckinView, JobDetailView } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { CodeView } from "@/kit/json-view.tsx";
import { Facts, Panel, Section } from "@/kit/page.tsx";
import { ShownOnce } from "@/kit/shown-once.tsx";
import { Duration, Time } from "@/kit/time.tsx";
import { type ElsewhereTask, elsewhereTask, lineOf, WITHIN } from "./elsewhere-lines.ts";

const MICROSECONDS = 1_000_000;

export function Elsewhere({ detail }: { detail: JobDetailView }) {
  const task = elsewhereTask(detail.definition);
  return task && <Told task={task} detail={detail} />;
}

function Told({ task, detail: { job, checkin } }: { task: ElsewhereTask; detail: JobDetailView }) {
  const [url, setUrl] = useState<string | null>(null);
  return (
    <Section title="Runs elsewhere">
      <Panel className="flex flex-col gap-3 p-3">
        <Facts
          facts={[
            ["Where", task.where],
            ["Missed after", <Duration key="within" seconds={(task.within ?? WITHIN) / MICROSECONDS} />],
          ]}
        />
        <Url job={job.id} project={job.project} checkin={checkin ?? null} onMade={setUrl} />
        <div className="flex flex-col gap-1">
          <p className="text-ink-2">
            Or start it by <code>tickwork wrap</code>, where that is installed and has the store at hand:
          </p>
          <CodeView label="Line that starts it by wrap" text={`tickwork wrap ${job.id} -- COMMAND`} />
        </div>
      </Panel>
      {url && (
        <ShownOnce
          title={`Check-in URL of ${job.id}`}
          label="Line that tells how it ended"
          secret={lineOf(url)}
          onClose={() => setUrl(null)}
        >
          <p>
            So it stands in the crontab, with what it runs in the place of COMMAND. <code>/start</code> behind
            the URL tells that it begins; nothing behind it, that it succeeded.
          </p>
        </ShownOnce>
      )}
    </Section>
  );
}

interface UrlProps {
  job: string;
  project: string;
  checkin: CheckinView | null;
  onMade: (url: string) => void;
}

/** Whether there is a check-in URL; who may edit the job makes one, or ends it. */
function Url({ job, project, checkin, onMade }: UrlProps) {
  const client = useQueryClient();
  const edits = useMay()("editor", project);
  const make = async () => {
    const made = await makeCheckin(client, job, checkin !== null);
    if (made) onMade(made.url);
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="mr-auto">
        {checkin ? (
          <>
            It has a check-in URL, made by {checkin.by} <Time at={checkin.since} />.
          </>
        ) : (
          "It has no check-in URL yet, with which curl tells of its runs."
        )}
      </p>
      {edits && checkin && (
        <Button kind="quiet" onClick={() => void revokeCheckin(client, job)}>
          Revoke …
        </Button>
      )}
      {edits && (
        <Button kind={checkin ? "plain" : "primary"} onClick={() => void make()}>
          {checkin ? "Make another …" : "Make a check-in URL"}
        </Button>
      )}
    </div>
  );
}
