/** Jobs that it waits for and that do not exist: that is accepted, as they may come later, but said. */

import { Fragment, type ReactNode } from "react";
import type { Absent } from "@/api/types.ts";
import { Notice } from "@/kit/page.tsx";

const SENTENCES: Record<Absent["edge"], [edge: string, until: string]> = {
  needs: ["It needs", "it cannot run"],
  after: ["It runs after", "nothing starts it so"],
};

interface AbsentProps {
  absent: readonly Absent[];
  /** What can be done about it. */
  action?: ReactNode;
}

export function AbsentNotices({ absent, action }: AbsentProps) {
  return absent.map((each) => {
    const [edge, until] = SENTENCES[each.edge];
    const { similar = [] } = each;
    return (
      <Notice key={`${each.edge} ${each.absent}`} kind="missed" action={action}>
        {edge} <b>{each.absent}</b>, which does not exist; until it does, {until}.
        {similar.length > 0 && <Similar names={similar} />}
      </Notice>
    );
  });
}

function Similar({ names }: { names: readonly string[] }) {
  return (
    <>
      {" "}
      Did you mean{" "}
      {names.map((name, at) => (
        <Fragment key={name}>
          {at > 0 && " or "}
          <b>{name}</b>
        </Fragment>
      ))}
      ?
    </>
  );
}
