import type { SwitchView } from "@/api/types.ts";
import { capital } from "@/core/text.ts";
import { Sentence } from "@/kit/sentence.tsx";

/** That something is off: by whom, since when, until when, and why. */
export function SwitchWords({ off }: { off: SwitchView }) {
  return <Sentence text={capital(off.sentence)} />;
}
