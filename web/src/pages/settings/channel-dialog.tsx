import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { putChannel } from "@/api/notify.ts";
import type { ChannelSaid, MadeChannel } from "@/api/types.ts";
import { BROWSER_ZONE } from "@/core/preferences.ts";
import { Checkbox, Field, Input, Select } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Notice } from "@/kit/page.tsx";
import { ShownOnce } from "@/kit/shown-once.tsx";
import { toast } from "@/kit/toasts.tsx";

type Way = ChannelSaid["way"];

const WAYS: { value: Way; label: string; target: string; placeholder: string; help: string }[] = [
  {
    value: "mail",
    label: "Mail",
    target: "Addresses",
    placeholder: "ops@example.org, on-call@example.org",
    help: "Separated by commas. The server's settings say by which mail server.",
  },
  {
    value: "webhook",
    label: "Webhook",
    target: "URL",
    placeholder: "https://example.org/hooks/tickwork",
    help: "It gets a signed POST; the secret that signs is shown once.",
  },
  {
    value: "command",
    label: "Program",
    target: "Program and arguments",
    placeholder: "/usr/local/bin/page-us --urgent",
    help: "Separated by blanks. Started on the server, with the notice as JSON on its standard input.",
  },
  {
    value: "apprise",
    label: "Apprise",
    target: "Apprise URL",
    placeholder: "slack://…",
    help: "Needs the extra “notify” on the server.",
  },
];

export function ChannelDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [way, setWay] = useState<Way>("mail");
  const [target, setTarget] = useState("");
  const [quiet, setQuiet] = useState(false);
  const [hours, setHours] = useState<Hours>({ begin: "22:00", end: "07:00" });
  const [made, setMade] = useState<MadeChannel | null>(null);
  const chosen = WAYS.find((each) => each.value === way) ?? WAYS[0];
  const submit = () =>
    putChannel(client, name, {
      way,
      target: targetsOf(way, target),
      quiet: quiet ? { ...hours, zone: BROWSER_ZONE } : null,
    });
  const done = (channel: MadeChannel) => {
    if (channel.warning) toast.error(`Nothing goes out by ${name} yet`, new Error(channel.warning));
    if (channel.signing_secret) return setMade(channel);
    toast.done(`Channel ${name} is there; a rule says what it tells`);
    onClose();
  };
  if (made)
    return (
      <ShownOnce
        title={`The secret of ${made.name}`}
        label="The secret"
        secret={made.signing_secret ?? ""}
        onClose={onClose}
      >
        Whoever gets these requests checks with it that they come from here.
      </ShownOnce>
    );
  return (
    <FormDialog title="New channel" action="Make the channel" onClose={onClose} submit={submit} onDone={done}>
      {(wrong) => (
        <>
          <Field label="Name" error={wrong("name")}>
            <Input autoFocus required value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label="By">
            <Select options={WAYS} value={way} onChange={setWay} />
          </Field>
          <Field label={chosen?.target ?? ""} help={chosen?.help} error={wrong("target")}>
            <Input
              required
              placeholder={chosen?.placeholder}
              value={target}
              onChange={(event) => setTarget(event.target.value)}
            />
          </Field>
          <Checkbox
            label="Quiet hours: what comes then waits for their end"
            checked={quiet}
            onChange={setQuiet}
          />
          {quiet && <QuietHours hours={hours} onChange={setHours} />}
          {way === "apprise" && (
            <Notice>The URL holds what is secret: it is sealed, and shown to nobody.</Notice>
          )}
        </>
      )}
    </FormDialog>
  );
}

function targetsOf(way: Way, text: string): string[] {
  const parted = way === "mail" ? text.split(",") : way === "command" ? text.split(" ") : [text];
  return parted.map((each) => each.trim()).filter(Boolean);
}

interface Hours {
  begin: string;
  end: string;
}

function QuietHours({ hours, onChange }: { hours: Hours; onChange: (hours: Hours) => void }) {
  const time = (key: keyof Hours) => (
    <Input
      type="time"
      required
      value={hours[key]}
      onChange={(event) => onChange({ ...hours, [key]: event.target.value })}
    />
  );
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label="From" help={BROWSER_ZONE}>
        {time("begin")}
      </Field>
      <Field label="Until">{time("end")}</Field>
    </div>
  );
}
