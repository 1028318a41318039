import { useBlocker } from "@tanstack/react-router";
import { useRef } from "react";
import { confirm } from "@/kit/dialog.tsx";

/** What was written and not saved is not lost by a wrong click. Returns what lets go: it is saved, or given up. */
export function useLeaveGuard(dirty: boolean): () => void {
  const free = useRef(false);
  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (!dirty || free.current || current.pathname === next.pathname) return false;
      return !(await confirm({
        title: "Leave without saving?",
        consequences: ["What you changed here is not saved, and is lost."],
        action: "Leave",
        danger: true,
      }));
    },
    enableBeforeUnload: () => dirty && !free.current,
  });
  return () => {
    free.current = true;
  };
}
