import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMay, useSuperuser } from "@/api/hooks.ts";
import { deleteProject, describeProject } from "@/api/projects.ts";
import { queries } from "@/api/queries.ts";
import type { ProjectDetail, SwitchView } from "@/api/types.ts";
import { Button, buttonClass } from "@/kit/button.tsx";
import { Field, TextArea } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { Menu } from "@/kit/menu.tsx";
import { Notice, Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { SwitchWords } from "@/parts/switches/switch-words.tsx";
import { TurnOff } from "@/parts/switches/turn-off.tsx";
import { TurnOn } from "@/parts/switches/turn-on.tsx";
import { Members } from "./members.tsx";
import { Secrets } from "./secrets.tsx";

const route = getRouteApi("/projects/$name");

/** One project: what it is, whether it is on, who is what in it, its secrets. */
export default function ProjectPage() {
  const { name } = route.useParams();
  const project = useQuery(queries.project(name));
  const { data: switches = [] } = useQuery(queries.switches());
  const off = switches.find((each) => each.scope === "project" && each.target === name);
  return (
    <Loaded
      page
      query={project}
      placeholder={
        <Page title={name}>
          <Skeleton lines={8} />
        </Page>
      }
    >
      {(detail) => <ProjectLoaded detail={detail} off={off} />}
    </Loaded>
  );
}

function ProjectLoaded({ detail, off }: { detail: ProjectDetail; off: SwitchView | undefined }) {
  const admin = useMay()("admin", detail.name);
  return (
    <Page
      title={detail.name}
      aside={<StateBadge state={off ? "paused" : "active"} className="text-base" />}
      actions={<ProjectActions detail={detail} off={off} />}
    >
      {off && (
        <Notice kind="missed">
          <SwitchWords off={off} />
        </Notice>
      )}
      {detail.description && (
        <p className="max-w-prose whitespace-pre-line text-ink-2">{detail.description}</p>
      )}
      <Members members={detail.members} />
      {admin && <Secrets project={detail.name} />}
    </Page>
  );
}

type Doing = "describe" | "off" | "on";

function ProjectActions({ detail, off }: { detail: ProjectDetail; off: SwitchView | undefined }) {
  const { name } = detail;
  const may = useMay();
  const superuser = useSuperuser();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  const what = { scope: "project" as const, target: name };
  const remove = async () => {
    if (await deleteProject(client, name)) void navigate({ to: "/projects" });
  };
  return (
    <>
      <Link to="/jobs" search={{ project: name }} className={buttonClass()}>
        Its jobs
      </Link>
      {may("operator", name) && (
        <Button icon={off ? "play" : "pause"} onClick={() => setDoing(off ? "on" : "off")}>
          {off ? "Resume …" : "Pause …"}
        </Button>
      )}
      {may("admin", name) && (
        <Button icon="edit" onClick={() => setDoing("describe")}>
          Describe …
        </Button>
      )}
      {superuser && (
        <Menu
          items={[{ label: "Delete the project …", icon: "trash", danger: true, act: () => void remove() }]}
          trigger={
            <Button icon="more" bare>
              More
            </Button>
          }
        />
      )}
      {doing === "describe" && <Describe detail={detail} onClose={close} />}
      {doing === "off" && <TurnOff what={what} title={`Pause project ${name}`} onClose={close} />}
      {doing === "on" && <TurnOn what={what} title={`Resume project ${name}`} onClose={close} />}
    </>
  );
}

function Describe({ detail, onClose }: { detail: ProjectDetail; onClose: () => void }) {
  const client = useQueryClient();
  const [description, setDescription] = useState(detail.description);
  return (
    <FormDialog
      title={`Describe ${detail.name}`}
      action="Save"
      onClose={onClose}
      submit={() => describeProject(client, detail.name, description)}
      done={`Project ${detail.name} is described`}
    >
      {(wrong) => (
        <Field
          label="Description"
          error={wrong("description")}
          help="What its jobs are for, and whom to ask."
        >
          <TextArea
            autoFocus
            maxLength={2000}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </Field>
      )}
    </FormDialog>
  );
}
