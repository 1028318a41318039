import { switchedName } from "@/api/fleet.ts";
import type { Scope, SwitchView } from "@/api/types.ts";
import { capital } from "@/core/text.ts";
import { Time } from "@/kit/time.tsx";

/** That something is off: by whom, since when, until when, and why. */
export function SwitchWords({ off }: { off: SwitchView }) {
  const name = switchedName({ scope: off.scope as Scope, target: off.target });
  return (
    <>
      <span className="font-medium">{capital(name)}</span> is off since <Time at={off.since} show="clock" />,
      by <span data-tip={off.by}>{off.by.split("@")[0]}</span>
      {off.until && (
        <>
          , until <Time at={off.until} show="clock" />
        </>
      )}
      {off.why && `: ${off.why}`}
    </>
  );
}
