/** What is written of a job: its name and project, and its definition as the form's table or as a text. */

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Asked } from "@/api/definitions.ts";
import { queries } from "@/api/queries.ts";
import type { Said } from "@/api/types.ts";
import { toast } from "@/kit/toasts.tsx";
import { RUNNERS, roughYaml } from "./said.ts";

export interface Head {
  name: string;
  project: string;
}

/** The form's table, or a text of which the server makes one. */
type Written = { said: Said } | { yaml: string };

export interface Draft {
  head: Head;
  written: Written;
  /** All of it, as the server is asked about it. */
  asked: Asked;
  /** What was changed or looked over: what is wrong with it is said from then on. */
  touched: ReadonlySet<string>;
  changeHead: (head: Head) => void;
  changeSaid: (said: Said) => void;
  changeYaml: (yaml: string) => void;
  touchAll: () => void;
  /** `form` or `yaml`; it stays as it is where the one cannot show the other. */
  showAs: (tab: string) => Promise<void>;
}

export function useDraft(begun: Head & { said: Said }): Draft {
  const client = useQueryClient();
  const [head, setHead] = useState<Head>({ name: begun.name, project: begun.project });
  const [written, setWritten] = useState<Written>({ said: begun.said });
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const asked: Asked = { ...head, ...("said" in written ? { definition: written.said } : written) };
  const touch = (...keys: string[]) => setTouched((old) => new Set([...old, ...keys]));
  const check = () =>
    client
      .fetchQuery(queries.preview({ ...asked, name: asked.name || "new" }))
      .catch((error: Error) => error);
  const showAs = async (tab: string) => {
    if (tab === "yaml" && "said" in written) {
      const found = await check();
      // Where something is wrong with it the server writes nothing.
      setWritten({ yaml: found instanceof Error ? roughYaml(written.said) : found.yaml });
    }
    if (tab === "form" && "yaml" in written) {
      const found = await check();
      if (found instanceof Error) toast.error("The form cannot show this YAML yet", found);
      else setWritten({ said: found.definition });
    }
  };
  return {
    head,
    written,
    asked,
    touched,
    changeHead: (next) => {
      touch("name", "project");
      setHead(next);
    },
    changeSaid: (said) => {
      if ("said" in written) touch(...changedKeys(written.said, said));
      setWritten({ said });
    },
    changeYaml: (yaml) => {
      touch("yaml");
      setWritten({ yaml });
    },
    touchAll: () => touch(...RUNNERS, "body", "name", "project"),
    showAs,
  };
}

function changedKeys(before: Said, after: Said): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key] !== after[key]);
}
