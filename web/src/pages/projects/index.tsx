import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useSuperuser } from "@/api/hooks.ts";
import { describeProject } from "@/api/projects.ts";
import { queries } from "@/api/queries.ts";
import type { MeView, ProjectView, SwitchView } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Field, Input } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState, Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { roleIn } from "@/parts/roles.ts";

/** The projects that one sees. */
export default function Projects() {
  const projects = useQuery(queries.projects());
  const { data: switches } = useQuery(queries.switches());
  const { data: me } = useQuery(queries.me());
  const superuser = useSuperuser();
  const [making, make] = useState(false);
  const columns = useMemo(() => columnsOf(switches ?? [], me), [switches, me]);
  return (
    <Page
      title="Projects"
      actions={
        superuser && (
          <Button icon="plus" kind="primary" onClick={() => make(true)}>
            New project
          </Button>
        )
      }
    >
      <p className="max-w-180 text-ink-2">
        A project holds jobs, their secrets, and who may do what with them. One that a board names is there
        from then on.
      </p>
      <Loaded query={projects} placeholder={<Skeleton lines={5} className="h-8" />}>
        {(found) => (
          <Table
            label="Projects"
            columns={columns}
            rows={found}
            rowKey={(project) => project.name}
            empty={
              <EmptyState icon="jobs" title="No project that you see">
                An administrator gives you a role in one, through a group.
              </EmptyState>
            }
          />
        )}
      </Loaded>
      {making && <NewProject onClose={() => make(false)} />}
    </Page>
  );
}

function columnsOf(switches: readonly SwitchView[], me: MeView | undefined): Column<ProjectView>[] {
  const off = (name: string) => switches.find((each) => each.scope === "project" && each.target === name);
  return [
    {
      id: "name",
      title: "Project",
      width: "minmax(90px, 1fr)",
      cell: (project) => (
        <Link to="/projects/$name" params={{ name: project.name }} className="font-medium hover:underline">
          {project.name}
        </Link>
      ),
    },
    {
      id: "state",
      title: "State",
      width: "104px",
      cell: (project) => (
        <span data-tip={off(project.name)?.sentence}>
          <StateBadge state={off(project.name) ? "paused" : "active"} />
        </span>
      ),
    },
    {
      id: "description",
      title: "Description",
      width: "minmax(140px, 3fr)",
      cell: (project) => project.description || <span className="text-ink-3">–</span>,
      wide: true,
    },
    { id: "role", title: "You are", width: "96px", cell: (project) => me && roleIn(me, project.name) },
    {
      id: "jobs",
      title: "",
      width: "64px",
      align: "right",
      cell: (project) => (
        <Link to="/jobs" search={{ project: project.name }} className="link">
          Jobs
        </Link>
      ),
    },
  ];
}

function NewProject({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  return (
    <FormDialog
      title="New project"
      action="Make the project"
      onClose={onClose}
      submit={() => describeProject(client, name, description)}
      done={`Project ${name} is made`}
    >
      {(wrong) => (
        <>
          <Field
            label="Name"
            error={wrong("name")}
            help="As boards and people name it; it does not change later."
          >
            <Input autoFocus required value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label="Description" optional error={wrong("description")}>
            <Input value={description} onChange={(event) => setDescription(event.target.value)} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
