import { Notice } from "@/kit/page.tsx";
import type { Checked } from "./checked.ts";
import { messageOf } from "./form.ts";

interface ProblemProps {
  checked: Checked;
  seen: ReadonlySet<string>;
  yaml: boolean;
  nameless: boolean;
}

/** What is wrong and belongs beside no field that is seen. */
export function Problem({ checked: { problem }, seen, yaml, nameless }: ProblemProps) {
  if (nameless && seen.has("body")) return <Notice kind="failed">Give it a name first.</Notice>;
  if (!problem || (!yaml && !seen.has("body"))) return null;
  const messages = problem.problem.errors?.length
    ? problem.problem.errors.map((each) => messageOf(each.message))
    : [messageOf(problem.message)];
  return (
    <Notice kind="failed">
      {messages.map((message) => (
        <p key={message} className="whitespace-pre-line">
          {message}
        </p>
      ))}
    </Notice>
  );
}
