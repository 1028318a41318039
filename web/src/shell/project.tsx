import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { queries } from "@/api/queries.ts";
import { lastProject } from "@/core/preferences.ts";
import { Select } from "@/kit/field.tsx";

/** The project that is looked at; "" is all of them. It stands in the URL, so links keep it. */
export function useProject(): string {
  return useSearch({ strict: false }).project ?? "";
}

export function ProjectSelect() {
  const { data: projects = [] } = useQuery(queries.projects());
  const chosen = useProject();
  const navigate = useNavigate();
  const names = projects.map((project) => project.name);
  const known = chosen && !names.includes(chosen) ? [chosen, ...names] : names;
  return (
    <Select
      aria-label="Project"
      className="w-full"
      value={chosen}
      options={[{ value: "", label: "All projects" }, ...known.map((name) => ({ value: name, label: name }))]}
      onChange={(project) => {
        lastProject.set(project);
        void navigate({ to: ".", search: (old) => ({ ...old, project: project || undefined }) });
      }}
    />
  );
}
