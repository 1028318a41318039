import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

type ObjectLinkProps = {
  kind: string;
  id: string;
  /** Words stand beside it: colour alone does not tell it from them. */
  inText?: boolean;
};

/** The object of an entry, with the way to it where it has a page. */
export function ObjectLink({ kind, id, inText = false }: ObjectLinkProps): ReactNode {
  const look = inText ? "link underline" : "link";
  switch (kind) {
    case "job":
    case "override":
      return (
        <Link to="/jobs/$job" params={{ job: id }} preload={false} className={look}>
          {id}
        </Link>
      );
    case "run":
      return (
        <Link to="/runs/$run" params={{ run: id }} preload={false} className={look}>
          {id}
        </Link>
      );
    case "project":
    case "secret":
      return (
        <Link to="/projects/$name" params={{ name: id.split("/")[0] ?? id }} className={look}>
          {id}
        </Link>
      );
    case "pool":
    case "worker":
      return (
        <Link to="/workers" className={look}>
          {id}
        </Link>
      );
    case "user":
    case "group":
    case "key":
      return (
        <Link to="/people" search={{ tab: `${kind}s` }} className={look}>
          {id}
        </Link>
      );
    case "switch":
      return <SwitchLink id={id} />;
    default:
      return id;
  }
}

/** Of what is switched: `job:backup`, `project:etl`, `instance:`. */
function SwitchLink({ id }: { id: string }) {
  const [scope = "", ...rest] = id.split(":");
  if (scope === "instance")
    return (
      <Link to="/settings" className="link">
        everything
      </Link>
    );
  return (
    <>
      <span className="text-ink-2">{scope} </span>
      <ObjectLink kind={scope} id={rest.join(":")} inText />
    </>
  );
}
