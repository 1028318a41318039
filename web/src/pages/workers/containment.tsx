import { Badge } from "@/kit/state.tsx";

const RUNGS: Record<string, string> = {
  cgroup: "No process of a killed run survives, whatever it forked.",
  pidns: "A process namespace for each run: no process of a killed run survives.",
  subreaper: "The weakest rung: a process that gets away is found and reported, not killed for certain.",
};

/** What holds the processes of its runs together, with what that means. */
export function Containment({ rung }: { rung: string }) {
  const tip = RUNGS[rung];
  return (
    <Badge {...(tip ? { tip } : {})} {...(rung === "subreaper" ? { tone: "text-missed" } : {})}>
      {rung}
    </Badge>
  );
}
