import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { CodeView } from "./json-view.tsx";
import { Notice } from "./page.tsx";

interface ShownOnceProps {
  title: string;
  /** What the secret is called, read aloud: `The key`. */
  label: string;
  secret: string;
  onClose: () => void;
  /** What to do with it. */
  children?: ReactNode;
}

/** A secret that nobody is shown again. A click beside the dialog does not close it: that would lose the secret. */
export function ShownOnce({ title, label, secret, onClose, children }: ShownOnceProps) {
  return (
    <Dialog
      title={title}
      sticky
      onClose={onClose}
      footer={
        <Button kind="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <Notice kind="missed">It is shown now and never again: copy it before you close this.</Notice>
        <CodeView label={label} text={secret} />
        {children}
      </div>
    </Dialog>
  );
}
