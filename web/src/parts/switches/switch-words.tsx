import type { SwitchView } from "@/api/types.ts";
import { Sentence } from "@/kit/sentence.tsx";

/** That something is off: by whom, since when, until when, and why. */
export function SwitchWords({ off }: { off: SwitchView }) {
  return (
    <p className="first-letter:uppercase">
      <Sentence text={off.sentence} />
    </p>
  );
}
